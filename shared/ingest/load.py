"""A load in our hands: read batch by batch, stage, merge, finish, inside the one transaction.

A process of its own reads the workbook (``shared.workbooks.child``) and gives lines of COPY; here they are passed on to
the server, a batch at a time, while the next one is being read.
"""

import asyncio
from collections.abc import AsyncIterator
from time import perf_counter

from shared.db import Connection, Pool
from shared.ingest import uploads
from shared.ingest.claims import Claim
from shared.ingest.merge import merge, prepare, stage
from shared.ingest.model import Delivery, Outcome
from shared.workbooks.child import ReadingProcess, read_workbook
from shared.workbooks.protocol import Batch


async def load(pool: Pool, conn: Connection, held: Claim, delivery: Delivery) -> Outcome:
    """Load a workbook that is ours.

    Raises:
        WorkbookError: it cannot be read.
        OutageError: the reading was not started or was killed from outside.
        Superseded: the load is no longer ours.
    """
    started = perf_counter()

    async def report(step: str, rows_read: int, share_read: float) -> None:
        rows_total = round(rows_read / share_read) if share_read else rows_read
        async with pool.acquire() as side:
            await uploads.progress(side, delivery, step, rows_read, rows_total)

    await prepare(conn)
    process = await asyncio.to_thread(read_workbook, delivery.workbook, sent=delivery.source_at.date())
    with process:
        async for batch in _staged(conn, process):
            await report("reading", batch.rows_read, batch.share_read)
        summary = process.summary
    staged = perf_counter()
    await report("writing", summary.rows_in, 1.0)
    counts = await merge(conn, held, summary)
    seconds = {"read": staged - started, "merge": perf_counter() - staged}
    return Outcome("loaded", held.load_id, counts, seconds=seconds)


async def _staged(conn: Connection, process: ReadingProcess) -> AsyncIterator[Batch]:
    """Stage the batches of a reading; yields each when it is with the server."""
    batch = await asyncio.to_thread(process.next_batch)
    while batch is not None:
        reading = asyncio.create_task(asyncio.to_thread(process.next_batch))
        try:
            await stage(conn, batch.lines)
        except BaseException:
            # Ends the waiting for the next batch too, before the workbook under it may be removed.
            process.close()
            await asyncio.gather(reading, return_exceptions=True)
            raise
        following = await reading
        yield batch
        batch = following
