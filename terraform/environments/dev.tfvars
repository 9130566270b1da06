# Small and cheap; may be destroyed and made again.
environment  = "dev"
network_cidr = "10.110.0.0/16"

database = {
  preset              = "b2.medium" # 2 vCPU at 50%, 4 GB
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

oidc = {
  issuer   = "https://sso.dev.example.ru/sso/realms/fly-potato"
  jwks_uri = "https://sso.dev.example.ru/sso/realms/fly-potato/protocol/openid-connect/certs"
  audience = "fly-potato"
}

site_origins      = ["http://localhost:8073"]
incoming_ttl_days = 7
log_days          = 7
