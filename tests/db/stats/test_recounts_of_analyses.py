"""Comparisons, odd days and forecasts of data with everything odd in it are what loops over the flights give."""

from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from shared.stats import queries, recount_all
from shared.stats.anomalies import anomalies
from shared.stats.forecast import forecast
from shared.stats.selection import Period, Selection
from tests.conftest import Database
from tests.datalens.loaded import Loaded
from tests.db.stats import invented, recounts
from tests.db.stats.invented import REGIONS, InventedFlight
from tests.db.stats.odd_data import (
    ALL,
    CLOCKS,
    FLOWN,
    NARROWED,
    PERIODS,
    PLACES,
    RECOUNT,
    asked,
    code,
    months_before,
    name_of,
    named,
)
from tests.db.stats.recounts import Days, Narrowed, Recount, Workbook

narrowed_to = pytest.mark.parametrize("narrowed", NARROWED, ids=named)


COMPARED = [
    ("unfinished", "previous"), ("two whole months", "previous"), ("two whole months", "year"),
    ("odd length", "previous"), ("leap day", "year"), ("silent", "previous"), ("sent in part", "year"),
    ("sent in part", "previous"),
    ("new year", "previous"), ("new year", (date(2022, 12, 1), date(2023, 1, 31))),
    ("two whole months", (date(2022, 10, 10), date(2022, 11, 20))),
]  # fmt: skip


def _other(days: Days, against: Any) -> Days:
    """Give the period to compare with, as the definition says; of these alone."""
    known = {
        ("unfinished", "previous"): (date(2025, 3, 15), date(2025, 3, 31)),
        ("two whole months", "previous"): (date(2024, 3, 1), date(2024, 4, 30)),
        ("two whole months", "year"): (date(2023, 5, 1), date(2023, 6, 30)),
        ("odd length", "previous"): (date(2022, 9, 19), date(2023, 2, 9)),
        ("leap day", "year"): (date(2023, 2, 28), date(2023, 2, 28)),
        ("silent", "previous"): (date(2022, 11, 14), date(2022, 12, 4)),
        ("sent in part", "year"): (date(2022, 3, 1), date(2022, 3, 31)),
        ("sent in part", "previous"): (date(2023, 2, 1), date(2023, 2, 28)),
        ("new year", "previous"): (date(2023, 12, 29), date(2023, 12, 30)),
    }
    return known[next(name for name, each in PERIODS.items() if each == days), against]


@pytest.mark.parametrize(("period", "against"), COMPARED, ids=named)
@pytest.mark.parametrize("narrowed", NARROWED, ids=named)
def test_comparisons(odd: Loaded, narrowed: Narrowed, period: str, against: Any) -> None:
    days = PERIODS[period]
    chosen = not isinstance(against, str)
    more = f"against_from={against[0]}&against_to={against[1]}" if chosen else f"against={against}"
    body = odd.api(f"comparison?{asked(days, narrowed)}&{more}")
    country = narrowed._replace(region=None)
    now = RECOUNT.side(RECOUNT.within(days, narrowed.clock), country)
    before = RECOUNT.side(against if chosen else _other(days, against), country)
    assert (body["now"], body["before"]) == (now, before)
    assert body["change_percent"] == recounts.growth(now, before)
    assert body["change_daily_percent"] == recounts.daily_growth(now, before)
    whole = not (now["days_without_data"] or before["days_without_data"])
    assert body["change"] == (now["flights"] - before["flights"] if whole else None)
    sides = {}
    for region in (None, *(each.number for each in REGIONS)):
        both = tuple(
            {**side, "flights": None if side["flights"] is None else n}
            for side, n in zip((now, before), _of(region, (now, before), country), strict=True)
        )
        if any(side["flights"] for side in both):
            sides[code(region)] = both
    if narrowed.region is not None:
        sides = {key: both for key, both in sides.items() if key == code(narrowed.region)}
    assert {item["code"] for item in body["items"]} == set(sides)
    for item in body["items"]:
        mine, earlier = sides[item["code"]]
        assert (item["flights"], item["before"]) == (mine["flights"], earlier["flights"])
        assert item["change"] == (mine["flights"] - earlier["flights"] if whole else None)
        assert item["change_percent"] == recounts.growth(mine, earlier)
        assert item["change_daily_percent"] == recounts.daily_growth(mine, earlier)
        if not whole or not before["flights"]:
            assert item["points"] is None
    if whole and before["flights"] and narrowed.region is None:
        exact = [Fraction(100 * item["change"], before["flights"]) for item in body["items"]]
        recounts.shared_out([item["points"] for item in body["items"]], exact, body["change_percent"])


