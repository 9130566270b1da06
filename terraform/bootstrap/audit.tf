# What has to be there when somebody asks later: who did what in the folder (every change of a resource, every use of
# secrets and of files), and the logs of functions and gateway for longer than their group keeps them. Whoever deploys can
# neither stop the trail nor read or delete in these buckets by an account of theirs.

locals {
  archives = {
    audit = { days = var.audit_days, description = "Collects audit events into their bucket" }
    logs  = { days = var.logs_days, description = "Writes exported logs into their bucket" }
  }
}

resource "yandex_iam_service_account" "archive" {
  for_each    = local.archives
  folder_id   = var.folder_id
  name        = "${local.name}-${each.key}"
  description = each.value.description
}

resource "yandex_storage_bucket" "archive" {
  for_each      = local.archives
  bucket        = "${local.name}-${var.folder_id}-${each.key}"
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
        kms_master_key_id = yandex_kms_symmetric_key.for["audit"].id
        sse_algorithm     = "aws:kms"
      }
    }
  }

  lifecycle_rule {
    id      = "kept"
    enabled = true

    expiration {
      days = each.value.days
    }

    noncurrent_version_expiration {
      days = 30
    }
  }
}

resource "yandex_storage_bucket_iam_binding" "archive" {
  for_each = yandex_storage_bucket.archive
  bucket   = each.value.bucket
  role     = "storage.uploader"
  members  = ["serviceAccount:${yandex_iam_service_account.archive[each.key].id}"]
}

resource "yandex_kms_symmetric_key_iam_member" "archive" {
  for_each         = yandex_iam_service_account.archive
  symmetric_key_id = yandex_kms_symmetric_key.for["audit"].id
  role             = "kms.keys.encrypterDecrypter"
  member           = "serviceAccount:${each.value.id}"
}

resource "yandex_resourcemanager_folder_iam_member" "audit" {
  folder_id   = var.folder_id
  role        = "audit-trails.viewer"
  member      = "serviceAccount:${yandex_iam_service_account.archive["audit"].id}"
  sleep_after = local.seconds_until_rights_hold
}

resource "yandex_audit_trails_trail" "this" {
  folder_id          = var.folder_id
  name               = local.name
  description        = "Changes in the folder, uses of secrets and of files"
  service_account_id = yandex_iam_service_account.archive["audit"].id
  labels             = local.labels

  storage_destination {
    bucket_name   = yandex_storage_bucket.archive["audit"].bucket
    object_prefix = "trail"
  }

  filtering_policy {
    management_events_filter {
      resource_scope {
        resource_id   = var.folder_id
        resource_type = "resource-manager.folder"
      }
    }

    dynamic "data_events_filter" {
      for_each = toset(["lockbox", "storage"])
      content {
        service = data_events_filter.value

        resource_scope {
          resource_id   = var.folder_id
          resource_type = "resource-manager.folder"
        }
      }
    }
  }

  depends_on = [
    yandex_storage_bucket_iam_binding.archive,
    yandex_kms_symmetric_key_iam_member.archive,
    yandex_resourcemanager_folder_iam_member.audit,
  ]
}
