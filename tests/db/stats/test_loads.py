"""After any loads the roll-ups are what counting everything anew gives, also around midnight."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared.regions import load_boundaries
from shared.stats import queries, recount_all
from shared.stats.anomalies import Anomalies, anomalies
from shared.stats.selection import Period, Selection
from shared.storage import Storage
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, Texts, flight_row
from tests.db.stats import invented


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    async def boundaries() -> None:
        connection = await asyncpg.connect(database.uri("fp_ingest"))
        try:
            await load_boundaries(connection)
        finally:
            await connection.close()

    asyncio.run(boundaries())
    return Ingest(database, storage, tmp_path)


def overnight(number: int, *, dep: str, arr: str, day: str, landing_day: str) -> Texts:
    """Write a flight that lands on another day."""
    center, shr, gone, back = flight_row(number, dep=dep, arr=arr, day=day)
    assert back is not None
    return center, shr, gone, back.replace(f"-ADA {day}", f"-ADA {landing_day}")


def peaks(ingest: Ingest) -> dict[str, int]:
    rows = ingest.fetch(
        "SELECT start, max(peak_airborne) AS peak_airborne FROM mart.flight_peaks WHERE span = 'day' AND region_id = -1"
        " AND uav_type = '*' GROUP BY start HAVING max(peak_airborne) > 0 ORDER BY start"
    )
    return {f"{row['start']:%m-%d}": row["peak_airborne"] for row in rows}


def test_a_flight_over_midnight_counts_on_both_days_and_leaves_both_when_corrected(ingest: Ingest) -> None:
    ingest.load([overnight(1, dep="2300", arr="0130", day="250301", landing_day="250302"), flight_row(2)], minute=1)
    assert peaks(ingest) == {"03-01": 1, "03-02": 1}
    # Another flight of the second day meets it in the air.
    ingest.load([flight_row(3, dep="0100", arr="0200", day="250302")], minute=2)
    assert peaks(ingest) == {"03-01": 1, "03-02": 2}
    ingest.load([overnight(1, dep="2300", arr="2330", day="250301", landing_day="250301")], minute=3)
    assert peaks(ingest) == {"03-01": 1, "03-02": 1}

    before = ingest.sums()
    asyncio.run(_recount(ingest))
    assert ingest.sums() == before


async def _recount(ingest: Ingest) -> None:
    connection = await asyncpg.connect(ingest.database.uri("fp_ingest"))
    try:
        await recount_all(connection)
    finally:
        await connection.close()


def test_every_load_moves_the_revision_on(ingest: Ingest) -> None:
    def revision() -> int:
        rows = ingest.fetch("SELECT number FROM mart.revision")
        return int(rows[0]["number"])

    start = revision()
    ingest.load([flight_row(1)], minute=1)
    first = revision()
    assert first > start
    ingest.load([("Московский", "НЕ ТЕЛЕГРАММА", None, None)], minute=2)
    assert revision() > first


def test_the_first_weeks_of_a_first_workbook_are_not_unlike_days_before_it(ingest: Ingest) -> None:
    """Nothing is known of the days before the first row, so no day stands against them as days without flights."""
    days = [date(2025, 3, 1) + timedelta(days=n) for n in range(56)]
    ingest.load([flight_row(5 * n + m, day=f"{day:%y%m%d}") for n, day in enumerate(days) for m in range(5)])

    async def read(conn: Any) -> Anomalies:
        facts = await queries.facts(conn, "moscow")
        return await anomalies(conn, Selection(Period.within(facts, None, None), clock="moscow"), facts)

    found = invented.run(ingest.database, read, "fp_api")
    assert (found.days, found.regions, found.judged_days, found.unjudged_days) == ([], [], 28, 28)
    assert ingest.fetch("SELECT * FROM mart.anomalies") == []
