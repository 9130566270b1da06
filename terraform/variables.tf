# --- which environment -------------------------------------------------------------------------------------------

variable "environment" {
  description = "Which environment this is; it is part of every name."
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
  description = "The folder of this environment alone: networks, secrets and accounts of two environments never share one."
  type        = string
}

variable "labels" {
  description = "Labels on everything that takes them, beside the product's own."
  type        = map(string)
  default     = {}
}

# --- network -----------------------------------------------------------------------------------------------------

variable "zones" {
  description = "Availability zones; a function attached to the network wants a subnet in each of them."
  type        = list(string)
  default     = ["ru-central1-a", "ru-central1-b", "ru-central1-d"]

  validation {
    condition     = length(toset(var.zones)) == 3
    error_message = "Functions attached to a network need its subnets in all three zones."
  }
}

variable "network_cidr" {
  description = "Addresses of the environment's network (a /16); every environment has its own, so that they could be peered."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.network_cidr, 8, 2)) && !startswith(var.network_cidr, "198.19.")
    error_message = "A /16 that is not 198.19.0.0/16, which belongs to the platform's functions."
  }
}

# --- database ----------------------------------------------------------------------------------------------------

variable "database" {
  description = "Size and keeping of the managed PostgreSQL cluster. Disk in GB; memory and cores by preset."
  type = object({
    version               = optional(string, "17") # PostGIS 3.4 there
    preset                = string
    disk_type             = optional(string, "network-ssd")
    disk_gb               = number
    disk_limit_gb         = optional(number)
    hosts                 = number
    backup_days           = number
    deletion_protection   = bool
    maintenance_day       = optional(string, "SUN")
    maintenance_hour      = optional(number, 1)
    connections_ingest    = optional(number, 20)
    connections_api       = optional(number, 60)
    connections_dashboard = optional(number, 20)
  })

  validation {
    condition     = contains(["15", "16", "17"], var.database.version)
    error_message = "The versions that the product is tried on: 15, 16, 17."
  }
  validation {
    condition     = var.database.hosts >= 1 && var.database.hosts <= 3
    error_message = "One to three hosts, one a zone."
  }
  validation {
    condition     = var.database.backup_days >= 7 && var.database.backup_days <= 60
    error_message = "The platform keeps daily backups for 7 to 60 days."
  }
}

variable "database_passwords" {
  description = "Passwords of the database roles, as terraform/bootstrap had Lockbox make them; written and never kept."
  type        = map(string)
  sensitive   = true

  validation {
    condition     = toset(keys(var.database_passwords)) == toset(["fp_owner", "fp_ingest", "fp_api", "fp_datalens"])
    error_message = "Passwords for fp_owner, fp_ingest, fp_api and fp_datalens, no other."
  }
}

# --- what is deployed ---------------------------------------------------------------------------------------------

variable "release" {
  description = "SHA-256 (hex) of each function's bundle; the zips lie in the environment's artifacts bucket under bundles/<function>/<sha256>.zip."
  type        = map(string)

  validation {
    condition     = alltrue([for sum in values(var.release) : can(regex("^[0-9a-f]{64}$", sum))])
    error_message = "A bundle is named by 64 hexadecimal digits."
  }
}

variable "release_name" {
  description = "What /health calls the release: the SHA-256 of its bundles' sums, made by the deployment."
  type        = string
  default     = ""
}

variable "tags" {
  description = "Versions are made under the tag `next`; gateway and triggers call those under `live`. They are the same at the first deployment, and once the next ones were found good."
  type = object({
    live = string
    next = string
  })
  default = { live = "blue", next = "blue" }

  validation {
    condition     = alltrue([for tag in values(var.tags) : contains(["blue", "green"], tag)])
    error_message = "Tags are blue and green: each is free for the next release while the other is in use."
  }
}

variable "quotas" {
  description = "What the account's quotas of Cloud Functions allow this environment: functions, and instances, calls at a time and memory a zone. The defaults are a new account's."
  type = object({
    functions = optional(number, 10)
    instances = optional(number, 10)
    requests  = optional(number, 10)
    memory_gb = optional(number, 20)
  })
  default = {}
}

