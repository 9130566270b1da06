"""A load that this delivery has claimed, inside the one transaction: staged batch by batch, merged, finished.

A process of its own reads the workbook (``shared.workbooks.child``) and gives lines of COPY; here they are passed on to
the server, a batch at a time, while the next one is being read.

A flight is always what *all* source rows known of it tell together, oldest first. So a new row keeps its text in
``raw.rows``, and a flight of which several rows speak is built anew from all of them: the order in which workbooks
arrive cannot matter. Merges take turns under one lock: two loads that each know half of a flight would otherwise both
build it from their own half.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import groupby
from time import perf_counter
from typing import Any

from shared.db import Connection, Pool
from shared.db.sql import load_sql
from shared.flights import PARSER_REVISION, Flight, Reading, build, read
from shared.flights.centers import center
from shared.ingest import upload_outcomes
from shared.ingest.claims import MERGE_LOCK, Claim, Superseded
from shared.ingest.model import Delivery, LoadCounts, Outcome
from shared.regions import attribute
from shared.stats import are_few_changes, count_changes, note_before, recount
from shared.workbooks.child import ReadingProcess, read_workbook
from shared.workbooks.protocol import Batch, Lines, Summary
from shared.workbooks.staging import content_of, flight_line

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_NAMES = "SELECT region_id, name FROM mart.regions"
_CENTERS_OF_REJECTS = "SELECT DISTINCT center FROM stage_rejects WHERE center IS NOT NULL"
_REBUILT = 1 << 30
"""Above every ordinal of a workbook, so that a flight built anew wins over the one staged before."""
_FLIGHTS_AT_ONCE = 5_000
_TOUCHED = "SELECT flight_key FROM stage_touched"
_TOUCHED_BEFORE = "SELECT flight_key FROM stage_touched WHERE NOT is_new"
_DAYS = "SELECT day FROM stage_days"


@dataclass(frozen=True, slots=True)
class Settled:
    """How many flights came, changed and went, how many the staged rows speak of, how many of those are outside."""

    new: int
    updated: int
    gone: int
    mentioned: int
    outside: int
    unreadable: int
    """Flights that stay as they were, because today's parser reads none of their rows."""


@dataclass(slots=True)
class Differences:
    """What taking rows back or reading them anew does: flights that come, go and change, each counted once however many
    loads speak of it."""

    new: int = 0
    gone: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """How many flights change in each field of ``core.flights``."""
    regions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By the region's name: how many flights it loses and gains."""
    _seen: set[bytes] = field(default_factory=set)

    async def collect(self, conn: Connection) -> None:
        """Compare the touched flights as they are with what is staged, before it is merged."""
        names = {row["region_id"]: row["name"] for row in await conn.fetch(_NAMES)}
        async for row in conn.cursor(_SQL["differences"], prefetch=5_000):
            key = row["key"].bytes
            if key in self._seen or (row["kind"] == "changed" and not row["fields"]):
                continue
            self._seen.add(key)
            setattr(self, row["kind"], getattr(self, row["kind"]) + 1)
            self.fields.update(row["fields"] or ())
            before, after = (names.get(row[side], "без региона") for side in ("region_before", "region_after"))
            if row["kind"] == "new":
                self._move(after, 0, 1)
            elif row["kind"] == "gone":
                self._move(before, 1, 0)
            elif before != after:
                self._move(before, 1, 0)
                self._move(after, 0, 1)

    def _move(self, region: str, lost: int, gained: int) -> None:
        losses, gains = self.regions.get(region, (0, 0))
        self.regions[region] = losses + lost, gains + gained


async def load(pool: Pool, conn: Connection, claim: Claim, delivery: Delivery) -> Outcome:
    """Load a workbook that is ours.

    Raises:
        WorkbookError: it cannot be read.
        OutageError: the reading was not started or was killed from outside.
        Superseded: the load is no longer ours.
    """
    started = perf_counter()

    async def report(step: str, rows_read: int, share_read: float) -> None:
        rows_total = round(rows_read / share_read) if share_read else rows_read
        async with pool.acquire() as side:
            await upload_outcomes.progress(side, delivery, step, rows_read, rows_total)

    await prepare(conn)
    sent, columns = delivery.source_at.date(), delivery.columns
    process = await asyncio.to_thread(
        read_workbook, delivery.workbook, sent=sent, columns=columns, corrections=delivery.corrections
    )
    with process:
        async with aclosing(_staged(conn, process)) as batches:
            async for batch in batches:
                await report("reading", batch.rows_read, batch.share_read)
        summary = process.summary
    staged = perf_counter()
    await report("writing", summary.rows_in, 1.0)
    counts = await merge(conn, claim, summary)
    seconds = {"read": staged - started, "merge": perf_counter() - staged}
    return Outcome("loaded", claim.load_id, counts, headings=summary.headings, seconds=seconds)


