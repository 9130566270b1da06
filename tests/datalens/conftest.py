"""One database for all that is compared: a workbook of half a year, and flights that make the rare things seen."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fly_potato.main import main
from shared.db import connect_pool
from shared.ingest import process_object
from shared.settings import DatabaseSettings, StorageSettings
from shared.stats import recount_all, recount_zones
from shared.stats.statements import STATEMENTS
from shared.storage import Storage, incoming_key, new_upload_id
from tests.conftest import Database
from tests.datalens.loaded import Loaded
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEASURED = 100


@pytest.fixture(scope="session")
def loaded(mapped_clones: Iterator[Database], s3_settings: StorageSettings, tmp_path_factory: Any) -> Loaded:
    """Load one invented workbook of 3,000 rows, put odd days and a year ago beside it, measure some zones."""
    database, folder = next(mapped_clones), tmp_path_factory.mktemp("datalens")
    book = folder / "sample.xlsx"
    sample = ["sample", "--rows", "3000", "--layout", "2025", "--seed", "11", str(book)]
    assert CliRunner().invoke(main, sample).exit_code == 0
    _load(database, Storage(s3_settings), book)
    invented.run(database, _add)
    return Loaded.of(database, s3_settings)


def _load(database: Database, storage: Storage, book: Path) -> None:
    key = incoming_key(new_upload_id(datetime(2025, 9, 1, tzinfo=UTC)))
    storage.upload(book, key, XLSX)

    async def run() -> None:
        settings = DatabaseSettings.model_validate({"uri": database.uri("fp_ingest")})
        pool = await connect_pool(settings)
        try:
            outcome = await process_object(pool, storage, key, lease=timedelta(minutes=11))
            assert outcome.kind == "loaded"
        finally:
            await pool.close()

    asyncio.run(run())


async def _add(conn: Any) -> None:
    """Add a busy day near the end of the data, and whole months a year before their like."""
    last = await conn.fetchval("SELECT max(day) FROM core.flights")
    busiest = await conn.fetch(
        "SELECT region_id FROM core.flights WHERE region_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 2"
    )
    one, other = (row["region_id"] for row in busiest)
    odd = datetime(last.year, last.month, last.day, 9, tzinfo=UTC) - timedelta(days=20)
    moments = [(one, odd + timedelta(minutes=n)) for n in range(90)]
    # A flight every nineteen hours, a plan alone among them at its own time: no day of a whole month is without data.
    begins = datetime(last.year - 1, 1, 20, 9, tzinfo=UTC)
    moments += [(other if n % 3 else one, begins + timedelta(hours=19 * n)) for n in range(120)]
    flights = [
        InventedFlight(
            n, ("flown", "flown", "planned")[n % 3], region=region, center="Московский" if n % 2 else None,
            dep=None if n % 3 == 2 else moment, arr=None if n % 3 else moment + timedelta(minutes=30 + n % 40),
            plan_dep=moment - timedelta(minutes=n % 50, hours=0 if n % 11 or n % 3 == 2 else 13), plan_minutes=30,
            problems=("COORD_SWAPPED",) if n % 5 == 0 else (),
        )
        for n, (region, moment) in enumerate(moments, start=1)
    ]  # fmt: skip
    await invented.store_flights(conn, flights)
    await recount_all(conn)
    # Measuring all of them against the real outlines takes longer than everything else here; the rest stays unmeasured.
    assert await conn.fetchval(STATEMENTS["utc"]["measure_zones"], MEASURED) == MEASURED
    await recount_zones(conn)
