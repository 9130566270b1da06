# What every change is tried on, with invented workbooks.
environment  = "test"
network_cidr = "10.120.0.0/16"

database = {
  preset              = "s3-c2-m8" # 2 vCPU, 8 GB
  disk_type           = "network-ssd"
  disk_gb             = 50
  hosts               = 1
  backup_days         = 7
  deletion_protection = false
}

# hub_client_id = ""  # output client_id of terraform/sign_in, once the address is known

incoming_ttl_days = 7
log_days          = 14
