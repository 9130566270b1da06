# The certificate is proven by DNS and waited for; then the gateway takes the name; then the name points at the gateway.
# In any other order they wait for one another.

resource "yandex_cm_certificate" "this" {
  count               = var.domain == null ? 0 : 1
  folder_id           = var.folder_id
  name                = local.name
  domains             = [var.domain.fqdn]
  deletion_protection = local.is_production
  labels              = local.labels

  managed {
    challenge_type  = "DNS_CNAME"
    challenge_count = 1
  }
}

resource "yandex_dns_recordset" "challenge" {
  count   = var.domain == null ? 0 : 1
  zone_id = var.domain.zone_id
  name    = yandex_cm_certificate.this[0].challenges[0].dns_name
  type    = yandex_cm_certificate.this[0].challenges[0].dns_type
  data    = [yandex_cm_certificate.this[0].challenges[0].dns_value]
  ttl     = 60
}

data "yandex_cm_certificate" "issued" {
  count           = var.domain == null ? 0 : 1
  certificate_id  = yandex_cm_certificate.this[0].id
  wait_validation = true

  depends_on = [yandex_dns_recordset.challenge]
}

resource "yandex_dns_recordset" "gateway" {
  count   = var.domain == null ? 0 : 1
  zone_id = var.domain.zone_id
  name    = "${var.domain.fqdn}."
  type    = "CNAME"
  data    = ["${yandex_api_gateway.this.domain}."]
  ttl     = 300
}
