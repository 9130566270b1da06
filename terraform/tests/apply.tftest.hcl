# Everything applied at once, against a provider that makes ids up: who is tied to whom.

mock_provider "yandex" {
  mock_resource "yandex_cm_certificate" {
    defaults = { challenges = [{ dns_name = "_acme-challenge.uav.fly-potato.test.", dns_type = "CNAME", dns_value = "proof.cm.yandexcloud.net." }] }
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
    condition     = length(toset([for account in concat(values(data.yandex_iam_service_account.function), values(data.yandex_iam_service_account.caller)) : account.name])) == length(var.release) + 3
    error_message = "Everyone who calls or is called has an account of its own."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.data["storage.uploader"].members == toset([for name in ["upload", "process", "stats"] : "serviceAccount:${data.yandex_iam_service_account.function[name].id}"])
    error_message = "Only upload, process and stats write."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.data["storage.viewer"].members == toset([for name in ["upload", "process", "stats", "health"] : "serviceAccount:${data.yandex_iam_service_account.function[name].id}"])
    error_message = "Only upload, process, stats and health read."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.site.members == toset(["serviceAccount:${data.yandex_iam_service_account.caller["gateway"].id}"])
    error_message = "Only the gateway reads the web page."
  }
  assert {
    condition = { for name, member in yandex_function_iam_member.gateway : name => [member.function_id, member.member] } == {
      for name in ["upload", "embed_token", "stats", "health"] : name => [module.function[name].id, "serviceAccount:${data.yandex_iam_service_account.caller["gateway"].id}"]
    }
    error_message = "The gateway may call upload, embed_token, stats and health."
  }
  assert {
    condition = { for name, member in yandex_function_iam_member.trigger : name => [member.function_id, member.member] } == {
      for name in ["process", "stats", "upload"] : name => [module.function[name].id, "serviceAccount:${data.yandex_iam_service_account.caller["trigger"].id}"]
    }
    error_message = "The triggers may call process, and what they keep warm."
  }
  assert {
    condition     = { for name, member in yandex_function_iam_member.deployer : name => member.function_id } == { for name, function in module.function : name => function.id }
    error_message = "A deployment may call migrate, and look at each function of a release."
  }
  assert {
    condition     = one(yandex_function_trigger.workbook.function).id == module.function["process"].id && toset(keys(yandex_function_trigger.job)) == toset(["withdrawals", "boundaries", "sweep", "zones", "redact", "cleanup", "check-rollups", "check-boundaries"])
    error_message = "A workbook calls process, and so do the three timers."
  }
  assert {
    condition = (
      one(yandex_storage_bucket.data.server_side_encryption_configuration[0].rule).apply_server_side_encryption_by_default[0].kms_master_key_id == data.yandex_kms_symmetric_key.for["data"].id &&
      yandex_mdb_postgresql_cluster_v2.this.disk_encryption_key_id == data.yandex_kms_symmetric_key.for["database"].id &&
      data.yandex_kms_symmetric_key.for["data"].name != data.yandex_kms_symmetric_key.for["database"].name
    )
    error_message = "A key for each kind of data."
  }
}
