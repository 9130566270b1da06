"""Counts, days, months and peaks of data with everything odd in it are what loops over the flights give."""

from collections import Counter
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from tests.datalens.loaded import UNTOLD, Loaded
from tests.db.stats import invented
from tests.db.stats.invented import REGIONS
from tests.db.stats.odd_data import (
    ALL,
    CLOCKS,
    FLIGHTS,
    FLOWN,
    NARROWED,
    PERIODS,
    PLACES,
    RECOUNT,
    WORKBOOKS,
    asked,
    name_of,
    named,
    picked,
)
from tests.db.stats.recounts import Days, Narrowed

narrowed_to = pytest.mark.parametrize("narrowed", NARROWED, ids=named)
over = pytest.mark.parametrize("days", PERIODS.values(), ids=PERIODS.keys())


def test_the_data_are_odd_enough() -> None:
    assert {book.withdrawn for book in WORKBOOKS} == {True, False}
    for clock in CLOCKS.values():
        by_month = {name: (flights, whole) for name, flights, _, whole in RECOUNT.months(Narrowed(clock))}
        assert by_month["2022-12"] == (0, False)
        assert by_month["2023-03"][0] > 0
        assert not by_month["2023-03"][1]
    assert len({date(2023, 3, 15), date(2023, 3, 16)} & RECOUNT.with_data("utc")) == 1
    assert any(f.dep and f.arr and f.arr < f.dep for f in FLIGHTS)
    assert any(f.time_zone for f in FLIGHTS)


@over
@narrowed_to
def test_totals_days_and_peaks(odd: Loaded, narrowed: Narrowed, days: Days) -> None:
    first, last = RECOUNT.within(days, narrowed.clock)
    mine, known = picked(days, narrowed), RECOUNT.with_data(narrowed.clock)
    live = [f for f in mine if f.counted]
    overview, daily, hourly, types, quality = odd.all_of(
        [f"{name}?{asked(days, narrowed)}" for name in ("overview", "daily", "hourly", "types", "quality")]
    )
    totals = invented.totals(mine)
    assert {name: overview["totals"][name] for name in ("flights", "flown", "planned", "cancelled", "aircraft")} == {
        name: totals[name] for name in ("flights", "flown", "planned", "cancelled", "aircraft")
    }
    medians = invented.medians(mine)
    for key, timed, minutes, middle in (("actual", "timed", "minutes", 0), ("plan", "plan_timed", "plan_minutes", 1)):
        mean = invented.rounded(Fraction(totals[minutes], totals[timed])) if totals[timed] else None
        assert overview[key] == {
            "flights": totals[timed], "total_minutes": totals[minutes], "mean_minutes": mean,
            "median_minutes": medians[middle],
        }  # fmt: skip
    assert overview["spread"] == invented.spread(mine, first, last, narrowed.clock, known)
    alike = invented.alike(FLIGHTS, narrowed.region, narrowed.uav_type, narrowed.state)
    for key, fullest in (
        ("hour", invented.fullest_hour), ("sliding_hour", invented.fullest_sixty_minutes),
        ("airborne", invented.most_airborne),
    ):  # fmt: skip
        # A flight of the day before may still be in the air on a day without a take-off.
        best = fullest(alike, first, last, narrowed.region, narrowed.clock)
        told = (overview["peaks"] or {}).get(key, {"flights": 0})
        assert told["flights"] == (best[0] if best else 0), key
        if best:
            assert datetime.fromisoformat(told["at"]) == best[1], key
    counts = Counter(f.day_by(narrowed.clock) for f in live)
    assert [(d["day"], d["flights"], d["has_data"]) for d in daily["days"]] == [
        (day.isoformat(), counts[day], day in known) for day in invented.days_of(first, last)
    ]
    week = invented.slots(mine)
    assert hourly["week"] == [[week.get(24 * day + hour, 0) for hour in range(24)] for day in range(7)]
    by_type = Counter(f.uav_type or "none" for f in live)
    if narrowed.uav_type is None:
        assert {t["uav_type"]: (t["flights"], t["share_percent"]) for t in types["types"]} == {
            kind: (n, invented.percent(n, len(live))) for kind, n in by_type.items()
        }
    assert {o["kind"]: o["count"] for o in types["operators"]} == {
        kind: totals[f"by_{kind}"] for kind in ("state", "organisation", "entrepreneur", "person", "unknown")
    }
    assert quality["with_arr"]["count"] == totals["with_arr"]
    if narrowed.region is None and narrowed.uav_type is None and quality["rows"]:
        rows = RECOUNT.centers((first, last), Narrowed(narrowed.clock))
        assert quality["rows"]["read"] == sum(each["rejected"][1] for each in rows.values())
        assert quality["rows"]["rejected"]["count"] == sum(each["rejected"][0] for each in rows.values())


