# What terraform/bootstrap made, found by name, and the rights that hang on what a deployment makes: calling functions,
# reading and writing buckets. Rights that stay the same from deployment to deployment are the bootstrap's.

data "yandex_iam_service_account" "function" {
  for_each  = local.functions
  folder_id = var.folder_id
  name      = "${local.name}-${replace(each.key, "_", "-")}"
}

data "yandex_iam_service_account" "caller" {
  for_each  = toset(["gateway", "trigger", "deployer"])
  folder_id = var.folder_id
  name      = "${local.name}-${each.key}"
}

data "yandex_kms_symmetric_key" "for" {
  for_each  = toset(["data", "database"])
  folder_id = var.folder_id
  name      = "${local.name}-${each.key}"
}

locals {
  storage_readers = [for name, function in local.functions : name if contains(function.storage, "read")]
  storage_writers = [for name, function in local.functions : name if contains(function.storage, "write")]
  storage_users   = distinct(concat(local.storage_readers, local.storage_writers))

  # A right that was just given takes a while to hold everywhere.
  seconds_until_rights_hold = 30
}

resource "yandex_function_iam_member" "gateway" {
  for_each    = { for name, function in local.functions : name => module.function[name].id if function.behind_gateway }
  function_id = each.value
  role        = "functions.functionInvoker"
  member      = "serviceAccount:${data.yandex_iam_service_account.caller["gateway"].id}"
  sleep_after = local.seconds_until_rights_hold
}

# Triggers call process with workbooks and jobs, and keep warm the functions that a person waits for.
resource "yandex_function_iam_member" "trigger" {
  for_each    = toset(concat(["process"], keys(var.warm)))
  function_id = module.function[each.key].id
  role        = "functions.functionInvoker"
  member      = "serviceAccount:${data.yandex_iam_service_account.caller["trigger"].id}"
  sleep_after = local.seconds_until_rights_hold
}

# A deployment calls migrate, and looks at every function of a release before the gateway turns to it.
resource "yandex_function_iam_member" "deployer" {
  for_each    = local.functions
  function_id = module.function[each.key].id
  role        = "functions.functionInvoker"
  member      = "serviceAccount:${data.yandex_iam_service_account.caller["deployer"].id}"
  sleep_after = local.seconds_until_rights_hold
}
