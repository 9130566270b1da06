# No value of a secret is in this configuration or in its state: Lockbox makes passwords and tokens, the platform puts
# S3 keys there itself, and DataLens' key is put there by whoever got it.

resource "yandex_lockbox_secret" "storage" {
  for_each            = toset(local.storage_users)
  folder_id           = var.folder_id
  name                = "${local.name}-storage-${replace(each.key, "_", "-")}"
  description         = "S3 key of the function ${each.key}"
  kms_key_id          = data.yandex_kms_symmetric_key.secrets.id
  deletion_protection = local.is_production
  labels              = local.labels
}

resource "yandex_iam_service_account_static_access_key" "storage" {
  for_each           = toset(local.storage_users)
  service_account_id = yandex_iam_service_account.function[each.key].id
  description        = "S3, for the function ${each.key}"

  output_to_lockbox {
    secret_id            = yandex_lockbox_secret.storage[each.key].id
    entry_for_access_key = "access_key_id"
    entry_for_secret_key = "secret_access_key"
  }
}

resource "yandex_lockbox_secret" "datalens" {
  folder_id           = var.folder_id
  name                = "${local.name}-datalens"
  description         = "Embedding keys issued by DataLens: entry private_key holds the PEM"
  kms_key_id          = data.yandex_kms_symmetric_key.secrets.id
  deletion_protection = local.is_production
  labels              = local.labels
}

locals {
  datalens_secrets = {
    for variable, version in {
      DATALENS_PRIVATE_KEY      = var.datalens.key_version_id
      DATALENS_NEXT_PRIVATE_KEY = var.datalens.next_key_version_id
    } :
    variable => { secret_id = yandex_lockbox_secret.datalens.id, version_id = version, key = "private_key" }
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
          secret_id  = yandex_lockbox_secret.storage[name].id
          version_id = yandex_iam_service_account_static_access_key.storage[name].output_to_lockbox_version_id
          key        = entry
        }
      },
      contains(function.settings, "metrics") ? local.metrics_secret : {},
      contains(function.settings, "embed") ? local.datalens_secrets : {},
    )
  }
}
