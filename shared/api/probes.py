"""Looking at what the product depends on, each look with a time-out of its own, and the samples of ``/metrics``.

Settings are read at the first look, so that ``/health`` answers also where they are missing.
"""

import asyncio
import contextlib
import json
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.api.upload_rows import UploadState
from shared.db import Pool, connect_pool, translated
from shared.db.sql import load_sql
from shared.errors import ConfigurationError, FlyPotatoError, OutageError
from shared.metrics import Samples
from shared.settings import (
    BoundarySettings,
    DatabaseSettings,
    EmbedKeyDates,
    IngestSettings,
    MetricsSettings,
    StorageSettings,
    UploadSettings,
    load,
)
from shared.storage import Storage
from shared.storage.object_keys import INCOMING, RESULTS

LOAD_STATES = ("claimed", "done", "failed", "withdrawn")
CUT_OFF = ("LOAD_INTERRUPTED", "LOAD_ATTEMPTS_EXHAUSTED", "INTERNAL_ERROR")
STEPS = ("fetch", "read", "merge")
MATCHES = ("inside", "near_border", "outside", "none")
AREAS = ("incoming", "results", "other")
QUANTILES = ("0.5", "0.95")

_SQL = load_sql("shared.api")
_KEPT_SECONDS = 300.0
_TRIED_BYTES = 65_536
logger = logging.getLogger(__name__)
SCHEMA_REVISION = "0022"
"""The migration that this code was written against; a test holds it equal to the newest one."""
_DATABASE_CHECKS = ("database", "schema", "boundaries")


async def measure_database(
    pool: Pool, window: timedelta, arrival_window: timedelta, *, checked: bool
) -> dict[str, dict[tuple[str, ...], float]]:
    """Read every number that the database knows; ``checked`` says that boundaries have an address to compare with.

    Raises DatabaseUnavailable.
    """
    with translated():
        numbers: dict[str, Any] = json.loads(await pool.fetchval(_SQL["measurements"], window, arrival_window))
    interrupted, finished = float(numbers["interrupted"]), float(numbers["finished"])
    attempts = interrupted + finished
    durations = zip(QUANTILES, numbers["durations"] or (), strict=False)
    return {
        "regions": {(): numbers["regions"]},
        "boundaries_checked_age_seconds": {(): age} if checked and (age := numbers["boundaries_checked_age"]) else {},
        "uploads": _closed(numbers["uploads"], tuple(UploadState)),
        "ingest_paused": {(): 1.0 if numbers["paused"] else 0.0},
        "uploads_waiting": {(): numbers["waiting"]},
        "upload_oldest_waiting_seconds": {(): numbers["oldest_waiting"] or 0.0},
        "loads": _closed(numbers["loads"], LOAD_STATES),
        "load_failures": _by_code(numbers["load_failures"]),
        "uploads_cut_off": _closed(numbers["uploads_cut_off"], CUT_OFF),
        "load_step_seconds": _closed(numbers["step_seconds"], STEPS),
        "last_load_timestamp_seconds": {(): numbers["last_load"]} if numbers["last_load"] is not None else {},
        "rows": _by_code(numbers["rows"]),
        "rejected_rows": _by_code(numbers["rejected_rows"]),
        "flights": _closed(numbers["flights"], MATCHES),
        "ingest_duration_seconds": {(quantile,): value for quantile, value in durations},
        "ingest_attempts": {("finished",): finished, ("interrupted",): interrupted},
        "ingest_timeout_ratio": {(): interrupted / attempts if attempts else 0.0},
    }


class MediaUsage:
    """How full the bucket is; a listing is kept for five minutes, for a full one costs a call per 1,000 objects."""

    def __init__(self, storage: Storage, quota_bytes: int) -> None:
        self._storage = storage
        self._quota = quota_bytes
        self._kept: tuple[float, dict[str, int]] | None = None

    def measure(self) -> Samples:
        """Add up the bucket by area; blocks. Raises StorageUnavailable."""
        if self._kept is None or time.monotonic() - self._kept[0] > _KEPT_SECONDS:
            sizes = dict.fromkeys(AREAS, 0)
            for item in self._storage.list(""):
                sizes[_area(item.key)] += item.size
            self._kept = time.monotonic(), sizes
        by_area = self._kept[1]
        return {
            "media_bytes": {(area,): float(size) for area, size in by_area.items()},
            "media_quota_bytes": {(): float(self._quota)},
            "media_usage_ratio": {(): sum(by_area.values()) / self._quota},
        }


def _area(key: str) -> str:
    return {INCOMING: "incoming", RESULTS: "results"}.get(key.partition("/")[0] + "/", "other")


def _try_disk() -> None:
    """Write where workbooks and reports are made. Raises OSError where there is no room, or none may write."""
    with tempfile.TemporaryFile() as file:
        file.write(bytes(_TRIED_BYTES))
        file.flush()