async def _staged(conn: Connection, process: ReadingProcess) -> AsyncGenerator[Batch, None]:
    """Stage the batches of a reading; yields each when it is with the server, while the next one is being read."""
    reading = _next_batch(process)
    try:
        while (batch := await asyncio.shield(reading)) is not None:
            reading = _next_batch(process)
            await stage(conn, batch.lines)
            yield batch
    finally:
        # No thread may wait for the process any more when it is closed and the workbook under it is removed.
        process.kill()
        await asyncio.wait([reading])
        if not reading.cancelled():
            reading.exception()


def _next_batch(process: ReadingProcess) -> "asyncio.Task[Batch | None]":
    return asyncio.create_task(asyncio.to_thread(process.next_batch))


async def stage(conn: Connection, lines: Lines) -> None:
    """Send some rows to the staging tables."""
    await _copy(conn, "stage_rows", lines.rows)
    await _copy(conn, "stage_flights", lines.flights)
    await _copy(conn, "stage_rejects", lines.rejects)


async def _copy(conn: Connection, table: str, lines: bytes) -> None:
    if lines:
        await conn.copy_to_table(table, source=BytesIO(lines))


async def prepare(conn: Connection) -> None:
    """Make the staging tables of this transaction."""
    await conn.execute(_SQL["stage"])


async def merge(conn: Connection, claim: Claim, summary: Summary) -> LoadCounts:
    """Merge what is staged, count what it changes and finish the load.

    Raises:
        Superseded: the load is no longer ours; the transaction must be rolled back.
    """
    # Others need not wait for what touches this load's own tables alone.
    await conn.execute("ANALYZE stage_rows (flight_key), stage_flights (key, position_lat, position_lon, day)")
    await take_turn(conn)
    period = summary.period
    await keep_rows(conn, claim.load_id, summary.rows_staged, period)
    await conn.execute(_SQL["several"], *(period or (date.min, date.max)))
    counts = _counts(summary, await settle(conn, claim.load_id))
    await keep_rejects(conn, claim.load_id)
    await _finish(conn, claim, summary, counts)
    return counts


async def take_turn(conn: Connection) -> None:
    """Be the only one who merges for as long as the open transaction lives."""
    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)


async def keep_rows(conn: Connection, load_id: int, staged: int, period: tuple[date, date] | None) -> None:
    """Keep the staged rows' texts and places, and the days (UTC) that the workbook speaks of.

    ``period`` are the days that are plausible in it.
    """
    if period is not None:
        await conn.execute(_SQL["set_period"], load_id, *period)
    kept = await conn.fetchval(_SQL["keep_new_rows"], load_id)
    await conn.execute("ANALYZE stage_touched")
    if kept < staged:
        await conn.execute(_SQL["other_rows"])
        await conn.execute("ANALYZE stage_others")
        kept += await conn.fetchval(_SQL["keep_rows"], load_id)
        if kept < staged:
            await conn.execute(_SQL["repeat_rows"], load_id)
        # Who believes that all are new joins the others with every point.
        await conn.execute("ANALYZE stage_touched")


async def settle(conn: Connection, load_id: int) -> Settled:
    """Give the touched flights the form that their rows make, and count what that changes.

    Built from all their rows are those in ``stage_several``; the others take the form that is staged. One of which no
    row can be read today stays as it is.
    """
    unreadable = await _form(conn)
    few = await _note(conn)
    return await _write(conn, load_id, 0, unreadable, few=few)


async def settle_from_all_rows(conn: Connection, load_id: int, differences: Differences) -> Settled:
    """Settle flights whose rows were taken back, each built from all that are left: one that has none goes."""
    unreadable = await form_from_all_rows(conn, differences)
    few = await _note(conn)
    gone = await conn.fetchval(_SQL["forget_flights"])
    return await _write(conn, load_id, gone, unreadable, few=few)


