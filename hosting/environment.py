"""``python3 -m hosting.environment .env.prod``: refuse a deployment whose settings are missing, weak or readable.

Standard library alone, for it runs on a host where nothing of ours is installed. No value is ever printed.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import shutil
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hosting import egress

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"

SECRETS: dict[str, int] = {
    "POSTGRES_PASSWORD": 16,
    "FP_DATALENS_PASSWORD": 16,
    "FP_MONITOR_PASSWORD": 16,
    "S3_SECRET_ACCESS_KEY": 16,
    "KC_DB_PASSWORD": 16,
    "KC_BOOTSTRAP_ADMIN_PASSWORD": 16,
    "OAUTH2_CLIENT_SECRET": 24,
    "OAUTH2_COOKIE_SECRET": 16,
    "GF_SECURITY_ADMIN_PASSWORD": 16,
}
"""Secrets that have to be there, with the fewest characters each may have."""

REQUIRED = (
    "APP_ENVIRONMENT",
    "POSTGRES_URI",
    "PROCESS__POSTGRES_URI",
    "S3_ACCESS_KEY_ID",
    "KC_HOSTNAME",
    "KC_BOOTSTRAP_ADMIN_USERNAME",
    "OAUTH2_CLIENT_ID",
    "GF_SECURITY_ADMIN_USER",
    "TLS_CERTIFICATE",
    "TLS_CERTIFICATE_KEY",
    "ALERT_ONCALL_URL",
    "ALERT_TICKETS_URL",
)
"""What else has to be there and is not weak by being short."""

OF_DMZ = (
    "OAUTH2_CLIENT_SECRET",
    "OAUTH2_COOKIE_SECRET",
    "APP_ENVIRONMENT",
    "KC_HOSTNAME",
    "OAUTH2_CLIENT_ID",
    "TLS_CERTIFICATE",
    "TLS_CERTIFICATE_KEY",
)
"""What of all that a machine has to have that is the way in alone (HOST_ROLE=dmz)."""

BETWEEN = ("HOST_ADDRESS", "OTHER_HOST_ADDRESS", "BETWEEN_CERTIFICATE", "BETWEEN_CERTIFICATE_KEY")
"""What both machines have to have where a host is two of them."""

HALVES = ("internal", "dmz")
"""What a machine may be where a host is two of them."""

IN_DMZ = frozenset({"nginx", "nginx_exporter", "oauth2-proxy", "site"})
"""Services that stand on the machine dmz then; all others stand on internal."""

ENVIRONMENTS = ("dev", "test", "preprod", "prod")
"""What an installation may be; all but the last say so on every page."""

ROLES = {"POSTGRES_URI": "fp_api", "PROCESS__POSTGRES_URI": "fp_ingest"}
"""Whom each address of the database has to name: none of them owns anything."""

_WEAK = re.compile(r"change.?me|example|password|secret|qwerty|12345|fly-potato|^(.)\1+$", re.IGNORECASE)
_COMMON = {"postgres", "admin", "administrator", "root", "keycloak", "grafana", "oauth2-proxy"}
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+", re.IGNORECASE)
_REGISTRY = re.compile(r"|[a-z0-9][a-z0-9.-]*(:\d+)?(/[a-z0-9._-]+)*")
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")


class MalformedLine(ValueError):
    """A line that is no assignment."""


def read(path: Path) -> dict[str, str]:
    """Read a file of assignments; quotes come off, `` #`` outside them begins a comment."""
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            raise MalformedLine(f"{path}:{number}")
        values[match[1]] = _value(match[2].strip())
    return values


