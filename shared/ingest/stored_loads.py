"""Loads that are in: read anew by today's parser, or taken back.

Reading anew goes load by load: its rows are read and staged as when it came, its places are taken back and kept again
under the identities that today's parser gives, and the flights of both are built from all their rows, so that they
become those of a fresh load of the same workbooks. One transaction and one turn at merging a load, so whoever is killed
goes on with the next one. The order of loads does not matter, as it does not when they come.

Taking a wrong workbook back builds the flights from the rows that remain, as if it had never come. Asked for by a
command, or by an administrator through the API, which may not write flights: it puts a request into
``core.withdrawals``, and ``withdraw_requested`` does it. The load keeps its line with who, when and why. The same bytes
sent again are loaded as if for the first time, with the age they had, so that withdrawing and loading again changes
nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.errors import Conflict, NotFound, OutageError
from shared.flights import PARSER_REVISION
from shared.ingest.claims import lock
from shared.ingest.load import (
    Differences,
    form_from_all_rows,
    keep_rejects,
    keep_rows,
    prepare,
    settle_from_all_rows,
    stage,
    take_back_rows,
    take_turn,
)
from shared.workbooks.protocol import Lines
from shared.workbooks.staging import PlacedRow, Staging, content_of

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_ROWS_AT_ONCE = 10_000
_OUTDATED = "SELECT id FROM core.loads WHERE state = 'done' AND parser_revision < $1 ORDER BY id"
_DONE_LOAD = "SELECT id, sha256, source_at, rows_traced FROM core.loads WHERE id = $1 AND state = 'done'"
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


async def reread(
    pool: Pool, load_id: int | None = None, *, dry_run: bool = False, done: Callable[[int], None] | None = None
) -> Differences:
    """Read anew every load that an older parser read, or the one named; with ``dry_run`` only tell what would change.

    ``done`` hears the number of each load that is finished with.

    Raises:
        NotFound: ``LOAD_NOT_FOUND``, no load of that number is in.
        OutageError: the database is away, or the workbook is being loaded at this moment (``LOAD_BUSY``).
    """
    differences = Differences()
    with translated():
        loads = [load_id] if load_id is not None else [r["id"] for r in await pool.fetch(_OUTDATED, PARSER_REVISION)]
        for number in loads:
            async with pool.acquire() as conn:
                transaction = conn.transaction()
                await transaction.start()
                try:
                    await _reread(conn, number, differences)
                except BaseException:
                    await transaction.rollback()
                    raise
                await (transaction.rollback() if dry_run else transaction.commit())
            if done is not None:
                done(number)
    return differences


async def flights_unlike_their_rows(conn: Connection) -> int:
    """Count flights that are not what their rows make today; those with a row that another parser read are left out.

    Builds all of them anew beside the tables, in a transaction that is rolled back; needs the role ``fp_ingest``.
    """
    transaction = conn.transaction(isolation="repeatable_read")
    await transaction.start()
    try:
        await prepare(conn)
        await conn.execute(_SQL["touch_current"], PARSER_REVISION)
        differences = Differences()
        await form_from_all_rows(conn, differences)
    finally:
        await transaction.rollback()
    return differences.new + differences.gone + differences.changed


async def _reread(conn: Connection, load_id: int, differences: Differences) -> None:
    load = await conn.fetchrow(_DONE_LOAD, load_id)
    if load is None:
        raise NotFound("LOAD_NOT_FOUND", f"Загруженной книги с номером {load_id} нет.")
    if not await lock(conn, load["sha256"]):
        raise OutageError("LOAD_BUSY", "Эту книгу сейчас обрабатывает кто-то другой, повторите позже.")
    await prepare(conn)
    staging = await _stage(conn, load_id, load["source_at"].date())
    await take_turn(conn)
    await take_back_rows(conn, load_id)
    await keep_rows(conn, load_id, staging.rows_staged, staging.period())
    settled = await settle_from_all_rows(conn, load_id, differences)
    await conn.execute("DELETE FROM raw.rejects WHERE load_id = $1", load_id)
    if load["rows_traced"]:
        await conn.execute("DELETE FROM core.rejects WHERE load_id = $1", load_id)
    await keep_rejects(conn, load_id)
    await conn.execute(_SQL["reread"], load_id, staging.rows_empty, settled.mentioned, PARSER_REVISION)
    log.info("A load was read anew.", extra={"load_id": load_id, "flights_updated": settled.updated})


async def _stage(conn: Connection, load_id: int, sent: date) -> Staging:
    staging = Staging(sent)
    cursor = await conn.cursor(_SQL["kept_rows"], load_id)
    while rows := await cursor.fetch(_ROWS_AT_ONCE):
        await stage(conn, await asyncio.to_thread(_read, rows, staging))
    return staging


def _read(rows: Sequence[Any], staging: Staging) -> Lines:
    staging.take([PlacedRow(row["ordinal"], row["sheet"], row["row_number"], content_of(row)) for row in rows])
    return staging.lines()


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
    await prepare(conn)
    await take_turn(conn)
    await take_back_rows(conn, load_id)
    differences = Differences()
    settled = await settle_from_all_rows(conn, load_id, differences)
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