def _of(region: int | None, sides: tuple[dict[str, Any], ...], narrowed: Narrowed) -> list[int]:
    mine = [f for f in RECOUNT.chosen(narrowed) if f.region == region]
    return [
        sum(side["first"] <= (f.day_by(narrowed.clock) or date.min).isoformat() <= side["last"] for f in mine)
        for side in sides
    ]


SPANS = {"Месяц": 1, "Квартал": 3, "Полугодие": 6, "Год": 12}


def test_contributions_of_the_marts(odd: Loaded) -> None:
    """Each span of the calendar beside the one before and that of a year ago, by each clock, of all and of flown."""
    rows = odd.select("SELECT 'Месяц' AS span, * FROM mart.contributions")
    rows += odd.select("SELECT * FROM mart.span_contributions")
    told = {
        (r["span"], r["against"], r["days_by"], r["counted"], r["month"], r["region_name"]): (
            r["flights"], r["before"], r["change"], None if r["points"] is None else float(r["points"]),
        )
        for r in rows
    }  # fmt: skip
    assert len(told) == len(rows)
    whole = 0
    for days_by, clock in CLOCKS.items():
        bounds, known = RECOUNT.bounds(clock), RECOUNT.with_data(clock)
        for counted in (ALL, FLOWN):
            flights = RECOUNT.chosen(Narrowed(clock, None if counted == ALL else "flown"))
            counts = Counter((f.region, f"{f.day_by(clock):%Y-%m}") for f in flights)
            for span, months in SPANS.items():
                for start in _starts(bounds, months):
                    for against, back in (
                        (("Месяц назад" if months == 1 else "Срок назад"), months),
                        ("Год назад", 12),
                    ):
                        earlier = months_before(start, back)
                        sides = [_side(first, months, bounds, known) for first in (start, earlier)]
                        if not all(sides):
                            continue
                        country = [sum(n for (_, m), n in counts.items() if m in side[0]) for side in sides]
                        complete = all(side[2] for side in sides)
                        for region in (None, *(each.number for each in REGIONS)):
                            now, before = (sum(counts[region, month] for month in side[0]) for side in sides)
                            row = told.pop((span, against, days_by, counted, start, name_of(region)), (0, 0, 0, 0.0))
                            change = now - before if complete else None
                            points = 100 * (now - before) / country[1] if complete and country[1] else None
                            if now or before:
                                assert row[:3] == (
                                    now if sides[0][1] else None, before if sides[1][1] else None, change,
                                ), (span, against, days_by, counted, start, region)  # fmt: skip
                                assert row[3] == (None if points is None else pytest.approx(points, abs=1e-4))
                                whole += complete
                            else:
                                assert {value for value in row if value} == set()
    assert told == {}
    assert whole > 200


def _starts(bounds: Days, months: int) -> list[date]:
    first, last = bounds
    listed = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13, months)]
    return [start for start in listed if months_before(start, -months) > first and start <= last]


def _side(start: date, months: int, bounds: Days, known: set[date]) -> tuple[list[str], bool, bool] | None:
    """Give a span's months, whether any day of it has data, and whether each has; none that the data do not touch."""
    end = months_before(start, -months)
    days = [day for day in invented.days_of(start, end) if day < end]
    if end <= bounds[0] or start > bounds[1]:
        return None
    return sorted({f"{day:%Y-%m}" for day in days}), any(day in known for day in days), set(days) <= known


@pytest.mark.parametrize("k", [2.5, 5.0])
@pytest.mark.parametrize("days", [PERIODS["all"], PERIODS["odd length"], PERIODS["leap day"]], ids=named)
@narrowed_to
def test_odd_days(odd: Loaded, narrowed: Narrowed, days: Days, k: float) -> None:
    first, last = RECOUNT.within(days, narrowed.clock)
    body = odd.api(f"anomalies?{asked(days, narrowed)}&k={k}")
    expected, judged = RECOUNT.odd_days((first, last), narrowed, k)
    assert {(d["day"], d["flights"], d["median"]) for d in body["days"]} == expected
    assert (body["judged_days"], body["unjudged_days"]) == (judged, (last - first).days + 1 - judged)
    if narrowed.region is None:
        since = max(first, date.fromordinal(last.toordinal() - 91))
        found = {(d["code"], d["day"], d["flights"], d["median"]) for d in body["regions"]}
        assert found == {
            (region.code, *each)
            for region in REGIONS
            for each in RECOUNT.odd_days((since, last), narrowed._replace(region=region.number), k)[0]
        }


