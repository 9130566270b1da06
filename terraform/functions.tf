# Adding a function: an entry here, its extra in pyproject.toml, its paths in spec/openapi.yaml.

locals {
  functions = {
    upload = {
      description    = "Addresses for workbooks, states of uploads, rejects"
      memory_mb      = 512
      timeout_sec    = 30
      instances      = 3
      requests       = 10
      role           = "fp_api"
      storage        = ["read", "write"] # a signed address carries the rights of who signed it
      settings       = ["auth", "upload"]
      behind_gateway = true
    }
    process = {
      description    = "Turns a workbook into flights"
      memory_mb      = 2048 # the least that has a whole core
      timeout_sec    = 600  # the platform's most
      instances      = 3
      requests       = 3
      role           = "fp_ingest"
      storage        = ["read", "write"]
      settings       = ["ingest", "upload"]
      behind_gateway = false
    }
    embed_token = {
      description    = "Embed tokens for the dashboards"
      memory_mb      = 256
      timeout_sec    = 15
      instances      = 2
      requests       = 10
      role           = null
      storage        = []
      settings       = ["auth", "embed"]
      behind_gateway = true
    }
    health = {
      description    = "Health, readiness, metrics"
      memory_mb      = 256
      timeout_sec    = 15
      instances      = 2
      requests       = 10
      role           = "fp_api"
      storage        = ["read"]
      settings       = ["ingest", "metrics", "upload"]
      behind_gateway = true
    }
    stats = {
      description    = "Statistics, flights, maps"
      memory_mb      = 1024 # a picture takes 240 MB, and half a core makes it in seconds
      timeout_sec    = 30
      instances      = 5
      requests       = 20
      role           = "fp_api"
      storage        = ["read", "write"] # reports go to the bucket, for an answer may weigh 3.5 MB
      settings       = ["auth"]
      behind_gateway = true
    }
    migrate = {
      description    = "Brings the schema to the newest version and loads boundaries; only a deployment calls it"
      memory_mb      = 512
      timeout_sec    = 600
      instances      = 1
      requests       = 1
      role           = "fp_owner"
      storage        = []
      settings       = ["migrate"]
      behind_gateway = false
    }
  }

  environment_groups = {
    app = {
      APP_VERSION   = var.app.version
      APP_DEBUG     = tostring(var.app.debug)
      APP_LOG_LEVEL = var.app.log_level
    }
    storage = {
      S3_BUCKET       = local.buckets.data
      S3_ENDPOINT_URL = "https://storage.yandexcloud.net"
      S3_REGION       = "ru-central1"
      S3_QUOTA_BYTES  = tostring(var.data_quota_gb * 1024 * 1024 * 1024)
    }
    auth = {
      AUTH_TRUST_GATEWAY = "True"
    }
    upload = {
      UPLOAD_MAX_BYTES = tostring(var.upload_max_bytes)
    }
    ingest = {
      INGEST_TIMEOUT_SECONDS = "600"
    }
    metrics = {}
    embed = {
      DATALENS_OVERVIEW_ID       = var.datalens.overview_id
      DATALENS_REGIONS_ID        = var.datalens.regions_id
      DATALENS_TIME_ID           = var.datalens.time_id
      DATALENS_TOKEN_TTL_SECONDS = tostring(var.datalens.token_ttl_seconds)
      DATALENS_NEXT_KEY_FROM     = var.datalens.next_key_from
    }
    migrate = {
      # Both are resources of the cluster's here; SQL is refused.
      MIGRATE_CREATE_EXTENSION = "0"
      MIGRATE_CREATE_ROLES     = "0"
    }
  }

  # PGPASSWORD comes from Lockbox beside it; drivers take what the address leaves out from libpq's own variables. The
  # TLS settings stand there too, because SQLAlchemy passes an address' query on as arguments that asyncpg refuses.
  database_environment = {
    for role in keys(local.database_roles) : role => {
      POSTGRES_URI  = "postgresql://${role}@${local.database_host}:${local.database_port}/${local.database_name}"
      PGSSLMODE     = "verify-full"
      PGSSLROOTCERT = local.database_ca_file
    }
  }
}

module "function" {
  source   = "./modules/function"
  for_each = local.functions

  folder_id          = var.folder_id
  name               = "${local.name}-${replace(each.key, "_", "-")}"
  description        = each.value.description
  labels             = local.labels
  memory_mb          = try(coalesce(var.functions[each.key].memory_mb), each.value.memory_mb)
  timeout_sec        = each.value.timeout_sec
  instances          = try(coalesce(var.functions[each.key].instances), each.value.instances)
  requests           = try(coalesce(var.functions[each.key].requests), each.value.requests)
  service_account_id = yandex_iam_service_account.function[each.key].id
  network_id         = each.value.role == null ? null : yandex_vpc_network.this.id
  log_group_id       = yandex_logging_group.this.id
  log_level          = var.app.log_level
  secrets            = local.secrets[each.key]

  bundle = {
    bucket = local.buckets.artifacts
    key    = "bundles/${each.key}/${var.release[each.key]}.zip"
    sha256 = var.release[each.key]
  }

  environment = merge(
    local.environment_groups.app,
    each.value.role == null ? {} : local.database_environment[each.value.role],
    length(each.value.storage) == 0 ? {} : local.environment_groups.storage,
    [for group in each.value.settings : local.environment_groups[group]]...
  )

  # Without its rights on secrets and keys the first version would not start.
  depends_on = [
    yandex_lockbox_secret_iam_member.function,
    yandex_kms_symmetric_key_iam_member.secrets,
  ]
}
