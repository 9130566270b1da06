"""The rejects workbook: what a person mends and sends again."""

import asyncio
from pathlib import Path
from uuid import UUID

from shared import workbooks
from shared.db import Connection
from shared.storage import Storage, rejects_key
from shared.workbooks import RejectedRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REJECTS = "SELECT sheet, row_number, code FROM core.rejects WHERE load_id = $1 ORDER BY sheet, row_number"


async def deliver_rejects(
    conn: Connection, storage: Storage, load_id: int, recipients: list[UUID], workbook: Path
) -> None:
    """Put the rejects of a load beside each upload of its bytes; nothing where nothing was rejected."""
    rows = await conn.fetch(_REJECTS, load_id)
    if not rows:
        return
    rejected = [RejectedRow(row["sheet"], row["row_number"], row["code"]) for row in rows]
    out = workbook.with_name("rejects.xlsx")
    await asyncio.to_thread(workbooks.write_rejects, workbook, rejected, out)
    for upload in recipients:
        await asyncio.to_thread(storage.upload, out, rejects_key(upload), XLSX)
