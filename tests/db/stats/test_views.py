"""What dashboards read: flat, told in Russian, adding up to the flights, and without anything that tells a person."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.stats import queries, recount_all
from shared.stats.selection import Period, Selection, State
from shared.stats.statements import Clock
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

VIEWS = (
    "daily", "monthly", "peaks", "hours", "durations", "operators", "quality", "places", "region_polygons",
    "region_totals", "plan_fact", "lateness", "center_problems", "center_rows", "contributions", "anomalies",
    "zone_names", "zone_regions", "center_scores", "workbooks", "rejected_rows", "districts", "span_contributions",
)  # fmt: skip
CLOCKS = {"Москва": "moscow", "Местное время": "local", "UTC": "utc"}
NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
EMPTY = invented.InventedRegion(5, "Europe/Moscow", None)
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
# Two months later than any other: July and August are those that nobody sent.
FLIGHTS.append(InventedFlight(62, dep=NOON + timedelta(days=240)))


@pytest.fixture
def filled(database: Database) -> Database:
    async def fill(conn: Any) -> None:
        await invented.store_regions(conn, [*invented.REGIONS, EMPTY])
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
        for comment in (row["told"], row["whole"]):
            assert comment is not None, tuple(row)
            assert re.search("[а-яё]", comment), tuple(row)
        assert row["attname"] not in {"sid", "callsign", "regs", "shr", "dep", "arr", "cells"}


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("daily", 51),
        ("operators", 51),
        ("quality", 51),
        ("region_totals", 50),
        ("hours", 50),
        ("places", 51),
        ("plan_fact", 51),
        ("zone_regions", 51),
        *(
            (f"monthly WHERE region_name {sign} 'Вся страна' AND days_by = '{clock}' AND counted = 'Все полёты'", 51)
            for sign in ("=", "<>")
            for clock in CLOCKS
        ),
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


def api(database: Database, clock: Clock, region: str | None, state: State | None) -> tuple[Any, Any, Any, Any]:
    """Read the same from where the API reads it: days, months, peaks, days' spread."""

    async def read(conn: Any) -> tuple[Any, Any, Any, Any]:
        facts = await queries.facts(conn, clock)
        place = next((each for each in await queries.regions(conn) if each.code == region), None)
        selection = Selection(Period.within(facts, None, None), place, clock=clock, state=state)
        return (
            await queries.daily(conn, selection),
            await queries.monthly(conn, selection, facts),
            await queries.peaks(conn, selection),
            await queries.days_spread(conn, selection),
        )

    return invented.run(database, read, "fp_api")


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize("region", [None, "XX-2", "XX-4"])
@pytest.mark.parametrize("state", [None, "flown"])
def test_days_months_and_peaks_are_those_of_the_api(
    filled: Database, name: str, region: str | None, state: State | None
) -> None:
    clock: Clock = CLOCKS[name]  # type: ignore[assignment]
    days, months, peaks, spread = api(filled, clock, region, state)
    column = {"moscow": "day", "local": "day_local", "utc": "day_utc"}[clock]
    where = f"region = '{region}'" if region else "region_name IS NOT NULL"
    flights = "flown" if state else "flights"
    rows = ask(
        filled,
        f"SELECT {column} AS day, sum({flights}) AS flights FROM mart.daily WHERE {where} GROUP BY 1",  # noqa: S608
    )
    per_day = {row["day"]: row["flights"] for row in rows}
    assert {day.day: day.flights for day in days} == {day.day: per_day.get(day.day, 0) for day in days}
    assert sum(per_day.values()) == sum(day.flights for day in days)
    if clock == "moscow":
        empty = sum(n == 0 for n in per_day.values())
        assert empty == spread.zero_days + spread.days_without_data
    chosen = f"days_by = '{name}' AND counted = '{'Состоявшиеся' if state else 'Все полёты'}'"
    place = f"region = '{region}'" if region else "region_name = 'Вся страна'"
    rows = ask(filled, f"SELECT * FROM mart.monthly WHERE {chosen} AND {place} ORDER BY month")  # noqa: S608
    names = ("flights", "complete", "mean_a_day", "growth_month_percent", "growth_year_percent",
             "growth_month_daily_percent", "growth_year_daily_percent")  # fmt: skip
    assert [f"{row['month']:%Y-%m}" for row in rows] == [month.month for month in months]
    for row, month in zip(rows, months, strict=True):
        for each in names:
            value = row[each]
            assert (None if value is None else float(value)) == getattr(month, each), (each, month)
    silent = [row for row in rows if f"{row['month']:%Y-%m}" in {"2025-07", "2025-08"}]
    told = ("flights", "flown", "aircraft", "active_days", "minutes", "timed", "mean_a_day")
    assert [{row[each] for each in (*told, *names[3:])} for row in silent] == [{None}, {None}]
    assert {rows[-1][each] for each in names[3:]} == {None}
    [row] = ask(
        filled,
        "SELECT max(peak_hour) AS hour, max(peak_sliding) AS sliding, max(peak_airborne) AS air FROM mart.peaks"  # noqa: S608
        f" WHERE {chosen} AND {place} AND uav_type = 'Все типы'",
    )
    assert tuple(row) == (peaks.peak_hour, peaks.peak_sliding, peaks.peak_airborne)
    assert months[-1].complete is False
    assert months[-1].growth_month_percent is None


