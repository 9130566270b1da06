variable "environment" {
  description = "Which environment people log in to."
  type        = string

  validation {
    condition     = contains(["dev", "test", "preprod", "prod"], var.environment)
    error_message = "An environment is dev, test, preprod or prod."
  }
}

variable "organization_id" {
  description = "The organization whose people these are."
  type        = string
}

variable "cloud_id" {
  description = "The cloud."
  type        = string
}

variable "folder_id" {
  description = "The environment's own folder."
  type        = string
}

variable "address" {
  description = "Where the page is: output address of the deployment, or https:// and the environment's own name."
  type        = string

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+$", var.address)) && !can(regex("(^|[./])example([.]|$)|[.]invalid$", var.address))
    error_message = "https:// and a host that is no placeholder, without a slash at the end."
  }
}

variable "other_addresses" {
  description = "Other addresses of the same page, as http://localhost:8073 for whoever develops it."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.other_addresses : can(regex("^(https://[a-z0-9.-]+|http://(localhost|127[.]0[.]0[.]1))(:[0-9]+)?$", address))])
    error_message = "https://, or http:// on this very machine; without a slash at the end."
  }
}

variable "members" {
  description = "Ids of the people and accounts in each role; roles that are left out keep the members they were given by hand."
  type        = map(set(string))
  default     = {}

  validation {
    condition     = alltrue([for role in keys(var.members) : contains(["operator", "analyst", "administrator"], role)])
    error_message = "Roles are operator, analyst and administrator."
  }
}
