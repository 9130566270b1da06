# Adding a function: an entry here and in bootstrap/accounts.tf, its extra in pyproject.toml, its paths in
# spec/openapi.yaml. Instances and calls are those that an account's default quotas allow; var.functions departs from them.

locals {
  functions = {
    upload = {
      description    = "Addresses for workbooks, states of uploads, rejects"
      memory_mb      = 512
      timeout_sec    = 27 # less than the gateway's 30, so that a function's own answer comes first
      instances      = 2
      requests       = 2
      role           = "fp_api"
      storage        = ["read", "write"] # a signed address carries the rights of who signed it
      settings       = ["auth", "upload", "boundaries"]
      behind_gateway = true
    }
    process = {
      description    = "Turns a workbook into flights"
      memory_mb      = 2048 # the least that has a whole core
      timeout_sec    = 600  # the platform's most
      instances      = 1
      requests       = 1
      role           = "fp_ingest"
      storage        = ["read", "write"]
      settings       = ["ingest", "upload", "boundaries"]
      behind_gateway = false
    }
    embed_token = {
      description    = "Embed tokens for the dashboards"
      memory_mb      = 256
      timeout_sec    = 15
      instances      = 1
      requests       = 1
      role           = null
      storage        = []
      settings       = ["auth", "embed"]
      behind_gateway = true
    }
    health = {
      description    = "Health, readiness, metrics"
      memory_mb      = 256
      timeout_sec    = 15
      instances      = 1
      requests       = 1
      role           = "fp_api"
      storage        = ["read"]
      settings       = ["ingest", "metrics", "upload", "boundaries"]
      behind_gateway = true
    }
    stats = {
      description    = "Statistics, flights, maps"
      memory_mb      = 1024 # a picture takes 240 MB, and half a core makes it in seconds
      timeout_sec    = 27
      instances      = 4
      requests       = 4
      role           = "fp_api"
      storage        = ["read", "write"] # reports go to the bucket, for an answer may weigh 3.5 MB
      settings       = ["auth", "statistics"]
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
      APP_VERSION     = var.app.version
      APP_RELEASE     = var.release_name
      APP_ENVIRONMENT = var.environment
      APP_DEBUG       = tostring(var.app.debug)
      APP_LOG_LEVEL   = var.app.log_level
    }
    storage = {
      S3_BUCKET       = local.buckets.data
      S3_ENDPOINT_URL = "https://storage.yandexcloud.net"
      S3_REGION       = "ru-central1"
      S3_QUOTA_BYTES  = tostring(var.data_quota_gb * 1024 * 1024 * 1024)
    }
    auth = {
      AUTH_TRUST_GATEWAY = "True"
      AUTH_ROLES_PREFIX  = local.sign_in.roles_prefix
    }
    upload = {
      UPLOAD_MAX_BYTES = tostring(var.upload_max_bytes)
    }
    ingest = {
      INGEST_TIMEOUT_SECONDS = "600"
      # The buckets' own rules remove files that have had their time; accounts of functions may not delete.
      RESULT_FILES_EXPIRE_THEMSELVES = "True"
      RAW_TTL_MONTHS                 = tostring(var.raw_ttl_months)
    }
    boundaries = {
      for name, value in { REGIONS_CHECK_URL = var.regions_check_url } : name => value if value != null
    }
    statistics = {
      STATS_DAYS = var.statistics.days
    }
    metrics = {
      # For the age of the key that signs; the key itself is not there.
      DATALENS_KEY_CREATED      = var.datalens.key_created
      DATALENS_NEXT_KEY_CREATED = var.datalens.next_key_created
      DATALENS_NEXT_KEY_FROM    = var.datalens.next_key_from
    }
    embed = {
      DATALENS_OWN_ORIGIN        = var.datalens.own_origin
      DATALENS_OVERVIEW_ID       = var.datalens.overview_id
      DATALENS_REGIONS_ID        = var.datalens.regions_id
      DATALENS_TIME_ID           = var.datalens.time_id
      DATALENS_TOKEN_TTL_SECONDS = tostring(var.datalens.token_ttl_seconds)
      DATALENS_NEXT_KEY_FROM     = var.datalens.next_key_from
      DATALENS_NEXT_OVERVIEW_ID  = var.datalens.next_overview_id
      DATALENS_NEXT_REGIONS_ID   = var.datalens.next_regions_id
      DATALENS_NEXT_TIME_ID      = var.datalens.next_time_id
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

locals {
  # What is asked for once var.functions has had its say.
  sizes = {
    for name, function in local.functions : name => {
      memory_mb = try(coalesce(var.functions[name].memory_mb), function.memory_mb)
      instances = try(coalesce(var.functions[name].instances), function.instances)
      requests  = try(coalesce(var.functions[name].requests), function.requests)
    }
  }

  wanted = {
    functions = length(local.functions)
    instances = sum(values(local.sizes)[*].instances)
    requests  = sum(values(local.sizes)[*].requests)
    memory_gb = ceil(sum([for size in local.sizes : size.instances * size.memory_mb]) / 1024)
  }
}

# The cloud refuses what is over a quota in the middle of an apply; here it is refused before anything is made.
resource "terraform_data" "quotas" {
  input = local.wanted

  lifecycle {
    precondition {
      condition     = alltrue([for name, value in local.wanted : value <= var.quotas[name]])
      error_message = "The functions ask for more than the quotas allow (${jsonencode(local.wanted)} of ${jsonencode(var.quotas)}): make var.functions smaller, or have the quotas raised and say so in var.quotas."
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
  memory_mb          = local.sizes[each.key].memory_mb
  timeout_sec        = each.value.timeout_sec
  instances          = local.sizes[each.key].instances
  requests           = local.sizes[each.key].requests
  tag                = var.tags.next
  live_tag           = var.tags.live
  service_account_id = data.yandex_iam_service_account.function[each.key].id
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

  depends_on = [terraform_data.quotas]
}
