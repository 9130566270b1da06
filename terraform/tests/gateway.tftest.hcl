# The provider is mocked: nothing here asks a cloud.

mock_provider "yandex" {
  override_during = plan
  source          = "./tests/mocks"
}

run "gateway" {
  command = plan

  assert {
    condition     = one(yandex_api_gateway.this.custom_domains).fqdn == "uav.fly-potato.test"
    error_message = "The gateway answers to the environment's own name."
  }
  assert {
    condition     = yandex_cm_certificate.this[0].managed[0].challenge_type == "DNS_CNAME" && data.yandex_cm_certificate.issued[0].wait_validation
    error_message = "The certificate is proven by DNS and waited for."
  }
  assert {
    condition     = yandex_dns_recordset.gateway[0].data == toset(["d5d00000000000000000.00000000.apigw.yandexcloud.net."])
    error_message = "The name points at the gateway."
  }
  assert {
    condition     = strcontains(yandex_api_gateway.this.spec, "https://sso.fly-potato.test/realms/fly-potato/protocol/openid-connect/certs")
    error_message = "The specification names the issuer's keys."
  }
  assert {
    condition = {
      for key, value in yamldecode(yandex_api_gateway.this.spec).components.securitySchemes.people.x-yc-apigateway-authorizer : key => value
      if contains(["type", "issuers", "audiences", "requiredClaims"], key)
      } == {
      type           = "jwt"
      issuers        = ["https://sso.fly-potato.test/realms/fly-potato"]
      audiences      = ["fly-potato"]
      requiredClaims = ["sub", "exp"]
    }
    error_message = "The gateway believes the environment's own issuer, for the product's own audience."
  }
  assert {
    condition     = yamldecode(yandex_api_gateway.this.spec).components.securitySchemes.people.x-yc-apigateway-authorizer.jwkTtlInSeconds >= 60
    error_message = "The issuer's keys are kept for a while, so that it may be away for a minute."
  }
  assert {
    condition = alltrue(flatten([
      for path, item in yamldecode(yandex_api_gateway.this.spec).paths : [
        for method in ["get", "post", "put", "delete"] : length(item[method].security) == 1 if can(item[method].x-role)
      ]
    ]))
    error_message = "Nobody gets to a route with a role without a token."
  }
  assert {
    condition     = !can(yamldecode(yandex_api_gateway.this.spec).x-yc-apigateway.rateLimit) && !contains(yamldecode(yandex_api_gateway.this.spec).x-yc-apigateway.cors.origin, "*")
    error_message = "The preview of limits is not asked for, and the gateway's answers are for the product's own pages."
  }
  assert {
    condition     = yamldecode(yandex_api_gateway.this.spec).x-yc-apigateway.smartWebSecurity.securityProfileId == yandex_sws_security_profile.this[0].id
    error_message = "What reaches the gateway has passed its profile."
  }
  assert {
    condition     = alltrue([for rule in yandex_sws_advanced_rate_limiter_profile.this[0].advanced_rate_limiter_rule : one(rule.dynamic_quota).action == "DENY" && one(one(one(rule.dynamic_quota).characteristic).simple_characteristic).type == "IP" && !rule.dry_run])
    error_message = "One address may call so often and no more."
  }
  assert {
    condition     = !can(regex("[$][{]", yandex_api_gateway.this.spec))
    error_message = "Nothing is left unfilled in the specification."
  }
  assert {
    condition = {
      for path, item in yamldecode(yandex_api_gateway.this.spec).paths : path => item.get.x-yc-apigateway-integration.object
      if try(item.get.x-yc-apigateway-integration.type, "") == "object_storage"
      } == {
      "/"                  = "index.html"
      "/flights"           = "flights.html"
      "/comparison"        = "comparison.html"
      "/region-comparison" = "region-comparison.html"
      "/plans"             = "plans.html"
      "/outlook"           = "outlook.html"
      "/upload"            = "upload.html"
      "/explain"           = "explain.html"
      "/region-sets"       = "region-sets.html"
      "/regions"           = "regions.html"
      "/region"            = "region.html"
      "/time"              = "time.html"
      "/quality"           = "quality.html"
      "/docs"              = "docs.html"
      "/openapi.json"      = "openapi.json"
      "/{page}"            = "{page}.html"
      "/assets/{file+}"    = "assets/{file}"
    }
    error_message = "The gateway gives every page out of the bucket."
  }
  assert {
    condition = alltrue([
      for path, item in yamldecode(yandex_api_gateway.this.spec).paths :
      item.get.x-yc-apigateway-integration.bucket == yandex_storage_bucket.site.bucket &&
      item.get.x-yc-apigateway-integration.service_account_id == data.yandex_iam_service_account.caller["gateway"].id &&
      item.get.x-yc-apigateway-integration.error_object == "404.html"
      if try(item.get.x-yc-apigateway-integration.type, "") == "object_storage"
    ])
    error_message = "Pages come from the site's bucket in the gateway's name, and what there is not is a page as well."
  }
  assert {
    condition     = output.site.config == { login = "oidc", issuer = "https://sso.fly-potato.test/realms/fly-potato", client_id = "fly-potato-site", token = "access", scope = "openid profile" } && contains(output.site.connect, "https://storage.yandexcloud.net")
    error_message = "The page learns where to log in and may send workbooks to the bucket."
  }
  assert {
    condition     = output.address == "https://uav.fly-potato.test"
    error_message = "The address is the environment's own name."
  }
}

