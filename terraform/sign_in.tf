# Whose tokens the gateway believes: the organization's Identity Hub (terraform/sign_in makes its application, once the
# address is known), or any other OpenID issuer.

locals {
  # https://yandex.cloud/docs/organization/concepts/applications/oidc
  hub = {
    issuer   = "https://auth.yandex.cloud"
    jwks_uri = "https://auth.yandex.cloud/oauth/jwks/keys"
  }

  # Groups stand in the hub's ID token and not in its access token, which is no JWT for others to read. Until the
  # application is there nobody can hold a token for this audience.
  sign_in = var.oidc == null ? {
    issuer       = local.hub.issuer
    jwks_uri     = local.hub.jwks_uri
    audience     = coalesce(var.hub_client_id, "${local.name}-has-no-sign-in-yet")
    client       = coalesce(var.hub_client_id, "${local.name}-has-no-sign-in-yet")
    token        = "id"
    scope        = "openid profile email groups"
    roles_prefix = "${local.name}-" # groups are the whole organization's: fly-potato-prod-operator
    } : {
    issuer       = var.oidc.issuer
    jwks_uri     = var.oidc.jwks_uri
    audience     = var.oidc.audience
    client       = var.oidc.client
    token        = var.oidc.token
    scope        = var.oidc.scope
    roles_prefix = var.oidc.roles_prefix
  }
}
