"""Who works on a workbook: one living delivery at a time, known by the bytes' hash.

::

    delivery ──lock──> alone with these bytes ──claim──> claimed ──transaction commits──> done   never again
       │                                                    │
       └─ somebody alive has the lock: busy                 └──unreadable──> failed   new bytes' upload tries again

The lock belongs to the load's transaction, so PostgreSQL itself tells a dead holder from a living one as soon as the
connection is gone. The lease is the second line, for a holder whose host vanished without closing its connection: it
outlives the function's time-out, and whoever comes after it ends the forgotten server process. Should a holder wake up
after that, it cannot finish: only the last to claim can (see ``finish.sql``). All clocks are the database's.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.db import Connection
from shared.db.sql import load_sql
from shared.errors import InputError, OutageError

WORKBOOK_LOCKS = 0x464C59
"""The class of the advisory locks that say: these bytes are in living hands."""
MERGE_LOCK = 0x464C5A
"""The class of the one lock under which flights are merged and days are counted."""

_SQL = load_sql("shared.ingest")
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock($1::integer, $2::integer)"
_ENDING_SECONDS = 0.5


class Superseded(OutageError):
    """Somebody else has claimed the load since; what was done here is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A load in our hands."""

    load_id: int
    token: UUID


async def lock(conn: Connection, sha256: bytes) -> bool:
    """Be alone with these bytes for as long as the open transaction lives; False if somebody alive already is."""
    number = int.from_bytes(sha256[:4], "big", signed=True)
    if await conn.fetchval(_TRY_LOCK, WORKBOOK_LOCKS, number):
        return True
    if await conn.fetchval(_SQL["end_forgotten"], WORKBOOK_LOCKS, number, sha256) is None:
        return False
    await asyncio.sleep(_ENDING_SECONDS)
    return bool(await conn.fetchval(_TRY_LOCK, WORKBOOK_LOCKS, number))


async def done(conn: Connection, sha256: bytes) -> int | None:
    """Give the number of the load that has put these bytes in, if one has."""
    found: int | None = await conn.fetchval("SELECT id FROM core.loads WHERE sha256 = $1 AND state = 'done'", sha256)
    return found


async def claim(conn: Connection, sha256: bytes, object_key: str, source_at: datetime, lease: timedelta) -> Claim | int:
    """Claim a workbook while holding its lock on another connection; the number of the load if it is done."""
    token = uuid4()
    mine = await conn.fetchval(_SQL["claim"], sha256, object_key, source_at, token, lease)
    if mine is not None:
        return Claim(mine, token)
    known = await done(conn, sha256)
    if known is None:
        raise Superseded("LOAD_SUPERSEDED", "Загрузку удалили, пока она выполнялась.")
    return known


async def fail(conn: Connection, mine: Claim, error: InputError) -> bool:
    """Put down that the workbook cannot be read; False when the load is no longer ours."""
    statement = (
        "UPDATE core.loads SET state = 'failed', error_code = $3, error_sentence = $4, finished_at = now()"
        " WHERE id = $1 AND claim = $2 AND state = 'claimed' RETURNING true"
    )
    return bool(await conn.fetchval(statement, mine.load_id, mine.token, error.code, error.sentence))
