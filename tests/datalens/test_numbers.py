"""Each chart's query, asked as DataLens' role of a loaded workbook, beside what the API says of the same."""

import asyncio
import json
import re
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from datalens.description import CHARTS
from datalens.proof import answers
from tests.datalens.loaded import NO_REGION, UNTOLD, Loaded

GROWTH = ("growth_month_percent", "growth_year_percent")


def test_every_chart_can_be_answered(loaded: Loaded) -> None:
    results = asyncio.run(answers(loaded.database.uri("fp_datalens")))
    assert [result.chart for result in results] == [each.id for each in CHARTS]
    assert not [result for result in results if result.error is not None or result.rows == 0]


def test_every_chart_is_compared() -> None:
    """Hold that a chart which is added is asked by name in the tests that compare."""
    source = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_numbers*.py"))
    assert set(re.findall(r'(?:rows|counts)\("(ch_\w+)"', source)) == {each.id for each in CHARTS}


def test_key_figures(loaded: Loaded) -> None:
    body = loaded.api(f"overview?{loaded.whole}")
    assert loaded.rows("ch_flights") == [{"flights": body["totals"]["flights"]}]
    assert loaded.rows("ch_aircraft") == [{"aircraft": body["totals"]["aircraft"]}]
    (mean,) = loaded.rows("ch_mean")
    assert round(float(mean["mean_minutes"]), 2) == body["actual"]["mean_minutes"]
    (hours,) = loaded.rows("ch_hours_flown")
    assert round(float(hours["hours"]) * 60) == body["actual"]["total_minutes"]


def test_days(loaded: Loaded) -> None:
    daily = loaded.api(f"daily?{loaded.whole}")
    assert daily["step"] == "day"
    assert loaded.counts("ch_days", "day") == {
        date.fromisoformat(row["day"]): row["flights"] for row in daily["days"] if row["flights"]
    }
    (gaps,) = loaded.rows("ch_no_data")
    silent = sum(not row["has_data"] for row in daily["days"])
    # The period of the API begins with the data, as the mart does.
    assert gaps["days_without_data"] == silent > 0
    first, last = loaded.period
    local = loaded.api(f"daily?from={first - timedelta(days=1)}&to={last + timedelta(days=1)}&days=local")
    assert {day: n for day, n in loaded.counts("ch_local_days", "day_local").items() if day} == {
        date.fromisoformat(row["day"]): row["flights"] for row in local["days"] if row["flights"]
    }


def test_months_and_growth(loaded: Loaded) -> None:
    months = {row["month"]: row for row in loaded.api(f"overview?{loaded.whole}")["months"]}
    charted = {f"{month:%Y-%m}": flights for month, flights in loaded.counts("ch_months", "month_of_day").items()}
    assert charted == {month: row["flights"] for month, row in months.items() if row["flights"]}
    for name in GROWTH:
        growth = {f"{row['month']:%Y-%m}": _number(row[name]) for row in loaded.rows("ch_growth")}
        assert growth == {month: row[name] for month, row in months.items()}
        assert any(value is not None for value in growth.values()), name


def test_months_and_growth_of_regions(loaded: Loaded) -> None:
    pages = loaded.by_region(lambda code: f"region/{code}?{loaded.whole}")
    months = {
        (name, row["month"]): row
        for name, page in pages.items()
        for row in page["months"]
    }  # fmt: skip
    assert {
        (row["region_name"], f"{row['month']:%Y-%m}"): row["flights"]
        for row in loaded.rows("ch_region_months")
        if row["region_name"] in pages
    } == {key: row["flights"] for key, row in months.items()}
    for row in loaded.rows("ch_region_growth"):
        if row["region_name"] in pages:
            month = months[row["region_name"], f"{row['month']:%Y-%m}"]
            assert (row["flights"], *(_number(row[name]) for name in GROWTH)) == (
                month["flights"], *(month[name] for name in GROWTH),
            )  # fmt: skip
    ranking = loaded.api(f"regions?{loaded.whole}")
    assert loaded.counts("ch_region_months", "region_name") == _flights(ranking, ranking["without_region"])


def test_types_and_operators(loaded: Loaded) -> None:
    body = loaded.api(f"overview?{loaded.whole}")
    assert loaded.counts("ch_types", "uav_type") == {
        UNTOLD if row["uav_type"] == "none" else row["uav_type"]: row["flights"] for row in body["types"]
    }
    assert loaded.counts("ch_operators", "operator_kind") == {
        row["title"]: row["count"] for row in body["operators"] if row["count"]
    }


def test_districts(loaded: Loaded) -> None:
    ranking = loaded.api(f"regions?{loaded.whole}")
    sums: dict[str, int] = defaultdict(int)
    for row in ranking["items"]:
        sums[row["district"] or "Вне округов"] += row["flights"]
    assert loaded.counts("ch_districts", "district") == {
        name: flights for name, flights in {**sums, NO_REGION: ranking["without_region"]}.items() if flights
    }
    frozen = loaded.select("SELECT region, district FROM mart.districts WHERE region <> ''")
    assert {row["region"]: row["district"] for row in frozen} == {
        row["code"]: row["district"] or "Вне округов" for row in ranking["items"]
    }
    assert len({row["district"] for row in frozen} - {"Вне округов"}) == 8


