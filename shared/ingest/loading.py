"""The one transaction of a load: hold, stage chunk by chunk, merge, finish; all or nothing.

Reading is work for the processor, staging mostly for the server, so a chunk is read in a thread while the one before is
on its way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter

from shared import workbooks
from shared.db import Connection, Pool
from shared.ingest import merging
from shared.ingest.claims import Claim, hold
from shared.ingest.outcome import Counts
from shared.ingest.reading import Tally, next_chunk
from shared.workbooks import Guarded, Row

Report = Callable[[str, int], Awaitable[None]]
"""Told the step and the rows read so far."""


async def load(
    pool: Pool, mine: Claim, workbook: Path, guarded: Guarded, report: Report
) -> tuple[Counts, dict[str, float]]:
    """Put a workbook into the tables; give the counts and how many seconds each step took.

    Raises:
        WorkbookError: it cannot be read.
        Superseded: the load is no longer ours.
    """
    tally = Tally()
    started = perf_counter()
    async with pool.acquire() as conn, conn.transaction():
        await hold(conn, mine)
        await merging.prepare(conn)
        rows = workbooks.rows(workbook, guarded)
        await _stage_all(conn, rows, tally, report)
        staged = perf_counter()
        await report("writing", tally.rows_in)
        counts = await merging.merge(conn, mine, tally)
    return counts, {"read": staged - started, "merge": perf_counter() - staged}


async def _stage_all(conn: Connection, rows: Iterator[Row], tally: Tally, report: Report) -> None:
    chunk = await asyncio.to_thread(next_chunk, rows, tally)
    while chunk is not None:
        reading = asyncio.create_task(asyncio.to_thread(next_chunk, rows, tally))
        try:
            await merging.stage(conn, chunk)
        finally:
            # The reader must have stopped before the workbook under it may be removed.
            following = await reading
        await report("reading", tally.rows_in)
        chunk = following
