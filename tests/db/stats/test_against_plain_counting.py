"""Every statistic equals what plain counting over the same flights gives, for flights that hypothesis makes up."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.stats import queries, recount, recount_all, recount_days
from shared.stats.selection import Period, Region, Selection
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import REGIONS, InventedFlight

# Two years' ends, a leap day's absence, and midnights: the places where spans could go wrong.
FIRST, LAST = datetime(2024, 12, 20, tzinfo=UTC), datetime(2025, 3, 10, tzinfo=UTC)
MOMENTS = st.one_of(
    st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(lambda m: FIRST + timedelta(minutes=m)),
    # Many on few moments, so that they meet in the air and in the same hours.
    st.sampled_from(
        [
            datetime(2024, 12, 31, 23, 50, tzinfo=UTC),
            datetime(2025, 1, 1, tzinfo=UTC),
            datetime(2025, 2, 28, 23, tzinfo=UTC),
        ]
    ),
)
LENGTHS = st.one_of(st.integers(0, 400), st.sampled_from([0, 10, 1440, 4000, -5]))
TYPES = st.sampled_from(["BLA", "AER", None])


@st.composite
def flights(draw: Any) -> list[InventedFlight]:
    made = []
    for key in range(draw(st.integers(1, 25))):
        state = draw(st.sampled_from(["flown", "flown", "flown", "planned", "cancelled"]))
        moment, length = draw(MOMENTS), draw(LENGTHS)
        dated = draw(st.integers(0, 9)) > 0
        dep = moment if state == "flown" and dated and draw(st.integers(0, 4)) > 0 else None
        arr = moment + timedelta(minutes=length) if state == "flown" and dated and draw(st.integers(0, 4)) > 0 else None
        region = draw(st.sampled_from([*(r.number for r in REGIONS), None]))
        match = draw(st.sampled_from(["inside", "near_border"] if region else ["outside", "none"]))
        made.append(
            InventedFlight(
                key + 1,
                state,
                draw(TYPES),
                draw(st.sampled_from([None, 1, 3])),
                draw(st.sampled_from(["state", "organisation", "entrepreneur", "person", "unknown"])),
                region,
                match,
                dep,
                arr,
                draw(MOMENTS) if dated and draw(st.booleans()) else None,
                draw(st.one_of(st.none(), st.integers(0, 300))),
            )
        )
    return made


class Counted:
    """One database and one connection for all examples: emptied before each."""

    def __init__(self, database: Database) -> None:
        self.loop = asyncio.new_event_loop()
        self.conn: Any = self.do(asyncpg.connect(database.uri("fp_ingest"), statement_cache_size=0))
        self.do(invented.store_regions(self.conn))
        self.regions = {r.code: r for r in self.do(queries.regions(self.conn))}

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def fill(self, told: list[InventedFlight]) -> None:
        self.do(self.conn.execute("DELETE FROM core.flights"))
        self.do(invented.store_flights(self.conn, told))
        self.do(recount_all(self.conn))

    def table(self, name: str) -> list[Any]:
        columns = {"flight_counts": "span, start, region_id, uav_type, flights, minutes, timed, active_days"}
        rows = self.do(self.conn.fetch(f"SELECT {columns.get(name, '*')} FROM mart.{name}"))  # noqa: S608
        return sorted(tuple(row) for row in rows)

    def close(self) -> None:
        self.do(self.conn.close())
        self.loop.close()


@pytest.fixture
def counted(database: Database) -> Iterator[Counted]:
    held = Counted(database)
    yield held
    held.close()


def _region(counted: Counted, number: int | None) -> Region | None:
    return None if number is None else counted.regions[f"XX-{number}"]


def _same(
    counted: Counted, told: list[InventedFlight], period: Period, number: int | None, uav_type: str | None
) -> None:
    first, last = period.first, period.last
    selection = Selection(period, _region(counted, number), uav_type)
    picked = invented.chosen(told, first, last, number, uav_type)
    conn, do = counted.conn, counted.do

    assert do(queries.totals(conn, selection)).model_dump() == invented.totals(picked)
    found = do(queries.medians(conn, selection))
    assert (found.median_minutes, found.plan_median_minutes) == invented.medians(picked)
    assert do(queries.days_spread(conn, selection)).model_dump() == invented.spread(picked, first, last)
    assert do(queries.slots(conn, selection)) == invented.slots(picked)
    live = [f for f in picked if f.counted]
    by_day = {row.day: row for row in do(queries.daily(conn, selection))}
    assert list(by_day) == invented.days_of(first, last)
    for day, row in by_day.items():
        assert row.flights == sum(f.day == day for f in live)
        assert row.minutes == sum(f.minutes or 0 for f in live if f.day == day)
    if uav_type is None:
        peaks = do(queries.peaks(conn, selection))
        hour, airborne = invented.fullest_hour(picked), invented.most_airborne(told, first, last, number)
        assert ((peaks.peak_hour, peaks.peak_hour_at) if peaks.peak_hour else None) == hour
        assert ((peaks.peak_airborne, peaks.peak_airborne_at) if peaks.peak_airborne else None) == airborne
        shares = {t.uav_type: t for t in do(queries.types(conn, selection))}
        for name in {f.uav_type or "none" for f in live}:
            n = sum((f.uav_type or "none") == name for f in live)
            assert (shares[name].flights, shares[name].share_percent) == (n, invented.percent(n, len(live)))


PERIODS = st.sampled_from(
    [
        (date(2024, 12, 20), date(2025, 3, 31)),
        (date(2025, 1, 1), date(2025, 1, 31)),
        (date(2024, 12, 31), date(2025, 1, 1)),
        (date(2024, 1, 1), date(2025, 12, 31)),
        (date(2025, 2, 14), date(2025, 3, 2)),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), PERIODS, st.sampled_from([None, 1, 2, 3, 4]), st.sampled_from([None, None, "BLA", ""]))
def test_every_statistic_is_what_plain_counting_gives(
    counted: Counted, told: list[InventedFlight], period: tuple[date, date], number: int | None, uav_type: str | None
) -> None:
    counted.fill(told)
    _same(counted, told, Period.of(*period), number, uav_type)
    within = Period.within(counted.do(queries.facts(counted.conn)), *period)
    if within.days:
        _same(counted, told, within, number, uav_type)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), PERIODS, st.sampled_from([None, "BLA"]))
def test_the_ranking_is_what_plain_counting_gives(
    counted: Counted, told: list[InventedFlight], period: tuple[date, date], uav_type: str | None
) -> None:
    counted.fill(told)
    first, last = period
    ranked = counted.do(queries.ranking(counted.conn, Selection(Period.of(first, last), None, uav_type)))
    medians = counted.do(queries.ranking_medians(counted.conn, Selection(Period.of(first, last), None, uav_type)))
    country = sum(f.counted for f in invented.chosen(told, first, last, None, uav_type))
    assert [r.flights for r in ranked] == sorted((r.flights for r in ranked), reverse=True)
    assert {r.code for r in ranked} == {r.code for r in REGIONS}
    for region in REGIONS:
        row = next(r for r in ranked if r.code == region.code)
        picked = invented.chosen(told, first, last, region.number, uav_type)
        sums, days = invented.totals(picked), invented.spread(picked, first, last)
        area = Fraction(region.official_area_km2 or region.area_km2)
        assert (row.flights, row.aircraft, row.minutes) == (sums["flights"], sums["aircraft"], sums["minutes"])
        assert row.share_percent == (invented.percent(sums["flights"], country) or 0)
        assert (row.zero_days, row.mean_a_day) == (days["zero_days"], days["mean"])
        assert row.density == pytest.approx(float(1000 * sums["flights"] / area), abs=5e-5)
        assert row.area_source == ("polygon" if region.official_area_km2 is None else "official")
        assert row.rank == 1 + sum(other.flights > row.flights for other in ranked)
        expected = invented.medians(picked)
        found = medians.get(region.code)
        assert ((found.median_minutes, found.plan_median_minutes) if found else (None, None)) == expected
        if uav_type is None:
            hour = invented.fullest_hour(picked)
            airborne = invented.most_airborne(told, first, last, region.number)
            assert row.peak_hour == (hour[0] if hour else 0)
            assert row.peak_airborne == (airborne[0] if airborne else 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), st.data())
def test_counting_the_touched_days_ends_where_counting_everything_does(
    counted: Counted, told: list[InventedFlight], data: Any
) -> None:
    counted.fill(told)
    changed = data.draw(flights())
    kept = [f for f in told if f.key > len(changed)]
    touched: set[date] = set()
    for f in [*told, *changed]:
        touched.add(f.day or date.min)
        if f.dep and f.arr and f.arr > f.dep:
            touched.update(invented.days_of(f.dep.date(), f.arr.date()))

    async def change() -> None:
        async with counted.conn.transaction():
            await counted.conn.execute("DELETE FROM core.flights WHERE key <= $1", UUID(int=len(changed)))
            await invented.store_flights(counted.conn, changed)
            await counted.conn.execute("CREATE TEMP TABLE stage_days (day date PRIMARY KEY) ON COMMIT DROP")
            await counted.conn.executemany("INSERT INTO stage_days VALUES ($1)", [(day,) for day in sorted(touched)])
            await recount(counted.conn)

    counted.do(change())
    tables = ("flight_counts", "flight_peaks", "flight_cells")
    after = [counted.table(name) for name in tables]
    counted.do(recount_all(counted.conn))
    assert [counted.table(name) for name in tables] == after
    _same(counted, [*kept, *changed], Period.of(date(2024, 12, 20), date(2025, 3, 31)), None, None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), st.sampled_from([1, 2, None]))
def test_other_regions_are_counted_by_the_days_of_their_flights(
    counted: Counted, told: list[InventedFlight], number: int | None
) -> None:
    counted.fill(told)
    moved = "UPDATE core.flights SET region_id = $1, region_match = $2 WHERE region_id = 3 RETURNING day"
    rows = counted.do(counted.conn.fetch(moved, number, "inside" if number else "outside"))
    counted.do(recount_days(counted.conn, {row["day"] for row in rows}))
    tables = ("flight_counts", "flight_peaks", "flight_cells")
    after = [counted.table(name) for name in tables]
    counted.do(recount_all(counted.conn))
    assert [counted.table(name) for name in tables] == after
