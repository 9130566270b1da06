"""What timers ask for: throw away what has had its time, and prove that the roll-ups still say what the flights say.

A timer's payload is ``{"job": "cleanup"}`` or ``{"job": "check-rollups"}``.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.errors import RequestError
from shared.ingest.claims import MERGE_LOCK
from shared.stats import recount_all
from shared.storage import Storage
from shared.storage.keys import RESULTS

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_FORGET_ANNOUNCED = """
DELETE FROM core.uploads
WHERE step = 'announced' AND outcome IS NULL AND announced_at < now() - $1::interval
"""
_COUNT_ANNOUNCED = """
SELECT count(*) FROM core.uploads
WHERE step = 'announced' AND outcome IS NULL AND announced_at < now() - $1::interval
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that every database keeps, and how many rows break it."""

    rule: str
    offenders: int


@dataclass(frozen=True, slots=True)
class Expired:
    """What has had its time: files of results with their bytes, announcements that no workbook followed."""

    files: tuple[str, ...]
    size_bytes: int
    announcements: int


async def rules(conn: Connection) -> list[Rule]:
    """Count what breaks each rule; needs a role that may read ``raw``."""
    return [Rule(row["rule"], row["offenders"]) for row in await conn.fetch(_SQL["consistency"])]


async def cleanup(pool: Pool, storage: Storage, ttl: timedelta, now: datetime, *, dry_run: bool = False) -> Expired:
    """Remove result files and announcements older than ``ttl``; with ``dry_run`` only tell which. ``now`` is aware."""
    kept = await asyncio.to_thread(lambda: list(storage.list(RESULTS)))
    old = [item for item in kept if item.modified_at < now - ttl]
    with translated():
        async with pool.acquire() as conn:
            announcements = int(await conn.fetchval(_COUNT_ANNOUNCED, ttl))
            if not dry_run:
                await conn.execute(_FORGET_ANNOUNCED, ttl)
    for item in () if dry_run else old:
        await asyncio.to_thread(storage.delete, item.key)
    return Expired(tuple(item.key for item in old), sum(item.size for item in old), announcements)


async def check_rollups(pool: Pool) -> list[Rule]:
    """Look for broken rules; where there are any, count every roll-up anew. Gives what was broken."""
    with translated():
        async with pool.acquire() as conn, conn.transaction():
            await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)
            broken = [rule for rule in await rules(conn) if rule.offenders]
            if broken:
                await recount_all(conn)
    return broken


async def run_job(pool: Pool, storage: Storage, payload: str | None, ttl: timedelta) -> None:
    """Do what a timer's payload asks for.

    Raises:
        RequestError: ``JOB_UNKNOWN``.
    """

    async def clean() -> None:
        gone = await cleanup(pool, storage, ttl, datetime.now(UTC))
        log.info("Cleaned up.", extra={"files": len(gone.files), "announcements": gone.announcements})

    async def check() -> None:
        broken = await check_rollups(pool)
        if broken:
            log.error("Roll-ups were off and are counted anew.", extra={"rules": [rule.rule for rule in broken]})
        else:
            log.info("Roll-ups agree with the flights.")

    jobs: Mapping[str, Callable[[], Awaitable[None]]] = {"cleanup": clean, "check-rollups": check}
    await _job(payload, jobs)()


def _job(payload: str | None, jobs: Mapping[str, Callable[[], Awaitable[None]]]) -> Callable[[], Awaitable[None]]:
    try:
        asked = json.loads(payload or "null")
    except ValueError:
        asked = None
    name = asked.get("job") if isinstance(asked, dict) else None
    if not isinstance(name, str) or name not in jobs:
        raise RequestError("JOB_UNKNOWN", f"Такого задания нет. Известны: {', '.join(jobs)}.")
    return jobs[name]
