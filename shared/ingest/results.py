"""The rejects workbook: what a person mends and sends again."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import UUID

from shared.db import Connection
from shared.errors import NotFound
from shared.storage import Storage, rejects_key
from shared.workbooks.child import write_corrections

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REJECTS = "SELECT sheet, row_number, code FROM core.rejects WHERE load_id = $1 ORDER BY sheet, row_number"
_FIRST = """
SELECT id FROM core.uploads
WHERE load_id = $1 AND outcome = 'loaded'
ORDER BY finished_at
LIMIT 1
"""


async def deliver_rejects(
    conn: Connection, storage: Storage, load_id: int, recipients: list[UUID], workbook: Path
) -> None:
    """Put the rejects of a load beside each upload of its bytes; nothing where nothing was rejected."""
    rows = await conn.fetch(_REJECTS, load_id)
    if not rows:
        return
    rejected = [(row["sheet"], row["row_number"], row["code"]) for row in rows]
    out = workbook.with_name("rejects.xlsx")
    await asyncio.to_thread(write_corrections, workbook, rejected, out)
    for upload in recipients:
        await asyncio.to_thread(storage.upload, out, rejects_key(upload), XLSX)


async def copy_rejects(conn: Connection, storage: Storage, load_id: int, recipients: list[UUID]) -> bool:
    """Copy what the first upload of these bytes got, inside the bucket; False where it is gone."""
    first = await conn.fetchval(_FIRST, load_id)
    if first is None:
        return False
    source = rejects_key(UUID(bytes=first.bytes))
    try:
        for key in map(rejects_key, recipients):
            call = partial(storage.head, source) if key == source else partial(storage.copy, source, key)
            await asyncio.to_thread(call)
    except NotFound:
        return False
    return True
