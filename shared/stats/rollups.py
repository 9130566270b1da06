"""Keeping the roll-ups: where many flights of a day change, it is counted anew, and the months and years that hold it.

Where few do, what they were is taken away and what they are is added (decision 0817). Both come to the same: a roll-up
is always what a fresh count gives, and the job ``check-rollups`` asks that every night. ``docs/statistics.md`` says
what is counted.
"""

from collections.abc import Iterable
from datetime import date

from shared.db import Connection
from shared.stats.peaks import recount_day_peaks
from shared.stats.statements import STATEMENTS

_SQL = STATEMENTS["utc"]
_SPANS = (("month", "day"), ("year", "month"))
_STAGE_DAYS = "CREATE TEMP TABLE IF NOT EXISTS stage_days (day date PRIMARY KEY) ON COMMIT DROP"
_STAGE_PEAKS = """
CREATE TEMP TABLE IF NOT EXISTS stage_peaks (day date, region_id smallint) ON COMMIT DROP;
TRUNCATE stage_peaks
"""
_QUICKLY = "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"
_A_DIFFERENCE_COSTS = 3
"""How many flights are counted anew in the time that one difference takes (docs/performance.md)."""
_ZONES_AT_ONCE = 1_000
_OF_KEYS = "({keys}) AS k (key) JOIN core.flights AS f USING (key)"
_OF_DAYS = """(
    SELECT f.* FROM stage_days AS d JOIN core.flights AS f ON f.day = d.day
    UNION ALL
    SELECT * FROM core.flights WHERE day IS NULL AND EXISTS (SELECT FROM stage_days WHERE day = '-infinity')
) AS f"""


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
    await conn.execute(_QUICKLY)
    await _note_days(conn)
    await conn.execute(_SQL["recount_days"])
    await conn.execute(_STAGE_PEAKS)
    await conn.execute("INSERT INTO stage_peaks SELECT day FROM stage_days WHERE day > '-infinity'")
    await recount_day_peaks(conn)
    for span, part in _SPANS:
        await conn.execute(_SQL["forget_span"], span)
        await conn.execute(_SQL["sum_counts"], span, part)
    await _peaks_of_spans(conn)
    await conn.execute(_SQL["recount_active"])
    await conn.execute(_SQL["recount_cells"])
    await conn.execute(_SQL["recount_plans"])
    for span, part in _SPANS:
        await conn.execute(_SQL["forget_plans"], span)
        await conn.execute(_SQL["sum_plans"], span, part)
        await conn.execute(_SQL["sum_problems"], span, part)
    await _recount_zones(conn)
    await conn.execute("TRUNCATE counted_flights")
    await conn.execute(_SQL["new_revision"])


async def _note_days(conn: Connection) -> None:
    await conn.execute("ANALYZE stage_days")
    await conn.execute(_SQL["stage_notes"])
    await conn.execute(_note("counted_flights", _OF_DAYS))


async def _peaks_of_spans(conn: Connection) -> None:
    for span, part in _SPANS:
        await conn.execute(_SQL["forget_peaks"], span)
        await conn.execute(_SQL["peak_span"], span, part)


async def are_few_changes(conn: Connection, changed: int, days: str) -> bool:
    """Tell whether so many changed flights cost less by their differences than their UTC days cost counted anew.

    ``days`` is a query that gives the days.
    """
    flights: int = await conn.fetchval(f"SELECT count(*) FROM core.flights WHERE day IN ({days})")  # noqa: S608
    return flights > _A_DIFFERENCE_COSTS * changed


async def note_before(conn: Connection, keys: str) -> None:
    """Note what the roll-ups have counted of some flights, before these change; ``count_changes`` comes afterwards.

    ``keys`` is a query that gives the keys of flights that are there. Both run in one transaction of the caller, who
    holds the merge lock.
    """
    await conn.execute(_SQL["stage_notes"])
    await conn.execute(_note("flights_before", _OF_KEYS.replace("{keys}", keys)))


async def count_changes(conn: Connection, keys: str) -> None:
    """Add to the roll-ups what flights have become since ``note_before``, and take away what they were.

    ``keys`` is a query that gives the keys of all flights that are there and were noted or are new. What it comes to is
    what ``recount`` of their days gives, but for how much of a zone lies where: days in which a circle or polygon came
    or went wait for ``recount_zones``.
    """
    await conn.execute(_QUICKLY)
    await conn.execute(_note("flights_after", _OF_KEYS.replace("{keys}", keys)))
    await conn.execute(_SQL["flight_changes"])
    for change in ("counts", "plans", "problems", "zones"):
        await conn.execute(_SQL[f"change_{change}"])
        await conn.execute(_SQL[f"changed_sum_{change}"])
        await conn.execute("DROP TABLE changed_rows")
    await conn.execute(_SQL["change_active"])
    await conn.execute(_SQL["change_cells"])
    await conn.execute(f"{_STAGE_DAYS}; {_STAGE_PEAKS}; TRUNCATE stage_days; {_SQL['changed_peaks']}")
    await recount_day_peaks(conn)
    await _peaks_of_spans(conn)
    await conn.execute("DROP TABLE flight_changes; TRUNCATE stage_days")
    await conn.execute(_SQL["new_revision"])


def _note(table: str, flights: str) -> str:
    return _SQL["note_flights"].replace("{noted}", table).replace("{flights}", flights)


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
        await conn.execute(f"{_STAGE_DAYS}; TRUNCATE stage_days")
        await conn.execute(f"INSERT INTO stage_days {_SQL['zones_waiting']}")
        days = int(await conn.fetchval("SELECT count(*) FROM stage_days"))
        if days:
            await _note_days(conn)
            await _recount_zones(conn)
            await conn.execute("TRUNCATE counted_flights")
            await conn.execute(_SQL["new_revision"])
        await conn.execute("TRUNCATE stage_days")
    return days


async def recount_days(conn: Connection, days: Iterable[date | None]) -> None:
    """Count some UTC days anew, and those into which their flights reach; None stands for flights without a day.

    For a change that leaves every flight in its day, such as other regions. Runs in a transaction of its own or inside
    the caller's, who holds the merge lock.
    """
    async with conn.transaction():
        await conn.execute(f"{_STAGE_DAYS}; TRUNCATE stage_days")
        await conn.execute(_SQL["days_and_reach"], [date.min if day is None else day for day in days])
        await recount(conn)
        await conn.execute("TRUNCATE stage_days")


async def recount_all(conn: Connection) -> None:
    """Count everything anew, a year at a time; needed when flights got other regions, or to repair.

    Runs in a transaction of its own or inside the caller's, who holds the merge lock (``shared.ingest.claims``).
    """
    async with conn.transaction():
        await conn.execute(f"{_STAGE_DAYS}; TRUNCATE stage_days")
        await conn.execute("DELETE FROM mart.flight_counts")
        await conn.execute("DELETE FROM mart.flight_peaks")
        await conn.execute("DELETE FROM mart.flight_days")
        await conn.execute("DELETE FROM mart.flight_cells")
        await conn.execute("DELETE FROM mart.day_cells")
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
