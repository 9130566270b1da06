# The provider is mocked: nothing here asks a cloud.

mock_provider "yandex" {
  override_during = plan
  source          = "./tests/mocks"
}

run "buckets" {
  command = plan

  assert {
    condition = alltrue([
      for bucket in [yandex_storage_bucket.data, yandex_storage_bucket.site] : alltrue([
        for flags in bucket.anonymous_access_flags : !flags.read && !flags.list && !flags.config_read
      ]) && length(bucket.anonymous_access_flags) == 1
    ])
    error_message = "No bucket is public."
  }
  assert {
    condition = alltrue([
      for bucket in [yandex_storage_bucket.data, yandex_storage_bucket.site] : bucket.versioning[0].enabled
    ])
    error_message = "Buckets keep versions."
  }
  assert {
    condition     = yandex_storage_bucket.data.server_side_encryption_configuration[0].rule[0].apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
    error_message = "Workbooks are encrypted by a key of our own."
  }
  assert {
    condition = {
      for rule in yandex_storage_bucket.data.lifecycle_rule : rule.id => rule.expiration[0].days if length(rule.expiration) > 0
    } == { results = 30, incoming = 30 }
    error_message = "Files of rejects live for RESULT_TTL_HOURS, workbooks for their days."
  }
  assert {
    condition     = alltrue([for rule in yandex_storage_bucket.data.lifecycle_rule : rule.enabled])
    error_message = "Every rule is on."
  }
  assert {
    condition     = toset(one(yandex_storage_bucket.data.cors_rule).allowed_origins) == toset(["https://uav.fly-potato.test", "https://d5d00000000000000000.00000000.apigw.yandexcloud.net"])
    error_message = "Only the product's own pages may send workbooks from a browser."
  }
  assert {
    condition     = toset(one(yandex_storage_bucket.data.cors_rule).allowed_methods) == toset(["PUT", "GET"])
    error_message = "A browser puts and gets."
  }
  assert {
    condition     = toset(one(yandex_storage_bucket.data.cors_rule).allowed_headers) == toset(["content-type", "if-none-match"]) && contains(one(yandex_storage_bucket.data.cors_rule).expose_headers, "Content-Disposition")
    error_message = "A browser sends a workbook's type and learns a file's name."
  }
  assert {
    condition     = length(yandex_storage_bucket.site.cors_rule) == 0 && length(yandex_storage_bucket.site.website) == 0
    error_message = "The web page comes through the gateway alone: its bucket is no site of its own."
  }
  assert {
    condition     = one([for rule in yandex_storage_bucket.site.lifecycle_rule : rule.noncurrent_version_expiration[0].days]) == 30
    error_message = "Versions of the page that were replaced are kept for 30 days."
  }
  assert {
    condition     = yandex_storage_bucket.data.max_size == 10 * 1024 * 1024 * 1024 && !yandex_storage_bucket.data.force_destroy
    error_message = "The bucket has a limit and is not emptied to be destroyed."
  }
}

run "results_live_as_long_as_said" {
  command = plan

  variables {
    result_ttl_hours = 25
  }

  assert {
    condition     = { for rule in yandex_storage_bucket.data.lifecycle_rule : rule.id => rule.expiration[0].days if length(rule.expiration) > 0 }["results"] == 2
    error_message = "Hours are rounded up to days, never down."
  }
}
