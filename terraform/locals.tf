locals {
  name   = "fly-potato-${var.environment}"
  labels = merge(var.labels, { product = "fly-potato", environment = var.environment })

  # Bucket names are the whole cloud's, so they carry the folder; terraform/bootstrap and fly_potato/deploy say the same.
  buckets = {
    artifacts = "${local.name}-${var.folder_id}-artifacts"
    data      = "${local.name}-${var.folder_id}-data"
    site      = "${local.name}-${var.folder_id}-site"
  }

  # A number that changes when Lockbox makes a new password: the provider writes a password when its number differs.
  password_versions = {
    for role, secret in data.yandex_lockbox_secret.database :
    role => parseint(substr(sha256(secret.current_version[0].id), 0, 12), 16)
  }

  is_production = contains(["preprod", "prod"], var.environment)
}

# What terraform/bootstrap made: found by name, because a secret's value must not pass through here.
data "yandex_iam_service_account" "deployer" {
  folder_id = var.folder_id
  name      = "${local.name}-deployer"
}

data "yandex_lockbox_secret" "database" {
  for_each  = local.database_roles
  folder_id = var.folder_id
  name      = "${local.name}-database-${replace(each.key, "_", "-")}"
}

data "yandex_lockbox_secret" "metrics" {
  folder_id = var.folder_id
  name      = "${local.name}-metrics"
}

data "yandex_kms_symmetric_key" "secrets" {
  folder_id = var.folder_id
  name      = "${local.name}-secrets"
}
