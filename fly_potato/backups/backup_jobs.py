"""The jobs of the service ``backups`` and the commands of the same names, with settings from the environment.

Copies go elsewhere too: each file once, encrypted for a recipient whose private half is not on the host.
"""

import logging
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from fly_potato.backups import bases, dumps
from fly_potato.backups.dumps import BackupFailed
from shared.errors import ConfigurationError
from shared.settings import StorageSettings, load
from shared.storage import Storage

LOG = logging.getLogger(__name__)
SUFFIX = ".age"


class BackupSettings(BaseSettings):
    """Read by the service ``backups`` of hosts and by ``fly-potato backup``."""

    model_config = SettingsConfigDict(
        env_prefix="BACKUP_", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    directory: Path = Path("/backups")
    wal_archive: Path = Path("/wal-archive")
    dump_days: int = Field(default=30, ge=14)
    """How long dumps are kept; the newest stays however old it is."""
    wal_days: int = Field(default=14, ge=7)
    """How far back a moment may be restored: bases and archive reach at least that far."""
    recipient: str | None = None
    """Whom copies are encrypted for: an age public key. Its private half is kept elsewhere."""
    s3_endpoint_url: str = "https://storage.yandexcloud.net"
    s3_region: str = "ru-central1"
    s3_bucket: str | None = None
    """Where copies go; None: nowhere."""
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None

    def elsewhere(self) -> StorageSettings | None:
        """Give the bucket for copies; None where there is none.

        Raises:
            ConfigurationError: ``SETTINGS_INVALID``: a bucket without a key, or without whom to encrypt for.
        """
        if self.s3_bucket is None:
            return None
        if self.s3_access_key_id is None or self.s3_secret_access_key is None or self.recipient is None:
            missing = "BACKUP_S3_ACCESS_KEY_ID, BACKUP_S3_SECRET_ACCESS_KEY, BACKUP_RECIPIENT"
            raise ConfigurationError("SETTINGS_INVALID", f"Для копий вне хоста нужны {missing}.")
        return StorageSettings(
            bucket=self.s3_bucket,
            endpoint_url=self.s3_endpoint_url,
            region=self.s3_region,
            access_key_id=self.s3_access_key_id,
            secret_access_key=self.s3_secret_access_key,
        )


async def dump_all(uri: str) -> list[Path]:
    """Dump the product's database and Keycloak's. Raises BackupFailed."""
    directory = load(BackupSettings).directory
    made = [await dumps.dump(uri, directory, _now()), await dumps.dump_log_in(uri, directory, _now())]
    return [path for path in made if path is not None]


def make_base(uri: str) -> Path:
    """Make a base backup. Raises BackupFailed."""
    return bases.base(uri, load(BackupSettings).directory, _now())


async def try_restore(uri: str, path: Path | None = None) -> dumps.TrialRestore:
    """Restore a dump, the newest unless one is named, and compare it. Raises BackupFailed."""
    chosen = path or dumps.newest(load(BackupSettings).directory)
    if chosen is None:
        raise BackupFailed("BACKUP_MISSING", "Дампа ещё нет.")
    trial = await dumps.verify_dump(uri, chosen, _now())
    LOG.info("A dump was restored and is what it was.", extra={"duration_ms": round(trial.seconds * 1000)})
    return trial


def expire(*, dry_run: bool = False) -> list[Path]:
    """Delete what no longer has to be kept; tells what that is."""
    settings, now = load(BackupSettings), _now()
    directory, day = settings.directory, timedelta(days=1)
    old_bases, segments = bases.expired(directory, settings.wal_archive, now, settings.wal_days * day)
    drafts = [path for path in directory.glob("*.draft") if path.stat().st_mtime < (now - day).timestamp()]
    expired = [*dumps.expired_dumps(directory, now, settings.dump_days * day), *old_bases, *segments, *drafts]
    for path in () if dry_run else expired:
        bases.remove(path)
    return expired


def send() -> int | None:
    """Send copies elsewhere, tell how many files; None where no bucket for them is set. Raises ConfigurationError."""
    settings = load(BackupSettings)
    where = settings.elsewhere()
    if where is None:
        return None
    return send_copies(Storage(where), settings.recipient or "", settings.directory, settings.wal_archive)


def _now() -> datetime:
    return datetime.now(UTC)


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """Read an age public key.

    Raises:
        ConfigurationError: ``SETTINGS_INVALID``; the text is not repeated, for it may be the private half.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise ConfigurationError("SETTINGS_INVALID", "BACKUP_RECIPIENT: нужен открытый ключ age1….") from None


def encrypt(path: Path, directory: Path, recipient: str, now: datetime) -> Path:
    """Write ``NAME_YYYYMMDD.age`` of a file into a directory, to be sent with the other backups. ``now`` is aware."""
    target = directory / f"{path.name.lstrip('.')}_{now:%Y%m%d}{SUFFIX}"
    pyrage.encrypt_file(str(path), str(target), [recipient_of(recipient)])
    target.chmod(0o600)
    return target


def send_copies(storage: Storage, recipient: str, directory: Path, wal_archive: Path) -> int:
    """Send every file that the bucket does not have, encrypted; tells how many were sent.

    Keys are ``backups/...`` and ``wal-archive/...`` as the files lie on the host, with ``.age`` behind. Nothing is ever
    deleted there: the bucket's own rules do that, so that whoever takes the host over cannot.

    Raises:
        ConfigurationError, StorageUnavailable.
    """
    for_whom = [recipient_of(recipient)]
    sent_keys = {item.key for item in storage.list("backups/")} | {item.key for item in storage.list("wal-archive/")}
    sent = 0
    with tempfile.TemporaryDirectory(dir=directory, prefix=".sending-") as room:
        for key, path in _files(directory, wal_archive):
            if key in sent_keys:
                continue
            source = path
            if path.suffix != SUFFIX:
                source = Path(room) / "file.age"
                pyrage.encrypt_file(str(path), str(source), for_whom)
            storage.upload_large(source, key)
            sent += 1
    return sent


def _files(directory: Path, wal_archive: Path) -> list[tuple[str, Path]]:
    """List what is to be sent, a base before the segments that it needs, with the key of each.

    A dump made anew on the same day, or a record of a trial, goes under a key of its own: its time is part of it.
    """
    files = []
    for path in sorted(directory.rglob("*")):
        whole = not any(part.startswith(".") or part.endswith(".draft") for part in path.relative_to(directory).parts)
        if path.is_file() and whole:
            files.append((_key("backups", path, directory), path))
    files += [(f"wal-archive/{path.name}{SUFFIX}", path) for path in sorted(wal_archive.iterdir()) if path.is_file()]
    return files


def _key(area: str, path: Path, directory: Path) -> str:
    name = path.relative_to(directory).as_posix().removesuffix(SUFFIX)
    return f"{area}/{name}.{int(path.stat().st_mtime)}{SUFFIX}"