run "gateway_without_a_name" {
  command = plan

  variables {
    domain = null
  }

  assert {
    condition     = length(yandex_api_gateway.this.custom_domains) == 0 && length(yandex_cm_certificate.this) == 0 && length(yandex_dns_recordset.gateway) == 0
    error_message = "Without a name there is no certificate and no record."
  }
  assert {
    condition     = output.address == "https://d5d00000000000000000.00000000.apigw.yandexcloud.net"
    error_message = "Then the technical domain is the address."
  }
}

run "an_account_with_the_preview_of_limits" {
  command = plan

  variables {
    requests_per_second = 200
  }

  assert {
    condition     = yamldecode(yandex_api_gateway.this.spec).x-yc-apigateway.rateLimit.allRequests.rps == 200
    error_message = "Who has the preview sets the limit."
  }
}

run "without_protection" {
  command = plan

  variables {
    protection = { enabled = false }
  }

  assert {
    condition     = !can(yamldecode(yandex_api_gateway.this.spec).x-yc-apigateway.smartWebSecurity) && length(yandex_sws_security_profile.this) == 0
    error_message = "The profile can be left out."
  }
}

run "the_organizations_own_sign_in" {
  command = plan

  variables {
    oidc          = null
    hub_client_id = "ajeclient00000000000"
  }

  assert {
    condition = {
      for key, value in yamldecode(yandex_api_gateway.this.spec).components.securitySchemes.people.x-yc-apigateway-authorizer : key => value
      if contains(["jwksUri", "issuers", "audiences"], key)
      } == {
      jwksUri   = "https://auth.yandex.cloud/oauth/jwks/keys"
      issuers   = ["https://auth.yandex.cloud"]
      audiences = ["ajeclient00000000000"]
    }
    error_message = "The gateway believes the organization's Identity Hub, for the page's own client."
  }
  assert {
    condition     = output.site.config == { login = "oidc", issuer = "https://auth.yandex.cloud", client_id = "ajeclient00000000000", token = "id", scope = "openid profile email groups" }
    error_message = "The page asks for groups and sends the token that holds them."
  }
  assert {
    condition     = module.function["stats"].environment["AUTH_ROLES_PREFIX"] == "fly-potato-prod-" && output.sign_in.ready
    error_message = "Roles are groups of this environment."
  }
}

run "before_there_is_a_sign_in" {
  command = plan

  variables {
    oidc = null
  }

  assert {
    condition     = !output.sign_in.ready && yamldecode(yandex_api_gateway.this.spec).components.securitySchemes.people.x-yc-apigateway-authorizer.audiences == ["fly-potato-prod-has-no-sign-in-yet"]
    error_message = "The first deployment finds the address; until the page is known to the hub no token is believed."
  }
}

run "a_placeholder_is_no_issuer" {
  command = plan

  variables {
    oidc = { issuer = "https://sso.example.ru/realms/fly-potato", jwks_uri = "https://sso.example.ru/certs", audience = "fly-potato" }
  }

  expect_failures = [var.oidc]
}

run "a_zones_own_name_cannot_point_at_the_gateway" {
  command = plan

  variables {
    domain = { fqdn = "agency.ru", zone_id = "dns-zone" }
  }

  expect_failures = [var.domain]
}

run "a_star_is_no_origin" {
  command = plan

  variables {
    site_origins = ["https://*"]
  }

  expect_failures = [var.site_origins]
}

run "logs" {
  command = plan

  variables {
    log_days = 90
  }

  assert {
    condition     = yandex_logging_group.this.retention_period == "2160h"
    error_message = "Logs are kept for the days asked for."
  }
  assert {
    condition     = one(yandex_api_gateway.this.log_options).log_group_id == yandex_logging_group.this.id
    error_message = "The gateway logs into the group."
  }
  assert {
    condition     = length(yandex_monitoring_dashboard.this.widgets) == length(local.charts) && length(local.charts) >= 10
    error_message = "The dashboard shows every chart."
  }
}

run "strange_names_are_refused" {
  command = plan

  variables {
    environment = "staging"
  }

  expect_failures = [var.environment]
}