def test_months_and_days_without_flights_have_rows(filled: Database) -> None:
    rows = ask(
        filled,
        "SELECT month, flights, growth_month_percent FROM mart.monthly"
        " WHERE region = 'XX-5' AND days_by = 'Москва' AND counted = 'Все полёты'",
    )
    assert {(row["flights"], row["growth_month_percent"]) for row in rows} == {(0, None), (None, None)}
    assert len(rows) == 9
    [row] = ask(filled, "SELECT count(*) AS n, sum(flights) AS flights FROM mart.daily WHERE region = 'XX-5'")
    assert (row["n"], row["flights"]) == (241, 0)


def test_a_day_that_no_workbook_speaks_of_is_not_a_day_without_flights(filled: Database) -> None:
    rows = ask(filled, "SELECT DISTINCT day, has_data FROM mart.daily WHERE uav_type IS NULL")
    silent = {row["day"] for row in rows if not row["has_data"]}
    assert silent
    assert min(silent) > invented.LOADED[1]
    days, _, _, spread = api(filled, "moscow", None, None)
    assert {day.day for day in days if not day.has_data} == silent
    assert spread.days_without_data == len(silent)


FILTERED = {
    "flight_cells": "SELECT point, sum(flights) FROM mart.places WHERE region = 'XX-7' GROUP BY point",
    "flight_peaks": "SELECT day, peak_hour FROM mart.peaks WHERE region IN ('XX-7', 'XX-8') AND days_by = 'Москва'"
    " AND counted = 'Все полёты' AND uav_type = 'Все типы' AND day BETWEEN '2021-03-01' AND '2022-02-28'",
    "flight_counts": "SELECT month, flights, growth_month_percent FROM mart.monthly WHERE region = 'XX-7'"
    " AND days_by = 'Местное время' AND counted = 'Все полёты'",
}
"""What a dashboard asks of one or two regions, by the roll-up that is read for it."""


def scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Walk over the nodes of a plan that read a roll-up."""
    if node.get("Relation Name") in FILTERED:
        yield node
    for each in node.get("Plans", ()):
        yield from scans(each)


def test_a_region_is_looked_for_by_index(database: Database) -> None:
    """Of eight years and twenty regions the roll-ups' rows of the regions asked for are read alone."""
    flights = [
        InventedFlight(20 * month + n, region=n, dep=datetime(2017 + month // 12, 1 + month % 12, n, 12, tzinfo=UTC))
        for month in range(96)
        for n in range(1, 21)
    ]

    async def fill(conn: Any) -> None:
        await invented.store_regions(conn, [invented.InventedRegion(n, "Europe/Moscow", None) for n in range(1, 21)])
        await invented.store_flights(conn, flights)
        await recount_all(conn)

    invented.run(database, fill)
    database.cluster.sql("ANALYZE mart.flight_cells, mart.flight_peaks, mart.flight_counts", database.name)
    for table, query in FILTERED.items():
        [(plan,)] = ask(database, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        read = list(scans(json.loads(plan)[0]["Plan"]))
        assert {node["Relation Name"] for node in read} == {table}
        for node in read:
            condition = node.get("Index Cond") or node.get("Recheck Cond") or ""
            assert "region_id" in condition, (table, node)
