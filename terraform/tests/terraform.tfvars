# What every test starts from: production, with invented ids and passwords.
environment  = "prod"
cloud_id     = "b1g00000000000000000"
folder_id    = "b1g00000000000000001"
network_cidr = "10.140.0.0/16"

database = {
  preset              = "s3-c4-m16"
  disk_gb             = 200
  disk_limit_gb       = 600
  hosts               = 2
  backup_days         = 30
  deletion_protection = true
}

database_passwords = {
  fp_owner    = "invented-owner"
  fp_ingest   = "invented-ingest"
  fp_api      = "invented-api"
  fp_datalens = "invented-datalens"
}

release = {
  upload      = "1111111111111111111111111111111111111111111111111111111111111111"
  process     = "2222222222222222222222222222222222222222222222222222222222222222"
  embed_token = "3333333333333333333333333333333333333333333333333333333333333333"
  health      = "4444444444444444444444444444444444444444444444444444444444444444"
  stats       = "6666666666666666666666666666666666666666666666666666666666666666"
  migrate     = "5555555555555555555555555555555555555555555555555555555555555555"
}

oidc = {
  issuer   = "https://sso.fly-potato.test/realms/fly-potato"
  jwks_uri = "https://sso.fly-potato.test/realms/fly-potato/protocol/openid-connect/certs"
  audience = "fly-potato"
}

domain = { fqdn = "uav.fly-potato.test", zone_id = "dns-zone" }
