"""What timers ask for: end what was cut off, throw away what has had its time, prove the roll-ups against the flights.

A timer's payload is ``{"job": "sweep"}``, and so ``cleanup``, ``check-rollups``, ``reread``, ``withdrawals``,
``redact``, ``zones``, ``boundaries`` (what administrators ask for about them) and ``check-boundaries`` (the configured
address); ``warm`` wants nothing but an instance that has started.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.errors import LoadInterrupted, NotFound, RequestError
from shared.ingest import claims
from shared.settings import BoundarySettings, KeptTextSettings, load
from shared.stats import measure_zones, recount_all, recount_zones
from shared.stats.statements import with_counters
from shared.storage import Storage
from shared.storage.object_keys import RESULTS
from shared.switches import read_maintenance

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_DAYS_OF_A_MONTH = 365.2425 / 12
QUEUE = timedelta(hours=1)
"""How long a workbook that came may wait for its turn before it counts as cut off."""
_FORGET_ANNOUNCED = """
DELETE FROM core.uploads
WHERE step = 'announced' AND outcome IS NULL AND absent_at IS NOT NULL AND announced_at < now() - $1::interval
"""
_COUNT_ANNOUNCED = """
SELECT count(*) FROM core.uploads
WHERE step = 'announced' AND outcome IS NULL AND announced_at < now() - $1::interval
"""
_AWAITED = """
SELECT id, object_key FROM core.uploads
WHERE step = 'announced' AND outcome IS NULL AND absent_at IS NULL AND announced_at < now() - $1::interval
ORDER BY announced_at
LIMIT 1000
"""
_ARRIVED = """
UPDATE core.uploads SET step = 'received', updated_at = now(), lease_until = announced_at + $2::interval
WHERE id = $1 AND step = 'announced' AND outcome IS NULL
"""
_HOLD = "UPDATE core.uploads SET lease_until = now() + $1::interval WHERE step = 'received' AND outcome IS NULL"
_ABSENT = "UPDATE core.uploads SET absent_at = now() WHERE id = $1 AND step = 'announced' AND outcome IS NULL"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that every database keeps, and how many rows break it."""

    name: str
    offenders: int


