# The provider is mocked: nothing here asks a cloud.

mock_provider "yandex" {
  override_during = plan
  source          = "./tests/mocks"
}

run "network" {
  command = plan

  assert {
    condition     = toset([for subnet in values(yandex_vpc_subnet.zone) : subnet.zone]) == toset(["ru-central1-a", "ru-central1-b", "ru-central1-d"])
    error_message = "A subnet in each zone."
  }
  assert {
    condition     = alltrue([for rule in yandex_vpc_security_group.database.ingress : rule.protocol == "TCP" && rule.port == 6432])
    error_message = "Only the pooler's port is open."
  }
  assert {
    condition = toset(flatten([for rule in yandex_vpc_security_group.database.ingress : rule.v4_cidr_blocks])) == toset([
      "198.19.0.0/16", "10.140.0.0/24", "10.140.1.0/24", "10.140.2.0/24",
    ])
    error_message = "Functions and the network's own subnets come in, nobody else."
  }
  assert {
    condition     = !contains(flatten([for rule in yandex_vpc_security_group.database.egress : rule.v4_cidr_blocks]), "0.0.0.0/0")
    error_message = "The database opens no connection to the world."
  }
}

run "the_platforms_addresses_are_not_ours" {
  command = plan

  variables {
    network_cidr = "198.19.0.0/16"
  }

  expect_failures = [var.network_cidr]
}
