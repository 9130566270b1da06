locals {
  database_name = "float_mode"

  # The owner keeps its session (migrations SET and lock by session); all others get a connection for a transaction.
  transaction_mode = {
    pool_mode                   = "transaction"
    prepared_statements_pooling = "true"
  }

  database_roles = {
    fp_owner = {
      connections = 10
      settings    = { pool_mode = "session" }
    }
    fp_ingest = {
      connections = var.database.connections_ingest
      settings    = local.transaction_mode
    }
    fp_api = {
      connections = var.database.connections_api
      settings    = merge(local.transaction_mode, { statement_timeout = "15000" })
    }
    fp_datalens = {
      connections = var.database.connections_dashboard
      settings    = merge(local.transaction_mode, { statement_timeout = "60000" })
    }
  }

  database_host    = "c-${yandex_mdb_postgresql_cluster_v2.this.id}.rw.mdb.yandexcloud.net"
  database_ca_file = "/usr/local/share/ca-certificates/yandex-internal-ca.crt"
}

resource "yandex_mdb_postgresql_cluster_v2" "this" {
  folder_id              = var.folder_id
  name                   = local.name
  description            = "Flights, their regions, and the texts they were read from"
  environment            = "PRODUCTION"
  network_id             = yandex_vpc_network.this.id
  security_group_ids     = [yandex_vpc_security_group.database.id]
  deletion_protection    = var.database.deletion_protection
  disk_encryption_key_id = data.yandex_kms_symmetric_key.for["database"].id
  labels                 = local.labels

  hosts = {
    for index in range(var.database.hosts) : "host-${index + 1}" => {
      zone             = var.zones[index]
      subnet_id        = yandex_vpc_subnet.zone[var.zones[index]].id
      assign_public_ip = false
    }
  }

  maintenance_window = {
    type = "WEEKLY"
    day  = var.database.maintenance_day
    hour = var.database.maintenance_hour
  }

  config {
    version                   = var.database.version
    backup_retain_period_days = var.database.backup_days

    resources {
      resource_preset_id = var.database.preset
      disk_type_id       = var.database.disk_type
      disk_size          = var.database.disk_gb
    }

    backup_window_start = {
      hours   = 22 # UTC
      minutes = 30
    }

    # Every key is written out: an unknown one would be dropped without a word.
    access = {
      data_lens     = true
      serverless    = false
      web_sql       = false
      data_transfer = false
      yandex_query  = false
    }

    pooler_config = {
      pooling_mode = "TRANSACTION"
      pool_discard = false
    }

    performance_diagnostics = {
      enabled                      = local.is_production
      sessions_sampling_interval   = 60
      statements_sampling_interval = 600
    }

    disk_size_autoscaling = var.database.disk_limit_gb == null ? null : {
      disk_size_limit           = var.database.disk_limit_gb
      planned_usage_threshold   = 80
      emergency_usage_threshold = 90
    }

    postgresql_config = {
      # The log tells what failed, never the row it failed on: statements and details carry people's names and phones.
      log_min_duration_statement = "-1"
      log_min_error_statement    = "LOG_LEVEL_PANIC"
      log_error_verbosity        = "LOG_ERROR_VERBOSITY_TERSE"
      timezone                   = "UTC"
      # Who came and went, DataLens' role among them: an address, a role, a database, nothing that was asked.
      log_connections    = "true"
      log_disconnections = "true"
    }
  }

  lifecycle {
    precondition {
      condition     = !local.is_production || (var.database.deletion_protection && var.database.backup_days >= 14 && var.database.hosts >= 2)
      error_message = "preprod and prod keep backups for 14 days or more, have two hosts or more, and cannot be deleted by mistake."
    }
  }
}

resource "yandex_mdb_postgresql_user" "owner" {
  cluster_id          = yandex_mdb_postgresql_cluster_v2.this.id
  name                = "fp_owner"
  password_wo         = var.database_passwords["fp_owner"]
  password_wo_version = local.password_versions["fp_owner"]
  conn_limit          = local.database_roles["fp_owner"].connections
  settings            = local.database_roles["fp_owner"].settings
  grants              = []
}

resource "yandex_mdb_postgresql_database" "this" {
  cluster_id          = yandex_mdb_postgresql_cluster_v2.this.id
  name                = local.database_name
  owner               = yandex_mdb_postgresql_user.owner.name
  lc_collate          = "ru_RU.UTF-8"
  lc_type             = "ru_RU.UTF-8"
  deletion_protection = tostring(var.database.deletion_protection)

  # CREATE EXTENSION in SQL is refused here, so migrations run with MIGRATE_CREATE_EXTENSION=0.
  extension {
    name = "postgis"
  }
}

resource "yandex_mdb_postgresql_user" "role" {
  for_each            = { for name, role in local.database_roles : name => role if name != "fp_owner" }
  cluster_id          = yandex_mdb_postgresql_cluster_v2.this.id
  name                = each.key
  password_wo         = var.database_passwords[each.key]
  password_wo_version = local.password_versions[each.key]
  conn_limit          = each.value.connections
  settings            = each.value.settings
  # No role of the platform's: what a user may read and write is granted table by table in migrations/sql/grants.sql.
  grants = []

  permission {
    database_name = yandex_mdb_postgresql_database.this.name
  }
}
