"""From staged records to the tables that last, inside the load's one transaction.

A flight is always what *all* source rows known of it tell together, oldest first. So a new row keeps its text in
``raw.rows``, and a flight of which several rows speak is built anew from all of them: the order in which workbooks
arrive cannot matter. Merges take turns under one lock: two loads that each know half of a flight would otherwise both
build it from their own half.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from shared.db import Connection
from shared.db.sql import load_sql
from shared.flights import Flight, Reading, build, read
from shared.ingest.claims import MERGE_LOCK, Claim, Superseded
from shared.ingest.model import Counts
from shared.ingest.reading import Chunk, Tally
from shared.ingest.staging import Record, content_of, flight_record
from shared.regions import attribute
from shared.stats import recount

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_REBUILT = 1 << 30
"""Above every ordinal of a workbook, so that a flight built anew wins over the one staged before."""
_FLIGHTS_AT_ONCE = 5_000


async def stage(conn: Connection, chunk: Chunk) -> None:
    """Send one chunk to the staging tables."""
    await conn.copy_records_to_table("stage_rows", records=chunk.rows)
    await conn.copy_records_to_table("stage_flights", records=chunk.flights)


async def prepare(conn: Connection) -> None:
    """Make the staging tables of this transaction."""
    await conn.execute(_SQL["stage"])


async def merge(conn: Connection, mine: Claim, tally: Tally) -> Counts:
    """Merge what is staged, count the touched days anew and finish the load.

    Raises:
        Superseded: the load is no longer ours; the transaction must be rolled back.
    """
    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)
    await conn.execute("ANALYZE stage_rows (flight_key), stage_flights (key, position_lat, position_lon, day)")
    period = tally.period()
    if period is not None:
        set_period = "UPDATE core.loads SET period_from = $2, period_to = $3 WHERE id = $1"
        await conn.execute(set_period, mine.load_id, *period)
    if await conn.fetchval(_SQL["keep_rows"], mine.load_id) < tally.staged:
        await conn.execute(_SQL["restamp_rows"], mine.load_id)
    await conn.execute("ANALYZE stage_touched")
    await _rebuild(conn, period or (date.min, date.max))
    await _attribute(conn)
    await conn.execute(_SQL["days"])
    counts = _counts(tally, await conn.fetchrow(_SQL["merge"], mine.load_id), await _outside(conn))
    await recount(conn)
    await _reject(conn, mine, tally)
    await _finish(conn, mine, tally, counts)
    return counts


async def _rebuild(conn: Connection, period: tuple[date, date]) -> None:
    await conn.execute(_SQL["several"], *period)
    total = int(await conn.fetchval("SELECT count(*) FROM stage_several"))
    for done in range(0, total, _FLIGHTS_AT_ONCE):
        rows = await conn.fetch(_SQL["rebuild"], done, done + _FLIGHTS_AT_ONCE)
        flights = list(_built_again(rows))
        records = [flight_record(_REBUILT + done + n, flight) for n, flight in enumerate(flights)]
        await conn.copy_records_to_table("stage_flights", records=records)
        if unreadable := min(_FLIGHTS_AT_ONCE, total - done) - len(flights):
            # Kept by an earlier parser; such a flight stays as it is until its rows are read anew.
            log.warning("Of some flights no kept row can be read today.", extra={"count": unreadable})


def _built_again(rows: list[Any]) -> Iterator[Flight]:
    for key, of_flight in groupby(rows, key=lambda row: row["flight_key"]):
        readings = [reading for reading in map(_read_again, of_flight) if reading is not None]
        if readings:
            yield build(readings, key.bytes)


def _read_again(row: Any) -> Reading | None:
    period = None if row["period_from"] is None else (row["period_from"], row["period_to"])
    reading = read(content_of(row), period=period, sent=row["source_at"].date())
    return reading if isinstance(reading, Reading) else None


async def _attribute(conn: Connection) -> None:
    await conn.execute(_SQL["points"])
    await conn.execute("ANALYZE stage_points")
    await attribute(conn, table="stage_points")


async def _outside(conn: Connection) -> int:
    statement = (
        "SELECT count(DISTINCT s.key) FROM stage_flights AS s"
        " JOIN stage_points AS p ON p.lat = s.position_lat AND p.lon = s.position_lon AND p.region_match = 'outside'"
        " JOIN stage_touched AS t ON t.flight_key = s.key"
    )
    return int(await conn.fetchval(statement))


def _counts(tally: Tally, merged: Any, outside: int) -> Counts:
    new, updated, told = merged["flights_new"], merged["flights_updated"], merged["flights_told"]
    return Counts(
        rows_in=tally.rows_in,
        rows_empty=tally.rows_empty,
        rows_repeated=tally.staged - told,
        rows_rejected=len(tally.rejects),
        flights_new=new,
        flights_updated=updated,
        flights_unchanged=told - new - updated,
        flights_outside=outside,
    )


async def _reject(conn: Connection, mine: Claim, tally: Tally) -> None:
    records: Iterable[Record] = ((mine.load_id, r.sheet, r.number, r.code) for r in tally.rejects)
    columns = ("load_id", "sheet", "row_number", "code")
    await conn.copy_records_to_table("rejects", schema_name="core", columns=columns, records=records)


async def _finish(conn: Connection, mine: Claim, tally: Tally, counts: Counts) -> None:
    numbers = (
        counts.rows_in,
        counts.rows_empty,
        counts.rows_repeated,
        counts.rows_rejected,
        counts.flights_new,
        counts.flights_updated,
        counts.flights_unchanged,
        counts.flights_outside,
    )
    if await conn.fetchval(_SQL["finish"], mine.load_id, mine.token, *numbers, tally.unread_sheets) is None:
        raise Superseded("LOAD_SUPERSEDED", "Этот файл уже загружает другой обработчик.")
