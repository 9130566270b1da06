"""``python3 -m hosting.prepare .env.prod``: lay out what compose.prod.yaml mounts.

One file a secret, in a directory that only its owner may enter; a container gets its own files and no others. The
files themselves are readable, for each container reads them as a user of its own. Standard library alone. Run it again
after a change of .env.prod or a renewal of the certificate; nginx then takes the new one by ``nginx -s reload``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

from hosting import egress, environment, images, secret_ages

POSTGRES_USER_ID = 999
"""The user that PostgreSQL runs as in its image; it writes archives and backups."""

ONLY_AGES = ("BACKUP_S3_SECRET_ACCESS_KEY", "GRAFANA_CLOUD_TOKEN")
"""Secrets that a host need not have; their ages are kept where it has them."""

BETWEEN_KEY = "BETWEEN_CERTIFICATE_KEY"
"""The key that the two machines of a host share: an administrator brings another one to both, no command can."""

_EXAMPLES = {".env.example", "local/.env"}
"""The example, and the link by which compose finds a developer's settings."""

OF_POSTGRES = ("wal-archive", "backups", "timers", "postgres")
"""Directories that the database and the service ``backups`` write, both as that user."""

JOURNAL_OPTIONS = {"tag": "{{.Name}}", "labels": "com.docker.compose.project,com.docker.compose.service"}
"""What an entry of the journal says of its container; local/logs asks by it."""

JOURNAL_CONFIGURATION = Path("/etc/systemd/journald.conf.d/fly-potato.conf")
"""Where an administrator puts what is written for journald."""

NAMES = (
    *environment.SECRETS,
    "POSTGRES_URI",
    "PROCESS__POSTGRES_URI",
    "KC_BOOTSTRAP_ADMIN_USERNAME",
    "GF_SECURITY_ADMIN_USER",
    "ALERT_ONCALL_URL",
    "ALERT_TICKETS_URL",
    "GRAFANA_CLOUD_TOKEN",
    "BACKUP_S3_SECRET_ACCESS_KEY",
)


def secrets(values: Mapping[str, str]) -> dict[str, str]:
    """Give the content of each secret file; what is not set gives an empty file, for the mount has to find one."""
    files = {name: values.get(name, "") for name in NAMES}
    files["MIGRATE_URI"] = _uri("app_user", values["POSTGRES_PASSWORD"])
    files["DATA_SOURCE_NAME"] = _uri("fp_monitor", values["FP_MONITOR_PASSWORD"]) + "?sslmode=disable"
    for name in ("DATALENS_PRIVATE_KEY", "DATALENS_NEXT_PRIVATE_KEY"):
        path = values.get(f"{name}_PATH")
        files[name] = Path(path).read_text(encoding="ascii") if path else values.get(name, "")
    return files


def _uri(user: str, password: str) -> str:
    return f"postgresql://{user}:{quote(password, safe='')}@postgres:5433/float_mode"


def lay_out(values: Mapping[str, str], directory: Path) -> None:
    """Write everything under ``directory``; files keep their inodes, so running containers see what changed."""
    for name in ("secrets", "tls", "acme", *OF_POSTGRES):
        (directory / name).mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    for name, content in secrets(values).items():
        _write(directory / "secrets" / name, content)
    now = datetime.now(timezone.utc)
    _put_down_ages(values, directory / "timers" / "secrets.json", now)
    _for_backups(directory / "timers" / "host.json", json.dumps(host_facts(values, now)) + "\n")
    certificate = Path(values["TLS_CERTIFICATE"]).read_text(encoding="ascii")
    _write(directory / "tls" / "fullchain.pem", certificate)
    _write(directory / "tls" / "privkey.pem", Path(values["TLS_CERTIFICATE_KEY"]).read_text(encoding="ascii"))
    # Whom stapled answers are checked against: the chain without the leaf, where no file of its own is named.
    rest = certificate.partition("-----END CERTIFICATE-----\n")[2].strip()
    issuers = Path(values["TLS_CHAIN"]).read_text(encoding="ascii") if values.get("TLS_CHAIN") else rest
    _write(directory / "tls" / "chain.pem", issuers or certificate)
    # PostgreSQL takes a key that nobody else may read, so it gets a copy of its own.
    _write(directory / "postgres" / "fullchain.pem", certificate)
    _write(directory / "postgres" / "privkey.pem", Path(values["TLS_CERTIFICATE_KEY"]).read_text(encoding="ascii"))
    (directory / "postgres" / "privkey.pem").chmod(0o600)
    _lay_out_between(values, directory / "between")
    _write(directory / "datalens.conf", gate(values))
    _write(directory / "journald.conf", journal(values))
    _write(directory / "egress.nft", egress.rules(allowed_outward(values), egress.host_resolvers()))
    for path in disk_directories(values):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(path, POSTGRES_USER_ID, POSTGRES_USER_ID)
    # JSON is YAML: compose reads it as one more of its files.
    changed = services(values)
    _write(directory / "images.yaml", json.dumps({"services": changed}))
    _write(directory / "datalens.yaml", json.dumps({"services": {"datalens_gate": as_nginx(changed)}}))
    for name in OF_POSTGRES:
        (directory / name).chmod(0o700)
        if os.geteuid() == 0:
            shutil.chown(directory / name, POSTGRES_USER_ID, POSTGRES_USER_ID)
    if os.geteuid() == 0:
        shutil.chown(directory / "postgres" / "privkey.pem", POSTGRES_USER_ID, POSTGRES_USER_ID)