def test_regions(loaded: Loaded) -> None:
    ranking = loaded.api(f"regions?{loaded.whole}")
    ranked = {row["name"]: row for row in ranking["items"]}
    charted = {row["region_name"]: row for row in loaded.rows("ch_ranking")}
    assert set(ranked) == set(charted) - {NO_REGION}
    assert charted[NO_REGION]["flights"] == ranking["without_region"]
    for name, row in ranked.items():
        one = charted[name]
        assert (one["flights"], one["flown"], one["aircraft"]) == (row["flights"], row["flown"], row["aircraft"])
        assert float(one["hours"]) == pytest.approx(row["actual"]["total_minutes"] / 60)
        assert _number(one["mean_minutes"]) == pytest.approx(row["actual"]["mean_minutes"], abs=0.006)
        assert one["density"] == pytest.approx(row["density"], abs=0.01)
    assert loaded.counts("ch_top", "region_name") == {
        name: row["flights"] for name, row in charted.items() if row["flights"]
    }
    by_map: dict[str, set[int]] = defaultdict(set)
    for row in loaded.rows("ch_region_map"):
        assert json.loads(row["polygon"])
        by_map[row["region_name"]].add(row["flights"])
    assert by_map
    for name, counts in by_map.items():
        assert counts == {ranked[name]["flights"]}, "every part of a region shows the region's own number"


def test_places_and_completeness(loaded: Loaded) -> None:
    ranking = loaded.api(f"regions?{loaded.whole}")
    # A flight of a region has a point; of those without a region only what lies outside all of them has one.
    outside = loaded.api(f"quality?{loaded.whole}")["outside"]["count"]
    assert loaded.counts("ch_places", "region_name", period=loaded.period) == _flights(ranking, outside)
    charted = {row["region_name"]: row for row in loaded.rows("ch_quality", period=loaded.period)}
    assert {name: row["flights"] for name, row in charted.items()} == _flights(ranking, ranking["without_region"])
    pages = loaded.by_region(lambda code: f"quality?{loaded.whole}&region={code}")
    for name, page in pages.items():
        row = charted[name]
        for guid, key in (
            ("with_dep", "with_dep"),
            ("with_arr", "with_arr"),
            ("timed", "with_duration"),
            ("unplaced", "unplaced"),
        ):
            assert _number(row[f"{guid}_percent"]) == pytest.approx(page[key]["share_percent"], abs=0.006), (name, key)


def test_states(loaded: Loaded) -> None:
    totals = loaded.api(f"overview?{loaded.whole}")["totals"]
    assert loaded.counts("ch_states", "state", "told") == {
        "Состоялся": totals["flown"], "Только план": totals["planned"], "Отменён": totals["cancelled"]
    }  # fmt: skip


def test_hours(loaded: Loaded) -> None:
    body = loaded.api(f"hourly?{loaded.whole}")
    assert loaded.counts("ch_hours", "hour") == {hour: n for hour, n in enumerate(body["hours"]) if n}
    week = [[0] * 24 for _ in range(7)]
    for row in loaded.rows("ch_week"):
        week[row["weekday"] - 1][row["hour"]] = row["flights"]
    assert week == body["week"]
    parts = {title.split()[0]: n for title, n in loaded.counts("ch_day_parts", "day_part").items()}
    assert parts == {part["title"].split()[0]: part["count"] for part in body["day_parts"] if part["count"]}


def test_peaks(loaded: Loaded) -> None:
    days = loaded.api(f"daily?{loaded.whole}")["days"]
    for key, peaks in (
        ("peak_hour", loaded.counts("ch_peak_hour", "day", "peak_hour")),
        ("peak_airborne", loaded.counts("ch_peak_airborne", "day", "peak_airborne")),
    ):
        assert peaks == {date.fromisoformat(row["day"]): row[key] for row in days if row[key]}
    regions = loaded.api(f"regions?{loaded.whole}")["items"]
    charted = {row["region_name"]: row["peak_hour"] for row in loaded.rows("ch_region_peaks")}
    charted.pop(NO_REGION, None)
    assert charted == {row["name"]: row["peak_hour"] for row in regions if row["peak_hour"]}


def test_a_region_and_a_period_narrow_every_chart(loaded: Loaded) -> None:
    region = loaded.rows("ch_ranking")[0]
    code = next(row["code"] for row in loaded.api(f"regions?{loaded.whole}")["items"]
                if row["name"] == region["region_name"])  # fmt: skip
    body = loaded.api(f"region/{code}?{loaded.whole}")
    assert loaded.rows("ch_flights", regions=(code,)) == [{"flights": body["totals"]["flights"]}]
    for each in CHARTS:
        for row in loaded.rows(each.id, regions=(code,)):
            assert row.get("region_name", region["region_name"]) == region["region_name"]
    first, last = date(2025, 3, 1), date(2025, 3, 31)
    march = loaded.rows("ch_flights", period=(first, last))
    assert march[0]["flights"] == loaded.api(f"overview?from={first}&to={last}")["totals"]["flights"]


def _flights(ranking: dict[str, Any], without_region: int) -> dict[str, int]:
    """Give the flights of regions that have any, by name."""
    by_region = {row["name"]: row["flights"] for row in ranking["items"]} | {NO_REGION: without_region}
    return {name: flights for name, flights in by_region.items() if flights}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
