# What the cloud would answer, where a name or a rule depends on it.

mock_resource "yandex_cm_certificate" {
  defaults = {
    id         = "certificate"
    challenges = [{ dns_name = "_acme-challenge.uav.fly-potato.test.", dns_type = "CNAME", dns_value = "proof.cm.yandexcloud.net." }]
  }
}

mock_resource "yandex_api_gateway" {
  defaults = { id = "gateway", domain = "d5d00000000000000000.00000000.apigw.yandexcloud.net" }
}

mock_resource "yandex_mdb_postgresql_cluster_v2" {
  defaults = { id = "c9q00000000000000000" }
}

mock_resource "yandex_message_queue" {
  defaults = { id = "https://message-queue.api.cloud.yandex.net/queue", arn = "yrn:yc:ymq:ru-central1:folder:dead-letters" }
}

mock_resource "yandex_logging_group" {
  defaults = { id = "log-group" }
}

mock_resource "yandex_vpc_network" {
  defaults = { id = "network" }
}

mock_resource "yandex_vpc_security_group" {
  defaults = { id = "security-group" }
}

mock_resource "yandex_sws_security_profile" {
  defaults = { id = "security-profile" }
}

mock_resource "yandex_function" {
  defaults = { id = "function", version = "version" }
}

mock_data "yandex_lockbox_secret" {
  defaults = { id = "made-before", current_version = [{ id = "version-1" }] }
}

mock_data "yandex_iam_service_account" {
  defaults = { id = "account" }
}

mock_data "yandex_kms_symmetric_key" {
  defaults = { id = "key" }
}

mock_data "yandex_cm_certificate" {
  defaults = { id = "certificate" }
}
