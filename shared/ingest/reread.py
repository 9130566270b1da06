"""Reading kept rows anew with today's parser: the flights become those of a fresh load of the same workbooks.

A batch is a load: its rows are read and staged as when it came, its places are taken back and kept again under the
identities that today's parser gives, and the flights of both are built from all their rows. One transaction and one
turn at merging a load, so whoever is killed goes on with the next one. The order of loads does not matter, as it does
not when they come.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.errors import NotFound, OutageError
from shared.flights import PARSER_REVISION
from shared.ingest import merge
from shared.ingest.claims import lock
from shared.ingest.merge import Differences
from shared.workbooks.protocol import Lines
from shared.workbooks.staging import Staging, content_of

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_ROWS_AT_ONCE = 10_000
_OUTDATED = "SELECT id FROM core.loads WHERE state = 'done' AND parser_revision < $1 ORDER BY id"
_LOAD = "SELECT id, sha256, source_at, rows_traced FROM core.loads WHERE id = $1 AND state = 'done'"


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
        await merge.prepare(conn)
        await conn.execute(_SQL["touch_current"], PARSER_REVISION)
        differences = Differences()
        await merge.form_from_all_rows(conn, differences)
    finally:
        await transaction.rollback()
    return differences.new + differences.gone + differences.changed


async def _reread(conn: Connection, load_id: int, differences: Differences) -> None:
    load = await conn.fetchrow(_LOAD, load_id)
    if load is None:
        raise NotFound("LOAD_NOT_FOUND", f"Загруженной книги с номером {load_id} нет.")
    if not await lock(conn, load["sha256"]):
        raise OutageError("LOAD_BUSY", "Эту книгу сейчас обрабатывает кто-то другой, повторите позже.")
    await merge.prepare(conn)
    staging = await _stage(conn, load_id, load["source_at"].date())
    await merge.take_turn(conn)
    await merge.take_back_rows(conn, load_id)
    await merge.keep_rows(conn, load_id, staging.rows_staged, staging.period())
    settled = await merge.settle_from_all_rows(conn, load_id, differences)
    await conn.execute("DELETE FROM raw.rejects WHERE load_id = $1", load_id)
    if load["rows_traced"]:
        await conn.execute("DELETE FROM core.rejects WHERE load_id = $1", load_id)
    await merge.keep_rejects(conn, load_id)
    await conn.execute(_SQL["reread"], load_id, staging.rows_empty, settled.mentioned, PARSER_REVISION)
    log.info("A load was read anew.", extra={"load_id": load_id, "flights_updated": settled.updated})


async def _stage(conn: Connection, load_id: int, sent: date) -> Staging:
    staging = Staging(sent)
    cursor = await conn.cursor(_SQL["kept_rows"], load_id)
    while rows := await cursor.fetch(_ROWS_AT_ONCE):
        await merge.stage(conn, await asyncio.to_thread(_read, rows, staging))
    return staging


def _read(rows: Sequence[Any], staging: Staging) -> Lines:
    for row in rows:
        staging.take(row["ordinal"], row["sheet"], row["row_number"], content_of(row))
    return staging.lines()
