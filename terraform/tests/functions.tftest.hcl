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
  assert {
    condition     = toset(keys(yandex_function_trigger.warm)) == toset(["stats", "upload"]) && alltrue([for trigger in values(yandex_function_trigger.warm) : jsondecode(one(trigger.timer).payload) == { job = "warm" }])
    error_message = "The functions that a person waits for are kept ready."
  }
}

run "rights" {
  command = plan

  assert {
    condition     = toset(keys(yandex_storage_bucket_iam_binding.data)) == toset(["storage.viewer", "storage.uploader"])
    error_message = "Functions read and write objects and delete none."
  }
  assert {
    condition     = module.function["process"].environment["RESULT_FILES_EXPIRE_THEMSELVES"] == "True"
    error_message = "Whoever may not delete is told to leave files to the bucket's rules."
  }
  assert {
    condition     = alltrue([for member in concat(values(yandex_function_iam_member.gateway), values(yandex_function_iam_member.trigger), values(yandex_function_iam_member.deployer)) : member.role == "functions.functionInvoker"])
    error_message = "Gateway, triggers and deployments call functions and no more."
  }
  assert {
    condition     = yandex_storage_bucket_iam_binding.site.role == "storage.viewer" && length(yandex_storage_bucket_iam_binding.site.members) == 1
    error_message = "Only the gateway reads the web page's bucket."
  }
}

run "default_quotas" {
  command = plan

  assert {
    condition     = local.wanted.functions <= 10 && local.wanted.instances <= 10 && local.wanted.requests <= 10 && local.wanted.memory_gb <= 20
    error_message = "A new account takes the functions as they come."
  }
}

run "more_than_the_quotas_is_refused" {
  command = plan

  variables {
    functions = { stats = { instances = 5, requests = 20 } }
  }

  expect_failures = [terraform_data.quotas]
}

run "days_are_whose_the_settings_say" {
  command = plan

  variables {
    statistics = { days = "local" }
  }

  assert {
    condition     = local.environment_groups.statistics == { STATS_DAYS = "local" } && contains(local.functions.stats.settings, "statistics")
    error_message = "The function stats learns whose days are counted."
  }
}

run "other_days_are_refused" {
  command = plan

  variables {
    statistics = { days = "berlin" }
  }

  expect_failures = [var.statistics]
}

run "a_budget_needs_its_account" {
  command = plan

  variables {
    watching = { budget_roubles = 50000 }
  }

  expect_failures = [var.watching]
}

run "raised_quotas_are_believed" {
  command = plan

  variables {
    functions = { stats = { instances = 5, requests = 20 } }
    quotas    = { instances = 20, requests = 60 }
  }

  assert {
    condition     = local.sizes["stats"].requests == 20
    error_message = "Who has the quotas gets the functions."
  }
}

run "a_release_is_tried_under_a_tag_of_its_own" {
  command = plan

  variables {
    tags         = { live = "blue", next = "green" }
    release_name = "9999999999999999999999999999999999999999999999999999999999999999"
  }

  assert {
    condition     = alltrue([for function in values(module.function) : function.tags == toset(["green"])])
    error_message = "New versions carry the next tag."
  }
  assert {
    condition     = alltrue([for integration in values(yamldecode(yandex_api_gateway.this.spec).components.x-yc-apigateway-integrations) : integration.tag == "blue"])
    error_message = "The gateway goes on calling the versions in use."
  }
  assert {
    condition     = alltrue([for trigger in concat([yandex_function_trigger.workbook], values(yandex_function_trigger.job), values(yandex_function_trigger.warm)) : one(trigger.function).tag == "blue"])
    error_message = "So do the triggers."
  }
  assert {
    condition     = module.function["health"].environment["APP_RELEASE"] == "9999999999999999999999999999999999999999999999999999999999999999"
    error_message = "/health says which release it is."
  }
}

run "a_secret_without_a_version_is_named" {
  command = plan

  override_data {
    target = data.yandex_lockbox_secret.metrics
    values = { id = "made-before", current_version = [] }
  }

  expect_failures = [data.yandex_lockbox_secret.metrics]
}

run "keys_of_datalens" {
  command = plan

  variables {
    datalens = { overview_id = "overview", regions_id = "regions", time_id = "time", key_version_id = "v1", key_created = "2026-08-31", next_time_id = "time-2", next_key_version_id = "v2", next_key_created = "2026-11-30", next_key_from = "2026-12-01T00:00:00Z" }
  }

  assert {
    condition     = { for variable, secret in local.secrets["embed_token"] : variable => secret.version_id } == { DATALENS_PRIVATE_KEY = "v1", DATALENS_NEXT_PRIVATE_KEY = "v2" }
    error_message = "Both keys come from their own versions, so that one can follow the other."
  }

  assert {
    condition     = local.environment_groups["metrics"] == { DATALENS_KEY_CREATED = "2026-08-31", DATALENS_NEXT_KEY_CREATED = "2026-11-30", DATALENS_NEXT_KEY_FROM = "2026-12-01T00:00:00Z" } && local.environment_groups["embed"].DATALENS_NEXT_TIME_ID == "time-2"
    error_message = "The function health knows the keys' days and no key; embeds of the next key go to embed_token."
  }
}
