# What has to be there before the first deployment of an environment: where its state and its bundles are kept, who
# deploys, and the passwords, which Lockbox makes and no file ever holds.

locals {
  name          = "fly-potato-${var.environment}"
  labels        = { product = "fly-potato", environment = var.environment }
  is_production = contains(["preprod", "prod"], var.environment)

  buckets = {
    state     = "${local.name}-${var.folder_id}-state"
    artifacts = "${local.name}-${var.folder_id}-artifacts"
  }

  keys = {
    state   = "State and bundles"
    secrets = "Lockbox secrets of the functions"
  }

  # Entry of each secret that Lockbox fills by itself.
  generated = merge(
    { for role in ["fp-owner", "fp-ingest", "fp-api", "fp-datalens"] : "database-${role}" => "password" },
    { metrics = "token" },
  )

  # One role a service. None is the folder's admin or editor.
  deployer_roles = toset([
    "api-gateway.admin",
    "certificate-manager.editor",
    "dns.editor",
    "functions.admin",
    "iam.serviceAccounts.admin",
    "kms.admin",
    "lockbox.admin",
    "lockbox.payloadViewer",
    "logging.admin",
    "managed-postgresql.admin",
    "monitoring.editor",
    "resource-manager.admin",
    "storage.admin",
    "vpc.admin",
    "ymq.admin",
  ])
}

resource "yandex_kms_symmetric_key" "for" {
  for_each            = local.keys
  folder_id           = var.folder_id
  name                = "${local.name}-${each.key}"
  description         = each.value
  default_algorithm   = "AES_256"
  rotation_period     = "2160h" # 90 days
  deletion_protection = true
  labels              = local.labels
}

resource "yandex_storage_bucket" "for" {
  for_each      = local.buckets
  bucket        = each.value
  folder_id     = var.folder_id
  force_destroy = false
  tags          = local.labels

  anonymous_access_flags {
    read        = false
    list        = false
    config_read = false
  }

  versioning {
    enabled = true
  }

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        kms_master_key_id = yandex_kms_symmetric_key.for["state"].id
        sse_algorithm     = "aws:kms"
      }
    }
  }

  lifecycle_rule {
    id                                     = "old"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 1

    noncurrent_version_expiration {
      days = 90
    }
  }
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

# --- the deployer -----------------------------------------------------------------------------------------------------

resource "yandex_iam_service_account" "deployer" {
  folder_id   = var.folder_id
  name        = "${local.name}-deployer"
  description = "Applies terraform/, puts bundles into their bucket, calls migrations"
}

resource "yandex_resourcemanager_folder_iam_member" "deployer" {
  for_each  = local.deployer_roles
  folder_id = var.folder_id
  role      = each.value
  member    = "serviceAccount:${yandex_iam_service_account.deployer.id}"
}

resource "yandex_kms_symmetric_key_iam_member" "deployer" {
  for_each         = yandex_kms_symmetric_key.for
  symmetric_key_id = each.value.id
  role             = "kms.keys.encrypterDecrypter"
  member           = "serviceAccount:${yandex_iam_service_account.deployer.id}"
}

# The state's backend and the queue know static keys only.
resource "yandex_lockbox_secret" "deployer" {
  folder_id           = var.folder_id
  name                = "${local.name}-deployer"
  description         = "S3 and queue key of the deployer"
  kms_key_id          = yandex_kms_symmetric_key.for["secrets"].id
  deletion_protection = local.is_production
  labels              = local.labels
}

resource "yandex_iam_service_account_static_access_key" "deployer" {
  service_account_id = yandex_iam_service_account.deployer.id
  description        = "State, bundles, dead letters"

  output_to_lockbox {
    secret_id            = yandex_lockbox_secret.deployer.id
    entry_for_access_key = "access_key_id"
    entry_for_secret_key = "secret_access_key"
  }
}

# --- deployments from GitHub, without a key kept there ------------------------------------------------------------------

resource "yandex_iam_workload_identity_oidc_federation" "github" {
  count     = var.repository == null ? 0 : 1
  folder_id = var.folder_id
  name      = "${local.name}-github"
  issuer    = "https://token.actions.githubusercontent.com"
  audiences = ["https://github.com/${split("/", var.repository)[0]}"]
  jwks_url  = "https://token.actions.githubusercontent.com/.well-known/jwks"
}

# Only a job of this very environment, which is where the repository asks for approval.
resource "yandex_iam_workload_identity_federated_credential" "github" {
  count               = var.repository == null ? 0 : 1
  federation_id       = yandex_iam_workload_identity_oidc_federation.github[0].id
  service_account_id  = yandex_iam_service_account.deployer.id
  external_subject_id = "repo:${var.repository}:environment:${var.environment}"
}
