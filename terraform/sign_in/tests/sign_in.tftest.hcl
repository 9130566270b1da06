mock_provider "yandex" {}

variables {
  environment     = "prod"
  organization_id = "bpf00000000000000000"
  cloud_id        = "b1g00000000000000000"
  folder_id       = "b1g00000000000000001"
  address         = "https://d5d00000000000000000.00000000.apigw.yandexcloud.net"
}

run "sign_in" {
  command = apply

  assert {
    condition     = yandex_iam_oauth_client.page.profile_id == "user-agent" && yandex_iam_oauth_client.page.pkce_required && yandex_iam_oauth_client.page.authentication_methods == tolist(["none"])
    error_message = "A page holds no secret and proves itself by PKCE."
  }
  assert {
    condition     = yandex_iam_oauth_client.page.redirect_uris == toset(["https://d5d00000000000000000.00000000.apigw.yandexcloud.net/"])
    error_message = "People come back to the page's own address and no other."
  }
  assert {
    condition     = contains(yandex_iam_oauth_client.page.scopes, "groups") && yandex_organizationmanager_idp_application_oauth_application.page.client_grant.authorized_scopes == yandex_iam_oauth_client.page.scopes
    error_message = "Roles come as groups, so the application grants that scope."
  }
  assert {
    condition     = yandex_organizationmanager_idp_application_oauth_application.page.group_claims_settings.group_distribution_type == "ASSIGNED_GROUPS"
    error_message = "A token names the product's groups and tells nothing of a person's others."
  }
  assert {
    condition     = output.groups == { operator = "fly-potato-prod-operator", analyst = "fly-potato-prod-analyst", administrator = "fly-potato-prod-administrator" }
    error_message = "A group a role, and its name carries the environment."
  }
  assert {
    condition     = toset([for assignment in values(yandex_organizationmanager_idp_application_oauth_application_assignment.role) : assignment.subject_id]) == toset([for group in values(yandex_organizationmanager_group.role) : group.id])
    error_message = "Members of the groups may use the application, nobody else."
  }
  assert {
    condition     = output.client_id == yandex_iam_oauth_client.page.id
    error_message = "The deployment learns the client."
  }
}

run "a_placeholder_is_no_address" {
  command = plan

  variables {
    address = "https://uav.example.ru"
  }

  expect_failures = [var.address]
}

run "a_stranger_is_no_role" {
  command = plan

  variables {
    members = { director = ["aje00000000000000001"] }
  }

  expect_failures = [var.members]
}
