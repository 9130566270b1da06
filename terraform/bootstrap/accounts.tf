# An account for each function, one for the gateway, one for the triggers, and what they may do that stays the same from
# deployment to deployment. Whoever deploys uses these accounts and cannot change their rights.

locals {
  # terraform/functions.tf has the same functions; a test compares. `data` is the right on the key of workbooks.
  functions = {
    upload      = { role = "fp_api", data = "kms.keys.encrypterDecrypter", secrets = [] }
    process     = { role = "fp_ingest", data = "kms.keys.encrypterDecrypter", secrets = [] }
    embed_token = { role = null, data = null, secrets = ["datalens"] }
    health      = { role = "fp_api", data = "kms.keys.decrypter", secrets = ["metrics"] }
    stats       = { role = "fp_api", data = "kms.keys.encrypterDecrypter", secrets = [] }
    migrate     = { role = "fp_owner", data = null, secrets = [] }
  }

  callers = {
    gateway = "Calls the functions behind the API and reads the web page"
    trigger = "Calls functions on events and by the clock, writes dead letters"
  }

  # Which secrets each function reads, by their names.
  function_secrets = merge([
    for name, function in local.functions : {
      for secret in concat(
        function.role == null ? [] : ["database-${replace(function.role, "_", "-")}"],
        function.data == null ? [] : ["storage-${replace(name, "_", "-")}"],
        function.secrets,
      ) : "${name}/${secret}" => { function = name, secret = secret }
    }
  ]...)

  # A right that was just given takes a while to hold everywhere; whoever deploys next must not run into that.
  seconds_until_rights_hold = 30
}

resource "yandex_iam_service_account" "function" {
  for_each    = local.functions
  folder_id   = var.folder_id
  name        = "${local.name}-${replace(each.key, "_", "-")}"
  description = "The function ${each.key}"
}

resource "yandex_iam_service_account" "caller" {
  for_each    = local.callers
  folder_id   = var.folder_id
  name        = "${local.name}-${each.key}"
  description = each.value
}

# --- on the folder: what has no narrower place ----------------------------------------------------------------------

resource "yandex_resourcemanager_folder_iam_member" "logs" {
  for_each    = yandex_iam_service_account.function
  folder_id   = var.folder_id
  role        = "logging.writer"
  member      = "serviceAccount:${each.value.id}"
  sleep_after = local.seconds_until_rights_hold
}

resource "yandex_resourcemanager_folder_iam_member" "dead_letters" {
  folder_id   = var.folder_id
  role        = "ymq.writer"
  member      = "serviceAccount:${yandex_iam_service_account.caller["trigger"].id}"
  sleep_after = local.seconds_until_rights_hold
}

# --- on one key -------------------------------------------------------------------------------------------------------

resource "yandex_kms_symmetric_key_iam_member" "data" {
  for_each         = { for name, function in local.functions : name => function.data if function.data != null }
  symmetric_key_id = yandex_kms_symmetric_key.for["data"].id
  role             = each.value
  member           = "serviceAccount:${yandex_iam_service_account.function[each.key].id}"
}

resource "yandex_kms_symmetric_key_iam_member" "secrets" {
  for_each         = yandex_iam_service_account.function
  symmetric_key_id = yandex_kms_symmetric_key.for["secrets"].id
  role             = "kms.keys.decrypter"
  member           = "serviceAccount:${each.value.id}"
}

# --- on one secret ----------------------------------------------------------------------------------------------------

resource "yandex_lockbox_secret_iam_member" "function" {
  for_each    = local.function_secrets
  secret_id   = local.secret_ids[each.value.secret]
  role        = "lockbox.payloadViewer"
  member      = "serviceAccount:${yandex_iam_service_account.function[each.value.function].id}"
  sleep_after = local.seconds_until_rights_hold
}
