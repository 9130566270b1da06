terraform {
  # 1.10: the S3 backend locks with a file of its own; 1.11: write-only arguments, which keep passwords out of the state.
  required_version = ">= 1.11.0"

  required_providers {
    yandex = {
      source  = "yandex-cloud/yandex"
      version = "~> 0.222"
    }
  }

  # The bucket is the environment's own (terraform/bootstrap makes it), so it comes with
  # -backend-config=environments/<name>.backend.hcl and -backend-config=bucket=...
  backend "s3" {
    endpoints = {
      s3 = "https://storage.yandexcloud.net"
    }
    region       = "ru-central1"
    use_lockfile = true

    # These ask services that only Amazon has.
    skip_region_validation      = true
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    skip_metadata_api_check     = true
    skip_s3_checksum            = true
  }
}

provider "yandex" {
  cloud_id  = var.cloud_id
  folder_id = var.folder_id
  zone      = var.zones[0]
}