variable "warm" {
  description = "Functions that a timer keeps ready, name = cron in UTC; an instance that is not called goes after some minutes. Each call is billed."
  type        = map(string)
  default     = { stats = "*/5 * * * ? *", upload = "*/5 * * * ? *" }

  validation {
    condition     = alltrue([for name in keys(var.warm) : contains(["stats", "upload", "health"], name)])
    error_message = "Functions with an answer to wait for: stats, upload, health."
  }
}

variable "functions" {
  description = "Departures from the functions' usual size, by name."
  type = map(object({
    memory_mb       = optional(number)
    instances       = optional(number)
    requests        = optional(number)
    max_timeout_sec = optional(number)
  }))
  default = {}
}

variable "app" {
  description = "What the application says of itself and how much it logs."
  type = object({
    version   = optional(string, "0.1.0")
    debug     = optional(bool, false)
    log_level = optional(string, "INFO")
  })
  default = {}
}

variable "statistics" {
  description = "Whose days are counted where nobody asks for others: moscow, local (the region's own time) or utc."
  type = object({
    days = optional(string, "moscow")
  })
  default = {}

  validation {
    condition     = contains(["moscow", "local", "utc"], var.statistics.days)
    error_message = "Days are moscow, local or utc."
  }
}

variable "jobs" {
  description = "Timers of the function process, name = cron in UTC (min hour day month weekday, one of day and weekday a question mark). The handler knows withdrawals (takes back what administrators asked for), boundaries (reads files of boundaries and puts sets in force as they asked), check-boundaries (compares the file at regions_check_url with the set in force; looks each day whether a month is over), sweep (ends what was cut off), zones (measures new zones of flights against the regions), redact (texts older than raw_ttl_months), cleanup (announcements that no workbook followed; files go by the bucket's rules) and check-rollups (roll-ups against the flights, counted anew where they differ)."
  type        = map(string)
  default = {
    withdrawals      = "* * * * ? *"
    boundaries       = "* * * * ? *"
    sweep            = "*/5 * * * ? *"
    cleanup          = "15 3 * * ? *"
    zones            = "*/5 * * * ? *"
    check-rollups    = "45 3 * * ? *"
    check-boundaries = "15 4 * * ? *"
    redact           = "30 4 * * ? *"
  }
}

# --- files -------------------------------------------------------------------------------------------------------

variable "result_ttl_hours" {
  description = "RESULT_TTL_HOURS: how long files of rejects are kept."
  type        = number
  default     = 720

  validation {
    condition     = var.result_ttl_hours >= 24
    error_message = "Object Storage expires objects by whole days: 24 hours or more."
  }
}

variable "raw_ttl_months" {
  description = "RAW_TTL_MONTHS: how many months the text of telegrams is kept as it came; then one without people takes its place."
  type        = number
  default     = 12

  validation {
    condition     = var.raw_ttl_months >= 1
    error_message = "A month or more."
  }
}

variable "incoming_ttl_days" {
  description = "How long a workbook is kept after it was sent; it holds personal data."
  type        = number
  default     = 30
}

variable "data_quota_gb" {
  description = "What the bucket of workbooks may hold at most."
  type        = number
  default     = 10
}

variable "upload_max_bytes" {
  description = "The largest workbook that is taken."
  type        = number
  default     = 209715200
}

variable "regions_check_url" {
  description = "REGIONS_CHECK_URL: where a file of boundaries is fetched once a month and compared with the set in force; null: nowhere."
  type        = string
  default     = null

  validation {
    condition     = var.regions_check_url == null || can(regex("^https?://", var.regions_check_url))
    error_message = "An address begins with https:// or http://."
  }
}

# --- who may call ------------------------------------------------------------------------------------------------