async def form_from_all_rows(conn: Connection, differences: Differences) -> int:
    """Stage the touched flights, each built from all its rows, and put down how they differ from those that are.

    Gives how many stay as they are because today's parser reads none of their rows.
    """
    await conn.execute("ANALYZE stage_touched")
    await conn.execute(_SQL["several_touched"])
    unreadable = await _form(conn)
    await differences.collect(conn)
    return unreadable


async def _form(conn: Connection) -> int:
    unreadable = await _rebuild(conn)
    await _attribute(conn)
    await conn.execute(_SQL["days"])
    return unreadable


async def _note(conn: Connection) -> bool:
    touched = int(await conn.fetchval("SELECT count(*) FROM stage_touched"))
    few = await are_few_changes(conn, touched, _DAYS)
    if few:
        await note_before(conn, _TOUCHED_BEFORE)
    return few


async def _write(conn: Connection, load_id: int, gone: int, unreadable: int, *, few: bool) -> Settled:
    row = await conn.fetchrow(_SQL["merge"], load_id)
    if row is None:
        raise TypeError("an aggregate gave no row")
    outside = await _outside(conn)
    await (count_changes(conn, _TOUCHED) if few else recount(conn))
    return Settled(row["flights_new"], row["flights_updated"], gone, row["flights_mentioned"], outside, unreadable)


async def take_back_rows(conn: Connection, load_id: int) -> None:
    """Take back what a load says: its places, and rows that stand nowhere else; their flights are touched."""
    await conn.execute("DELETE FROM raw.repeats WHERE load_id = $1", load_id)
    await conn.execute(_SQL["forget_rows"], load_id)


async def keep_rejects(conn: Connection, load_id: int) -> None:
    """Keep the staged rejects: where each stands, and apart from that its text, which a later parser may read."""
    await conn.execute(_SQL["keep_rejects"], load_id)
    await _count_centers(conn, load_id)


async def _count_centers(conn: Connection, load_id: int) -> None:
    texts = [row["center"] for row in await conn.fetch(_CENTERS_OF_REJECTS)]
    await conn.execute("DELETE FROM core.load_centers WHERE load_id = $1", load_id)
    await conn.execute(_SQL["count_centers"], load_id, texts, [center(text) for text in texts])


async def _rebuild(conn: Connection) -> int:
    unreadable = 0
    total = int(await conn.fetchval("SELECT count(*) FROM stage_several"))
    for done in range(0, total, _FLIGHTS_AT_ONCE):
        rows = await conn.fetch(_SQL["rebuild"], done, done + _FLIGHTS_AT_ONCE)
        flights = list(_built_again(rows))
        lines = [flight_line(_REBUILT + done + n, flight) for n, flight in enumerate(flights)]
        await _copy(conn, "stage_flights", "".join(lines).encode())
        unreadable += min(_FLIGHTS_AT_ONCE, total - done) - len(flights)
    if unreadable:
        # Kept by an earlier parser; such a flight stays as it is until its rows are read anew.
        log.warning("Of some flights no kept row can be read today.", extra={"count": unreadable})
    return unreadable


def _built_again(rows: list[Any]) -> Iterator[Flight]:
    for key, of_flight in groupby(rows, key=lambda row: row["flight_key"]):
        readings = [reading for reading in map(_read_again, of_flight) if reading is not None]
        if readings:
            yield build(readings, key.bytes)


def _read_again(row: Any) -> Reading | None:
    period = None if row["plausible_from"] is None else (row["plausible_from"], row["plausible_to"])
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


def _counts(summary: Summary, settled: Settled) -> LoadCounts:
    return LoadCounts(
        rows_in=summary.rows_in,
        rows_empty=summary.rows_empty,
        rows_repeated=summary.rows_staged - settled.mentioned,
        rows_rejected=summary.rows_rejected,
        flights_new=settled.new,
        flights_updated=settled.updated,
        flights_unchanged=settled.mentioned - settled.new - settled.updated,
        flights_outside=settled.outside,
    )


async def _finish(conn: Connection, claim: Claim, summary: Summary, counts: LoadCounts) -> None:
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
    unread = list(summary.unread_sheets)
    if await conn.fetchval(_SQL["finish"], claim.load_id, claim.token, *numbers, unread, PARSER_REVISION) is None:
        raise Superseded("LOAD_SUPERSEDED", "Этот файл уже загружает другой обработчик.")
