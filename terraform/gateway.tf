locals {
  # The page comes from the gateway itself and needs no leave. The gateway wants at least one origin, so where there is no
  # other it gets one that cannot exist.
  api_origins = concat(var.domain == null ? [] : ["https://${var.domain.fqdn}"], var.site_origins)

  gateway_variables = merge(
    { for name, function in module.function : "function_${name}" => function.id },
    {
      gateway_sa          = yandex_iam_service_account.gateway.id
      site_bucket         = local.buckets.site
      cors_origins        = jsonencode(length(local.api_origins) > 0 ? local.api_origins : ["https://fly-potato.invalid"])
      oidc_issuer         = var.oidc.issuer
      oidc_jwks_uri       = var.oidc.jwks_uri
      oidc_audience       = var.oidc.audience
      requests_per_second = var.requests_per_second
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
