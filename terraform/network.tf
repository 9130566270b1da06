# Functions come from here when they are attached to a network; the platform picks the address.
locals {
  functions_cidr = "198.19.0.0/16"
  subnet_cidrs   = { for index, zone in var.zones : zone => cidrsubnet(var.network_cidr, 8, index) }
  database_port  = 6432
}

resource "yandex_vpc_network" "this" {
  folder_id   = var.folder_id
  name        = local.name
  description = "Fly Potato, ${var.environment}: the database and what may reach it"
  labels      = local.labels
}

resource "yandex_vpc_subnet" "zone" {
  for_each       = local.subnet_cidrs
  folder_id      = var.folder_id
  name           = "${local.name}-${each.key}"
  network_id     = yandex_vpc_network.this.id
  zone           = each.key
  v4_cidr_blocks = [each.value]
  labels         = local.labels
}

resource "yandex_vpc_security_group" "database" {
  folder_id   = var.folder_id
  name        = "${local.name}-database"
  description = "Who may open a connection to the pooler in front of PostgreSQL"
  network_id  = yandex_vpc_network.this.id
  labels      = local.labels

  ingress {
    description    = "Functions attached to this network"
    protocol       = "TCP"
    port           = local.database_port
    v4_cidr_blocks = [local.functions_cidr]
  }

  ingress {
    description    = "This network's own subnets: an administrator's bastion"
    protocol       = "TCP"
    port           = local.database_port
    v4_cidr_blocks = values(local.subnet_cidrs)
  }

  egress {
    description    = "Answers and replication stay inside"
    protocol       = "ANY"
    from_port      = 0
    to_port        = 65535
    v4_cidr_blocks = values(local.subnet_cidrs)
  }
}
