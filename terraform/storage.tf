locals {
  own_origins = concat(
    var.domain == null ? [] : ["https://${var.domain.fqdn}"],
    ["https://${yandex_api_gateway.this.domain}"],
    var.site_origins,
  )
}

# Workbooks under incoming/, files of rejects under results/.
resource "yandex_storage_bucket" "data" {
  bucket        = local.buckets.data
  folder_id     = var.folder_id
  max_size      = var.data_quota_gb * 1024 * 1024 * 1024
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
        kms_master_key_id = data.yandex_kms_symmetric_key.for["data"].id
        sse_algorithm     = "aws:kms"
      }
    }
  }

  lifecycle_rule {
    id      = "results"
    enabled = true

    filter {
      prefix = "results/"
    }

    expiration {
      days = ceil(var.result_ttl_hours / 24)
    }

    noncurrent_version_expiration {
      days = 1
    }
  }

  lifecycle_rule {
    id      = "incoming"
    enabled = true

    filter {
      prefix = "incoming/"
    }

    expiration {
      days = var.incoming_ttl_days
    }

    noncurrent_version_expiration {
      days = 7
    }
  }

  lifecycle_rule {
    id                                     = "unfinished"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 1
  }

  # A browser sends a workbook straight to the bucket, to an address signed for exactly that object, and gets reports and
  # rejects from there under the names that the addresses give them.
  cors_rule {
    allowed_methods = ["PUT", "GET"]
    allowed_origins = local.own_origins
    allowed_headers = ["content-type", "if-none-match"]
    expose_headers  = ["ETag", "Content-Disposition"]
    max_age_seconds = 600
  }
}

# The web page; browsers get it through the gateway, the bucket itself is closed. It holds what everybody may read, so it
# has no key of ours: each file that a browser asks for would be a use of it.
resource "yandex_storage_bucket" "site" {
  #checkov:skip=CKV_YC_3:the page is public
  bucket        = local.buckets.site
  folder_id     = var.folder_id
  max_size      = 1024 * 1024 * 1024
  force_destroy = true
  tags          = local.labels

  anonymous_access_flags {
    read        = false
    list        = false
    config_read = false
  }

  versioning {
    enabled = true
  }

  lifecycle_rule {
    id                                     = "old"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 1

    noncurrent_version_expiration {
      days = 30
    }
  }
}

resource "yandex_storage_bucket_iam_binding" "data" {
  for_each = {
    "storage.viewer"   = [for name in local.storage_readers : data.yandex_iam_service_account.function[name].id]
    "storage.uploader" = [for name in local.storage_writers : data.yandex_iam_service_account.function[name].id]
  }
  bucket  = yandex_storage_bucket.data.bucket
  role    = each.key
  members = [for id in each.value : "serviceAccount:${id}"]
}

resource "yandex_storage_bucket_iam_binding" "site" {
  bucket  = yandex_storage_bucket.site.bucket
  role    = "storage.viewer"
  members = ["serviceAccount:${data.yandex_iam_service_account.caller["gateway"].id}"]
}
