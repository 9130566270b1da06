"""A load in our hands: read batch by batch, stage, merge, finish, inside the one transaction.

A process of its own reads the workbook (``shared.workbooks.child``) and gives lines of COPY; here they are passed on to
the server, a batch at a time, while the next one is being read.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

from shared.db import Connection, Pool
from shared.ingest import upload_outcomes
from shared.ingest.claims import Claim
from shared.ingest.merge import merge, prepare, stage
from shared.ingest.model import Delivery, Outcome
from shared.workbooks.child import ReadingProcess, read_workbook
from shared.workbooks.protocol import Batch


async def load(pool: Pool, conn: Connection, claim: Claim, delivery: Delivery) -> Outcome:
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
            await upload_outcomes.progress(side, delivery, step, rows_read, rows_total)

    await prepare(conn)
    sent, columns = delivery.source_at.date(), delivery.columns
    process = await asyncio.to_thread(
        read_workbook, delivery.workbook, sent=sent, columns=columns, corrections=delivery.corrections
    )
    with process:
        async with aclosing(_staged(conn, process)) as batches:
            async for batch in batches:
                await report("reading", batch.rows_read, batch.share_read)
        summary = process.summary
    staged = perf_counter()
    await report("writing", summary.rows_in, 1.0)
    counts = await merge(conn, claim, summary)
    seconds = {"read": staged - started, "merge": perf_counter() - staged}
    return Outcome("loaded", claim.load_id, counts, headings=summary.headings, seconds=seconds)


async def _staged(conn: Connection, process: ReadingProcess) -> AsyncGenerator[Batch, None]:
    """Stage the batches of a reading; yields each when it is with the server, while the next one is being read."""
    reading = _next_batch(process)
    try:
        while (batch := await asyncio.shield(reading)) is not None:
            reading = _next_batch(process)
            await stage(conn, batch.lines)
            yield batch
    finally:
        # No thread may wait for the process any more when it is closed and the workbook under it is removed.
        process.kill()
        await asyncio.wait([reading])
        if not reading.cancelled():
            reading.exception()


def _next_batch(process: ReadingProcess) -> "asyncio.Task[Batch | None]":
    return asyncio.create_task(asyncio.to_thread(process.next_batch))
