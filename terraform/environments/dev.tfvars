# Small and cheap; may be destroyed and made again.
environment  = "dev"
network_cidr = "10.110.0.0/16"

database = {
  preset              = "b3-c1-m4" # a shared core, 4 GB
  disk_type           = "network-ssd"
  disk_gb             = 20
  hosts               = 1
  backup_days         = 7
  deletion_protection = false
}

app = {
  debug     = true
  log_level = "DEBUG"
}

# hub_client_id = ""  # output client_id of terraform/sign_in, once the address is known

warm              = {}
site_origins      = ["http://localhost:8073"]
incoming_ttl_days = 7
log_days          = 7
