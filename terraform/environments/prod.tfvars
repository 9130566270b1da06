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

oidc = {
  issuer   = "https://sso.example.ru/sso/realms/fly-potato"
  jwks_uri = "https://sso.example.ru/sso/realms/fly-potato/protocol/openid-connect/certs"
  audience = "fly-potato"
}

data_quota_gb = 50
log_days      = 90
