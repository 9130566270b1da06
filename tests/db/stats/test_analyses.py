"""Comparisons, odd days and forecasts equal what plain counting over the same flights gives."""

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

import pytest

from shared.stats import queries, recount_all
from shared.stats.anomalies import REGION_DAYS, anomalies
from shared.stats.comparison import compare, last_whole_month
from shared.stats.forecast import forecast
from shared.stats.selection import Period, Selection, State
from shared.stats.statements import Clock
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

FIRST, LAST = date(2024, 12, 1), date(2025, 3, 31)
"""As long as the one load speaks of: no day is without data."""


def _invent(seed: int) -> list[InventedFlight]:
    dice = random.Random(seed)  # noqa: S311
    made: list[InventedFlight] = []
    for day in invented.days_of(FIRST, LAST):
        for region in (1, 2, 3, 4, None):
            usual = {1: 6, 2: 3, 3: 1, 4: 0, None: 1}[region] + (day.month == 3)
            # Every few weeks a day with far more flights, and one with none.
            many = usual if dice.random() > 0.03 else usual * 6 + 12
            for _ in range(0 if dice.random() < 0.03 else max(0, many + dice.randint(-1, 1))):
                at = datetime(day.year, day.month, day.day, dice.randrange(24), dice.randrange(60), tzinfo=UTC)
                state = dice.choice(["flown", "flown", "flown", "planned", "cancelled"])
                made.append(
                    InventedFlight(
                        len(made) + 1, state, dice.choice(["BLA", "AER", None]), region=region,
                        region_match="inside" if region else "outside",
                        dep=at if state == "flown" else None, plan_dep=at if state != "flown" else None,
                    )
                )  # fmt: skip
    return made


FLIGHTS = _invent(5)


@pytest.fixture(scope="module")
def counted_database(template: str, cluster: Any) -> Database:
    database = Database(cluster, "analyses")
    cluster.sql(f'CREATE DATABASE "{database.name}" TEMPLATE "{template}"')

    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, FLIGHTS)
        await recount_all(conn)

    invented.run(database, fill)
    return database


def ask(database: Database, work: Callable[[Any], Awaitable[Any]]) -> Any:
    return invented.run(database, work, "fp_api")


def number_of(code: str | None) -> int | None:
    return None if code is None else int(code.removeprefix("XX-"))


SELECTIONS = [
    ("utc", None, None), ("moscow", None, None), ("local", "flown", None), ("moscow", "flown", "BLA"),
    ("utc", None, ""),
]  # fmt: skip


def _counted(first: date, last: date, uav_type: str | None, clock: str, state: str | None) -> Counter[int | None]:
    picked = invented.chosen(FLIGHTS, first, last, None, uav_type, clock, state)
    return Counter(f.region for f in picked if f.counted)


@pytest.mark.parametrize(("clock", "state", "uav_type"), SELECTIONS)
@pytest.mark.parametrize(
    ("now", "before"),
    [
        ((date(2025, 3, 1), date(2025, 3, 31)), (date(2025, 2, 1), date(2025, 2, 28))),
        ((date(2025, 1, 11), date(2025, 1, 30)), (date(2024, 12, 22), date(2025, 1, 10))),
    ],
)
def test_a_comparison_is_the_difference_of_two_counts(
    counted_database: Database, clock: Clock, state: State | None, uav_type: str | None, now: Any, before: Any
) -> None:
    async def read(conn: Any) -> Any:
        facts = await queries.facts(conn, clock)
        selection = Selection(Period.within(facts, *now), None, uav_type, clock=clock, state=state)
        return await compare(conn, selection, facts, "previous", None)

    found = ask(counted_database, read)
    counts, earlier = _counted(*now, uav_type, clock, state), _counted(*before, uav_type, clock, state)
    assert (found.before.first, found.before.last) == before
    assert (found.now.flights, found.before.flights) == (counts.total(), earlier.total())
    assert {number_of(i.code): (i.flights, i.before) for i in found.items} == {
        place: (counts[place], earlier[place]) for place in counts | earlier
    }
    assert sum(i.change for i in found.items) == found.change == counts.total() - earlier.total()
    assert found.change_percent == invented.rounded(Fraction(100 * found.change, earlier.total()))
    points = [Fraction(i.points).limit_denominator(100) for i in found.items]
    assert sum(points) == Fraction(found.change_percent).limit_denominator(100)
    for item, point in zip(found.items, points, strict=True):
        assert abs(point - Fraction(100 * item.change, earlier.total())) < Fraction(1, 100)
    days = [(last - first).days + 1 for first, last in (now, before)]
    daily = Fraction(counts.total(), days[0]) / Fraction(earlier.total(), days[1]) - 1
    assert found.change_daily_percent == invented.rounded(100 * daily)
    assert [abs(i.change) for i in found.items] == sorted((abs(i.change) for i in found.items), reverse=True)


