"""Keeping the roll-ups: the days that changed are counted anew, and the months and years that hold them.

Counting anew instead of adding and taking away keeps the rule simple enough to be true after any failure: a roll-up is
always what a fresh count of its days gives. ``docs/statistics.md`` says what is counted.
"""

from collections.abc import Iterable
from datetime import date

from shared.db import Connection
from shared.stats.peak_rows import recount_day_peaks
from shared.stats.statements import STATEMENTS

_SQL = STATEMENTS["utc"]
_SPANS = (("month", "day"), ("year", "month"))
_ZONES_AT_ONCE = 1_000


async def recount(conn: Connection) -> None:
    """Count the days anew that stand in the temporary table ``stage_days``, inside the caller's transaction.

    ``stage_days (day date PRIMARY KEY)`` must hold every UTC day that a changed flight touches, before and after the
    change: the day it is counted under, and each day it was in the air; ``-infinity`` for a flight without a day. The
    caller holds the merge lock, so nobody else counts at the same time.
    """
    # The fullest sixty minutes of the day before may reach into a day that changed.
    await conn.execute(
        "INSERT INTO stage_days SELECT day - 1 FROM stage_days WHERE day > '-infinity' ON CONFLICT DO NOTHING"
    )
    await conn.execute("ANALYZE stage_days")
    await conn.execute(_SQL["recount_days"])
    await recount_day_peaks(conn)
    for span, part in _SPANS:
        await conn.execute(_SQL["forget_span"], span)
        await conn.execute(_SQL["sum_span"], span, part)
        await conn.execute(_SQL["forget_peaks"], span)
        await conn.execute(_SQL["peak_span"], span, part)
    await conn.execute(_SQL["recount_active"])
    await conn.execute(_SQL["recount_cells"])
    await conn.execute(_SQL["recount_plans"])
    for span, part in _SPANS:
        await conn.execute(_SQL["forget_plans"], span)
        await conn.execute(_SQL["sum_plans"], span, part)
    await _recount_zones(conn)
    await conn.execute(_SQL["new_revision"])


async def _recount_zones(conn: Connection) -> None:
    await conn.execute(_SQL["recount_zones"])
    for span, part in _SPANS:
        await conn.execute(_SQL["forget_zones"], span)
        await conn.execute(_SQL["sum_zones"], span, part)


async def measure_zones(conn: Connection) -> int:
    """Measure the zones that have not been measured against the active boundary set; give how many there were.

    A thousand at a time, each kept at once, so that whoever is cut off goes on where it was. The counts do not know of
    them until ``recount_zones``.
    """
    measured = 0
    while batch := int(await conn.fetchval(_SQL["measure_zones"], _ZONES_AT_ONCE)):
        measured += batch
    return measured


async def recount_zones(conn: Connection) -> int:
    """Count the zones of the days anew that were counted before their zones were measured; give how many days.

    Runs in a transaction of its own or inside the caller's, who holds the merge lock.
    """
    async with conn.transaction():
        await conn.execute("CREATE TEMP TABLE IF NOT EXISTS stage_days (day date PRIMARY KEY) ON COMMIT DROP")
        await conn.execute("TRUNCATE stage_days")
        await conn.execute(f"INSERT INTO stage_days {_SQL['zones_waiting']}")
        days = int(await conn.fetchval("SELECT count(*) FROM stage_days"))
        if days:
            await conn.execute("ANALYZE stage_days")
            await _recount_zones(conn)
            await conn.execute(_SQL["new_revision"])
        await conn.execute("TRUNCATE stage_days")
    return days


async def recount_days(conn: Connection, days: Iterable[date | None]) -> None:
    """Count some UTC days anew, and those into which their flights reach; None stands for flights without a day.

    For a change that leaves every flight in its day, such as other regions. Runs in a transaction of its own or inside
    the caller's, who holds the merge lock.
    """
    async with conn.transaction():
        await conn.execute("CREATE TEMP TABLE IF NOT EXISTS stage_days (day date PRIMARY KEY) ON COMMIT DROP")
        await conn.execute("TRUNCATE stage_days")
        await conn.execute(_SQL["days_and_reach"], [date.min if day is None else day for day in days])
        await recount(conn)
        await conn.execute("TRUNCATE stage_days")


async def recount_all(conn: Connection) -> None:
    """Count everything anew, a year at a time; needed when flights got other regions, or to repair.

    Runs in a transaction of its own or inside the caller's, who holds the merge lock (``shared.ingest.claims``).
    """
    async with conn.transaction():
        await conn.execute("CREATE TEMP TABLE IF NOT EXISTS stage_days (day date PRIMARY KEY) ON COMMIT DROP")
        await conn.execute("TRUNCATE stage_days")
        await conn.execute("DELETE FROM mart.flight_counts")
        await conn.execute("DELETE FROM mart.flight_peaks")
        await conn.execute("DELETE FROM mart.flight_days")
        await conn.execute("DELETE FROM mart.flight_cells")
        await conn.execute("DELETE FROM mart.plan_counts")
        await conn.execute("DELETE FROM mart.problem_counts")
        await conn.execute("DELETE FROM mart.zone_counts")
        for row in await conn.fetch(_SQL["counted_years"]):
            await _recount_year(conn, row["year"])
        await conn.execute("INSERT INTO stage_days VALUES ('-infinity')")
        await recount(conn)
        await conn.execute("TRUNCATE stage_days")


async def _recount_year(conn: Connection, year: date) -> None:
    await conn.execute(
        "INSERT INTO stage_days SELECT day::date"
        " FROM generate_series($1::date, ($1::date + interval '1 year')::date - 1, interval '1 day') AS day",
        year,
    )
    await recount(conn)
    await conn.execute("TRUNCATE stage_days")