@narrowed_to
def test_months_and_their_growth(odd: Loaded, narrowed: Narrowed) -> None:
    known = RECOUNT.with_data(narrowed.clock)
    mine = invented.alike(FLIGHTS, narrowed.region, narrowed.uav_type, narrowed.state)
    months = invented.months(mine, RECOUNT.bounds(narrowed.clock), narrowed.clock, known)
    names = list(months)
    told = odd.api(f"daily?{asked(None, narrowed)}")["months"]
    assert [row["month"] for row in told] == [name for name, *_ in RECOUNT.months(narrowed)]
    _as_counted(told, months, names)
    if narrowed.uav_type is not None:
        return
    days_by = next(name for name, clock in CLOCKS.items() if clock == narrowed.clock)
    place = "Вся страна" if narrowed.region is None else name_of(narrowed.region)
    rows = odd.select(
        "SELECT to_char(month, 'YYYY-MM') AS name, * FROM mart.monthly"  # noqa: S608
        f" WHERE days_by = '{days_by}' AND counted = '{FLOWN if narrowed.state else ALL}' AND region_name = '{place}'"
        " ORDER BY month"
    )
    _as_counted([{**row, "month": row["name"]} for row in rows], months, names)


def _as_counted(told: list[dict[str, Any]], months: dict[str, dict[str, Any]], names: list[str]) -> None:
    for row in told:
        month, before = months[row["month"]], months[names[names.index(row["month"]) - 1]]
        year_before = months.get(f"{int(row['month'][:4]) - 1}{row['month'][4:]}")
        assert (row["flights"], row["complete"]) == (month["flights"], month["complete"])
        for name, other, daily in (
            ("growth_month_percent", before, False), ("growth_month_daily_percent", before, True),
            ("growth_year_percent", year_before, False), ("growth_year_daily_percent", year_before, True),
        ):  # fmt: skip
            value = None if row[name] is None else float(row[name])
            assert value == invented.growth(month, other, daily=daily), (row["month"], name)


@pytest.mark.parametrize("state", [None, "flown"])
@pytest.mark.parametrize(("days_by", "clock"), CLOCKS.items())
def test_peaks_of_the_mart(odd: Loaded, days_by: str, clock: str, state: str | None) -> None:
    days = PERIODS["odd length"]
    rows = odd.select(
        "SELECT region_name, uav_type, max(peak_hour) AS hour, max(peak_sliding) AS sliding,"  # noqa: S608
        f" max(peak_airborne) AS air FROM mart.peaks WHERE days_by = '{days_by}'"
        f" AND counted = '{FLOWN if state else ALL}' AND day BETWEEN '{days[0]}' AND '{days[1]}' GROUP BY 1, 2"
    )
    told = {(row["region_name"], row["uav_type"]): (row["hour"], row["sliding"], row["air"]) for row in rows}
    for region in PLACES:
        for kind, name in ((None, "Все типы"), ("BLA", "BLA"), ("AER", "AER"), ("", UNTOLD)):
            mine = invented.alike(FLIGHTS, region, kind, state)
            best = [
                fullest(mine, *days, region, clock)
                for fullest in (invented.fullest_hour, invented.fullest_sixty_minutes, invented.most_airborne)
            ]
            place = "Вся страна" if region is None else name_of(region)
            assert told.get((place, name), (0, 0, 0)) == tuple(each[0] if each else 0 for each in best), (place, name)


