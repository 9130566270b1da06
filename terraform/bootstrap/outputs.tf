output "buckets" {
  description = "Where state and bundles are kept."
  value       = { for use, bucket in yandex_storage_bucket.for : use => bucket.bucket }
}

output "deployer" {
  description = "The account that deploys, and the secret that holds its static key."
  value = {
    account_id = yandex_iam_service_account.deployer.id
    secret_id  = yandex_lockbox_secret.deployer.id
  }
}