def test_odd_days_of_the_mart(odd: Loaded) -> None:
    last = RECOUNT.bounds("moscow")[1]
    since = date.fromordinal(last.toordinal() - 91)
    rows = odd.select("SELECT * FROM mart.anomalies")
    found = {(row["region_name"], row["day"].isoformat(), row["flights"], row["median"]) for row in rows}
    assert found == {
        ("Вся страна" if region is None else name_of(region), *each)
        for region in PLACES
        for each in RECOUNT.odd_days((since, last), Narrowed(region=region), 5.0)[0]
    }
    assert found


def test_nothing_stands_against_days_before_the_first_flight(database: Database) -> None:
    """A workbook speaks of two months before it: those are no days without flights."""
    since, books = date(2025, 2, 1), [Workbook((date(2024, 12, 1), date(2025, 3, 31)), {})]
    begun = [
        datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for day in invented.days_of(since, date(2025, 3, 31))
    ]
    flights = [InventedFlight(n, dep=at) for n, at in enumerate((at for at in begun for _ in range(6)), 1)]
    flights += [InventedFlight(1000 + n, dep=begun[-3]) for n in range(40)]

    async def read(conn: Any) -> Any:
        await invented.store_regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)
        facts = await queries.facts(conn, "moscow")
        return await anomalies(conn, Selection(Period.within(facts, None, None), clock="moscow"), facts)

    found = invented.run(database, read)
    expected, judged = Recount(flights, books).odd_days((since, date(2025, 3, 31)), Narrowed(), 5.0)
    assert {(d.day.isoformat(), d.flights, d.median) for d in found.days} == expected == {("2025-03-29", 46, 6.0)}
    assert found.judged_days == judged
    rows = invented.run(database, lambda conn: conn.fetch("SELECT day, region_name FROM mart.anomalies"), "fp_datalens")
    assert {(str(row["day"]), row["region_name"]) for row in rows} == {
        ("2025-03-29", "Вся страна"), ("2025-03-29", "Область 1")
    }  # fmt: skip


@narrowed_to
def test_forecasts(odd: Loaded, narrowed: Narrowed) -> None:
    body, wanted = odd.api(f"forecast?{asked(None, narrowed)}"), recounts.foretell(RECOUNT.months(narrowed))
    assert (body["method"], body["left_out"]) == ("seasonal_naive", wanted.left_out)
    assert [month["month"] for month in body["history"]] == wanted.history
    assert (wanted.history[0], wanted.history[-1]) == ("2023-04", "2025-03")
    _foretold(body, wanted)


def test_a_short_history_is_foretold_by_its_steps(odd: Loaded) -> None:
    """Of the months that were sent until a day the same are foretold as if nothing else had come."""
    months = RECOUNT.months(Narrowed())
    for first, last in ((6, 16), (6, 23), (8, 14)):
        wanted = recounts.foretell(months[first:last])
        assert wanted.method == {10: "drift", 17: "drift", 6: None}[last - first]

    async def cut_off(conn: Any) -> Any:
        facts = await queries.facts(conn, "moscow")
        cut = date(2024, 2, 29)
        short = type(facts)(facts.revision, facts.counted_at, date(2023, 4, 1), cut, clock="moscow")
        return await forecast(conn, Selection(Period.of(date(2023, 4, 1), cut), clock="moscow"), short)

    found = invented.run(odd.database, cut_off, "fp_api").model_dump(mode="json")
    upto = [month for month in months if "2023-04" <= month[0] <= "2024-02"]
    wanted = recounts.foretell(upto)
    assert (found["method"], wanted.method) == ("drift", "drift")
    _foretold(found, wanted)


def _foretold(body: dict[str, Any], wanted: recounts.Foretold) -> None:
    for month, (name, low, flights, high) in zip(body["months"], wanted.months, strict=True):
        assert month["month"] == name
        # Whole flights of what is reckoned.
        assert (month["low"], month["flights"], month["high"]) == pytest.approx((low, flights, high), abs=0.5001)
    assert body["back_test"]["mape_percent"] == pytest.approx(wanted.mape, abs=0.0051)
    assert body["back_test"]["mase"] == pytest.approx(wanted.mase, abs=0.0051)
