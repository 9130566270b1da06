output "client_id" {
  description = "hub_client_id of the environment's settings."
  value       = yandex_iam_oauth_client.page.id
}

output "groups" {
  description = "Whoever is a member holds the role."
  value       = { for role, group in yandex_organizationmanager_group.role : role => group.name }
}
