variable "environment" {
  description = "Which environment's ground this is."
  type        = string

  validation {
    condition     = contains(["dev", "test", "preprod", "prod"], var.environment)
    error_message = "An environment is dev, test, preprod or prod."
  }
}

variable "cloud_id" {
  description = "The cloud."
  type        = string
}

variable "folder_id" {
  description = "The environment's own folder."
  type        = string
}

variable "repository" {
  description = "owner/name of the GitHub repository whose deployments may act as the deployer; null for none."
  type        = string
  default     = null
}

variable "audit_days" {
  description = "How long audit events are kept."
  type        = number
  default     = 1095

  validation {
    condition     = var.audit_days >= 180
    error_message = "Half a year or more: an incident is often looked into months later."
  }
}

variable "logs_days" {
  description = "How long exported logs are kept; their group keeps them for log_days of the environment."
  type        = number
  default     = 365
}
