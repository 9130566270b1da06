terraform {
  required_version = ">= 1.11.0"

  required_providers {
    yandex = {
      source  = "yandex-cloud/yandex"
      version = "~> 0.222"
    }
  }

  # Starts with a state on the administrator's disk. docs/deploy.md moves it into the bucket that it has made, by a file
  # backend_override.tf that git ignores, so that no tree is dirty for it.
}

provider "yandex" {
  cloud_id  = var.cloud_id
  folder_id = var.folder_id
}
