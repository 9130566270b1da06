"""What the sender of a workbook can see of it: the row in ``core.uploads``."""

from uuid import NAMESPACE_URL, UUID, uuid5

from shared.db import Connection
from shared.errors import FlyPotatoError
from shared.storage import upload_of

_RECEIVED = """
UPDATE core.uploads SET step = 'received', updated_at = now()
WHERE object_key = $1
RETURNING id
"""
_REGISTER = """
INSERT INTO core.uploads (id, object_key, file_name, announced_by)
VALUES ($1, $2, $3, 'bucket')
ON CONFLICT DO NOTHING
"""
_LINK = "UPDATE core.uploads SET load_id = $2, updated_at = now() WHERE id = $1"
_PROGRESS = """
UPDATE core.uploads SET
    step = $2, rows_read = $3::integer, rows_total = greatest($3::integer, $4::integer), updated_at = now()
WHERE id = $1 AND outcome IS NULL
"""
_FINISH = """
UPDATE core.uploads SET
    outcome = $2, error_code = $3, error_sentence = $4, load_id = coalesce($5, load_id), step = 'finished',
    updated_at = now(), finished_at = now()
WHERE id = $1
"""
_WAITING = "SELECT id FROM core.uploads WHERE load_id = $1 AND outcome IS NULL AND id <> $2"


async def received(conn: Connection, object_key: str) -> UUID:
    """Note that an object has come; one that nobody announced is registered now, under a name made of its key."""
    upload = upload_of(object_key) or uuid5(NAMESPACE_URL, object_key)
    file_name = object_key.rsplit("/", 1)[-1]
    await conn.execute(_REGISTER, upload, object_key, file_name)
    return UUID(bytes=(await conn.fetchval(_RECEIVED, object_key)).bytes)


async def link(conn: Connection, upload: UUID, load_id: int) -> None:
    """Say which load an upload's bytes belong to."""
    await conn.execute(_LINK, upload, load_id)


async def progress(conn: Connection, upload: UUID, step: str, rows_read: int, rows_total: int) -> None:
    """Show how far the work has come."""
    await conn.execute(_PROGRESS, upload, step, rows_read, rows_total)


async def finish(
    conn: Connection, upload: UUID, outcome: str, load_id: int | None, error: FlyPotatoError | None
) -> None:
    """Show the end: ``loaded``, ``duplicate`` or ``failed`` with why."""
    why = (error.code, error.sentence) if error else (None, None)
    await conn.execute(_FINISH, upload, outcome, *why, load_id)


async def waiting(conn: Connection, load_id: int, upload: UUID) -> list[UUID]:
    """List the other uploads of the same bytes that wait for this load's end."""
    return [UUID(bytes=row["id"].bytes) for row in await conn.fetch(_WAITING, load_id, upload)]
