# Before the gateway: how often one address may call, and what looks like a robot. Only what passes is billed.

resource "yandex_sws_advanced_rate_limiter_profile" "this" {
  count       = var.protection.enabled ? 1 : 0
  folder_id   = var.folder_id
  name        = local.name
  description = "Calls of one address"
  labels      = local.labels

  # A first visit of the page fetches some thirty files, an office behind one address some hundreds.
  advanced_rate_limiter_rule {
    name        = "address"
    description = "Everything that one address asks for"
    priority    = 10
    dry_run     = var.protection.only_watch

    dynamic_quota {
      action = "DENY"
      limit  = var.protection.calls_per_minute
      period = 60

      characteristic {
        simple_characteristic {
          type = "IP"
        }
      }
    }
  }

  # Reports and pictures cost seconds of a processor each.
  advanced_rate_limiter_rule {
    name        = "reports"
    description = "Documents and pictures that one address has drawn"
    priority    = 20
    dry_run     = var.protection.only_watch

    dynamic_quota {
      action = "DENY"
      limit  = var.protection.reports_per_minute
      period = 60

      condition {
        request_uri {
          path {
            prefix_match = "/api/reports"
          }
        }
      }

      characteristic {
        simple_characteristic {
          type = "IP"
        }
      }
    }
  }
}

resource "yandex_sws_security_profile" "this" {
  count                            = var.protection.enabled ? 1 : 0
  folder_id                        = var.folder_id
  name                             = local.name
  description                      = "What reaches the gateway"
  default_action                   = "ALLOW"
  disallow_data_processing         = true # requests carry people's tokens
  advanced_rate_limiter_profile_id = yandex_sws_advanced_rate_limiter_profile.this[0].id
  labels                           = local.labels
}
