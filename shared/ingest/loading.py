"""A load in our hands: read chunk by chunk, stage, merge, finish, inside the one transaction.

Reading is work for the processor, staging mostly for the server, so a chunk is read in a thread while the one before is
on its way.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from time import perf_counter

from shared import workbooks
from shared.db import Connection, Pool
from shared.ingest import merging, uploads
from shared.ingest.claims import Claim
from shared.ingest.collecting import rarely_collected
from shared.ingest.model import Delivery, Outcome
from shared.ingest.reading import Tally, next_chunk
from shared.workbooks import Row, WorkbookReader


async def load(pool: Pool, conn: Connection, mine: Claim, delivery: Delivery) -> Outcome:
    """Load a workbook that is ours.

    Raises:
        WorkbookError: it cannot be read.
        Superseded: the load is no longer ours.
    """
    started = perf_counter()
    guarded = await asyncio.to_thread(workbooks.inspect, delivery.workbook)
    total = await asyncio.to_thread(workbooks.count_rows, delivery.workbook, guarded)

    async def report(step: str, rows_read: int) -> None:
        async with pool.acquire() as side:
            await uploads.progress(side, delivery, step, rows_read, total)

    inspected = perf_counter()
    tally = Tally()
    reader = WorkbookReader(delivery.workbook, guarded)
    await merging.prepare(conn)
    with rarely_collected():
        async for _ in _staged(conn, reader.rows(), tally, delivery.source_at.date()):
            await report("reading", tally.rows_in)
    tally.unread_sheets = [sheet.name for sheet in reader.reports if sheet.reason == "SHEET_NO_KNOWN_HEADER"]
    staged = perf_counter()
    await report("writing", tally.rows_in)
    counts = await merging.merge(conn, mine, tally)
    seconds = {"inspect": inspected - started, "read": staged - inspected, "merge": perf_counter() - staged}
    return Outcome("loaded", mine.load_id, counts, seconds=seconds)


async def _staged(conn: Connection, rows: Iterator[Row], tally: Tally, sent: date) -> AsyncIterator[None]:
    chunk = await asyncio.to_thread(next_chunk, rows, tally, sent)
    while chunk is not None:
        reading = asyncio.create_task(asyncio.to_thread(next_chunk, rows, tally, sent))
        try:
            await merging.stage(conn, chunk)
        finally:
            # The reader must have stopped before the workbook under it may be removed.
            following = await reading
        yield
        chunk = following
