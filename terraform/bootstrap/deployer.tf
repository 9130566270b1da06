# Who deploys: a role for each service it changes, none over rights, accounts, keys or all secrets of the folder. What it
# can do all the same is said in docs/deploy.md: it chooses the code that the functions' accounts run.

locals {
  deployer_roles = toset([
    "api-gateway.editor",
    "certificate-manager.editor",
    "dns.editor",
    "functions.admin", # who may call a function is said on the function, by its administrator alone
    "iam.viewer",
    "kms.viewer",
    "lockbox.viewer", # names and versions, no values
    "logging.editor",
    "managed-postgresql.editor",
    "monitoring.editor",
    "smart-web-security.editor",
    "storage.admin", # policies, versioning and life cycle want no less
    "vpc.privateAdmin",
    "vpc.securityGroups.admin",
    "vpc.user",
    "ymq.admin",
  ])

  # The values that a deployment reads, by name: what it writes into the cluster, what opens /metrics, its own key.
  deployer_secrets = concat(keys(local.generated), ["deployer"])

  deployer_keys = {
    state    = "kms.keys.encrypterDecrypter"
    secrets  = "kms.keys.decrypter"
    data     = "kms.keys.user"
    database = "kms.keys.user"
  }
}

resource "yandex_iam_service_account" "deployer" {
  folder_id   = var.folder_id
  name        = "${local.name}-deployer"
  description = "Applies terraform/, puts bundles into their bucket, calls migrations"
}

resource "yandex_resourcemanager_folder_iam_member" "deployer" {
  for_each    = local.deployer_roles
  folder_id   = var.folder_id
  role        = each.value
  member      = "serviceAccount:${yandex_iam_service_account.deployer.id}"
  sleep_after = local.seconds_until_rights_hold
}

resource "yandex_iam_service_account_iam_member" "deployer" {
  for_each = merge(
    yandex_iam_service_account.function,
    yandex_iam_service_account.caller,
    { logs = yandex_iam_service_account.archive["logs"] },
  )
  service_account_id = each.value.id
  role               = "iam.serviceAccounts.user"
  member             = "serviceAccount:${yandex_iam_service_account.deployer.id}"
}

resource "yandex_lockbox_secret_iam_member" "deployer" {
  for_each  = toset(local.deployer_secrets)
  secret_id = local.secret_ids[each.key]
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.deployer.id}"
}

resource "yandex_kms_symmetric_key_iam_member" "deployer" {
  for_each         = local.deployer_keys
  symmetric_key_id = yandex_kms_symmetric_key.for[each.key].id
  role             = each.value
  member           = "serviceAccount:${yandex_iam_service_account.deployer.id}"
}

# The state's backend and the queue know static keys only.
resource "yandex_lockbox_secret" "deployer" {
  folder_id           = var.folder_id
  name                = "${local.name}-deployer"
  description         = "S3 and queue key of the deployer"
  kms_key_id          = yandex_kms_symmetric_key.for["secrets"].id
  deletion_protection = local.is_production
  labels              = local.labels
}

resource "yandex_iam_service_account_static_access_key" "deployer" {
  service_account_id = yandex_iam_service_account.deployer.id
  description        = "State, bundles, dead letters"

  output_to_lockbox {
    secret_id            = yandex_lockbox_secret.deployer.id
    entry_for_access_key = "access_key_id"
    entry_for_secret_key = "secret_access_key"
  }
}

# --- deployments from GitHub, without a key kept there ------------------------------------------------------------------

resource "yandex_iam_workload_identity_oidc_federation" "github" {
  count     = var.repository == null ? 0 : 1
  folder_id = var.folder_id
  name      = "${local.name}-github"
  issuer    = "https://token.actions.githubusercontent.com"
  audiences = ["https://github.com/${split("/", var.repository)[0]}"]
  jwks_url  = "https://token.actions.githubusercontent.com/.well-known/jwks"
}

# Only a job of this very environment, which is where the repository asks for approval.
resource "yandex_iam_workload_identity_federated_credential" "github" {
  count               = var.repository == null ? 0 : 1
  federation_id       = yandex_iam_workload_identity_oidc_federation.github[0].id
  service_account_id  = yandex_iam_service_account.deployer.id
  external_subject_id = "repo:${var.repository}:environment:${var.environment}"
}
