# Secrets of the functions by reference: the platform reads them when a version starts, this configuration never does.

data "yandex_lockbox_secret" "database" {
  for_each  = local.database_roles
  folder_id = var.folder_id
  name      = "${local.name}-database-${replace(each.key, "_", "-")}"

  lifecycle {
    postcondition {
      condition     = length(self.current_version) > 0
      error_message = "The secret ${self.name} has no version: apply terraform/bootstrap, which makes one (yc lockbox secret list-versions --name ${self.name})."
    }
  }
}

data "yandex_lockbox_secret" "metrics" {
  folder_id = var.folder_id
  name      = "${local.name}-metrics"

  lifecycle {
    postcondition {
      condition     = length(self.current_version) > 0
      error_message = "The secret ${self.name} has no version: apply terraform/bootstrap, which makes one (yc lockbox secret list-versions --name ${self.name})."
    }
  }
}

data "yandex_lockbox_secret" "storage" {
  for_each  = toset(local.storage_users)
  folder_id = var.folder_id
  name      = "${local.name}-storage-${replace(each.key, "_", "-")}"
}

data "yandex_lockbox_secret" "datalens" {
  folder_id = var.folder_id
  name      = "${local.name}-datalens"
}

locals {
  # A number that changes when Lockbox makes a new password: the provider writes a password when its number differs.
  password_versions = {
    for role, secret in data.yandex_lockbox_secret.database :
    role => parseint(substr(sha256(secret.current_version[0].id), 0, 12), 16)
  }

  datalens_secrets = {
    for variable, version in {
      DATALENS_PRIVATE_KEY      = var.datalens.key_version_id
      DATALENS_NEXT_PRIVATE_KEY = var.datalens.next_key_version_id
    } :
    variable => { secret_id = data.yandex_lockbox_secret.datalens.id, version_id = version, key = "private_key" }
    if version != null
  }

  metrics_secret = {
    METRICS_TOKEN = {
      secret_id  = data.yandex_lockbox_secret.metrics.id
      version_id = data.yandex_lockbox_secret.metrics.current_version[0].id
      key        = "token"
    }
  }

  # Which environment variables of which function come from which secret.
  secrets = {
    for name, function in local.functions : name => merge(
      function.role == null ? {} : {
        PGPASSWORD = {
          secret_id  = data.yandex_lockbox_secret.database[function.role].id
          version_id = data.yandex_lockbox_secret.database[function.role].current_version[0].id
          key        = "password"
        }
      },
      length(function.storage) == 0 ? {} : {
        for variable, entry in {
          S3_ACCESS_KEY_ID     = "access_key_id"
          S3_SECRET_ACCESS_KEY = "secret_access_key"
          } : variable => {
          secret_id  = data.yandex_lockbox_secret.storage[name].id
          version_id = data.yandex_lockbox_secret.storage[name].current_version[0].id
          key        = entry
        }
      },
      contains(function.settings, "metrics") ? local.metrics_secret : {},
      contains(function.settings, "embed") ? local.datalens_secrets : {},
    )
  }
}
