"""The samples of ``/metrics``, from the database and the bucket."""

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.api.upload_rows import UploadState
from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.metrics import Samples
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


def _closed(counted: Mapping[str, float] | None, values: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    counts = counted or {}
    return {(str(value),): float(counts.get(value, 0)) for value in values}


def _by_code(counted: Mapping[str, float] | None) -> dict[tuple[str, ...], float]:
    return {(code,): float(count) for code, count in (counted or {}).items()}