def _closed(counted: Mapping[str, float] | None, values: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    counts = counted or {}
    return {(str(value),): float(counts.get(value, 0)) for value in values}


def _by_code(counted: Mapping[str, float] | None) -> dict[tuple[str, ...], float]:
    return {(code,): float(count) for code, count in (counted or {}).items()}


@dataclass(frozen=True, slots=True)
class Check:
    """How one look went; ``code`` is None where all is well."""

    name: str
    code: str | None
    duration_ms: float

    @property
    def ok(self) -> bool:
        """Tell whether all is well."""
        return self.code is None


def _embed_key() -> Samples:
    days = load(EmbedKeyDates).age_days(datetime.now(UTC))
    return {} if days is None else {"embed_key_age_seconds": {(): days * 86_400.0}}


def _schema_fault(revision: str | None, compatible_from: str | None) -> str | None:
    """Judge a schema's version: a newer one is fine unless it says that it is not for code as old as this.

    During a roll-out the schema is migrated first, while instances of the release before still answer.
    """
    if revision is None or not revision.isdecimal() or int(revision) < int(SCHEMA_REVISION):
        return "SCHEMA_OUTDATED"
    return "SCHEMA_TOO_NEW" if compatible_from and int(compatible_from) > int(SCHEMA_REVISION) else None


class Probes:
    """Looks at the database, the bucket and the disk; keeps one pool and one client."""

    def __init__(self, settings: MetricsSettings, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._stack = stack
        self._pool: Pool | None = None
        self._storage: Storage | None = None
        self._media: MediaUsage | None = None

    async def readiness(self) -> tuple[Check, ...]:
        """Look at everything at once."""
        await self._warm()
        looks = (self._read_database, self._ping, self._write)
        database, storage, disk = await asyncio.gather(*map(self._timed, looks))
        row, code, milliseconds = database
        codes: tuple[str | None, ...] = (code, code, code)
        if row is not None:
            writable = "DATABASE_READ_ONLY" if row["read_only"] else None
            schema = _schema_fault(row["revision"], row["compatible_from"])
            codes = (writable, schema, None if row["regions"] else "BOUNDARIES_MISSING")
        checks = [Check(name, each, milliseconds) for name, each in zip(_DATABASE_CHECKS, codes, strict=True)]
        return (*checks, Check("storage", storage[1], storage[2]), Check("disk", disk[1], disk[2]))

    async def samples(self) -> Samples:
        """Read every sample that can be had; what is away only lacks."""
        await self._warm()
        looks = (self._measure, self._list, self._ping)
        (database, _, _), (media, _, _), (bucket, _, _) = await asyncio.gather(*map(self._timed, looks))
        # The listing may be a kept one, so it does not tell whether the bucket still answers.
        up = {"database_up": {(): float(database is not None)}, "storage_up": {(): float(bucket is not None)}}
        target = {"ingest_sync_response_seconds": {(): float(load(IngestSettings).sync_response_seconds)}}
        return {**(database or {}), **(media or {}), **up, **target, **_embed_key()}

    async def _warm(self) -> None:
        # Importing the S3 client takes a small instance longer than the bucket's answer may.
        with contextlib.suppress(ConfigurationError):
            await asyncio.to_thread(self._bucket()[0].connect)

    async def _timed(self, look: Callable[[], Awaitable[Any]]) -> tuple[Any, str | None, float]:
        started, code, result = time.perf_counter(), None, None
        try:
            result = await asyncio.wait_for(look(), self._settings.check_timeout_seconds)
        except TimeoutError:
            code = "TIME_OUT"
        except FlyPotatoError as error:
            code = error.code
        except Exception:
            # A look must not bring down the answer that tells about the others.
            logger.exception("A look at a dependency failed.")
            code = "CHECK_FAILED"
        return result, code, round((time.perf_counter() - started) * 1000, 1)

    async def _database(self) -> Pool:
        if self._pool is None:
            self._pool = await connect_pool(load(DatabaseSettings), application="fly-potato-health")
            self._stack.callback(self._pool.terminate)
        return self._pool

    def _bucket(self) -> tuple[Storage, MediaUsage]:
        if self._storage is None or self._media is None:
            settings = load(StorageSettings)
            self._storage = Storage(settings)
            self._media = MediaUsage(self._storage, settings.quota_bytes)
        return self._storage, self._media

    async def _read_database(self) -> Any:
        pool = await self._database()
        with translated():
            row = await pool.fetchrow(_SQL["readiness"])
        if row is None:
            raise ConfigurationError("SCHEMA_OUTDATED", "Схема базы данных не готова.")
        return row

    async def _ping(self) -> bool:
        await asyncio.to_thread(self._bucket()[0].ping)
        return True

    async def _write(self) -> bool:
        try:
            await asyncio.to_thread(_try_disk)
        except OSError as error:
            raise OutageError("TEMPORARY_DISK_FULL", "На диске обработчика нельзя писать.") from error
        return True

    async def _measure(self) -> Samples:
        window = timedelta(seconds=self._settings.window_seconds)
        arrival_window, checked = load(UploadSettings).arrival_window, load(BoundarySettings).check_url is not None
        return await measure_database(await self._database(), window, arrival_window, checked=checked)

    async def _list(self) -> Samples:
        return await asyncio.to_thread(self._bucket()[1].measure)