variable "oidc" {
  description = "Another identity provider than the organization's Identity Hub: null is the hub. The audience stands in the token that the page sends: its access token, or its ID token, whose audience is the client."
  type = object({
    issuer       = string
    jwks_uri     = string
    audience     = string
    client       = optional(string, "fly-potato-site") # the web page's own: public, authorization code with PKCE
    token        = optional(string, "access")
    scope        = optional(string, "openid profile")
    roles_prefix = optional(string, "")
  })
  default = null

  validation {
    condition     = try(startswith(var.oidc.issuer, "https://") && startswith(var.oidc.jwks_uri, "https://"), var.oidc == null)
    error_message = "Issuer and keys are https addresses."
  }
  validation {
    condition     = try(!can(regex("^https://([^/]*[.])?example([.][a-z]+)?(:[0-9]+)?(/|$)|[.](invalid|localhost)(:[0-9]+)?(/|$)", "${var.oidc.issuer}/")), var.oidc == null)
    error_message = "The issuer is a placeholder: nobody could log in there."
  }
  validation {
    condition     = try(contains(["access", "id"], var.oidc.token), var.oidc == null)
    error_message = "The page sends its access token or its ID token."
  }
}

variable "hub_client_id" {
  description = "The client of the page at the organization's Identity Hub: output client_id of terraform/sign_in, which needs this environment's address."
  type        = string
  default     = null
}

variable "site_origins" {
  description = "Origins, beside the gateway's own, from which browsers may send workbooks and call the API."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.site_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "An origin is a scheme and a host, without a path and without a star."
  }
}

variable "domain" {
  description = "The environment's own name and the public DNS zone that holds it; null leaves the gateway's technical domain."
  type = object({
    fqdn    = string
    zone_id = string
  })
  default = null

  validation {
    condition     = try(length(split(".", var.domain.fqdn)) >= 3, var.domain == null)
    error_message = "A name below a zone, as uav.agency.ru: the zone's own name (agency.ru) cannot be a CNAME."
  }
}

variable "requests_per_second" {
  description = "What the gateway lets through in all, files of the web page (some thirty at a first visit) included; 0 sets no limit. The limit is a preview that has to be asked for, so an account without it refuses any other value."
  type        = number
  default     = 0
}

variable "protection" {
  description = "Smart Web Security before the gateway: calls a minute of one address, reports of them. only_watch logs what would be refused and refuses nothing."
  type = object({
    enabled            = optional(bool, true)
    only_watch         = optional(bool, false)
    calls_per_minute   = optional(number, 1200)
    reports_per_minute = optional(number, 30)
  })
  default = {}
}

# --- DataLens ----------------------------------------------------------------------------------------------------

variable "datalens" {
  description = "Embed ids of the three dashboards, and the Lockbox versions of the embedding keys once DataLens has issued them."
  type = object({
    own_origin          = optional(string, "")
    overview_id         = optional(string, "")
    regions_id          = optional(string, "")
    time_id             = optional(string, "")
    token_ttl_seconds   = optional(number, 3600)
    key_version_id      = optional(string)
    key_created         = optional(string, "")
    next_overview_id    = optional(string, "")
    next_regions_id     = optional(string, "")
    next_time_id        = optional(string, "")
    next_key_version_id = optional(string)
    next_key_created    = optional(string, "")
    next_key_from       = optional(string, "")
  })
  default = {}

  validation {
    condition     = var.datalens.token_ttl_seconds >= 60 && var.datalens.token_ttl_seconds <= 36000
    error_message = "DataLens takes embed tokens of at most ten hours."
  }
}

# --- watching ----------------------------------------------------------------------------------------------------

variable "log_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30
}

variable "watching" {
  description = "What the provider has no resource for and a deployment's step `watching` sets up: alert rules in a workspace of Managed Prometheus, a monthly budget of this folder in roubles (whoever deploys needs billing.accounts.editor on the billing account)."
  type = object({
    prometheus_workspace = optional(string)
    billing_account      = optional(string)
    budget_roubles       = optional(number)
  })
  default = {}

  validation {
    condition     = (var.watching.billing_account == null) == (var.watching.budget_roubles == null)
    error_message = "A budget needs both: the billing account and the amount."
  }

  validation {
    condition     = var.watching.budget_roubles == null ? true : var.watching.budget_roubles >= 1 && floor(var.watching.budget_roubles) == var.watching.budget_roubles
    error_message = "A budget is whole roubles, at least one."
  }
}