@dataclass(frozen=True, slots=True)
class Expired:
    """What has had its time: files of results with their bytes, announcements that no workbook followed."""

    files: tuple[str, ...]
    size_bytes: int
    announcements: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep ended: loads and uploads that were cut off, and how many announced workbooks came or stayed away."""

    loads: int
    uploads: int
    arrived: int
    absent: int


async def rules(conn: Connection) -> list[Rule]:
    """Count what breaks each rule; needs a role that may read ``raw``."""
    return [Rule(row["rule"], row["offenders"]) for row in await conn.fetch(with_counters(_SQL["consistency"]))]


async def sweep(pool: Pool, storage: Storage, arrival_window: timedelta) -> Swept:
    """End what nobody will end any more: who worked on it died, or its event never reached a function.

    ``arrival_window`` is how long after its announcement a workbook may still arrive. Nothing is lost by it: an event
    that comes after all goes on where it was cut off.

    Raises:
        OutageError: the database or the bucket is away.
    """
    with translated():
        async with pool.acquire() as conn:
            if (await read_maintenance(conn)).paused:
                # Whatever waits, waits on purpose: it is looked for, and its time does not run.
                arrived, absent = await _look_for_awaited(conn, storage, arrival_window)
                await conn.execute(_HOLD, QUEUE)
                return Swept(0, 0, arrived, absent)
            loads = await claims.end_overdue(conn)
            arrived, absent = await _look_for_awaited(conn, storage, arrival_window)
            uploads = int(await conn.fetchval(_SQL["sweep_uploads"], LoadInterrupted().sentence))
    return Swept(loads, uploads, arrived, absent)


async def _look_for_awaited(conn: Connection, storage: Storage, arrival_window: timedelta) -> tuple[int, int]:
    """Ask the bucket for announced workbooks whose time is over: one that came is no expired one."""
    arrived = absent = 0
    for row in await conn.fetch(_AWAITED, arrival_window):
        try:
            await asyncio.to_thread(storage.head, row["object_key"])
        except NotFound:
            await conn.execute(_ABSENT, row["id"])
            absent += 1
        else:
            await conn.execute(_ARRIVED, row["id"], arrival_window + QUEUE)
            arrived += 1
    return arrived, absent


async def cleanup(
    pool: Pool, storage: Storage, ttl: timedelta, now: datetime, *, dry_run: bool = False, files: bool = True
) -> Expired:
    """Remove result files and announcements older than ``ttl``; with ``dry_run`` only tell which. ``now`` is aware.

    Without ``files`` the bucket is left alone: its own rules remove them, and this account may have no right to.
    """
    stored = await asyncio.to_thread(lambda: list(storage.list(RESULTS))) if files else []
    old = [item for item in stored if item.modified_at < now - ttl]
    with translated():
        async with pool.acquire() as conn:
            announcements = int(await conn.fetchval(_COUNT_ANNOUNCED, ttl))
            if not dry_run:
                await _look_for_awaited(conn, storage, ttl)
                await conn.execute(_FORGET_ANNOUNCED, ttl)
    for item in () if dry_run else old:
        await asyncio.to_thread(storage.delete, item.key)
    return Expired(tuple(item.key for item in old), sum(item.size for item in old), announcements)


async def check_rollups(pool: Pool) -> list[Rule]:
    """Look for broken rules; where there are any, count every roll-up anew. Gives what was broken.

    Loads pass while it looks: a merge is one transaction, so a snapshot never sees half of one.
    """
    with translated():
        async with pool.acquire() as conn:
            async with conn.transaction(isolation="repeatable_read", readonly=True):
                broken = [rule for rule in await rules(conn) if rule.offenders]
            if broken:
                async with conn.transaction():
                    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", claims.MERGE_LOCK)
                    await recount_all(conn)
    return broken


async def count_zones(pool: Pool) -> tuple[int, int]:
    """Measure new zones against the active boundaries and count their days anew; gives how many zones and days.

    The measuring holds nobody up; only the counting takes its turn at merging.

    Raises:
        OutageError: the database is away.
    """
    with translated():
        async with pool.acquire() as conn:
            measured = await measure_zones(conn)
            async with conn.transaction():
                await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", claims.MERGE_LOCK)
                return measured, await recount_zones(conn)


async def run_job(
    pool: Pool,
    storage: Storage,
    payload: str | None,
    ttl: timedelta,
    arrival_window: timedelta = timedelta(minutes=20),
    *,
    files: bool = True,
) -> None:
    """Do what a timer's payload asks for. ``ttl`` is of results, ``arrival_window`` of announced workbooks.

    ``files`` tells whether ``cleanup`` removes files.

    Raises:
        RequestError: ``JOB_UNKNOWN``.
        OutageError: the database or the bucket is away.
    """

    async def end_cut_off() -> None:
        swept = await sweep(pool, storage, arrival_window)
        if swept.loads or swept.uploads:
            log.error("Uploads were cut off.", extra={"code": claims.INTERRUPTED, "count": swept.uploads})

    async def clean() -> None:
        removed = await cleanup(pool, storage, ttl, datetime.now(UTC), files=files)
        log.info("Cleaned up.", extra={"files": len(removed.files), "announcements": removed.announcements})

    async def check() -> None:
        broken = await check_rollups(pool)
        if broken:
            log.error("Roll-ups were off and are counted anew.", extra={"rules": [rule.name for rule in broken]})
        else:
            log.info("Roll-ups agree with the flights.")

    async def read_anew() -> None:
        # Imported here because it brings the parser, which no other job needs.
        from shared.ingest.stored_loads import reread

        differences = await reread(pool)
        log.info(
            "Kept rows were read anew.", extra={"flights_new": differences.new, "flights_updated": differences.changed}
        )

    async def zones() -> None:
        measured, days = await count_zones(pool)
        if measured or days:
            log.info("Zones were measured.", extra={"count": measured, "days": days})

    async def warm() -> None:
        return None

    async def run_requested_withdrawals() -> None:
        from shared.ingest.stored_loads import withdraw_requested

        if answered := await withdraw_requested(pool):
            log.info("Withdrawals were answered.", extra={"count": answered})

    async def boundaries() -> None:
        from shared.ingest.boundary_tasks import answer_boundary_tasks

        await answer_boundary_tasks(pool, storage, arrival_window)

    async def look_for_boundaries() -> None:
        from shared.ingest.boundary_check import check_boundaries

        await check_boundaries(pool, load(BoundarySettings))

    async def redact() -> None:
        # Imported here because it brings the parser, which no other job needs.
        from shared.ingest.retention import redact_overdue

        before = datetime.now(UTC) - timedelta(days=round(load(KeptTextSettings).ttl_months * _DAYS_OF_A_MONTH))
        done = await redact_overdue(pool, storage, before, files=files)
        log.info("Texts that had their time were redacted.", extra={"count": done.rows, "files": done.files})

    jobs = {
        "redact": redact,
        "boundaries": boundaries,
        "check-boundaries": look_for_boundaries,
        "warm": warm,
        "withdrawals": run_requested_withdrawals,
        "zones": zones,
        "reread": read_anew,
        "sweep": end_cut_off,
        "cleanup": clean,
        "check-rollups": check,
    }
    await _job(payload, jobs)()


def _job(payload: str | None, jobs: Mapping[str, Callable[[], Awaitable[None]]]) -> Callable[[], Awaitable[None]]:
    try:
        request = json.loads(payload or "null")
    except ValueError:
        request = None
    name = request.get("job") if isinstance(request, dict) else None
    if not isinstance(name, str) or name not in jobs:
        raise RequestError("JOB_UNKNOWN", f"Такого задания нет. Известны: {', '.join(jobs)}.")
    return jobs[name]
