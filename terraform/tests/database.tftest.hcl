# The provider is mocked: nothing here asks a cloud.

mock_provider "yandex" {
  override_during = plan
  source          = "./tests/mocks"
}

run "database" {
  command = plan

  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.access.data_lens == true
    error_message = "DataLens reaches the cluster by its flag."
  }
  assert {
    condition = alltrue([
      yandex_mdb_postgresql_cluster_v2.this.config.access.serverless == false,
      yandex_mdb_postgresql_cluster_v2.this.config.access.web_sql == false,
      yandex_mdb_postgresql_cluster_v2.this.config.access.data_transfer == false,
      yandex_mdb_postgresql_cluster_v2.this.config.access.yandex_query == false,
    ])
    error_message = "Nothing else reaches it by a flag."
  }
  assert {
    condition     = alltrue([for host in values(yandex_mdb_postgresql_cluster_v2.this.hosts) : host.assign_public_ip == false])
    error_message = "No host has a public address."
  }
  assert {
    condition     = length(toset([for host in values(yandex_mdb_postgresql_cluster_v2.this.hosts) : host.zone])) == 2
    error_message = "Two hosts stand in two zones."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.security_group_ids == toset([yandex_vpc_security_group.database.id])
    error_message = "The cluster stands behind its security group."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.deletion_protection && yandex_mdb_postgresql_database.this.deletion_protection == "true"
    error_message = "The production database cannot be deleted by mistake."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.backup_retain_period_days == 30 && yandex_mdb_postgresql_cluster_v2.this.config.backup_window_start.hours == 22
    error_message = "Backups are kept for 30 days."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.pooler_config.pooling_mode == "TRANSACTION" && yandex_mdb_postgresql_cluster_v2.this.config.pooler_config.pool_discard == false
    error_message = "The pooler hands out connections by transaction."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.postgresql_config["log_min_duration_statement"] == "-1" && yandex_mdb_postgresql_cluster_v2.this.config.postgresql_config["log_min_error_statement"] == "LOG_LEVEL_PANIC" && yandex_mdb_postgresql_cluster_v2.this.config.postgresql_config["log_error_verbosity"] == "LOG_ERROR_VERBOSITY_TERSE"
    error_message = "Statements, parameters and rows are not logged: they are personal data."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.postgresql_config["log_connections"] == "true" && yandex_mdb_postgresql_cluster_v2.this.config.postgresql_config["log_disconnections"] == "true"
    error_message = "Who connected and when is told by the log."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.disk_size_autoscaling.disk_size_limit == 600
    error_message = "The disk grows by itself up to its limit."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.maintenance_window.type == "WEEKLY"
    error_message = "Maintenance has its window."
  }
  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.disk_encryption_key_id != null
    error_message = "Disks are encrypted by a key of our own."
  }
  assert {
    condition     = yandex_mdb_postgresql_database.this.name == "float_mode" && yandex_mdb_postgresql_database.this.owner == "fp_owner" && yandex_mdb_postgresql_database.this.lc_collate == "ru_RU.UTF-8"
    error_message = "The database is float_mode, owned by fp_owner, sorted in Russian."
  }
  assert {
    condition     = toset([for extension in yandex_mdb_postgresql_database.this.extension : extension.name]) == toset(["postgis"])
    error_message = "PostGIS is a resource of the database; SQL may not create it."
  }
  assert {
    condition     = toset(keys(yandex_mdb_postgresql_user.role)) == toset(["fp_ingest", "fp_api", "fp_datalens"])
    error_message = "Three roles beside the owner."
  }
  assert {
    condition     = alltrue([for user in values(yandex_mdb_postgresql_user.role) : length(user.grants) == 0 && user.settings["pool_mode"] == "transaction"])
    error_message = "No role has a grant of the platform's, each works by transaction."
  }
  assert {
    condition     = yandex_mdb_postgresql_user.owner.settings["pool_mode"] == "session" && length(yandex_mdb_postgresql_user.owner.grants) == 0
    error_message = "Migrations keep their session."
  }
  assert {
    condition     = alltrue([for user in values(yandex_mdb_postgresql_user.role) : user.password == null && user.generate_password == null])
    error_message = "Passwords are write-only arguments, so that no state holds them."
  }
}

run "the_version_that_the_cloud_offers" {
  command = plan

  assert {
    condition     = yandex_mdb_postgresql_cluster_v2.this.config.version == "17"
    error_message = "PostgreSQL 17 with PostGIS 3.4, unless an environment says otherwise."
  }
}

run "production_is_guarded" {
  command = plan

  variables {
    database = { preset = "s3-c4-m16", disk_gb = 200, hosts = 1, backup_days = 7, deletion_protection = false }
  }

  expect_failures = [yandex_mdb_postgresql_cluster_v2.this]
}
