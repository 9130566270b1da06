# Signing in with the organization's Identity Hub: groups of the three roles, the page as an application of a public client,
# and which groups may use it. Needs the environment's address, so it comes after the first deployment, and rights in the
# organization, so an administrator applies it and never a deployment.

locals {
  name   = "fly-potato-${var.environment}"
  labels = { product = "fly-potato", environment = var.environment }
  scopes = ["openid", "profile", "email", "groups"]

  roles = {
    operator      = "Sends workbooks, reads everything"
    analyst       = "Reads statistics"
    administrator = "Everything, boundaries and keys included"
  }
}

# Groups are the whole organization's, so their names carry the environment: an operator of dev is nobody in prod.
resource "yandex_organizationmanager_group" "role" {
  for_each        = local.roles
  organization_id = var.organization_id
  name            = "${local.name}-${each.key}"
  description     = each.value
  labels          = local.labels
}

resource "yandex_organizationmanager_group_membership" "role" {
  for_each = var.members
  group_id = yandex_organizationmanager_group.role[each.key].id
  members  = each.value
}

# A page in a browser can keep no secret: no authentication of the client, PKCE instead.
resource "yandex_iam_oauth_client" "page" {
  folder_id              = var.folder_id
  name                   = "${local.name}-page"
  profile_id             = "user-agent"
  pkce_required          = true
  authentication_methods = ["none"]
  redirect_uris          = [for address in concat([var.address], var.other_addresses) : "${address}/"]
  scopes                 = local.scopes
}

resource "yandex_organizationmanager_idp_application_oauth_application" "page" {
  organization_id = var.organization_id
  name            = local.name
  description     = "Fly Potato, ${var.environment}"
  labels          = local.labels

  client_grant = {
    client_id         = yandex_iam_oauth_client.page.id
    authorized_scopes = local.scopes
  }

  # The token names the groups below and no other group of a person.
  group_claims_settings = {
    group_distribution_type = "ASSIGNED_GROUPS"
  }
}

resource "yandex_organizationmanager_idp_application_oauth_application_assignment" "role" {
  for_each       = yandex_organizationmanager_group.role
  application_id = yandex_organizationmanager_idp_application_oauth_application.page.id
  subject_id     = each.value.id
}
