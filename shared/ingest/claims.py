"""Who works on a workbook: one living delivery at a time, known by the bytes' hash.

::

    delivery ──claim──> claimed ──transaction commits──> done          the same bytes never again
                          │  ▲
                          │  └── claimed anew: the holder's transaction is gone, or its lease has run out
                          └──unreadable──> failed                      a new upload of the bytes tries again

The holder keeps an advisory lock in its transaction, so PostgreSQL itself tells a dead holder from a living one once
the connection is gone. The lease is the second line: it outlives the function's time-out, and whoever claims after it
also ends the holder's forgotten server process. Only the last to claim may finish (see ``finish.sql``). All clocks are
the database's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.db import Connection
from shared.db.sql import load_sql
from shared.errors import InputError, OutageError

LOAD_LOCKS = 0x464C59
"""The class of the advisory locks that say: this load is in living hands."""
MERGE_LOCK = 0x464C5A
"""The class of the one lock under which flights are merged and days are counted."""

_SQL = load_sql("shared.ingest")


class Superseded(OutageError):
    """Somebody else has claimed the load since; what was done here is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A load in our hands."""

    load_id: int
    token: UUID


@dataclass(frozen=True, slots=True)
class Known:
    """A load in other hands, or done; ``state`` as in ``core.loads``."""

    load_id: int
    state: str


async def claim(
    conn: Connection, sha256: bytes, object_key: str, source_at: datetime, lease: timedelta
) -> Claim | Known:
    """Claim a workbook, or tell who has it."""
    token = uuid4()
    row = await conn.fetchrow(_SQL["claim"], sha256, object_key, source_at, token, lease, LOAD_LOCKS)
    if row is not None:
        return Claim(row["id"], token)
    known = await conn.fetchrow("SELECT id, state FROM core.loads WHERE sha256 = $1", sha256)
    if known is None:
        raise Superseded("LOAD_SUPERSEDED", "Загрузку удалили, пока она выполнялась.")
    return Known(known["id"], known["state"])


async def hold(conn: Connection, mine: Claim) -> None:
    """Mark the claim as alive for as long as the open transaction lives.

    Raises:
        Superseded: another delivery was quicker.
    """
    await conn.execute(_SQL["end_forgotten"], LOAD_LOCKS, mine.load_id, mine.token)
    if not await conn.fetchval("SELECT pg_try_advisory_xact_lock($1, $2::integer)", LOAD_LOCKS, mine.load_id):
        raise _superseded()
    await confirm(conn, mine)


async def confirm(conn: Connection, mine: Claim) -> None:
    """Make sure that the claim is still ours. Raises Superseded."""
    found = "SELECT true FROM core.loads WHERE id = $1 AND claim = $2 AND state = 'claimed'"
    if not await conn.fetchval(found, mine.load_id, mine.token):
        raise _superseded()


async def fail(conn: Connection, mine: Claim, error: InputError) -> bool:
    """Put down that the workbook cannot be read; False when the load is no longer ours."""
    statement = (
        "UPDATE core.loads SET state = 'failed', error_code = $3, error_sentence = $4, finished_at = now()"
        " WHERE id = $1 AND claim = $2 AND state = 'claimed' RETURNING true"
    )
    return bool(await conn.fetchval(statement, mine.load_id, mine.token, error.code, error.sentence))


def _superseded() -> Superseded:
    return Superseded("LOAD_SUPERSEDED", "Этот файл уже загружает другой обработчик.")