def _lay_out_between(values: Mapping[str, str], directory: Path) -> None:
    """Write the certificate that the two machines of a host show each other, where it is two of them."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, file in (("BETWEEN_CERTIFICATE", "between.pem"), ("BETWEEN_CERTIFICATE_KEY", "between.key")):
        path = values.get(name) if values.get("HOST_ROLE") else None
        _write(directory / file, Path(path).read_text(encoding="ascii") if path else "")


def allowed_outward(values: Mapping[str, str]) -> str:
    """Give EGRESS_ALLOWED, and the way to the other machine where a host is two of them."""
    other = f"{values['OTHER_HOST_ADDRESS']}:8443" if values.get("HOST_ROLE") else ""
    return ",".join(filter(None, (values.get("EGRESS_ALLOWED", ""), other)))


def gate(values: Mapping[str, str]) -> str:
    """Write the configuration of DataLens' gate: whoever is not named in DATALENS_ADDRESSES is turned away."""
    template = (environment.EXAMPLE.parent / "local" / "nginx" / "datalens.conf.template").read_text(encoding="utf-8")
    allowed = [f"allow {network};" for network in environment.networks(values.get("DATALENS_ADDRESSES", ""))]
    return template.replace("${ALLOWED}", "\n        ".join(allowed))


def disk_directories(values: Mapping[str, str]) -> list[Path]:
    """Name what is laid out on disks of their own: data of the database; backups and the archive of WAL."""
    data, backups = values.get("POSTGRES_DISK"), values.get("BACKUP_DISK")
    return [
        *([Path(data, "data")] if data else []),
        *([Path(backups, n) for n in ("backups", "wal-archive")] if backups else []),
    ]


def disk_warnings(values: Mapping[str, str], root: Path = Path("/")) -> list[str]:
    """Say where a disk is none of its own: the one named is the system's, or both named are one."""
    named = {name: Path(values[name]) for name in ("POSTGRES_DISK", "BACKUP_DISK") if values.get(name)}
    devices = {name: path.stat().st_dev for name, path in named.items() if path.is_dir()}
    warnings = [f"{name}: нет каталога {path}." for name, path in named.items() if name not in devices]
    warnings += [
        f"{name}: {named[name]} лежит на системном диске, а не на своём."
        for name, device in devices.items()
        if device == root.stat().st_dev
    ]
    if not warnings and len(set(devices.values())) < len(devices):
        warnings.append("POSTGRES_DISK и BACKUP_DISK на одном диске: вместе с данными пропадут и копии.")
    if "POSTGRES_DISK" not in named:
        warnings.append("POSTGRES_DISK не задан: данные базы и WAL лежат на диске docker.")
    return warnings


def journal(values: Mapping[str, str]) -> str:
    """Write what the host's journald has to be told, for it keeps what every service writes for so many days."""
    days = values.get("LOG_DAYS") or "90"
    # Rate limits drop lines of whoever writes much at once, and a load or an attack is just when they are wanted.
    return f"[Journal]\nStorage=persistent\nMaxRetentionSec={days}day\nMaxFileSec=1day\nRateLimitIntervalSec=0\n"


def _put_down_ages(values: Mapping[str, str], path: Path, now: datetime) -> None:
    """Remember since when each secret is what it is; an address counts by the password in it."""
    kept = {name: values.get(name, "") for name in (*environment.SECRETS, *environment.ROLES, *ONLY_AGES)}
    if values.get("HOST_ROLE"):
        kept[BETWEEN_KEY] = Path(values[BETWEEN_KEY]).read_text(encoding="ascii")
    secret_ages.put_down(kept, path, now)
    _for_backups(path, path.read_text(encoding="utf-8"))


def _for_backups(path: Path, content: str) -> None:
    """Write a file that the service ``backups`` alone may read."""
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    if os.geteuid() == 0:
        shutil.chown(path, POSTGRES_USER_ID, POSTGRES_USER_ID)


