locals {
  name   = "fly-potato-${var.environment}"
  labels = merge(var.labels, { product = "fly-potato", environment = var.environment })

  # Bucket names are the whole cloud's, so they carry the folder; terraform/bootstrap and fly_potato/deploy say the same.
  buckets = {
    artifacts = "${local.name}-${var.folder_id}-artifacts"
    data      = "${local.name}-${var.folder_id}-data"
    site      = "${local.name}-${var.folder_id}-site"
  }

  is_production = contains(["preprod", "prod"], var.environment)
}
