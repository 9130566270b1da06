"""The one transaction of a load: lock, claim, stage chunk by chunk, merge, finish; all or nothing.

Reading is work for the processor, staging mostly for the server, so a chunk is read in a thread while the one before is
on its way.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

from shared import workbooks
from shared.db import Connection, Pool
from shared.errors import WorkbookError
from shared.ingest import merging, uploads
from shared.ingest.claims import Claim, Superseded, claim, done, fail, lock
from shared.ingest.outcome import Outcome
from shared.ingest.reading import Tally, next_chunk
from shared.workbooks import Row, WorkbookReader


@dataclass(frozen=True, slots=True)
class Delivery:
    """A workbook on disk, and what is known of it before it is opened."""

    upload: UUID
    key: str
    sha256: bytes
    source_at: datetime
    """How old its facts are, UTC."""
    workbook: Path
    lease: timedelta


async def attempt(pool: Pool, delivery: Delivery) -> Outcome:
    """Load a workbook unless it is in or somebody alive has it in hand."""
    mine: Claim | None = None
    try:
        async with pool.acquire() as conn, conn.transaction():
            known = await done(conn, delivery.sha256)
            if known is not None:
                await uploads.link(conn, delivery.upload, known)
                return Outcome("duplicate", known)
            if not await lock(conn, delivery.sha256):
                return Outcome("busy")
            async with pool.acquire() as side:
                claimed = await _claim(side, delivery)
            if isinstance(claimed, int):
                return Outcome("duplicate", claimed)
            mine = claimed
            return await _load(pool, conn, mine, delivery)
    except Superseded:
        return Outcome("busy")
    except WorkbookError as error:
        if mine is None:
            raise
        async with pool.acquire() as conn:
            ours = await fail(conn, mine, error)
        return Outcome("failed", mine.load_id, error=error) if ours else Outcome("busy")


async def _claim(side: Connection, delivery: Delivery) -> Claim | int:
    # Outside the load's transaction, so that others see at once who has it, and since when.
    claimed = await claim(side, delivery.sha256, delivery.key, delivery.source_at, delivery.lease)
    await uploads.link(side, delivery.upload, claimed if isinstance(claimed, int) else claimed.load_id)
    return claimed


async def _load(pool: Pool, conn: Connection, mine: Claim, delivery: Delivery) -> Outcome:
    started = perf_counter()
    guarded = await asyncio.to_thread(workbooks.inspect, delivery.workbook)
    total = await asyncio.to_thread(workbooks.count_rows, delivery.workbook, guarded)

    async def report(step: str, rows_read: int) -> None:
        async with pool.acquire() as side:
            await uploads.progress(side, delivery.upload, step, rows_read, total)

    inspected = perf_counter()
    tally = Tally()
    reader = WorkbookReader(delivery.workbook, guarded)
    await merging.prepare(conn)
    async for _ in _staged(conn, reader.rows(), tally):
        await report("reading", tally.rows_in)
    tally.unread_sheets = [sheet.name for sheet in reader.reports if sheet.reason == "SHEET_NO_KNOWN_HEADER"]
    staged = perf_counter()
    await report("writing", tally.rows_in)
    counts = await merging.merge(conn, mine, tally)
    seconds = {"inspect": inspected - started, "read": staged - inspected, "merge": perf_counter() - staged}
    return Outcome("loaded", mine.load_id, counts, seconds=seconds)


async def _staged(conn: Connection, rows: Iterator[Row], tally: Tally) -> AsyncIterator[None]:
    chunk = await asyncio.to_thread(next_chunk, rows, tally)
    while chunk is not None:
        reading = asyncio.create_task(asyncio.to_thread(next_chunk, rows, tally))
        try:
            await merging.stage(conn, chunk)
        finally:
            # The reader must have stopped before the workbook under it may be removed.
            following = await reading
        yield
        chunk = following