def test_a_period_that_nobody_sent_is_compared_with_nothing(database: Database) -> None:
    # Two flights a day in January, three in March, and four on seven days of April; no load speaks of the year 2026.
    sent = [(date(2026, 1, 1), 31, 2), (date(2026, 3, 1), 31, 3), (date(2026, 4, 1), 7, 4)]
    begun = [first + timedelta(days=n) for first, days, flights in sent for n in range(days) for _ in range(flights)]
    flights = [
        InventedFlight(n, region=1, dep=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        for n, day in enumerate(begun, 1)
    ]
    january, february, march, april = ((date(2026, n, 1), date(2026, n, monthrange(2026, n)[1])) for n in range(1, 5))

    async def read(conn: Any) -> Any:
        await invented.store_regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)
        facts = await queries.facts(conn, "utc")
        pairs = [(march, february), (february, january), (april, march)]
        compared = [await compare(conn, Selection(Period.of(*now)), facts, "chosen", before) for now, before in pairs]
        return await last_whole_month(conn, facts), compared

    whole, (to_nothing, nothing, partly) = invented.run(database, read)
    assert whole == march
    assert (to_nothing.now.flights, to_nothing.before.flights, to_nothing.before.days_without_data) == (93, None, 28)
    assert (nothing.now.flights, nothing.before.flights, nothing.now.mean_a_day) == (None, 62, None)
    for each in (to_nothing, nothing):
        assert (each.change, each.change_percent, each.change_daily_percent) == (None, None, None)
        [line] = each.items
        assert (line.flights, line.before) == (each.now.flights, each.before.flights)
        assert (line.change, line.change_percent, line.points) == (None, None, None)
    # A month sent in part has not fewer flights: its daily mean alone is compared.
    assert (partly.now.days_without_data, partly.now.flights, partly.before.flights) == (23, 28, 93)
    [line] = partly.items
    for each in (partly, line):
        assert (each.change, each.change_percent, each.change_daily_percent) == (None, None, 33.33)
    assert (line.flights, line.before, line.points) == (28, 93, None)


def _odd(region: int | None, first: date, clock: str, state: str | None, uav_type: str | None, k: float) -> set[Any]:
    """Judge every day anew, with the sample's own median and sorted nothing beforehand."""
    alike = invented.alike(FLIGHTS, region, uav_type, state)
    counts = Counter(f.day_by(clock) for f in alike if f.counted)
    with_data = invented.days_with_data(FLIGHTS, clock)
    found = set()
    for day in invented.days_of(first, LAST):
        past = [counts[day - timedelta(weeks=n)] for n in range(1, 9) if day - timedelta(weeks=n) in with_data]
        if day in with_data and len(past) >= 4:
            middle = median(past)
            scatter = max(median(abs(n - middle) for n in past), 0.6745 * max(middle, 1) ** 0.5)
            if not middle - k * scatter <= counts[day] <= middle + k * scatter:
                found.add((day, counts[day], float(middle)))
    return found


@pytest.mark.parametrize("k", [3.0, 5.0])
@pytest.mark.parametrize(("clock", "state", "uav_type"), SELECTIONS)
def test_odd_days_are_those_far_from_their_weekdays_median(
    counted_database: Database, clock: Clock, state: State | None, uav_type: str | None, k: float
) -> None:
    async def read(conn: Any) -> Any:
        facts = await queries.facts(conn, clock)
        selection = Selection(Period.within(facts, FIRST, LAST), None, uav_type, clock=clock, state=state)
        whole = await anomalies(conn, selection, facts, k)
        place = (await queries.regions(conn))[0]
        one = await anomalies(conn, Selection(selection.period, place, uav_type, None, clock, state), facts, k)
        return whole, one

    whole, one = ask(counted_database, read)
    first = whole.period.first
    assert {(d.day, d.flights, d.median) for d in whole.days} == _odd(None, first, clock, state, uav_type, k)
    assert {(d.day, d.flights, d.median) for d in one.days} == _odd(1, first, clock, state, uav_type, k)
    assert one.regions == []
    begins = max(first, whole.period.last - timedelta(days=REGION_DAYS - 1))
    assert whole.regions_from == begins
    found: dict[int, set[Any]] = {region.number: set() for region in invented.REGIONS}
    for each in whole.regions:
        found[int(each.code.removeprefix("XX-"))].add((each.day, each.flights, each.median))
    assert found == {n: _odd(n, begins, clock, state, uav_type, k) for n in found}
    assert sum(map(len, found.values())) > 0
    for each in [*whole.days, *whole.regions]:
        assert each.day.isoweekday() == each.weekday
        assert (each.flights > each.high) if each.side == "more" else (each.flights < each.low)
    assert whole.judged_days + whole.unjudged_days == whole.period.days


