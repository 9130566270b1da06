"""What dashboards read: flat, told in Russian, adding up to the flights, and without anything that tells a person."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.stats import recount_all
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

VIEWS = (
    "daily", "monthly", "peaks", "hours", "durations", "operators", "quality", "places", "region_polygons",
    "region_totals",
)  # fmt: skip
NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
FLIGHTS = [
    InventedFlight(
        n,
        region=1 + n % 4,
        uav_type=("BLA", None)[n % 2],
        dep=NOON + timedelta(days=n * 3),
        arr=NOON + timedelta(days=n * 3, minutes=n),
        plan_minutes=45,
    )
    for n in range(1, 50)
] + [InventedFlight(60, "cancelled", plan_dep=NOON), InventedFlight(61, region=None, region_match="outside", dep=NOON)]


@pytest.fixture
def filled(database: Database) -> Database:
    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, FLIGHTS)
        await recount_all(conn)

    invented.run(database, fill)
    return database


def ask(database: Database, statement: str) -> list[Any]:
    """Ask as dashboards do."""

    async def once(conn: Any) -> list[Any]:
        return list(await conn.fetch(statement))

    return invented.run(database, once, "fp_datalens")


def test_every_column_is_told_in_russian(filled: Database) -> None:
    rows = ask(
        filled,
        "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) AS told, obj_description(c.oid) AS whole"
        " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0"
        " WHERE c.relnamespace = 'mart'::regnamespace AND c.relkind = 'v' AND c.relname <> 'regions'",
    )
    assert {row["relname"] for row in rows} == set(VIEWS)
    for row in rows:
        for told in (row["told"], row["whole"]):
            assert told is not None, tuple(row)
            assert re.search("[а-яё]", told), tuple(row)
        assert row["attname"] not in {"sid", "callsign", "regs", "shr", "dep", "arr", "cells"}


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("daily", 50),
        ("operators", 50),
        ("quality", 50),
        ("region_totals", 49),
        ("hours", 49),
        ("places", 50),
        ("monthly WHERE region_name <> 'Вся страна'", 50),
        ("monthly WHERE region_name = 'Вся страна'", 50),
        ("durations WHERE kind = 'факт'", 49),
        ("durations WHERE kind = 'план'", 49),
    ],
)
def test_flights_add_up(filled: Database, view: str, expected: int) -> None:
    [row] = ask(filled, f"SELECT sum(flights) AS n FROM mart.{view}")  # noqa: S608
    assert row["n"] == expected


def test_points_and_outlines_have_the_form_that_maps_want(filled: Database) -> None:
    point = re.compile(r"\[-?\d+(\.\d+)?,-?\d+(\.\d+)?\]")
    points = [row["point"] for row in ask(filled, "SELECT point FROM mart.places")]
    assert points
    assert all(point.fullmatch(each) for each in points)
    lat, lon = (float(part) for part in points[0].strip("[]").split(","))
    assert 50 < lat < 51
    assert 30 < lon < 51
    for row in ask(filled, "SELECT polygon FROM mart.region_polygons"):
        assert re.fullmatch(rf"\[(\[{point.pattern}(,{point.pattern})+\],?)+\]", row["polygon"])


def test_growth_and_peaks(filled: Database) -> None:
    rows = ask(filled, "SELECT * FROM mart.monthly WHERE region_name = 'Вся страна' ORDER BY month")
    for before, row in pairwise(rows):
        assert float(row["growth_month_percent"]) == pytest.approx(
            100 * (row["flights"] - before["flights"]) / before["flights"], abs=0.005
        )
    [peak] = ask(filled, "SELECT max(peak_hour) AS hour, max(peak_airborne) AS air FROM mart.peaks")
    assert (peak["hour"], peak["air"]) == (1, 1)
