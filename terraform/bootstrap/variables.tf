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
