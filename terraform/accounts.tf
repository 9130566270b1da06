# An account for each function, one for the gateway, one for the triggers. Nobody holds a role on the folder but for what
# the platform cannot narrow: writing logs, and writing to a queue.

locals {
  callers = {
    gateway = "Calls the functions behind the API and reads the web page"
    trigger = "Calls the function process and writes dead letters"
  }

  database_users  = [for name, function in local.functions : name if function.role != null]
  storage_readers = [for name, function in local.functions : name if contains(function.storage, "read")]
  storage_writers = [for name, function in local.functions : name if contains(function.storage, "write")]
  storage_users   = distinct(concat(local.storage_readers, local.storage_writers))
}

resource "yandex_iam_service_account" "function" {
  for_each    = local.functions
  folder_id   = var.folder_id
  name        = "${local.name}-${replace(each.key, "_", "-")}"
  description = "The function ${each.key}"
}

resource "yandex_iam_service_account" "gateway" {
  folder_id   = var.folder_id
  name        = "${local.name}-gateway"
  description = local.callers.gateway
}

resource "yandex_iam_service_account" "trigger" {
  folder_id   = var.folder_id
  name        = "${local.name}-trigger"
  description = local.callers.trigger
}

# --- on the folder: what has no narrower place ----------------------------------------------------------------------

resource "yandex_resourcemanager_folder_iam_member" "logs" {
  for_each  = yandex_iam_service_account.function
  folder_id = var.folder_id
  role      = "logging.writer"
  member    = "serviceAccount:${each.value.id}"
}

resource "yandex_resourcemanager_folder_iam_member" "dead_letters" {
  folder_id = var.folder_id
  role      = "ymq.writer"
  member    = "serviceAccount:${yandex_iam_service_account.trigger.id}"
}

# --- on one function --------------------------------------------------------------------------------------------------

resource "yandex_function_iam_member" "gateway" {
  for_each    = { for name, function in local.functions : name => module.function[name].id if function.behind_gateway }
  function_id = each.value
  role        = "functions.functionInvoker"
  member      = "serviceAccount:${yandex_iam_service_account.gateway.id}"
}

resource "yandex_function_iam_member" "trigger" {
  function_id = module.function["process"].id
  role        = "functions.functionInvoker"
  member      = "serviceAccount:${yandex_iam_service_account.trigger.id}"
}

resource "yandex_function_iam_member" "deployer" {
  function_id = module.function["migrate"].id
  role        = "functions.functionInvoker"
  member      = "serviceAccount:${data.yandex_iam_service_account.deployer.id}"
}

# --- on one key -------------------------------------------------------------------------------------------------------

resource "yandex_kms_symmetric_key_iam_member" "data" {
  for_each = {
    for name in local.storage_users :
    name => contains(local.storage_writers, name) ? "kms.keys.encrypterDecrypter" : "kms.keys.decrypter"
  }
  symmetric_key_id = yandex_kms_symmetric_key.for["data"].id
  role             = each.value
  member           = "serviceAccount:${yandex_iam_service_account.function[each.key].id}"
}

resource "yandex_kms_symmetric_key_iam_member" "site" {
  symmetric_key_id = yandex_kms_symmetric_key.for["site"].id
  role             = "kms.keys.decrypter"
  member           = "serviceAccount:${yandex_iam_service_account.gateway.id}"
}

# A deployment puts the page's files there.
resource "yandex_kms_symmetric_key_iam_member" "deployer" {
  symmetric_key_id = yandex_kms_symmetric_key.for["site"].id
  role             = "kms.keys.encrypterDecrypter"
  member           = "serviceAccount:${data.yandex_iam_service_account.deployer.id}"
}

resource "yandex_kms_symmetric_key_iam_member" "secrets" {
  for_each         = { for name, secrets in local.secrets : name => true if length(secrets) > 0 }
  symmetric_key_id = data.yandex_kms_symmetric_key.secrets.id
  role             = "kms.keys.decrypter"
  member           = "serviceAccount:${yandex_iam_service_account.function[each.key].id}"
}

# --- on one secret ----------------------------------------------------------------------------------------------------

resource "yandex_lockbox_secret_iam_member" "function" {
  for_each = merge([
    for name, secrets in local.secrets : {
      for variable, secret in secrets : "${name}/${variable}" => { name = name, secret_id = secret.secret_id }
      # One grant covers both halves of an S3 key.
      if variable != "S3_SECRET_ACCESS_KEY"
    }
  ]...)
  secret_id = each.value.secret_id
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.function[each.value.name].id}"
}
