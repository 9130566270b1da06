"""Deliver one event in a process of its own, as a function instance would: ``python -m tests.chaos.deliver KEY``.

Prints the outcome's kind, or ``outage`` when the platform should bring the event again. ``LEASE_SECONDS`` shortens the
lease; ``WORK_DIR`` says where the workbook is put.
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from shared.db import connect_pool
from shared.errors import OutageError
from shared.ingest import process_object
from shared.settings import DatabaseSettings, StorageSettings
from shared.storage import Storage


async def deliver(key: str) -> str:
    """Run the delivery and name its end."""
    lease = timedelta(seconds=float(os.environ.get("LEASE_SECONDS", "660")))
    work_dir = Path(os.environ["WORK_DIR"]) if "WORK_DIR" in os.environ else None
    pool = await connect_pool(DatabaseSettings())  # type: ignore[call-arg]
    try:
        storage = Storage(StorageSettings())  # type: ignore[call-arg]
        return (await process_object(pool, storage, key, lease=lease, work_dir=work_dir)).kind
    except OutageError as error:
        return f"outage {error.code}"
    finally:
        pool.terminate()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(deliver(sys.argv[1])) + "\n")
