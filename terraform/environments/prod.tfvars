# The guide's sizes: database 4 vCPU, 16 GB, 200 GB and more; backups 30 days; logs 90 days.
environment  = "prod"
network_cidr = "10.140.0.0/16"

database = {
  preset              = "s3-c4-m16" # 4 vCPU, 16 GB
  disk_type           = "network-ssd"
  disk_gb             = 200
  disk_limit_gb       = 600
  hosts               = 2
  backup_days         = 30
  deletion_protection = true
}

# An account has 10 and 10 by default: these have to be raised first (docs/deploy.md, section 3).
quotas = { instances = 20, requests = 60 }

functions = {
  upload      = { instances = 3, requests = 10 }
  process     = { instances = 3, requests = 3 }
  embed_token = { instances = 2, requests = 10 }
  health      = { instances = 2, requests = 10 }
  stats       = { instances = 5, requests = 20 }
}

# hub_client_id = ""  # output client_id of terraform/sign_in, once the address is known

data_quota_gb = 50
log_days      = 90
