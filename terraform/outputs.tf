output "address" {
  description = "Where the site and the API are."
  value       = var.domain == null ? "https://${yandex_api_gateway.this.domain}" : "https://${var.domain.fqdn}"
}

output "site" {
  description = "What the web page is told of its place (assets/config.json), and whom beside the gateway it may talk to."
  value = {
    config = {
      login     = "oidc"
      issuer    = local.sign_in.issuer
      client_id = local.sign_in.client
      token     = local.sign_in.token
      scope     = local.sign_in.scope
    }
    connect = [local.sign_in.issuer, "https://storage.yandexcloud.net"]
  }
}

output "functions" {
  description = "Ids of the functions, by name; a deployment calls migrate."
  value       = { for name, function in module.function : name => function.id }
}

output "versions" {
  description = "The version of each function that was made last."
  value       = { for name, function in module.function : name => function.version }
}

output "live" {
  description = "The tag that the gateway calls, and the release that was made under the tag `next`."
  value       = { tag = var.tags.live, next = var.tags.next, release = var.release_name }
}

output "sign_in" {
  description = "Whose tokens the gateway believes."
  value = {
    issuer       = local.sign_in.issuer
    jwks_uri     = local.sign_in.jwks_uri
    audience     = local.sign_in.audience
    roles_prefix = local.sign_in.roles_prefix
    ready        = var.oidc != null || var.hub_client_id != null
  }
}

output "log_group" {
  description = "Where functions and gateway log."
  value       = yandex_logging_group.this.id
}

output "watching" {
  description = "What a deployment sets up by the cloud's API after Terraform: rules, a budget."
  value       = var.watching
}

output "buckets" {
  description = "Names of the buckets, by use."
  value       = { data = yandex_storage_bucket.data.bucket, site = yandex_storage_bucket.site.bucket, artifacts = local.buckets.artifacts }
}

output "database" {
  description = "What DataLens and an administrator's bastion connect to."
  value = {
    cluster_id = yandex_mdb_postgresql_cluster_v2.this.id
    host       = local.database_host
    port       = local.database_port
    name       = yandex_mdb_postgresql_database.this.name
    user       = yandex_mdb_postgresql_user.role["fp_datalens"].name
  }
}

output "secrets" {
  description = "Ids of the Lockbox secrets that people and the deployment read."
  value = {
    metrics           = data.yandex_lockbox_secret.metrics.id
    datalens          = data.yandex_lockbox_secret.datalens.id
    datalens_database = data.yandex_lockbox_secret.database["fp_datalens"].id
  }
}

output "dead_letters" {
  description = "The queue of what could not be processed."
  value       = yandex_message_queue.dead_letters.id
}

output "dashboard" {
  description = "The monitoring dashboard."
  value       = yandex_monitoring_dashboard.this.id
}
