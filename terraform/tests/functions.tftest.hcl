# The provider is mocked: nothing here asks a cloud.

mock_provider "yandex" {
  override_during = plan
  source          = "./tests/mocks"
}

run "functions" {
  command = plan

  assert {
    condition     = toset(keys(module.function)) == toset(keys(var.release))
    error_message = "One function a bundle."
  }
  assert {
    condition     = !contains(keys(local.secrets["embed_token"]), "PGPASSWORD") && !contains(keys(local.secrets["upload"]), "DATALENS_PRIVATE_KEY")
    error_message = "A function holds only the secrets it needs."
  }
  assert {
    condition     = { for name, function in local.functions : name => function.role } == { upload = "fp_api", process = "fp_ingest", embed_token = null, health = "fp_api", stats = "fp_api", migrate = "fp_owner" }
    error_message = "Each function comes to the database in its own role."
  }
  assert {
    condition     = toset([for name, function in local.functions : name if function.behind_gateway]) == toset(keys(yandex_function_iam_member.gateway))
    error_message = "The gateway may call what is behind it, and not process or migrate."
  }
  assert {
    condition     = !contains(keys(yandex_function_iam_member.gateway), "process") && !contains(keys(yandex_function_iam_member.gateway), "migrate")
    error_message = "Neither process nor migrate can be called from outside."
  }
  # Three zones, two connections an instance (POSTGRES_POOL_SIZE).
  assert {
    condition = alltrue([
      for role, settings in local.database_roles :
      sum(concat([0], [for function in values(local.functions) : function.instances if function.role == role])) * 3 * 2 <= settings.connections
    ])
    error_message = "As many connections as all instances of a role's functions may open."
  }
}

run "triggers" {
  command = plan

  variables {
    jobs = { cleanup = "15 3 * * ? *" }
  }

  assert {
    condition     = alltrue([for trigger in concat([yandex_function_trigger.workbook], values(yandex_function_trigger.job)) : one(trigger.dlq).queue_id == yandex_message_queue.dead_letters.arn])
    error_message = "What cannot be processed goes to the dead letters."
  }
  assert {
    condition     = alltrue([for trigger in concat([yandex_function_trigger.workbook], values(yandex_function_trigger.job)) : tonumber(one(trigger.function).retry_attempts) >= 1 && tonumber(one(trigger.function).retry_interval) >= 10])
    error_message = "Retries are written out; the provider sends nothing for what is left out."
  }
  assert {
    condition     = one(yandex_function_trigger.workbook.object_storage).batch_size == "1" && one(yandex_function_trigger.workbook.object_storage).prefix == "incoming/" && one(yandex_function_trigger.workbook.object_storage).suffix == ".xlsx"
    error_message = "One workbook a call, and only new ones."
  }
  assert {
    condition     = one(yandex_function_trigger.workbook.object_storage).create && !one(yandex_function_trigger.workbook.object_storage).update && !one(yandex_function_trigger.workbook.object_storage).delete
    error_message = "Edits and deletions are no workbooks."
  }
  assert {
    condition     = yandex_message_queue.dead_letters.message_retention_seconds == 1209600
    error_message = "Dead letters wait for 14 days."
  }
  assert {
    condition     = jsondecode(one(yandex_function_trigger.job["cleanup"].timer).payload) == { job = "cleanup" }
    error_message = "The timer says which job."
  }
}

run "rights" {
  command = plan

  assert {
    condition = toset([for member in concat(
      values(yandex_resourcemanager_folder_iam_member.logs), [yandex_resourcemanager_folder_iam_member.dead_letters]
    ) : member.role]) == toset(["logging.writer", "ymq.writer"])
    error_message = "On the folder there are rights to write logs and dead letters, no others."
  }
  assert {
    condition     = toset(keys(yandex_storage_bucket_iam_binding.data)) == toset(["storage.viewer", "storage.uploader"])
    error_message = "Functions read and write objects and never manage the bucket."
  }
  assert {
    condition     = { for name, member in yandex_kms_symmetric_key_iam_member.data : name => member.role }["health"] == "kms.keys.decrypter"
    error_message = "Who only reads cannot encrypt."
  }
  assert {
    condition     = alltrue([for member in values(yandex_lockbox_secret_iam_member.function) : member.role == "lockbox.payloadViewer"])
    error_message = "Secrets are read and no more."
  }
  assert {
    condition     = alltrue([for member in values(yandex_function_iam_member.gateway) : member.role == "functions.functionInvoker"])
    error_message = "The gateway calls and no more."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.site.role == "storage.viewer" && length(yandex_storage_bucket_iam_binding.site.members) == 1
    error_message = "Only the gateway reads the web page's bucket."
  }
}

run "keys_of_datalens" {
  command = plan

  variables {
    datalens = { overview_id = "overview", regions_id = "regions", time_id = "time", key_version_id = "v1", next_key_version_id = "v2", next_key_from = "2026-12-01T00:00:00Z" }
  }

  assert {
    condition     = { for variable, secret in local.secrets["embed_token"] : variable => secret.version_id } == { DATALENS_PRIVATE_KEY = "v1", DATALENS_NEXT_PRIVATE_KEY = "v2" }
    error_message = "Both keys come from their own versions, so that one can follow the other."
  }
}
