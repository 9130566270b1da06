"""One way of loading a workbook, in a process of its own: prints seconds and peak memory as one JSON line.

``client`` and ``server`` are processor seconds: of this process with all that it starts, and of all the server's
processes where ``BENCH_SERVER`` names the postmaster.

``floor``: what any loader must do, read the cells with python-calamine and COPY the same rows raw. ``ingest``: all of
``process_object``, the bucket included. ``openpyxl`` and ``pandas``: the floor's job by the readers that others use.
Usage: ``python -m bench.loaders WAY WORKBOOK`` with ``POSTGRES_URI`` and, for ``ingest``, ``S3_*`` set.
"""

import asyncio
import json
import os
import re
import resource
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import psutil

Cells = Iterable[list[Any]]


def calamine_cells(path: Path) -> Cells:
    """Read every cell of every sheet with python-calamine."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        yield from book.get_sheet_by_name(name).iter_rows()


def openpyxl_cells(path: Path) -> Cells:
    """Read every cell of every sheet with openpyxl in its streaming mode."""
    from openpyxl import load_workbook

    for sheet in load_workbook(path, read_only=True, data_only=True):
        yield from (list(row) for row in sheet.iter_rows(values_only=True))


def pandas_cells(path: Path) -> Cells:
    """Read every sheet with pandas' default engine."""
    import pandas

    for frame in pandas.read_excel(path, sheet_name=None, header=None, dtype=str).values():
        yield from frame.where(frame.notna(), None).values.tolist()


async def copy_raw(cells: Cells) -> int:
    """COPY rows as text of up to 16 columns into a plain table, as they are."""
    connection = await asyncpg.connect(os.environ["POSTGRES_URI"], statement_cache_size=0)
    columns = [f"c{n}" for n in range(16)]
    await connection.execute("DROP TABLE IF EXISTS public.floor")
    await connection.execute(f"CREATE TABLE public.floor ({', '.join(f'{c} text' for c in columns)})")
    empty = [None] * 16
    records = (([None if v == "" else str(v) for v in row] + empty)[:16] for row in cells)
    await connection.copy_records_to_table("floor", schema_name="public", records=records)
    rows: int = await connection.fetchval("SELECT count(*) FROM public.floor")
    await connection.close()
    return rows


def client_seconds() -> float:
    """Give the processor seconds of this process and of those that it has started and that have ended."""
    return sum(os.times()[:4])


def server_seconds() -> float:
    """Give the processor seconds of the server's processes, those that have ended too."""
    if "BENCH_SERVER" not in os.environ:
        return 0.0
    postmaster = psutil.Process(int(os.environ["BENCH_SERVER"]))
    of_children = sum(sum(child.cpu_times()[:2]) for child in postmaster.children(recursive=True))
    return sum(postmaster.cpu_times()[:4]) + of_children


async def ingest(path: Path) -> dict[str, Any]:
    """Send the workbook to the bucket (not timed), then time the function's own work."""
    from shared.db import connect_pool
    from shared.ingest import process_object
    from shared.settings import DatabaseSettings, StorageSettings
    from shared.storage import Storage, incoming_key, new_upload_id
    from shared.workbooks.forked import end_fork_server

    storage = Storage(StorageSettings())  # type: ignore[call-arg]
    key = incoming_key(new_upload_id(datetime.now(UTC)))
    storage.upload(path, key, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    started = perf_counter()
    pool = await connect_pool(DatabaseSettings())  # type: ignore[call-arg]
    outcome = await process_object(pool, storage, key, lease=timedelta(hours=1))
    seconds = perf_counter() - started
    await pool.close()
    end_fork_server()  # its processor seconds count when it has ended
    result = {"outcome": outcome.kind, "rows": outcome.counts.rows_in, "steps": outcome.seconds}
    return {"seconds": seconds} | result


WAYS: dict[str, Callable[[Path], Cells]] = {
    "floor": calamine_cells,
    "openpyxl": openpyxl_cells,
    "pandas": pandas_cells,
}


def _peak_mib() -> float:
    # getrusage would count what this process shared with the one that started it.
    status = Path("/proc/self/status")
    if status.exists():
        match = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"), re.MULTILINE)
        if match:
            return int(match[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run one way over one workbook."""
    way, path = sys.argv[1], Path(sys.argv[2])
    client, server = client_seconds(), server_seconds()
    if way == "ingest":
        result = asyncio.run(ingest(path))
    else:
        started = perf_counter()
        rows = asyncio.run(copy_raw(WAYS[way](path)))
        result = {"seconds": perf_counter() - started, "rows": rows}
    result |= {"client": client_seconds() - client, "server": server_seconds() - server}
    of_reading = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    result["peak_mib"] = _peak_mib() + of_reading
    print(json.dumps(result))


if __name__ == "__main__":
    main()
