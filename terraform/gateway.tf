locals {
  # The page comes from the gateway itself and needs no leave. The gateway wants at least one origin, so where there is no
  # other it gets one that cannot exist.
  api_origins = concat(var.domain == null ? [] : ["https://${var.domain.fqdn}"], var.site_origins)

  gateway_variables = merge(
    { for name, function in module.function : "function_${name}" => function.id },
    {
      gateway_sa          = data.yandex_iam_service_account.caller["gateway"].id
      live_tag            = var.tags.live
      site_bucket         = local.buckets.site
      cors_origins        = jsonencode(length(local.api_origins) > 0 ? local.api_origins : ["https://fly-potato.invalid"])
      oidc_issuer         = local.sign_in.issuer
      oidc_jwks_uri       = local.sign_in.jwks_uri
      oidc_audience       = local.sign_in.audience
      requests_per_second = var.requests_per_second
      security_profile    = var.protection.enabled ? yandex_sws_security_profile.this[0].id : ""
    },
  )
}

resource "yandex_api_gateway" "this" {
  folder_id         = var.folder_id
  name              = local.name
  description       = "The one way in: the API and the web page"
  labels            = local.labels
  execution_timeout = "30"
  spec              = templatefile("${path.module}/../spec/openapi.yaml", local.gateway_variables)

  dynamic "custom_domains" {
    for_each = var.domain == null ? [] : [var.domain.fqdn]
    content {
      fqdn           = custom_domains.value
      certificate_id = data.yandex_cm_certificate.issued[0].id
    }
  }

  log_options {
    log_group_id = yandex_logging_group.this.id
    min_level    = var.app.log_level
  }
}
