"""Who works on a workbook: one living delivery at a time, known by the bytes' hash.

::

    delivery ──lock──> alone with these bytes ──claim──> claimed ──transaction commits──> done ──> withdrawn
       │                                                    │
       └─ somebody alive has the lock: busy                 └─ unreadable, or LAST_ATTEMPT without an end ──> failed

The lock belongs to the load's transaction, so PostgreSQL itself tells a dead holder from a living one as soon as the
connection is gone. The lease is the second line, for a holder whose host vanished without closing its connection: it
outlives the function's time-out, each sign of life renews it, and whoever comes after it ends the forgotten server
process. Should a holder wake up after that, it cannot finish: only the last to claim can (statement ``finish``). All
clocks are the database's.

``attempts`` counts the claims that came to no end. What an outage cut off is taken back (``release``), and so is what
the server's own fall cut off (statement ``claim``): those are no fault of the workbook.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.db import Connection
from shared.db.sql import load_sql
from shared.errors import FlyPotatoError, InputError, LoadInterrupted, OutageError

WORKBOOK_LOCKS = 0x464C59
"""The class of the advisory locks that say: these bytes are in living hands."""
MERGE_LOCK = 0x464C5A
"""The class of the one lock under which flights are merged and days are counted."""

LAST_ATTEMPT = 5
"""The claim that ends the load however it goes; the platform delivers six times, so the sixth finds the end."""

INTERRUPTED = "LOAD_INTERRUPTED"
"""Who worked on it showed no sign of life until the lease ran out."""
EXHAUSTED = "LOAD_ATTEMPTS_EXHAUSTED"
"""So many claims came to no end that nobody opens the workbook again by itself."""
INTERNAL = "INTERNAL_ERROR"
CUT_OFF = (INTERRUPTED, EXHAUSTED, INTERNAL)
"""Ends that are no word about the workbook: when its event comes again, it is loaded after all."""

_SQL = load_sql("shared.ingest")
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock($1::integer, $2::integer)"
_ENDING_SECONDS = 0.5
_RELEASE = "UPDATE core.loads SET attempts = attempts - 1 WHERE id = $1 AND claim = $2 AND state = 'claimed'"
_OVERDUE = "SELECT id, sha256, attempts FROM core.loads WHERE state = 'claimed' AND lease_until < now() ORDER BY id"
_END_OVERDUE = """
UPDATE core.loads SET state = 'failed', error_code = $2, error_sentence = $3, finished_at = now()
WHERE id = $1 AND state = 'claimed' AND lease_until < now()
RETURNING true
"""
_FAIL = """
UPDATE core.loads SET state = 'failed', error_code = $3, error_sentence = $4, finished_at = now()
WHERE id = $1 AND claim = $2 AND state = 'claimed'
RETURNING true
"""


class Superseded(OutageError):
    """Somebody else has claimed the load since; what was done here is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A load in our hands; ``attempt`` counts from 1, ``source_at`` is when its bytes first came (UTC)."""

    load_id: int
    token: UUID
    attempt: int
    source_at: datetime

    @property
    def last(self) -> bool:
        """Tell whether the load ends with this claim, however it goes."""
        return self.attempt >= LAST_ATTEMPT


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
    load_id: int | None = await conn.fetchval("SELECT id FROM core.loads WHERE sha256 = $1 AND state = 'done'", sha256)
    return load_id


async def claim(conn: Connection, sha256: bytes, object_key: str, source_at: datetime, lease: timedelta) -> Claim | int:
    """Claim a workbook while holding its lock on another connection; the number of the load if it is done.

    ``source_at`` is aware: when the workbook was announced.

    Raises:
        Superseded: ``LOAD_SUPERSEDED``, its load was deleted meanwhile.
    """
    token = uuid4()
    row = await conn.fetchrow(_SQL["claim"], sha256, object_key, source_at, token, lease)
    if row is not None:
        return Claim(row["id"], token, row["attempts"], row["source_at"])
    load_id = await done(conn, sha256)
    if load_id is None:
        raise Superseded("LOAD_SUPERSEDED", "Загрузку удалили, пока она выполнялась.")
    return load_id


async def release(conn: Connection, claim: Claim) -> None:
    """Take back what this claim counted for: an outage cut it off, and says nothing of the workbook."""
    await conn.execute(_RELEASE, claim.load_id, claim.token)


async def fail(conn: Connection, claim: Claim, error: FlyPotatoError) -> bool:
    """Put down that nothing of the workbook is in, and why; False when the load is no longer ours."""
    return bool(await conn.fetchval(_FAIL, claim.load_id, claim.token, error.code, error.sentence))


async def end_overdue(conn: Connection) -> int:
    """Put down as failed every load whose holder died for good: no sign of life within the lease. Gives how many."""
    ended = 0
    for row in await conn.fetch(_OVERDUE):
        why = exhausted() if row["attempts"] >= LAST_ATTEMPT else LoadInterrupted()
        async with conn.transaction():
            if await lock(conn, row["sha256"]):
                ended += bool(await conn.fetchval(_END_OVERDUE, row["id"], why.code, why.sentence))
    return ended


def exhausted() -> InputError:
    """Make the end of a load all of whose claims came to no end."""
    sentence = (
        f"Обработка этого файла {LAST_ATTEMPT} раз подряд оборвалась без результата и больше сама не повторится. Файл"
        " сохранён, администратор видит это. Проверьте файл, сохраните его заново и пришлите ещё раз."
    )
    return InputError(EXHAUSTED, sentence)


def fault() -> FlyPotatoError:
    """Make the end of a load that a fault of ours stopped at its last attempt."""
    sentence = (
        "При обработке файла произошла ошибка сервиса, сам файл ни при чём. Он сохранён, администратор видит это и"
        " загрузит его снова, когда ошибка будет исправлена."
    )
    return FlyPotatoError(INTERNAL, sentence)
