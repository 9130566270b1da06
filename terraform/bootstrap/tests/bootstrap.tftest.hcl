mock_provider "yandex" {}

variables {
  environment = "prod"
  cloud_id    = "b1g00000000000000000"
  folder_id   = "b1g00000000000000001"
  repository  = "example/fly-potato"
}

run "ground" {
  command = apply

  assert {
    condition     = output.buckets == { state = "fly-potato-prod-b1g00000000000000001-state", artifacts = "fly-potato-prod-b1g00000000000000001-artifacts" }
    error_message = "The buckets have the names that the deployment looks for."
  }
  assert {
    condition = alltrue([
      for bucket in values(yandex_storage_bucket.for) :
      alltrue([for flags in bucket.anonymous_access_flags : !flags.read && !flags.list && !flags.config_read]) &&
      length(bucket.anonymous_access_flags) == 1 && bucket.versioning[0].enabled && !bucket.force_destroy
    ])
    error_message = "State and bundles are closed, versioned and not emptied by mistake."
  }
  assert {
    condition     = toset([for secret in values(yandex_lockbox_secret.generated) : secret.name]) == toset(["fly-potato-prod-database-fp-owner", "fly-potato-prod-database-fp-ingest", "fly-potato-prod-database-fp-api", "fly-potato-prod-database-fp-datalens", "fly-potato-prod-metrics"])
    error_message = "Secrets have the names that terraform/ looks for."
  }
  assert {
    condition     = alltrue([for secret in values(yandex_lockbox_secret.generated) : secret.password_payload_specification[0].length >= 32])
    error_message = "Lockbox makes the passwords, and long ones."
  }
  assert {
    condition     = length(setintersection(toset(["admin", "editor", "resource-manager.clouds.owner"]), toset([for member in values(yandex_resourcemanager_folder_iam_member.deployer) : member.role]))) == 0
    error_message = "The deployer is nobody's admin."
  }
  assert {
    condition     = one(yandex_iam_service_account_static_access_key.deployer.output_to_lockbox).secret_id == yandex_lockbox_secret.deployer.id
    error_message = "The deployer's static key goes to Lockbox and never through the state."
  }
  assert {
    condition     = yandex_iam_workload_identity_federated_credential.github[0].external_subject_id == "repo:example/fly-potato:environment:prod"
    error_message = "Only jobs of the repository's own environment may deploy, because there stands the approval."
  }
}

run "no_repository_no_trust" {
  command = plan

  variables {
    repository = null
  }

  assert {
    condition     = length(yandex_iam_workload_identity_oidc_federation.github) == 0 && length(yandex_iam_workload_identity_federated_credential.github) == 0
    error_message = "Nobody outside is believed unless asked for."
  }
}
