"""Taking a wrong workbook back: the flights are built from the rows that remain, as if it had never come.

Asked for by a command, or by an administrator through the API, which may not write flights: it puts a request into
``core.withdrawals``, and ``withdraw_requested`` does it. One transaction; the load keeps its line with who, when and
why. The same bytes sent again are loaded as if for the first time, with the age they had, so that withdrawing and
loading again changes nothing.
"""

from dataclasses import dataclass

from shared.db import Connection, Pool, translated
from shared.errors import Conflict, NotFound, OutageError
from shared.ingest import merge
from shared.ingest.claims import lock
from shared.ingest.merge import Differences

_Answer = tuple[str, int | None, int | None, str | None, str | None]

_LOAD = """
SELECT l.state, l.sha256, l.rows_traced, u.file_name, EXISTS (
    SELECT FROM core.loads AS o WHERE o.state = 'done' AND NOT o.rows_traced AND o.id <> l.id
) AS others_untraced
FROM core.loads AS l
LEFT JOIN core.uploads AS u ON u.object_key = l.object_key
WHERE l.id = $1
"""
_WITHDRAWN = """
UPDATE core.loads SET
    state = 'withdrawn', withdrawn_at = clock_timestamp(), withdrawn_by = $2, withdrawn_reason = $3
WHERE id = $1 AND state = 'done'
"""
_REQUESTED = "SELECT id, load_id, requested_by, reason FROM core.withdrawals WHERE state = 'requested' ORDER BY id"
_ANSWER = """
UPDATE core.withdrawals SET
    state = $2, flights_gone = $3, flights_changed = $4, error_code = $5, error_sentence = $6, finished_at = now()
WHERE id = $1 AND state = 'requested'
"""
_UPLOADS = """
UPDATE core.uploads SET outcome = 'withdrawn', updated_at = now()
WHERE load_id = $1 AND outcome IN ('loaded', 'duplicate')
"""


@dataclass(frozen=True, slots=True)
class WithdrawalEffect:
    """What withdrawing a load does: flights that vanish, and those that other workbooks speak of and that change."""

    load_id: int
    file_name: str | None
    flights_gone: int
    flights_changed: int
    differences: Differences


async def withdraw(pool: Pool, load_id: int, *, by: str, reason: str | None, dry_run: bool = False) -> WithdrawalEffect:
    """Take a load back, or with ``dry_run`` only tell what that would do. ``by`` is who does it, as an opaque name.

    Raises:
        NotFound: ``LOAD_NOT_FOUND``.
        Conflict: ``LOAD_NOT_IN``, it failed or is being loaded; ``LOAD_WITHDRAWN``, it is taken back already;
            ``LOAD_UNTRACED``, it came before it was kept where else its rows stand.
        OutageError: the database is away, or the workbook is being worked on (``LOAD_BUSY``).
    """
    with translated():
        async with pool.acquire() as conn:
            transaction = conn.transaction()
            await transaction.start()
            try:
                withdrawal = await _withdraw(conn, load_id, by, reason)
            except BaseException:
                await transaction.rollback()
                raise
            await (transaction.rollback() if dry_run else transaction.commit())
    return withdrawal


async def _withdraw(conn: Connection, load_id: int, by: str, reason: str | None) -> WithdrawalEffect:
    load = await conn.fetchrow(_LOAD, load_id)
    if load is None:
        raise NotFound("LOAD_NOT_FOUND", f"Загрузки с номером {load_id} нет.")
    if load["state"] == "withdrawn":
        raise Conflict("LOAD_WITHDRAWN", "Эта загрузка уже отозвана.")
    if load["state"] != "done":
        raise Conflict("LOAD_NOT_IN", "Отозвать можно только загруженную книгу, а эта не загружена.")
    if not load["rows_traced"] and load["others_untraced"]:
        raise Conflict(
            "LOAD_UNTRACED",
            "Эта книга загружена прежней версией, которая не помнила, в каких ещё книгах стоят её строки; отозвать её"
            " нельзя.",
        )
    if not await lock(conn, load["sha256"]):
        raise OutageError("LOAD_BUSY", "Эту книгу сейчас обрабатывает кто-то другой, повторите позже.")
    await merge.prepare(conn)
    await merge.take_turn(conn)
    await merge.take_back_rows(conn, load_id)
    differences = Differences()
    settled = await merge.settle_from_all_rows(conn, load_id, differences)
    for table in ("raw.rejects", "core.rejects"):
        await conn.execute(f"DELETE FROM {table} WHERE load_id = $1", load_id)  # noqa: S608
    await conn.execute(_WITHDRAWN, load_id, by, reason)
    await conn.execute(_UPLOADS, load_id)
    return WithdrawalEffect(load_id, load["file_name"], settled.gone, settled.updated, differences)


async def withdraw_requested(pool: Pool) -> int:
    """Do what administrators have asked for, and write down what came of it; gives how many requests were answered.

    Raises:
        OutageError: the database is away, or a workbook is being worked on; the request waits.
    """
    with translated():
        requests = await pool.fetch(_REQUESTED)
    for request in requests:
        try:
            done = await withdraw(pool, request["load_id"], by=request["requested_by"], reason=request["reason"])
            answer: _Answer = ("done", done.flights_gone, done.flights_changed, None, None)
        except (Conflict, NotFound) as refused:
            answer = ("refused", None, None, refused.code, refused.sentence)
        with translated():
            await pool.execute(_ANSWER, request["id"], *answer)
    return len(requests)