def test_days_without_data_are_not_odd_and_nothing_stands_against_them(database: Database) -> None:
    # Ten Fridays with five flights, two of them unreported: no load speaks of the year 2026.
    fridays = [datetime(2026, 1, 2, 9, tzinfo=UTC) + timedelta(weeks=n) for n in range(12)]
    counted_database = [at for n, at in enumerate(fridays) if n not in {5, 6}]
    flights = [InventedFlight(10 * n + m, dep=at) for n, at in enumerate(counted_database) for m in range(5)]

    async def read(conn: Any) -> Any:
        await invented.store_regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)
        facts = await queries.facts(conn, "utc")
        return await anomalies(conn, Selection(Period.within(facts, date(2026, 1, 1), None)), facts)

    found = invented.run(database, read)
    assert (found.days, found.regions) == ([], [])
    # Of the twelve Fridays eight had four before them, and two of those have no data.
    assert found.judged_days == 6


def test_a_forecast_is_that_of_the_whole_months_alone(database: Database) -> None:
    """Three years of invented months: the plain formula over plain counts gives the same flights."""
    sizes = {
        (year, month): (20 + 3 * month if month < 7 else 50 - 2 * month) + 5 * (year - 2022)
        for year in (2022, 2023, 2024)
        for month in range(1, 13)
    }
    flights = []
    for (year, month), size in sizes.items():
        for n in range(size):
            day = 1 + n % monthrange(year, month)[1]
            flights.append(
                InventedFlight(len(flights) + 1, region=1 + n % 2, dep=datetime(year, month, day, 9, tzinfo=UTC))
            )
    # A month begun and not finished.
    flights += [InventedFlight(90_000 + n, dep=datetime(2025, 1, 1 + n, 9, tzinfo=UTC)) for n in range(3)]

    async def read(conn: Any) -> Any:
        await invented.store_regions(conn)
        await conn.execute("UPDATE core.loads SET period_from = '2022-01-01', period_to = '2025-01-03'")
        await invented.store_flights(conn, flights)
        await recount_all(conn)
        facts = await queries.facts(conn, "utc")
        return await forecast(conn, Selection(Period.within(facts, None, None)), facts)

    found = invented.run(database, read)
    assert (found.method, found.left_out) == ("seasonal_naive", ["2025-01"])
    assert [(m.month, m.flights) for m in found.history] == [(f"{y}-{m:02d}", n) for (y, m), n in sizes.items()]
    means = {key: Fraction(size, monthrange(*key)[1]) for key, size in sizes.items()}
    growth = sum(v for (year, _), v in means.items() if year == 2024) / sum(
        v for (year, _), v in means.items() if year == 2023
    )
    expected = [
        round(31 * means[2024, 1] * growth),
        round(28 * means[2024, 2] * growth),
        round(31 * means[2024, 3] * growth),
    ]
    assert [m.month for m in found.months] == ["2025-01", "2025-02", "2025-03"]
    assert [m.flights for m in found.months] == expected
    assert all(m.low <= m.flights <= m.high for m in found.months)
    assert found.back_test.origins == 36 - 15


def test_nothing_is_foretold_of_nothing(database: Database) -> None:
    async def read(conn: Any) -> Any:
        await invented.store_regions(conn)
        facts = await queries.facts(conn, "utc")
        selection = Selection(Period.within(facts, None, None))
        return (
            await forecast(conn, selection, facts),
            await anomalies(conn, selection, facts),
            await compare(conn, selection, facts, "year", None),
        )

    foretold, odd, compared = invented.run(database, read)
    assert (foretold.method, foretold.months, foretold.back_test) == (None, [], None)
    assert (odd.days, odd.judged_days, odd.unjudged_days) == ([], 0, 0)
    assert (compared.now, compared.items) == (None, [])
