"""What the sender of a workbook can see of it: the row in ``core.uploads``, and the workbook of rejects beside it.

An outcome is final: an event of an upload that has one is ignored, so that a second file under the same address changes
nothing. Only an upload that was cut off by no fault of its own (``CUT_OFF``) begins again when its event comes again.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.db import Connection
from shared.errors import FlyPotatoError, NotFound
from shared.ingest.claims import CUT_OFF
from shared.ingest.model import Delivery
from shared.storage import Storage, rejects_key, upload_of
from shared.workbooks.child import write_corrections
from shared.workbooks.protocol import SheetColumns, SheetHeadings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REJECTS = "SELECT sheet, row_number, code FROM core.rejects WHERE load_id = $1 ORDER BY sheet, row_number"
_FIRST = """
SELECT id FROM core.uploads
WHERE load_id = $1 AND outcome = 'loaded'
ORDER BY finished_at
LIMIT 1
"""

_RECEIVED = """
UPDATE core.uploads SET
    step = 'received', outcome = NULL, error_code = NULL, error_sentence = NULL, finished_at = NULL, absent_at = NULL,
    updated_at = now(), lease_until = now() + $2::interval
WHERE object_key = $1 AND (outcome IS NULL OR error_code = ANY($3::text[]))
RETURNING id
"""
_ENDED = "SELECT id, outcome, load_id, error_code, error_sentence FROM core.uploads WHERE object_key = $1"
_REGISTER = """
INSERT INTO core.uploads (id, object_key, file_name, announced_by)
VALUES ($1, $2, $3, 'bucket')
ON CONFLICT DO NOTHING
"""
_LINK = "UPDATE core.uploads SET load_id = $2, updated_at = now() WHERE id = $1"
_PROGRESS = """
WITH load AS (
    UPDATE core.loads AS l SET lease_until = now() + $5::interval
    FROM core.uploads AS u
    WHERE u.id = $1 AND l.id = u.load_id AND l.state = 'claimed'
    RETURNING l.id
), waiting AS (
    UPDATE core.uploads AS u SET lease_until = now() + $5::interval
    FROM load
    WHERE u.load_id = load.id AND u.id <> $1 AND u.outcome IS NULL
)
UPDATE core.uploads SET
    step = $2, rows_read = $3::integer, rows_total = greatest($3::integer, $4::integer), updated_at = now(),
    lease_until = now() + $5::interval
WHERE id = $1 AND outcome IS NULL
"""
_FINISH = """
UPDATE core.uploads SET
    outcome = $2, error_code = $3, error_sentence = $4, load_id = coalesce($5, load_id), step = 'finished',
    found_headings = $6, updated_at = now(), finished_at = now()
WHERE id = $1 AND outcome IS NULL
"""
_COLUMNS = "SELECT column_map FROM core.uploads WHERE id = $1"
_WAITING = "SELECT id FROM core.uploads WHERE load_id = $1 AND outcome IS NULL AND id <> $2"


@dataclass(frozen=True, slots=True)
class Ended:
    """An upload that has its outcome."""

    outcome: str
    load_id: int | None
    error: FlyPotatoError | None


async def received(conn: Connection, object_key: str, lease: timedelta) -> UUID | Ended:
    """Note that an object has come; one that nobody announced is registered now, under a name made of its key.

    Gives the upload's id, or how the upload has ended already.
    """
    upload = upload_of(object_key) or uuid5(NAMESPACE_URL, object_key)
    await conn.execute(_REGISTER, upload, object_key, object_key.rsplit("/", 1)[-1])
    row_id = await conn.fetchval(_RECEIVED, object_key, lease, CUT_OFF)
    if row_id is not None:
        return UUID(bytes=row_id.bytes)
    row = await conn.fetchrow(_ENDED, object_key)
    if row is None:
        raise TypeError("an upload went away while it was looked at")
    error = FlyPotatoError(row["error_code"], row["error_sentence"]) if row["error_code"] else None
    return Ended(row["outcome"], row["load_id"], error)


async def link(conn: Connection, upload: UUID, load_id: int) -> None:
    """Say which load an upload's bytes belong to."""
    await conn.execute(_LINK, upload, load_id)


async def progress(conn: Connection, delivery: Delivery, step: str, rows_read: int, rows_total: int) -> None:
    """Show how far the work has come; a sign of life for upload and load."""
    await conn.execute(_PROGRESS, delivery.upload, step, rows_read, rows_total, delivery.lease)


async def finish(
    conn: Connection,
    upload: UUID,
    outcome: str,
    load_id: int | None,
    error: FlyPotatoError | None,
    headings: Sequence[SheetHeadings] = (),
) -> None:
    """Show the end: ``loaded``, ``duplicate`` or ``failed`` with why. An end that is there stays."""
    why = (error.code, error.sentence) if error else (None, None)
    found = json.dumps(headings, ensure_ascii=False) if headings else None
    await conn.execute(_FINISH, upload, outcome, *why, load_id, found)


async def columns(conn: Connection, upload: UUID) -> tuple[SheetColumns, ...]:
    """Give what an upload's sender says of its sheets."""
    return _columns(await conn.fetchval(_COLUMNS, upload))


def _columns(written: str | None) -> tuple[SheetColumns, ...]:
    return tuple(SheetColumns(**each) for each in json.loads(written)) if written else ()


async def waiting(conn: Connection, load_id: int, upload: UUID) -> list[UUID]:
    """List the other uploads of the same bytes that wait for this load's end."""
    return [UUID(bytes=row["id"].bytes) for row in await conn.fetch(_WAITING, load_id, upload)]


async def deliver_rejects(
    conn: Connection, storage: Storage, load_id: int, recipients: list[UUID], delivery: Delivery, *, is_read: bool
) -> None:
    """Put the rejects of a load beside each upload of its bytes; nothing where nothing was rejected.

    ``is_read`` tells that this delivery has read the workbook and so mostly written them already.
    """
    is_written = is_read and delivery.corrections.exists()
    if not is_written and not await _write_rejects(conn, load_id, delivery):
        return
    for upload in recipients:
        await asyncio.to_thread(storage.upload, delivery.corrections, rejects_key(upload), XLSX)


async def _write_rejects(conn: Connection, load_id: int, delivery: Delivery) -> bool:
    """Write them by one more reading of the workbook; False where nothing was rejected."""
    rows = await conn.fetch(_REJECTS, load_id)
    if not rows:
        return False
    rejected = [(row["sheet"], row["row_number"], row["code"]) for row in rows]
    columns = _columns(await conn.fetchval("SELECT column_map FROM core.loads WHERE id = $1", load_id))
    await asyncio.to_thread(write_corrections, delivery.workbook, rejected, delivery.corrections, columns)
    return True


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
