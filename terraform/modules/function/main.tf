terraform {
  required_providers {
    yandex = {
      source = "yandex-cloud/yandex"
    }
  }
}

locals {
  environment_limit = 4096

  # Empty variables count as unset everywhere in the product, and cost room here.
  environment = { for name, value in var.environment : name => value if value != "" }

  # What a secret may weigh: a PEM of RSA-2048 is 1.7 KB, everything else is short.
  secret_bytes      = sum(concat([0], [for name in keys(var.secrets) : length(name) + (endswith(name, "PRIVATE_KEY") ? 1750 : 64)]))
  environment_bytes = sum(concat([0], [for name, value in local.environment : length(name) + length(value)]))
}

resource "yandex_function" "this" {
  folder_id          = var.folder_id
  name               = var.name
  description        = var.description
  labels             = var.labels
  runtime            = var.runtime
  entrypoint         = "main.handler"
  memory             = var.memory_mb
  execution_timeout  = tostring(var.timeout_sec)
  service_account_id = var.service_account_id
  environment        = local.environment
  user_hash          = var.bundle.sha256 # new bytes, new version
  tags               = [var.tag]

  package {
    bucket_name = var.bundle.bucket
    object_name = var.bundle.key
    sha_256     = var.bundle.sha256
  }

  dynamic "secrets" {
    for_each = var.secrets
    content {
      environment_variable = secrets.key
      id                   = secrets.value.secret_id
      version_id           = secrets.value.version_id
      key                  = secrets.value.key
    }
  }

  dynamic "connectivity" {
    for_each = var.network_id == null ? [] : [var.network_id]
    content {
      network_id = connectivity.value
    }
  }

  log_options {
    log_group_id = var.log_group_id
    min_level    = var.log_level
  }

  lifecycle {
    precondition {
      condition     = local.environment_bytes + local.secret_bytes <= local.environment_limit
      error_message = "Environment and secrets of ${var.name} may take 4 KB in all; these take up to ${local.environment_bytes + local.secret_bytes} bytes."
    }
    # The provider turns a version that could not be made into a warning.
    postcondition {
      condition     = self.version != null && self.version != ""
      error_message = "No version of ${var.name} was made; the warning above says why."
    }
  }
}

resource "yandex_function_scaling_policy" "this" {
  function_id = yandex_function.this.id

  policy {
    tag                  = var.live_tag
    zone_instances_limit = var.instances
    zone_requests_limit  = var.requests
  }
}