def services(values: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """Give what this host changes of the services: digests of images, their registry, and where logs go.

    Raises:
        LookupError: images that IMAGE_REGISTRY was never given.
    """
    changed: dict[str, dict[str, object]] = {}
    if registry := values.get("IMAGE_REGISTRY"):
        changed = images.from_registry(registry)
    elif not _by_hand(values):
        changed = images.override(images.locked())
    for name, volumes in _on_disks(values).items():
        changed.setdefault(name, {})["volumes"] = volumes
    if values.get("LOG_DRIVER") == "journald":
        for name in images.names():
            changed.setdefault(name, {})["logging"] = {"driver": "journald", "options": dict(JOURNAL_OPTIONS)}
    if values.get("HOST_ROLE"):
        changed["between"] = as_nginx(changed)
    return changed


def as_nginx(changed: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Give what this host changes of a service that few hosts have: it runs nginx' image, its lines go where nginx' go.

    Such are DataLens' gate, where DATALENS_ADDRESSES is set, and ``between``, where a host is two machines.
    """
    return {key: change for key, change in changed.get("nginx", {}).items() if key in ("image", "logging")}


def _unpinned(values: Mapping[str, str]) -> list[str]:
    """Name the images that this host runs by their version alone."""
    if values.get("IMAGE_REGISTRY"):
        return []
    if _by_hand(values):
        return images.used()
    return [image for image in images.used() if images.locked().get(image, images.MISSING) == images.MISSING]


def host_facts(values: Mapping[str, str], now: datetime) -> dict[str, object]:
    """Give what the check of a release has to know of the host and cannot see from inside a container.

    ``tracked_settings`` are files of settings that git holds, ``changed_files`` those that differ from the commit;
    both None where there is no git. ``now`` is aware.
    """
    unpinned, refreshed = _unpinned(values), images.last_refresh()
    tracked = _git("ls-files", "--", ".env*", "*/.env*")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return {
        "prepared_at": now.isoformat(),
        "commit": "".join(_git("rev-parse", "HEAD") or []) or None,
        "unpinned_images": unpinned,
        "images_by_hand": _by_hand(values) and not values.get("IMAGE_REGISTRY"),
        "images_asked": refreshed.isoformat() if refreshed else None,
        # Whoever carries images in by hand has no digests to wait for, and asks for fresh ones by the day alone.
        "images_without_digest": 0 if _by_hand(values) else len(unpinned),
        "tracked_settings": None if tracked is None else [name for name in tracked if name not in _EXAMPLES],
        "changed_files": None if changed is None else len(changed),
    }


def _git(*words: str) -> list[str] | None:
    root = environment.EXAMPLE.parent
    try:
        command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - words are our own
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.splitlines()


def _on_disks(values: Mapping[str, str]) -> dict[str, list[str]]:
    """Give mounts that take the place of those in the compose files, by service."""
    mounts: dict[str, list[str]] = {}
    if data := values.get("POSTGRES_DISK"):
        mounts["postgres"] = [f"{data}/data:/var/lib/postgresql/data"]
    if backups := values.get("BACKUP_DISK"):
        for service in ("postgres", "backups"):
            mounts.setdefault(service, []).extend(
                [f"{backups}/backups:/backups", f"{backups}/wal-archive:/wal-archive"]
            )
    return mounts


def _by_hand(values: Mapping[str, str]) -> bool:
    """Tell whether images were brought here without a registry: the engine then knows no digests."""
    return values.get("IMAGES_BY_DIGEST") == "false"


def _write(path: Path, content: str) -> None:
    path.touch(mode=0o444)
    path.chmod(0o644)
    path.write_text(content, encoding="utf-8")
    path.chmod(0o444)


def _same(path: Path, content: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == content


def main() -> int:
    """Check the named file, then lay everything out under data/prod."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".env.prod")
    faults = environment.faults(path)
    if faults:
        sys.stderr.write("\n".join([*faults, "Ничего не запущено.\n"]))
        return 1
    values = environment.read(path)
    try:
        lay_out(values, environment.EXAMPLE.parent / "data" / "prod")
    except LookupError as error:
        sys.stderr.write(f"Нет в {images.REGISTRY_LOCK.name} (python3 -m hosting.images --push): {error}.\n")
        return 1
    sys.stderr.writelines(f"{warning}\n" for warning in disk_warnings(values))
    if values.get("LOG_DRIVER") == "journald" and not _same(JOURNAL_CONFIGURATION, journal(values)):
        sys.stderr.write(f"Журнал хоста ещё не настроен: data/prod/journald.conf положите в {JOURNAL_CONFIGURATION}.\n")
    if (unpinned := _unpinned(values)) and not _by_hand(values):
        sys.stderr.write(f"Без дайджестов (make images-lock): {', '.join(unpinned)}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
