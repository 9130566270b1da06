mock_provider "yandex" {
  override_during = plan

  mock_resource "yandex_function" {
    defaults = { id = "function", version = "version" }
  }
}

variables {
  folder_id          = "b1g00000000000000001"
  name               = "fly-potato-test-upload"
  description        = "Addresses for workbooks"
  labels             = {}
  memory_mb          = 512
  timeout_sec        = 30
  instances          = 3
  requests           = 10
  tag                = "green"
  live_tag           = "blue"
  service_account_id = "account"
  network_id         = "network"
  log_group_id       = "log-group"
  log_level          = "INFO"
  environment        = { APP_LOG_LEVEL = "INFO", DATALENS_TIME_ID = "" }
  secrets            = { PGPASSWORD = { secret_id = "secret", version_id = "version", key = "password" } }
  bundle             = { bucket = "artifacts", key = "bundles/upload/1.zip", sha256 = "1111111111111111111111111111111111111111111111111111111111111111" }
}

run "attached_to_the_network" {
  command = plan

  assert {
    condition     = yandex_function.this.user_hash == var.bundle.sha256 && one(yandex_function.this.package).sha_256 == var.bundle.sha256
    error_message = "New bytes make a new version."
  }
  assert {
    condition     = yandex_function.this.tags == toset(["green"])
    error_message = "A version carries the next tag."
  }
  assert {
    condition     = one(yandex_function.this.package).bucket_name == "artifacts" && length(yandex_function.this.content) == 0
    error_message = "The bundle comes from its bucket."
  }
  assert {
    condition     = yandex_function.this.runtime == "python312" && yandex_function.this.entrypoint == "main.handler" && yandex_function.this.execution_timeout == "30"
    error_message = "The handler is main.handler on Python 3.12."
  }
  assert {
    condition     = one(yandex_function.this.secrets).environment_variable == "PGPASSWORD" && one(yandex_function.this.secrets).version_id == "version"
    error_message = "Secrets come by reference."
  }
  assert {
    condition     = yandex_function.this.environment == tomap({ APP_LOG_LEVEL = "INFO" })
    error_message = "Empty variables are left out."
  }
  assert {
    condition     = one(yandex_function.this.connectivity).network_id == "network"
    error_message = "It is attached to its network."
  }
  assert {
    condition     = one(yandex_function.this.log_options).log_group_id == "log-group" && one(yandex_function.this.log_options).min_level == "INFO"
    error_message = "It logs into the group."
  }
  assert {
    condition     = one(yandex_function_scaling_policy.this.policy).tag == "blue" && one(yandex_function_scaling_policy.this.policy).zone_instances_limit == 3 && one(yandex_function_scaling_policy.this.policy).zone_requests_limit == 10
    error_message = "The versions in use have limits of instances and calls."
  }
}

run "without_a_network" {
  command = plan

  variables {
    network_id = null
  }

  assert {
    condition     = length(yandex_function.this.connectivity) == 0
    error_message = "A function that needs no database is attached to nothing."
  }
}

run "two_keys_fit_into_the_environment" {
  command = plan

  variables {
    secrets = {
      DATALENS_PRIVATE_KEY      = { secret_id = "secret", version_id = "1", key = "private_key" }
      DATALENS_NEXT_PRIVATE_KEY = { secret_id = "secret", version_id = "2", key = "private_key" }
    }
  }

  assert {
    condition     = length(yandex_function.this.secrets) == 2
    error_message = "Two keys of RSA-2048 fit."
  }
}

run "an_environment_over_4_kb_is_refused" {
  command = plan

  variables {
    environment = { LONG = join("", [for number in range(512) : "12345678"]) }
  }

  expect_failures = [yandex_function.this]
}

# A version that could not be made is a warning of the provider, and its state looks as if all were well.
run "a_version_that_was_not_made_is_no_success" {
  command = plan

  override_resource {
    target          = yandex_function.this
    override_during = plan
    values          = { id = "function", version = "" }
  }

  expect_failures = [yandex_function.this]
}

run "memory_has_steps" {
  command = plan

  variables {
    memory_mb = 500
  }

  expect_failures = [var.memory_mb]
}
