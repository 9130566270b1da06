# One key a kind of data, so that the right to read one says nothing of the others.
locals {
  key_purposes = {
    data     = "Workbooks and files of rejects, which hold personal data"
    site     = "The web page"
    database = "Disks of the database hosts"
  }
}

resource "yandex_kms_symmetric_key" "for" {
  for_each            = local.key_purposes
  folder_id           = var.folder_id
  name                = "${local.name}-${each.key}"
  description         = each.value
  default_algorithm   = "AES_256"
  rotation_period     = "2160h" # 90 days
  deletion_protection = local.is_production
  labels              = local.labels
}
