"""Dumps that prove themselves: each has the checksums of its own snapshot beside it, and is restored and compared.

::

    float_YYYYMMDD.dump       pg_dump -Fc
    float_YYYYMMDD.json       sum over the file, checksums of the tables in the very snapshot that was dumped
    float_YYYYMMDD.verified   when it was restored into a scratch database and found equal, and how long that took
"""

import asyncio
import hashlib
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from fly_potato.database import checksums, verify
from shared.errors import FlyPotatoError

PRODUCT, LOG_IN = "float", "keycloak"
SCRATCH = "fly_potato_backup_check"
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DumpRecord:
    """What is known of a dump: ``taken_at`` as ISO 8601 (UTC), ``tables`` are checksums by name."""

    taken_at: str
    seconds: float
    size_bytes: int
    sha256: str
    tables: dict[str, str]


@dataclass(frozen=True, slots=True)
class TrialRestore:
    """A dump that was restored: which, when (ISO 8601, UTC), and how many seconds the restore and all took."""

    dump: str
    verified_at: str
    restore_seconds: float
    seconds: float


async def dump(uri: str, directory: Path, now: datetime) -> Path:
    """Dump the product's database, with the checksums of the snapshot that is dumped. ``now`` is aware.

    A dump of the same day is replaced. Raises BackupFailed.
    """
    began = time.monotonic()
    target = directory / f"{PRODUCT}_{now:%Y%m%d}.dump"
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        # Whoever holds the transaction open lets pg_dump see exactly what the checksums were read from.
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            sums = await checksums(connection)
            await asyncio.to_thread(_dump, uri, target, f"--snapshot={snapshot}")
    finally:
        await connection.close()
    tables = {each.table: f"{each.rows} {each.checksum}" for each in sums}
    _record(target, now, time.monotonic() - began, tables)
    return target


async def dump_log_in(uri: str, directory: Path, now: datetime) -> Path | None:
    """Dump Keycloak's database where the cluster has one. ``now`` is aware. Raises BackupFailed."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", LOG_IN):
            return None
    finally:
        await connection.close()
    began = time.monotonic()
    target = directory / f"{LOG_IN}_{now:%Y%m%d}.dump"
    await asyncio.to_thread(_dump, with_database(uri, LOG_IN), target)
    _record(target, now, time.monotonic() - began, {})
    return target


def _dump(uri: str, target: Path, *more: str) -> None:
    draft = target.with_suffix(".draft")
    try:
        run(uri, "pg_dump", "-Fc", *more, "-f", str(draft))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _record(target: Path, now: datetime, seconds: float, tables: dict[str, str]) -> None:
    target.with_suffix(".verified").unlink(missing_ok=True)
    record = DumpRecord(now.isoformat(), round(seconds, 1), target.stat().st_size, _sha256(target), tables)
    target.with_suffix(".json").write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def newest(directory: Path, kind: str = PRODUCT) -> Path | None:
    """Find the newest dump with its record."""
    dumps = sorted(path for path in directory.glob(f"{kind}_*.dump") if path.with_suffix(".json").exists())
    return dumps[-1] if dumps else None


def record_of(path: Path) -> DumpRecord:
    """Read what was put down beside a dump. Raises BackupFailed: ``BACKUP_UNKNOWN``."""
    if not path.with_suffix(".json").is_file():
        sentence = f"{path.name}: рядом нет {path.stem}.json, сравнить не с чем; дамп делает fly-potato backup dump."
        raise BackupFailed("BACKUP_UNKNOWN", sentence)
    return DumpRecord(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


async def verify_dump(uri: str, path: Path, now: datetime) -> TrialRestore:
    """Restore a dump into a scratch database of the same cluster, compare every table, and drop the scratch database.

    ``uri`` is the address of the product's own database, for a role that may make databases.

    Raises:
        BackupFailed: ``BACKUP_UNKNOWN`` where nothing is put down beside the file, ``BACKUP_DAMAGED`` where it is not
            what was written, ``BACKUP_DIFFERS`` naming the tables, ``BACKUP_BREAKS_RULES`` naming the rules that the
            restored data break, ``BACKUP_PROGRAM_FAILED``.
    """
    began = time.monotonic()
    record = record_of(path)
    if _sha256(path) != record.sha256:
        raise BackupFailed("BACKUP_DAMAGED", f"Дамп {path.name} изменился с тех пор, как был записан.")
    async with restored(uri, path) as scratch:
        restored_at = time.monotonic() - began
        sums, rules = await verify(scratch)
    tables = {each.table: f"{each.rows} {each.checksum}" for each in sums}
    unlike = sorted(name for name in record.tables.keys() | tables if record.tables.get(name) != tables.get(name))
    if unlike:
        raise BackupFailed("BACKUP_DIFFERS", f"После восстановления {path.name} другие: {', '.join(unlike)}.")
    broken = [rule.name for rule in rules if rule.offenders]
    if broken:
        raise BackupFailed("BACKUP_BREAKS_RULES", f"В дампе {path.name} нарушено: {', '.join(broken)}.")
    trial = TrialRestore(path.name, now.isoformat(), round(restored_at, 1), round(time.monotonic() - began, 1))
    path.with_suffix(".verified").write_text(json.dumps(asdict(trial)) + "\n", encoding="utf-8")
    return trial


@asynccontextmanager
async def restored(uri: str, path: Path) -> AsyncIterator[str]:
    """Give the address of a scratch database of the same cluster with a dump in it; it is dropped at the end.

    Raises BackupFailed.
    """
    administrator = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        await administrator.execute(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
        await administrator.execute(f"CREATE DATABASE {SCRATCH} TEMPLATE template0")
        try:
            scratch = with_database(uri, SCRATCH)
            await asyncio.to_thread(run, scratch, "pg_restore", "--exit-on-error", "-j", "2", "-d", SCRATCH, str(path))
            yield scratch
        finally:
            await administrator.execute(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
    finally:
        await administrator.close()


def expired_dumps(directory: Path, now: datetime, keep: timedelta) -> list[Path]:
    """List dumps older than ``keep``, with what stands beside them; of each kind the newest is never among them."""
    expired: list[Path] = []
    for kind in (PRODUCT, LOG_IN):
        dumps = sorted(directory.glob(f"{kind}_*.dump"))
        old = [path for path in dumps[:-1] if path.stat().st_mtime < (now - keep).timestamp()]
        for path in old:
            expired += [
                each for each in (path, path.with_suffix(".json"), path.with_suffix(".verified")) if each.exists()
            ]
    return expired


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class BackupFailed(FlyPotatoError):
    """A backup was not made, or what was made does not hold."""


def with_database(uri: str, name: str) -> str:
    """Give the address of another database of the same cluster."""
    return urlunsplit(urlsplit(uri)._replace(path=f"/{name}"))


def run(uri: str, *words: str) -> None:
    """Run a program against a database.

    Raises:
        BackupFailed: ``BACKUP_PROGRAM_FAILED``, with the last line that it wrote; nothing of a row is in it, for the
            programs quote names of objects alone.
    """
    parts = urlsplit(uri)
    address = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGAPPNAME": "fly-potato-backup",
    }
    _run(words, os.environ | address)


def _run(words: Sequence[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise BackupFailed("BACKUP_PROGRAM_FAILED", f"Нет программы {words[0]}.") from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["нет сообщения"]
        raise BackupFailed("BACKUP_PROGRAM_FAILED", f"{words[0]}: {last[0]}")
