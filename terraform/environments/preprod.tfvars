# The same shape as prod, half the size.
environment  = "preprod"
network_cidr = "10.130.0.0/16"

database = {
  preset              = "s3-c2-m8" # 2 vCPU, 8 GB
  disk_type           = "network-ssd"
  disk_gb             = 100
  hosts               = 2
  backup_days         = 14
  deletion_protection = true
}

# hub_client_id = ""  # output client_id of terraform/sign_in, once the address is known

log_days = 30
