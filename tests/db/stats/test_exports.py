"""What the command writes into files: the flights that lists show, typed, and nothing that tells a person."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from click.testing import CliRunner

from fly_potato.main import main
from shared.stats import flight_pages, recount_all
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
FLIGHTS = [
    InventedFlight(
        n,
        ("flown", "planned", "cancelled")[n % 3],
        region=1 + n % 2,
        dep=NOON + timedelta(days=n) if n % 3 == 0 else None,
        plan_dep=NOON + timedelta(days=n),
        problems=("COORD_SWAPPED",) if n % 2 else (),
    )
    for n in range(1, 40)
]


def test_flights_and_regions_are_written_as_the_lists_have_them(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, FLIGHTS)
        await conn.execute("UPDATE core.flights SET callsign = 'ABC12', regs = '{RA0001}', sid = '7770000001'")
        await recount_all(conn)

    invented.run(database, fill)
    monkeypatch.setenv("POSTGRES_URI", database.uri("fp_api"))
    monkeypatch.setattr(flight_pages, "PAGE", 7)

    def export(*words: str) -> Any:
        done = CliRunner().invoke(main, ["export", *words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    out = tmp_path / "flights.parquet"
    scope = ("--from", "2025-01-13", "--to", "2025-02-10", "--region", "XX-2")
    expected = [f for f in FLIGHTS if f.counted and f.region == 2 and date(2025, 1, 13) <= (f.day or NOON.date())]
    expected = [f for f in expected if (f.day or NOON.date()) <= date(2025, 2, 10)]
    assert export("flights", str(out), *scope) == {"file": str(out), "flights": len(expected)}
    table = pyarrow.parquet.read_table(out)
    rows = {row["key"]: row for row in table.to_pylist()}
    assert len(rows) == len(expected) == table.num_rows > 7
    for flight in expected:
        row = rows[f"00000000-0000-0000-0000-{flight.key:012x}"]
        assert (row["day"], row["state"], row["dep_dt"], row["problems"]) == (
            flight.day, flight.state, flight.dep, list(flight.problems),
        )  # fmt: skip
        assert row["region"] == "XX-2"
    assert pyarrow.parquet.ParquetFile(out).num_row_groups > 1
    assert not {"callsign", "regs", "sid", "shr"} & set(table.column_names)
    assert b"RA0001" not in out.read_bytes()
    every = export("flights", str(tmp_path / "flights.csv"), "--cancelled")
    assert every["flights"] == len(FLIGHTS)
    assert len((tmp_path / "flights.csv").read_text("utf-8-sig").splitlines()) == 1 + len(FLIGHTS)
    assert export("regions", str(tmp_path / "regions.geojson"))["regions"] == len(invented.REGIONS)
    features = json.loads((tmp_path / "regions.geojson").read_text("utf-8"))["features"]
    assert sum(feature["properties"]["flights"] for feature in features) == sum(flight.counted for flight in FLIGHTS)
    refused = CliRunner().invoke(main, ["export", "flights", str(tmp_path / "flights.xlsx")])
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "EXPORT_KIND_UNKNOWN")
