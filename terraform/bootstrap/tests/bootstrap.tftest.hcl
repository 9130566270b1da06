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
    condition = output.buckets == {
      state     = "fly-potato-prod-b1g00000000000000001-state"
      artifacts = "fly-potato-prod-b1g00000000000000001-artifacts"
      audit     = "fly-potato-prod-b1g00000000000000001-audit"
      logs      = "fly-potato-prod-b1g00000000000000001-logs"
    }
    error_message = "The buckets have the names that the deployment looks for."
  }
  assert {
    condition = alltrue([
      for bucket in concat(values(yandex_storage_bucket.for), values(yandex_storage_bucket.archive)) :
      alltrue([for flags in bucket.anonymous_access_flags : !flags.read && !flags.list && !flags.config_read]) &&
      length(bucket.anonymous_access_flags) == 1 && bucket.versioning[0].enabled && !bucket.force_destroy
    ])
    error_message = "Every bucket of the ground is closed, versioned and not emptied by mistake."
  }
  assert {
    condition     = toset([for secret in values(yandex_lockbox_secret.generated) : secret.name]) == toset(["fly-potato-prod-database-fp-owner", "fly-potato-prod-database-fp-ingest", "fly-potato-prod-database-fp-api", "fly-potato-prod-database-fp-datalens", "fly-potato-prod-metrics"])
    error_message = "Secrets have the names that terraform/ looks for."
  }
  assert {
    condition     = alltrue([for secret in values(yandex_lockbox_secret.generated) : secret.password_payload_specification[0].length >= 32])
    error_message = "Lockbox makes the passwords, and long ones."
  }
  # A secret has no version before one is made, whatever its specification says.
  assert {
    condition = toset(keys(yandex_lockbox_secret_version.generated)) == toset(keys(yandex_lockbox_secret.generated)) && alltrue([
      for name, version in yandex_lockbox_secret_version.generated :
      version.secret_id == yandex_lockbox_secret.generated[name].id && length(version.entries) == 0
    ])
    error_message = "Every secret that Lockbox fills has a version, and its state holds no value."
  }
  assert {
    condition = toset([for member in values(yandex_resourcemanager_folder_iam_member.deployer) : member.role]) == toset([
      "api-gateway.editor", "certificate-manager.editor", "dns.editor", "functions.admin", "iam.viewer", "kms.viewer", "lockbox.viewer",
      "logging.editor", "managed-postgresql.editor", "monitoring.editor", "smart-web-security.editor", "storage.admin",
      "vpc.privateAdmin", "vpc.securityGroups.admin", "vpc.user", "ymq.admin",
    ])
    error_message = "The deployer has a role a service and none over rights, accounts, keys or secrets of the folder."
  }
  assert {
    condition = !anytrue([
      for member in values(yandex_resourcemanager_folder_iam_member.deployer) :
      can(regex("^(admin|editor|viewer)$|^resource-manager[.]|^iam[.].*(admin|editor|Admin)|payloadViewer|^(kms|lockbox)[.](admin|editor|keys[.])|^audit-trails[.]", member.role))
    ])
    error_message = "The deployer is nobody's administrator, also not in disguise."
  }
  assert {
    condition = toset([for name, member in yandex_lockbox_secret_iam_member.deployer : member.secret_id]) == toset(concat(
      values(yandex_lockbox_secret.generated)[*].id, [yandex_lockbox_secret.deployer.id]
    ))
    error_message = "The deployer reads the values it needs by name: no key of DataLens, no key of a function."
  }
  assert {
    condition     = alltrue([for member in values(yandex_iam_service_account_iam_member.deployer) : member.role == "iam.serviceAccounts.user"]) && !contains(keys(yandex_iam_service_account_iam_member.deployer), "audit")
    error_message = "The deployer uses the accounts of functions, gateway, triggers and exported logs, makes no keys of theirs, and cannot act as the trail."
  }
  assert {
    condition     = !contains(["kms.keys.encrypterDecrypter", "kms.keys.decrypter"], yandex_kms_symmetric_key_iam_member.deployer["data"].role) && !contains(keys(yandex_kms_symmetric_key_iam_member.deployer), "audit")
    error_message = "The deployer decrypts neither workbooks nor audit events."
  }
  assert {
    condition = toset([for member in concat(
      values(yandex_resourcemanager_folder_iam_member.logs), [yandex_resourcemanager_folder_iam_member.dead_letters]
    ) : member.role]) == toset(["logging.writer", "ymq.writer"])
    error_message = "On the folder functions and triggers write logs and dead letters, and no more."
  }
  assert {
    condition     = { for name, member in yandex_kms_symmetric_key_iam_member.data : name => member.role }["health"] == "kms.keys.decrypter" && toset(keys(yandex_kms_symmetric_key_iam_member.data)) == toset(["upload", "process", "stats", "health"])
    error_message = "The key of workbooks is for those who read or write them; who only reads cannot encrypt."
  }
  assert {
    condition = toset(keys(yandex_lockbox_secret_iam_member.function)) == toset([
      "upload/database-fp-api", "upload/storage-upload",
      "stats/database-fp-api", "stats/storage-stats",
      "process/database-fp-ingest", "process/storage-process",
      "health/database-fp-api", "health/storage-health", "health/metrics",
      "embed_token/datalens",
      "migrate/database-fp-owner",
    ]) && alltrue([for member in values(yandex_lockbox_secret_iam_member.function) : member.role == "lockbox.payloadViewer"])
    error_message = "Each function reads its own secrets, and no more than reads them."
  }
  assert {
    condition = alltrue([
      for name in ["upload", "process", "stats", "health"] :
      yandex_iam_service_account_static_access_key.storage[name].service_account_id == yandex_iam_service_account.function[name].id &&
      one(yandex_iam_service_account_static_access_key.storage[name].output_to_lockbox).secret_id == yandex_lockbox_secret.storage[name].id
    ])
    error_message = "The S3 key of an account goes to the secret of its own function, and never through the state."
  }
  assert {
    condition = alltrue([
      for bucket in values(yandex_storage_bucket.archive) : bucket.lifecycle_rule[0].expiration[0].days >= 180
      ]) && alltrue([
      for binding in values(yandex_storage_bucket_iam_binding.archive) : binding.role == "storage.uploader" && length(binding.members) == 1
    ])
    error_message = "Audit events and logs are kept for half a year or more, and only their own accounts write them."
  }
  assert {
    condition = (
      yandex_audit_trails_trail.this.storage_destination[0].bucket_name == yandex_storage_bucket.archive["audit"].bucket &&
      toset(yandex_audit_trails_trail.this.filtering_policy[0].data_events_filter[*].service) == toset(["lockbox", "storage"]) &&
      yandex_audit_trails_trail.this.filtering_policy[0].management_events_filter[0].resource_scope[0].resource_id == var.folder_id
    )
    error_message = "Every change in the folder and every use of secrets and files is written down."
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
