"""The jobs of the service ``backups`` and the commands of the same names, with settings from the environment."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fly_potato.backups import bases, copies, dumps
from fly_potato.backups.programs import BackupFailed
from fly_potato.backups.settings import BackupSettings
from shared.storage import Storage

LOG = logging.getLogger(__name__)


async def dump_all(uri: str) -> list[Path]:
    """Dump the product's database and Keycloak's. Raises BackupFailed."""
    directory = BackupSettings().directory
    made = [await dumps.dump(uri, directory, _now()), await dumps.dump_log_in(uri, directory, _now())]
    return [path for path in made if path is not None]


def make_base(uri: str) -> Path:
    """Make a base backup. Raises BackupFailed."""
    return bases.base(uri, BackupSettings().directory, _now())


async def try_restore(uri: str, path: Path | None = None) -> dumps.TrialRestore:
    """Restore a dump, the newest unless one is named, and compare it. Raises BackupFailed."""
    chosen = path or dumps.newest(BackupSettings().directory)
    if chosen is None:
        raise BackupFailed("BACKUP_MISSING", "Дампа ещё нет.")
    trial = await dumps.verify_dump(uri, chosen, _now())
    LOG.info("A dump was restored and is what it was.", extra={"duration_ms": round(trial.seconds * 1000)})
    return trial


def expire(*, dry_run: bool = False) -> list[Path]:
    """Delete what no longer has to be kept; tells what that is."""
    settings, now = BackupSettings(), _now()
    directory, day = settings.directory, timedelta(days=1)
    old_bases, segments = bases.expired(directory, settings.wal_archive, now, settings.wal_days * day)
    drafts = [path for path in directory.glob("*.draft") if path.stat().st_mtime < (now - day).timestamp()]
    expired = [*dumps.expired_dumps(directory, now, settings.dump_days * day), *old_bases, *segments, *drafts]
    for path in () if dry_run else expired:
        bases.remove(path)
    return expired


def send() -> int:
    """Send copies elsewhere, where a bucket for them is set; tells how many files. Raises ConfigurationError."""
    settings = BackupSettings()
    where = settings.elsewhere()
    if where is None:
        return 0
    return copies.send(Storage(where), settings.recipient or "", settings.directory, settings.wal_archive)


def _now() -> datetime:
    return datetime.now(UTC)
