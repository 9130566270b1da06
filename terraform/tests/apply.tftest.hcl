# Everything applied at once, against a provider that makes ids up: who is tied to whom.

mock_provider "yandex" {
  mock_resource "yandex_cm_certificate" {
    defaults = { challenges = [{ dns_name = "_acme-challenge.uav.example.ru.", dns_type = "CNAME", dns_value = "proof.cm.yandexcloud.net." }] }
  }
  mock_data "yandex_lockbox_secret" {
    defaults = { id = "made-before", current_version = [{ id = "version-1" }] }
  }
}

run "everything" {
  command = apply

  assert {
    condition     = output.buckets == { data = "fly-potato-prod-b1g00000000000000001-data", site = "fly-potato-prod-b1g00000000000000001-site", artifacts = "fly-potato-prod-b1g00000000000000001-artifacts" }
    error_message = "Names of buckets carry environment and folder."
  }
  assert {
    condition     = toset(keys(output.functions)) == toset(keys(var.release)) && length(toset(values(output.functions))) == length(var.release)
    error_message = "A deployment learns every function's id."
  }
  assert {
    condition     = length(toset([for account in concat(values(yandex_iam_service_account.function), [yandex_iam_service_account.gateway, yandex_iam_service_account.trigger]) : account.id])) == length(var.release) + 2
    error_message = "Everyone who calls or is called has an account of its own."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.data["storage.uploader"].members == toset([for name in ["upload", "process", "stats"] : "serviceAccount:${yandex_iam_service_account.function[name].id}"])
    error_message = "Only upload, process and stats write."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.data["storage.viewer"].members == toset([for name in ["upload", "process", "stats", "health"] : "serviceAccount:${yandex_iam_service_account.function[name].id}"])
    error_message = "Only upload, process, stats and health read."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.site.members == toset(["serviceAccount:${yandex_iam_service_account.gateway.id}"])
    error_message = "Only the gateway reads the web page."
  }
  assert {
    condition = { for name, member in yandex_function_iam_member.gateway : name => [member.function_id, member.member] } == {
      for name in ["upload", "embed_token", "stats", "health"] : name => [module.function[name].id, "serviceAccount:${yandex_iam_service_account.gateway.id}"]
    }
    error_message = "The gateway may call upload, embed_token, stats and health."
  }
  assert {
    condition     = yandex_function_iam_member.trigger.function_id == module.function["process"].id && yandex_function_iam_member.trigger.member == "serviceAccount:${yandex_iam_service_account.trigger.id}"
    error_message = "The triggers may call process."
  }
  assert {
    condition     = yandex_function_iam_member.deployer.function_id == module.function["migrate"].id
    error_message = "A deployment may call migrate."
  }
  assert {
    condition     = yandex_kms_symmetric_key_iam_member.deployer.symmetric_key_id == yandex_kms_symmetric_key.for["site"].id && yandex_kms_symmetric_key_iam_member.site.symmetric_key_id == yandex_kms_symmetric_key.for["site"].id && yandex_kms_symmetric_key_iam_member.site.role == "kms.keys.decrypter"
    error_message = "A deployment writes the web page, the gateway reads it, and neither gets the key of workbooks."
  }
  assert {
    condition     = { for name, member in yandex_kms_symmetric_key_iam_member.data : name => member.symmetric_key_id } == { for name in ["upload", "process", "stats", "health"] : name => yandex_kms_symmetric_key.for["data"].id }
    error_message = "The key of workbooks is for those who read or write them."
  }
  assert {
    condition = toset([for name, member in yandex_lockbox_secret_iam_member.function : name]) == toset([
      "upload/PGPASSWORD", "upload/S3_ACCESS_KEY_ID",
      "stats/PGPASSWORD", "stats/S3_ACCESS_KEY_ID",
      "process/PGPASSWORD", "process/S3_ACCESS_KEY_ID",
      "health/PGPASSWORD", "health/S3_ACCESS_KEY_ID", "health/METRICS_TOKEN",
      "migrate/PGPASSWORD",
    ])
    error_message = "Each function reads its own secrets."
  }
  assert {
    condition = alltrue([
      for name in ["upload", "process", "stats", "health"] :
      yandex_lockbox_secret_iam_member.function["${name}/S3_ACCESS_KEY_ID"].secret_id == yandex_lockbox_secret.storage[name].id &&
      yandex_iam_service_account_static_access_key.storage[name].service_account_id == yandex_iam_service_account.function[name].id &&
      one(yandex_iam_service_account_static_access_key.storage[name].output_to_lockbox).secret_id == yandex_lockbox_secret.storage[name].id
    ])
    error_message = "The S3 key of an account goes to the secret of its own function, and never through the state."
  }
  assert {
    condition     = one(yandex_function_trigger.workbook.function).id == module.function["process"].id && toset(keys(yandex_function_trigger.job)) == toset(["cleanup", "check-rollups"])
    error_message = "A workbook calls process, and so do the two timers."
  }
  assert {
    condition = length(toset([
      one(yandex_storage_bucket.data.server_side_encryption_configuration[0].rule).apply_server_side_encryption_by_default[0].kms_master_key_id,
      one(yandex_storage_bucket.site.server_side_encryption_configuration[0].rule).apply_server_side_encryption_by_default[0].kms_master_key_id,
      yandex_mdb_postgresql_cluster_v2.this.disk_encryption_key_id,
    ])) == 3
    error_message = "A key for each kind of data."
  }
}
