variable "folder_id" {
  type = string
}

variable "name" {
  type = string
}

variable "description" {
  type = string
}

variable "labels" {
  type = map(string)
}

variable "runtime" {
  description = "Bundles hold wheels and bytecode of exactly this Python."
  type        = string
  default     = "python312"
}

variable "memory_mb" {
  type = number

  validation {
    condition     = var.memory_mb % 128 == 0 && var.memory_mb >= 128 && var.memory_mb <= 8192
    error_message = "Memory comes in steps of 128 MB, up to 8 GB."
  }
}

variable "timeout_sec" {
  type = number

  validation {
    condition     = var.timeout_sec >= 1 && var.timeout_sec <= 600
    error_message = "A function runs for 600 seconds at most."
  }
}

variable "instances" {
  description = "Instances a zone."
  type        = number
}

variable "requests" {
  description = "Calls at a time, a zone; what is over gets 429."
  type        = number
}

variable "tag" {
  description = "The tag that a version made now carries."
  type        = string
}

variable "live_tag" {
  description = "The tag of the versions that are in use, whose instances and calls are limited."
  type        = string
}

variable "service_account_id" {
  type = string
}

variable "network_id" {
  description = "The network it is attached to; null for a function that needs none."
  type        = string
  nullable    = true
}

variable "log_group_id" {
  type = string
}

variable "log_level" {
  type = string
}

variable "environment" {
  type = map(string)
}

variable "secrets" {
  description = "Secrets by environment variable; the platform reads them at start, this configuration never does."
  type = map(object({
    secret_id  = string
    version_id = string
    key        = string
  }))
}

variable "bundle" {
  type = object({
    bucket = string
    key    = string
    sha256 = string
  })
}
