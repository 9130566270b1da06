output "address" {
  description = "Where the site and the API are."
  value       = var.domain == null ? "https://${yandex_api_gateway.this.domain}" : "https://${var.domain.fqdn}"
}

output "site" {
  description = "What the web page is told of its place (assets/config.json), and whom beside the gateway it may talk to."
  value = {
    config = {
      login     = "oidc"
      issuer    = var.oidc.issuer
      client_id = var.oidc.client
    }
    connect = [var.oidc.issuer, "https://storage.yandexcloud.net"]
  }
}

output "functions" {
  description = "Ids of the functions, by name; a deployment calls migrate."
  value       = { for name, function in module.function : name => function.id }
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
    datalens          = yandex_lockbox_secret.datalens.id
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
