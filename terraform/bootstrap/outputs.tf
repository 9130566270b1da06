output "buckets" {
  description = "Where state, bundles, audit events and exported logs are kept."
  value = merge(
    { for use, bucket in yandex_storage_bucket.for : use => bucket.bucket },
    { for use, bucket in yandex_storage_bucket.archive : use => bucket.bucket },
  )
}

output "deployer" {
  description = "The account that deploys, and the secret that holds its static key."
  value = {
    account_id = yandex_iam_service_account.deployer.id
    secret_id  = yandex_lockbox_secret.deployer.id
  }
}

output "versions" {
  description = "The version of each secret that Lockbox fills; without one a deployment finds no password."
  value       = { for name, version in yandex_lockbox_secret_version.generated : name => version.id }
}
