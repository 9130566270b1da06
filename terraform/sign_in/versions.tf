terraform {
  required_version = ">= 1.11.0"

  required_providers {
    yandex = {
      source  = "yandex-cloud/yandex"
      version = "~> 0.222"
    }
  }

  # Its state lies beside the bootstrap's, by the same ignored file backend_override.tf.
}

provider "yandex" {
  cloud_id  = var.cloud_id
  folder_id = var.folder_id
}