@over
@pytest.mark.parametrize("narrowed", [each for each in NARROWED if each.region is None], ids=named)
def test_the_ranking(odd: Loaded, narrowed: Narrowed, days: Days) -> None:
    first, last = RECOUNT.within(days, narrowed.clock)
    known = RECOUNT.with_data(narrowed.clock)
    length = len([day for day in invented.days_of(first, last) if day in known])
    ranking = odd.api(f"regions?{asked(days, narrowed)}")
    live = [f for f in picked(days, narrowed) if f.counted]
    by_region = Counter(f.region for f in live)
    assert (ranking["flights"], ranking["without_region"]) == (len(live), by_region[None])
    for region in REGIONS:
        row = next(item for item in ranking["items"] if item["code"] == region.code)
        mine = picked(days, narrowed._replace(region=region.number))
        spread = invented.spread(mine, first, last, narrowed.clock, known)
        flights = by_region[region.number]
        density = 1000 * flights / (region.official_area_km2 or region.area_km2)
        assert (row["flights"], row["zero_days"], row["mean_a_day"]) == (flights, spread["zero_days"], spread["mean"])
        assert row["rank"] == 1 + sum(by_region[other.number] > flights for other in REGIONS)
        assert row["share_percent"] == (invented.percent(flights, len(live)) or 0)
        assert row["density"] == pytest.approx(density, abs=5.1e-5)
        yearly = density / length * 365.25 if length else None
        assert row["density_a_year"] == (None if yearly is None else pytest.approx(yearly, abs=5.1e-5))
        assert row["density_a_month"] == (None if yearly is None else pytest.approx(yearly / 12, abs=5.1e-5))


STATES = {"flown": "Состоялся", "planned": "Только план", "cancelled": "Отменён"}


@pytest.mark.parametrize(("column", "clock"), [("", "moscow"), ("_local", "local"), ("_utc", "utc")])
def test_what_adds_up_in_the_marts(odd: Loaded, column: str, clock: str) -> None:
    daily, hours, durations = (
        odd.select(f"SELECT * FROM mart.{view}")  # noqa: S608
        for view in ("daily WHERE uav_type IS NOT NULL", "hours", "durations")
    )
    told: dict[str, Counter[tuple[Any, ...]]] = {"daily": Counter(), "hours": Counter(), "durations": Counter()}
    for row in daily:
        told["daily"][row[f"day{column}"], row["region_name"], row["uav_type"], row["state"]] += (
            row["flights"] + row["cancelled"]
        )
    for row in hours:
        told["hours"][row[f"month{column}"], row["region_name"], row["state"], row["weekday"], row["hour"]] += row[
            "flights"
        ]
    for row in durations:
        told["durations"][row[f"month{column}"], row["region_name"], row["kind"], row["minutes"]] += row["flights"]
    counted: dict[str, Counter[tuple[Any, ...]]] = {"daily": Counter(), "hours": Counter(), "durations": Counter()}
    for f in FLIGHTS:
        day = f.day_by(clock)
        if day is None:
            continue
        month, place, state = day.replace(day=1), name_of(f.region), STATES[f.state]
        counted["daily"][day, place, f.uav_type or UNTOLD, state] += 1
        if not f.counted:
            continue
        for slot in invented.slots([f]):
            counted["hours"][month, place, state, slot // 24 + 1, slot % 24] += 1
        for kind, minutes in (("факт", f.minutes), ("план", f.plan_minutes)):
            if minutes is not None:
                counted["durations"][month, place, kind, minutes] += 1
    assert told == counted


def test_days_without_data_of_the_mart(odd: Loaded) -> None:
    known = RECOUNT.with_data("moscow")
    rows = odd.select("SELECT DISTINCT day, has_data FROM mart.daily WHERE uav_type IS NULL")
    assert {row["day"]: row["has_data"] for row in rows} == {
        day: day in known for day in invented.days_of(*RECOUNT.bounds("moscow"))
    }
