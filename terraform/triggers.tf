# A message that a trigger gives up is deleted unless a queue takes it.
resource "yandex_message_queue" "dead_letters" {
  name                       = "${local.name}-dead-letters"
  message_retention_seconds  = 1209600 # 14 days, the platform's most
  visibility_timeout_seconds = 60
  tags                       = local.labels
}

resource "yandex_function_trigger" "workbook" {
  folder_id   = var.folder_id
  name        = "${local.name}-workbook"
  description = "A new workbook under incoming/"
  labels      = local.labels

  object_storage {
    bucket_id    = yandex_storage_bucket.data.bucket
    prefix       = "incoming/"
    suffix       = ".xlsx"
    create       = true
    update       = false
    delete       = false
    batch_cutoff = "1"
    batch_size   = "1" # one bad workbook must not bring its neighbours back with it
  }

  function {
    id                 = module.function["process"].id
    tag                = var.tags.live
    service_account_id = data.yandex_iam_service_account.caller["trigger"].id
    # Written out, because the provider sends nothing for what is left out.
    retry_attempts = "5"
    retry_interval = "60"
  }

  dlq {
    queue_id           = yandex_message_queue.dead_letters.arn
    service_account_id = data.yandex_iam_service_account.caller["trigger"].id
  }

  depends_on = [yandex_function_iam_member.trigger]
}

# A timer a job: process gets a message with the payload {"job": "<name>"}.
resource "yandex_function_trigger" "job" {
  for_each    = var.jobs
  folder_id   = var.folder_id
  name        = "${local.name}-${each.key}"
  description = "The job ${each.key}"
  labels      = local.labels

  timer {
    cron_expression = each.value
    payload         = jsonencode({ job = each.key })
  }

  function {
    id                 = module.function["process"].id
    tag                = var.tags.live
    service_account_id = data.yandex_iam_service_account.caller["trigger"].id
    retry_attempts     = "3"
    retry_interval     = "60"
  }

  dlq {
    queue_id           = yandex_message_queue.dead_letters.arn
    service_account_id = data.yandex_iam_service_account.caller["trigger"].id
  }

  depends_on = [yandex_function_iam_member.trigger]
}

# An instance that is there answers in milliseconds, one that has to be started in a second or two. A message without a
# job wakes a function and does nothing; provisioned instances would do the same and more, and no resource sets them.
resource "yandex_function_trigger" "warm" {
  for_each    = var.warm
  folder_id   = var.folder_id
  name        = "${local.name}-warm-${replace(each.key, "_", "-")}"
  description = "Keeps an instance of ${each.key} ready"
  labels      = local.labels

  timer {
    cron_expression = each.value
    payload         = jsonencode({ job = "warm" })
  }

  function {
    id                 = module.function[each.key].id
    tag                = var.tags.live
    service_account_id = data.yandex_iam_service_account.caller["trigger"].id
    # A wake-up that was missed is of no use later.
    retry_attempts = "1"
    retry_interval = "10"
  }

  depends_on = [yandex_function_iam_member.trigger]
}
