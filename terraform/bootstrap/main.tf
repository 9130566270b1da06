# What has to be there before the first deployment of an environment, made by an administrator and never by a deployment:
# buckets of state, bundles and audit, keys, accounts and their rights, passwords.

locals {
  name          = "fly-potato-${var.environment}"
  labels        = { product = "fly-potato", environment = var.environment }
  is_production = contains(["preprod", "prod"], var.environment)

  buckets = {
    state     = "${local.name}-${var.folder_id}-state"
    artifacts = "${local.name}-${var.folder_id}-artifacts"
  }

  # One key a kind of data, so that the right to read one says nothing of the others.
  keys = {
    state    = "State and bundles"
    secrets  = "Lockbox secrets"
    data     = "Workbooks and files of rejects, which hold personal data"
    database = "Disks of the database hosts"
    audit    = "Audit events"
  }
}

resource "yandex_kms_symmetric_key" "for" {
  for_each            = local.keys
  folder_id           = var.folder_id
  name                = "${local.name}-${each.key}"
  description         = each.value
  default_algorithm   = "AES_256"
  rotation_period     = "8760h" # a year: every version is billed for as long as something may need it
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
