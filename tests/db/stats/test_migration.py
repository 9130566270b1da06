"""A database that had flights before it had roll-ups gets them from the migration."""

from datetime import UTC, datetime, timedelta
from typing import Any

from alembic import command

from fly_potato.database import _config, check, migrate
from shared.stats import queries
from shared.stats.selection import Period, Selection
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)


def test_flights_that_were_there_are_counted(database: Database) -> None:
    flights = [
        InventedFlight(n, dep=NOON + timedelta(days=n), arr=NOON + timedelta(days=n, hours=13)) for n in range(9)
    ]

    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, flights)

    invented.run(database, fill)
    command.downgrade(_config(database.uri()), "0001")
    migrate(database.uri())
    check(database.uri())

    async def read(conn: Any) -> tuple[Any, Any]:
        facts = await queries.facts(conn)
        selection = Selection(Period.within(facts, None, None))
        return await queries.totals(conn, selection), await queries.peaks(conn, selection)

    totals, peaks = invented.run(database, read, "fp_api")
    assert (totals.flights, totals.minutes) == (9, 9 * 13 * 60)
    # Each flight lands an hour past midnight, eleven hours before the next one rises.
    assert (peaks.peak_hour, peaks.peak_airborne) == (1, 1)
