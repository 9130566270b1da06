resource "yandex_logging_group" "this" {
  folder_id        = var.folder_id
  name             = local.name
  description      = "Functions and gateway"
  retention_period = "${var.log_days * 24}h"
  labels           = local.labels
}
