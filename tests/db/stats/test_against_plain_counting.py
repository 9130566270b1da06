"""Every statistic equals what plain counting over the same flights gives, for flights that hypothesis makes up."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.stats import count_changes, note_before, queries, recount, recount_all, recount_days, recount_zones
from shared.stats.medians import duration_medians, duration_medians_by_region
from shared.stats.selection import ActiveRegion, Period, Selection, State
from shared.stats.statements import Clock
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
ZONES = (
    '{"kind": "circle", "radius_km": 1, "center": [50.5, 31.5]}',
    '{"kind": "named", "names": ["WR1", "WR2"]}',
    '{"kind": "route"}',
)


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
                # A place whose clocks are not its region's.
                time_zone=draw(st.sampled_from([None, None, "Asia/Vladivostok"])) if region else None,
            )
        )
    return made


TABLES = (
    "flight_counts",
    "flight_peaks",
    "flight_days",
    "flight_cells",
    "day_cells",
    "plan_counts",
    "problem_counts",
    "zone_counts",
)


class Counted:
    """One database and one connection for all examples: emptied before each."""

    def __init__(self, database: Database) -> None:
        self.loop = asyncio.new_event_loop()
        self.conn: Any = self.do(asyncpg.connect(database.uri("fp_ingest"), statement_cache_size=0))
        self.do(invented.store_regions(self.conn))
        self.regions = {r.code: r for r in self.do(queries.regions(self.conn))}

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def fill(self, all_flights: list[InventedFlight]) -> None:
        self.do(self.conn.execute("DELETE FROM core.flights"))
        self.do(invented.store_flights(self.conn, all_flights))
        self.do(recount_all(self.conn))

    def tables(self) -> Counter[str]:
        """Give every row of every roll-up as text, the values of a distribution in order, each once."""
        lists = {
            "flight_counts": ("durations", "plan_durations", "slots"),
            "plan_counts": ("late",),
            "zone_counts": ("names",),
        }
        found = Counter[str]()
        for name in TABLES:
            ordered = ", ".join(
                f"(SELECT array_agg(d ORDER BY d) FROM (SELECT value, sum(coalesce(n, 1)) FROM unnest({each}, {each}_n)"  # noqa: S608
                " AS l (value, n) GROUP BY value) AS d)"
                for each in lists.get(name, ())
            )
            left_out = ["set_id", *(column for each in lists.get(name, ()) for column in (each, f"{each}_n"))]
            query = f"SELECT $2 || (to_jsonb(c) - $1::text[])::text || ROW({ordered})::text FROM mart.{name} AS c"  # noqa: S608
            found.update(row[0] for row in self.do(self.conn.fetch(query, left_out, name)))
        return found

    def close(self) -> None:
        self.do(self.conn.close())
        self.loop.close()


@pytest.fixture
def counted(database: Database) -> Iterator[Counted]:
    held = Counted(database)
    yield held
    held.close()


def _region(counted: Counted, number: int | None) -> ActiveRegion | None:
    return None if number is None else counted.regions[f"XX-{number}"]


def _same(
    counted: Counted,
    all_flights: list[InventedFlight],
    period: Period,
    number: int | None,
    uav_type: str | None,
    clock: Clock = "utc",
    state: State | None = None,
) -> None:
    first, last = period.first, period.last
    selection = Selection(period, _region(counted, number), uav_type, clock=clock, state=state)
    picked = invented.chosen(all_flights, first, last, number, uav_type, clock, state)
    with_data = invented.days_with_data(all_flights, clock)
    conn, do = counted.conn, counted.do

    assert do(queries.totals(conn, selection)).model_dump() == invented.totals(picked)
    found = do(duration_medians(conn, selection))
    assert (found.median_minutes, found.plan_median_minutes) == invented.medians(picked)
    assert do(queries.days_spread(conn, selection)).model_dump() == invented.spread(
        picked, first, last, clock, with_data
    )
    assert do(queries.slots(conn, selection)) == invented.slots(picked)
    live = [f for f in picked if f.counted]
    by_day = {row.day: row for row in do(queries.daily(conn, selection))}
    assert list(by_day) == invented.days_of(first, last)
    alike = invented.alike(all_flights, number, uav_type, state)
    for day, row in by_day.items():
        assert row.flights == sum(f.day_by(clock) == day for f in live)
        assert row.minutes == sum(f.minutes or 0 for f in live if f.day_by(clock) == day)
        assert row.has_data == (day in with_data)
        hour = invented.fullest_hour(alike, day, day, number, clock)
        sixty = invented.fullest_sixty_minutes(alike, day, day, number, clock)
        aloft = invented.most_airborne(alike, day, day, number, clock)
        peaks = tuple(best[0] if best else 0 for best in (hour, sixty, aloft))
        assert (row.peak_hour, row.peak_sliding, row.peak_airborne) == peaks
    peak = do(queries.peaks(conn, selection))
    hour = invented.fullest_hour(alike, first, last, number, clock)
    sixty = invented.fullest_sixty_minutes(alike, first, last, number, clock)
    aloft = invented.most_airborne(alike, first, last, number, clock)
    assert ((peak.peak_hour, peak.peak_hour_at) if peak.peak_hour else None) == hour
    assert ((peak.peak_sliding, peak.peak_sliding_at) if peak.peak_sliding else None) == sixty
    assert ((peak.peak_airborne, peak.peak_airborne_at) if peak.peak_airborne else None) == aloft
    if uav_type is None:
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


CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(["utc", "moscow", "local"])
STATES: st.SearchStrategy[State | None] = st.sampled_from([None, None, "flown"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flights(), PERIODS, st.sampled_from([None, 1, 2, 3, 4]), st.sampled_from([None, None, "BLA", ""]), CLOCKS, STATES
)
def test_every_statistic_is_what_plain_counting_gives(
    counted: Counted,
    all_flights: list[InventedFlight],
    period: tuple[date, date],
    number: int | None,
    uav_type: str | None,
    clock: Clock,
    state: State | None,
) -> None:
    counted.fill(all_flights)
    _same(counted, all_flights, Period.of(*period), number, uav_type, clock, state)
    within = Period.within(counted.do(queries.facts(counted.conn, clock)), *period)
    if within.days:
        _same(counted, all_flights, within, number, uav_type, clock, state)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), PERIODS, st.sampled_from([None, "BLA"]), CLOCKS, STATES)
def test_the_ranking_is_what_plain_counting_gives(
    counted: Counted,
    all_flights: list[InventedFlight],
    period: tuple[date, date],
    uav_type: str | None,
    clock: Clock,
    state: State | None,
) -> None:
    counted.fill(all_flights)
    first, last = period
    selection = Selection(Period.of(first, last), None, uav_type, clock=clock, state=state)
    ranked = counted.do(queries.ranking(counted.conn, selection))
    found_medians = counted.do(duration_medians_by_region(counted.conn, selection))
    country = sum(f.counted for f in invented.chosen(all_flights, first, last, None, uav_type, clock, state))
    with_data = invented.days_with_data(all_flights, clock)
    length = sum(first <= day <= last for day in with_data)
    assert [r.flights for r in ranked] == sorted((r.flights for r in ranked), reverse=True)
    assert {r.code for r in ranked} == {r.code for r in REGIONS}
    for region in REGIONS:
        row = next(r for r in ranked if r.code == region.code)
        picked = invented.chosen(all_flights, first, last, region.number, uav_type, clock, state)
        sums, days = invented.totals(picked), invented.spread(picked, first, last, clock, with_data)
        density = 1000 * sums["flights"] / Fraction(region.official_area_km2 or region.area_km2)
        assert (row.flights, row.aircraft, row.minutes) == (sums["flights"], sums["aircraft"], sums["minutes"])
        assert row.share_percent == (invented.percent(sums["flights"], country) or 0)
        assert (row.zero_days, row.mean_a_day) == (days["zero_days"], days["mean"])
        assert row.density == pytest.approx(float(density), abs=5e-5)
        assert row.density_a_year == pytest.approx(float(density) / length * 365.25, abs=1e-4)
        assert row.density_a_month == pytest.approx(float(density) / length * 365.25 / 12, abs=1e-4)
        assert row.area_source == ("polygon" if region.official_area_km2 is None else "official")
        assert row.rank == 1 + sum(other.flights > row.flights for other in ranked)
        expected = invented.medians(picked)
        assert tuple(found_medians[region.code]) == expected
        alike = invented.alike(all_flights, region.number, uav_type, state)
        peaks = [
            peak(alike, first, last, region.number, clock)
            for peak in (invented.fullest_hour, invented.fullest_sixty_minutes, invented.most_airborne)
        ]
        assert [row.peak_hour, row.peak_sliding, row.peak_airborne] == [best[0] if best else 0 for best in peaks]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), st.sampled_from([None, 2]), CLOCKS, STATES)
def test_growth_is_what_plain_counting_gives(
    counted: Counted, all_flights: list[InventedFlight], number: int | None, clock: Clock, state: State | None
) -> None:
    # Two flights that bound the data: the last four months are whole, before them some have a few days or none.
    ends = [
        InventedFlight(900 + n, dep=datetime(*day, 12, tzinfo=UTC))
        for n, day in enumerate([(2024, 1, 1), (2025, 3, 31)])
    ]
    counted.fill([*all_flights, *ends])
    facts = counted.do(queries.facts(counted.conn, clock))
    assert facts.first is not None
    assert facts.last is not None
    selection = Selection(Period.within(facts, None, None), _region(counted, number), clock=clock, state=state)
    bounds = (facts.first, facts.last)
    with_data = invented.days_with_data([*all_flights, *ends], clock)
    months = invented.months(invented.alike([*all_flights, *ends], number, None, state), bounds, clock, with_data)
    rows = counted.do(queries.monthly(counted.conn, selection, facts))
    assert [row.month for row in rows] == [name for name in months if name >= f"{facts.first:%Y-%m}"]
    for row in rows:
        month = months[row.month]
        names = list(months)
        before = months[names[names.index(row.month) - 1]]
        year_before = months.get(f"{int(row.month[:4]) - 1}{row.month[4:]}")
        assert (row.flights, row.complete, row.days_with_data) == (month["flights"], month["complete"], month["days"])
        mean = invented.rounded(Fraction(month["flights"], month["days"])) if month["days"] else None
        assert row.mean_a_day == mean
        assert row.month_before_has_data == (before["days"] > 0)
        assert row.year_before_has_data == bool(year_before and year_before["days"])
        assert row.growth_month_percent == invented.growth(month, before, daily=False)
        assert row.growth_year_percent == invented.growth(month, year_before, daily=False)
        assert row.growth_month_daily_percent == invented.growth(month, before, daily=True)
        assert row.growth_year_daily_percent == invented.growth(month, year_before, daily=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), st.data())
def test_counting_the_touched_days_ends_where_counting_everything_does(
    counted: Counted, all_flights: list[InventedFlight], data: Any
) -> None:
    counted.fill(all_flights)
    changed = data.draw(flights())
    kept = [f for f in all_flights if f.key > len(changed)]
    touched: set[date] = set()
    for f in [*all_flights, *changed]:
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
    after = counted.tables()
    counted.do(recount_all(counted.conn))
    assert after - counted.tables() == counted.tables() - after == Counter()
    _same(counted, [*kept, *changed], Period.of(date(2024, 12, 20), date(2025, 3, 31)), None, None)


@st.composite
def detailed_flights(draw: Any) -> list[InventedFlight]:
    """Flights with all that the roll-ups count of one."""
    return [
        replace(
            each,
            center=draw(st.sampled_from([None, "Самара"])),
            problems=draw(st.sampled_from([(), ("DATE_FAR",), ("DATE_FAR", "TYPE_UNKNOWN")])),
            zone=draw(st.sampled_from([None, None, *ZONES])),
        )
        for each in draw(flights())
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(detailed_flights(), detailed_flights(), st.integers(0, 25))
def test_adding_what_changed_ends_where_counting_everything_does(
    counted: Counted, before: list[InventedFlight], changed: list[InventedFlight], gone: int
) -> None:
    counted.fill(before)
    keys = "SELECT key FROM core.flights"
    kept = [f for f in before if f.key > max(gone, len(changed))]

    async def change() -> None:
        async with counted.conn.transaction():
            await note_before(counted.conn, keys)
            most = UUID(int=max(gone, len(changed)))
            await counted.conn.execute("DELETE FROM core.flights WHERE key <= $1", most)
            await invented.store_flights(counted.conn, changed)
            await count_changes(counted.conn, keys)
        await recount_zones(counted.conn)

    counted.do(change())
    after = counted.tables()
    counted.do(recount_all(counted.conn))
    assert after - counted.tables() == counted.tables() - after == Counter()
    _same(counted, [*kept, *changed], Period.of(date(2024, 12, 20), date(2025, 3, 31)), None, None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights(), st.sampled_from([1, 2, None]))
def test_other_regions_are_counted_by_the_days_of_their_flights(
    counted: Counted, all_flights: list[InventedFlight], number: int | None
) -> None:
    counted.fill(all_flights)
    moved = "UPDATE core.flights SET region_id = $1, region_match = $2 WHERE region_id = 3 RETURNING day"
    rows = counted.do(counted.conn.fetch(moved, number, "inside" if number else "outside"))
    counted.do(recount_days(counted.conn, {row["day"] for row in rows}))
    after = counted.tables()
    counted.do(recount_all(counted.conn))
    assert after - counted.tables() == counted.tables() - after == Counter()