def _value(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()


def faults(path: Path, example: Path = EXAMPLE) -> list[str]:
    """Name everything that is wrong with a file of settings, as Russian sentences without values."""
    if not path.is_file():
        return [f"Нет файла {path}: cp .env.example {path} и заполните."]
    mode, problems = path.stat().st_mode, []
    if stat.S_IMODE(mode) != 0o600:
        problems.append(f"Права файла {path} должны быть 600, сейчас {stat.S_IMODE(mode):o}: chmod 600 {path}")
    try:
        values, defaults = read(path), read(example)
    except MalformedLine as error:
        return [*problems, f"Строка не похожа на ИМЯ=значение: {error}"]
    problems += [f"Нет переменной {name}, она есть в .env.example." for name in defaults if name not in values]
    problems += [f"Не задано {name}." for name in required(values) if not values.get(name)]
    return [*problems, *_weak(values, defaults), *_odd(values), *_certificates(values)]


def required(values: Mapping[str, str]) -> tuple[str, ...]:
    """Name what has to be set on this machine, which may be half a host."""
    role = values.get("HOST_ROLE", "")
    return (*(OF_DMZ if role == "dmz" else (*SECRETS, *REQUIRED)), *(BETWEEN if role in HALVES else ()))


def _weak(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    for name, shortest in SECRETS.items():
        value = values.get(name, "")
        if not value:
            continue
        if value == defaults.get(name) or value.lower() in _COMMON or _WEAK.search(value):
            yield f"{name}: значение по умолчанию или из словаря."
        elif len(value) < shortest:
            yield f"{name}: короче {shortest} знаков."
    secret_values = [values[name] for name in SECRETS if values.get(name)]
    if len(set(secret_values)) < len(secret_values):
        yield "Два секрета одинаковы: у каждого должен быть свой."
    for name in ("KC_BOOTSTRAP_ADMIN_USERNAME", "GF_SECURITY_ADMIN_USER"):
        if values.get(name, "").lower() == "admin":
            yield f"{name}: имя admin подбирают первым, задайте другое."


def _odd(values: Mapping[str, str]) -> Iterator[str]:
    for name, role in ROLES.items():
        parts = urlsplit(values.get(name, ""))
        if values.get(name) and (parts.username, parts.hostname) != (role, "postgres"):
            yield f"{name}: ожидается postgresql://{role}:…@postgres:5433/float_mode."
        elif values.get(name) and len(parts.password or "") < 16:
            yield f"{name}: пароль короче 16 знаков."
    if values.get("KC_HOSTNAME") and not _DOMAIN.fullmatch(values["KC_HOSTNAME"]):
        yield "KC_HOSTNAME: нужно имя домена без https:// и пути."
    if values.get("KC_PROXY", "edge") not in {"", "edge"}:
        yield "KC_PROXY: поддерживается только edge (TLS завершается на nginx)."
    if values.get("OAUTH2_COOKIE_SECRET") and _cookie_bytes(values["OAUTH2_COOKIE_SECRET"]) not in {16, 24, 32}:
        yield "OAUTH2_COOKIE_SECRET: нужно 16, 24 или 32 байта, например openssl rand -base64 32 | tr -- '+/' '-_'."
    if values.get("APP_DEBUG", "").lower() in {"true", "1", "yes", "on"}:
        yield "APP_DEBUG: в PROD должно быть False."
    try:
        networks(values.get("DATALENS_ADDRESSES", ""))
    except ValueError:
        yield "DATALENS_ADDRESSES: сети или адреса через запятую, например 192.0.2.0/28,198.51.100.7; не вся сеть."
    try:
        egress.destinations(values.get("EGRESS_ALLOWED", ""))
    except ValueError:
        yield "EGRESS_ALLOWED: адрес:порт или сеть:порт через запятую, например 192.0.2.7:443,198.51.100.0/24:587."
    if values.get("HOST_ROLE", "") not in {"", *HALVES}:
        yield f"HOST_ROLE: пусто (один хост), {' или '.join(HALVES)}."
    for name in ("HOST_ADDRESS", "OTHER_HOST_ADDRESS"):
        try:
            ipaddress.IPv4Address(values.get(name) or "192.0.2.1")
        except ValueError:
            yield f"{name}: нужен адрес IPv4."
    for name in ("POSTGRES_DISK", "BACKUP_DISK"):
        if values.get(name) and not Path(values[name]).is_absolute():
            yield f"{name}: нужен полный путь, начиная с /."
    if values.get("APP_ENVIRONMENT", "") not in {"", *ENVIRONMENTS}:
        yield f"APP_ENVIRONMENT: {', '.join(ENVIRONMENTS)}."
    if (values.get("DATALENS_PRIVATE_KEY") or values.get("DATALENS_PRIVATE_KEY_PATH")) and not values.get(
        "DATALENS_KEY_CREATED"
    ):
        yield "DATALENS_KEY_CREATED: день, когда DataLens выпустил ключ, например 2026-01-31."
    if values.get("LOG_DRIVER", "") not in {"", "json-file", "journald"}:
        yield "LOG_DRIVER: json-file или journald."
    if not re.fullmatch(r"|[3-8]\d|90", values.get("LOG_DAYS", "")):
        yield "LOG_DAYS: от 30 до 90."
    if not re.fullmatch(r"|1[89]\d|[2-9]\d\d", values.get("HOSTING_AUDIT_DAYS", "")):
        yield "HOSTING_AUDIT_DAYS: от 180 до 999."
    if values.get("IMAGES_BY_DIGEST", "") not in {"", "true", "false"}:
        yield "IMAGES_BY_DIGEST: true или false."
    if not _REGISTRY.fullmatch(values.get("IMAGE_REGISTRY", "")):
        yield "IMAGE_REGISTRY: имя реестра без https:// и без / в конце, например registry.example.ru/fly-potato-prod."
    if bool(values.get("GRAFANA_CLOUD_USERNAME")) != bool(values.get("GRAFANA_CLOUD_TOKEN")):
        yield "GRAFANA_CLOUD_USERNAME и GRAFANA_CLOUD_TOKEN задаются вместе."
    if values.get("GRAFANA_CLOUD_USERNAME") and not values.get("GRAFANA_CLOUD_URL"):
        yield "Не задано GRAFANA_CLOUD_URL."


def networks(text: str) -> list[str]:
    """Read networks and addresses divided by commas; raises ValueError for anything else, and for more than a /16."""
    parsed = [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
    if any(each.num_addresses > 2**16 for each in parsed):
        raise ValueError(text)
    return [str(each) for each in parsed]


def _cookie_bytes(secret: str) -> int:
    try:
        return len(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
    except (binascii.Error, ValueError):
        return len(secret)


def _certificates(values: Mapping[str, str]) -> Iterator[str]:
    for name in ("TLS_CERTIFICATE", "BETWEEN_CERTIFICATE"):
        certificate, key = values.get(name), values.get(f"{name}_KEY")
        if not certificate or not key:
            continue
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        except FileNotFoundError:
            yield f"{name} или {name}_KEY: нет такого файла."
        except (ssl.SSLError, OSError):
            yield f"{name} и {name}_KEY не подходят друг к другу или не читаются."
        else:
            yield from _of_use(name, certificate, values.get("KC_HOSTNAME", ""))


def _of_use(name: str, certificate: str, domain: str) -> Iterator[str]:
    """Say whether a certificate has run out or is another domain's, where there is an openssl to ask."""
    if shutil.which("openssl") is None:
        return
    asked = ["openssl", "x509", "-noout", "-in", certificate]
    if subprocess.run([*asked, "-checkend", "0"], check=False, stdout=subprocess.DEVNULL).returncode:  # noqa: S603
        yield f"{name}: срок сертификата истёк."
    if name == "TLS_CERTIFICATE" and _DOMAIN.fullmatch(domain):
        told = subprocess.run([*asked, "-checkhost", domain], check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603
        if "does NOT match" in told.stdout:
            yield f"{name}: сертификат выпущен не для домена из KC_HOSTNAME."


def main() -> int:
    """Check the named file; say what is wrong and give 1, or give 0."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".env.prod")
    problems = faults(path)
    for fault in problems:
        sys.stderr.write(f"{fault}\n")
    if not problems:
        sys.stdout.write(f"{path}: всё задано.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
