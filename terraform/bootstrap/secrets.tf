# No value of a secret is in this configuration or in its state: Lockbox makes passwords and tokens, the platform puts
# S3 keys there itself, and DataLens' key is put there by whoever got it.

locals {
  # Entry of each secret that Lockbox fills by itself.
  generated = merge(
    { for role in ["fp-owner", "fp-ingest", "fp-api", "fp-datalens"] : "database-${role}" => "password" },
    { metrics = "token" },
  )

  storage_users = [for name, function in local.functions : name if function.data != null]

  secret_ids = merge(
    { for name, secret in yandex_lockbox_secret.generated : name => secret.id },
    { for name, secret in yandex_lockbox_secret.storage : "storage-${replace(name, "_", "-")}" => secret.id },
    { datalens = yandex_lockbox_secret.datalens.id, deployer = yandex_lockbox_secret.deployer.id },
  )
}

resource "yandex_lockbox_secret" "generated" {
  for_each            = local.generated
  folder_id           = var.folder_id
  name                = "${local.name}-${each.key}"
  description         = "Made by Lockbox itself"
  kms_key_id          = yandex_kms_symmetric_key.for["secrets"].id
  deletion_protection = local.is_production
  labels              = local.labels

  password_payload_specification {
    password_key        = each.value
    length              = 40
    include_uppercase   = true
    include_lowercase   = true
    include_digits      = true
    include_punctuation = false # it goes into addresses, headers and files
  }
}

# A secret is made without a version, whatever its specification says: it holds a password from its first version on.
resource "yandex_lockbox_secret_version" "generated" {
  for_each    = yandex_lockbox_secret.generated
  secret_id   = each.value.id
  description = "Made by Lockbox itself"
}

resource "yandex_lockbox_secret" "storage" {
  for_each            = toset(local.storage_users)
  folder_id           = var.folder_id
  name                = "${local.name}-storage-${replace(each.key, "_", "-")}"
  description         = "S3 key of the function ${each.key}"
  kms_key_id          = yandex_kms_symmetric_key.for["secrets"].id
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
  kms_key_id          = yandex_kms_symmetric_key.for["secrets"].id
  deletion_protection = local.is_production
  labels              = local.labels
}
