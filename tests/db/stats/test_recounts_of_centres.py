"""Plans, centres, zones and the report of data with everything odd in it are what loops over the flights give."""

import io
import json
from collections import Counter
from datetime import date
from typing import Any

import openpyxl
import pytest

from shared.reports import documents
from shared.stats import queries
from shared.stats.selection import Period, Selection
from tests.datalens.loaded import UNTOLD, Loaded
from tests.db.stats import invented, recounts
from tests.db.stats.invented import REGIONS
from tests.db.stats.odd_data import (
    ALL,
    CLOCKS,
    FLOWN,
    PERIODS,
    RECOUNT,
    asked,
    code,
    months_before,
    name_of,
    named,
    picked,
)
from tests.db.stats.recounts import Days, Narrowed

over = pytest.mark.parametrize("days", PERIODS.values(), ids=PERIODS.keys())


PLACED = [
    Narrowed(clock, None, None, region) for clock, region in zip(("moscow", "utc", "local"), (None, 2, 3), strict=True)
]


@over
@pytest.mark.parametrize("narrowed", [*PLACED, Narrowed("local")], ids=named)
def test_plans_against_facts(odd: Loaded, narrowed: Narrowed, days: Days) -> None:
    body = odd.api(f"plan-fact?{asked(days, narrowed)}")
    mine = picked(days, narrowed)
    assert body["whole"] == invented.plans(mine)
    assert {each.pop("center"): each for each in body["centers"]} == {
        name: invented.plans(f for f in mine if f.center == name) for name in {f.center for f in mine}
    }
    for each in body["operators"]:
        each.pop("title")
    assert {each.pop("kind"): each for each in body["operators"]} == {
        kind: invented.plans(f for f in mine if f.operator_kind == kind) for kind in {f.operator_kind for f in mine}
    }


def test_plans_against_facts_of_the_marts(odd: Loaded) -> None:
    rows = odd.select("SELECT * FROM mart.plan_fact")
    late = odd.select("SELECT * FROM mart.lateness")
    for column, clock in (("month", "moscow"), ("month_local", "local"), ("month_utc", "utc")):
        for month in (date(2023, 3, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)):
            days = month, date.fromordinal(months_before(month, -1).toordinal() - 1)
            for region in (None, *(each.number for each in REGIONS)):
                mine = [f for f in picked(days, Narrowed(clock)) if f.region == region]
                wanted = invented.plans(mine)
                here = [row for row in rows if row[column] == month and row["region"] == (code(region) or "")]
                sums = Counter[str]()
                for row in here:
                    sums.update({key: value for key, value in row.items() if isinstance(value, int)})
                assert (sums["flights"], sums["planned"], sums["cancelled"], sums["unclosed"], sums["far_apart"]) == (
                    wanted["flights"], wanted["never_flown"]["count"], wanted["cancelled"],
                    wanted["unclosed"]["count"], wanted["lateness"]["far_apart"],
                )  # fmt: skip
                durations = wanted["durations"]
                assert (sums["compared"], sums["plan_minutes"], sums["minutes"]) == (
                    durations["flights"], durations["plan_minutes"], durations["minutes"],
                )  # fmt: skip
                apart = [row for row in late if row[column] == month and row["region"] == (code(region) or "")]
                assert sum(row["flights"] for row in apart) == wanted["lateness"]["flights"]
                over_quarter = sum(row["flights"] for row in apart if row["minutes"] > 15)
                assert over_quarter == wanted["lateness"]["late"]["count"]


def _quality(item: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert (item["flights"], item["score"]) == (wanted["flights"], wanted["score"])
    for share in ("with_problems", "no_landing", "silent_days", "rejected"):
        part, whole = wanted.get(share, (None, None))
        assert item[share] == (None if part is None else invented.share(part, whole)), share


@over
@pytest.mark.parametrize("state", [None, "flown"])
@pytest.mark.parametrize("narrowed", PLACED, ids=named)
def test_the_league_of_centres(odd: Loaded, narrowed: Narrowed, state: str | None, days: Days) -> None:
    narrowed = narrowed._replace(state=state)
    within = RECOUNT.within(days, narrowed.clock)
    body, wanted = odd.api(f"centers?{asked(days, narrowed)}"), RECOUNT.centers(within, narrowed)
    assert {item["center"] for item in body["items"]} == set(wanted)
    for item in body["items"]:
        _quality(item, wanted[item["center"]])
    named = {name: each["score"] for name, each in wanted.items() if name and each["score"] is not None}
    assert {item["center"]: item["place"] for item in body["items"] if item["place"]} == {
        name: 1 + sum(other > score for other in named.values()) for name, score in named.items()
    }


def test_scores_of_the_mart(odd: Loaded) -> None:
    rows = odd.select("SELECT * FROM mart.center_scores")
    for days_by, clock in CLOCKS.items():
        for month in (date(2022, 12, 1), date(2023, 3, 1), date(2024, 5, 1), date(2025, 4, 1)):
            days = RECOUNT.within((month, date.fromordinal(months_before(month, -1).toordinal() - 1)), clock)
            for counted, state in ((ALL, None), (FLOWN, "flown")):
                for region in (None, 2):
                    wanted = RECOUNT.centers(days, Narrowed(clock, state, None, region))
                    place = "Вся страна" if region is None else name_of(region)
                    here = {
                        row["center"]: row
                        for row in rows
                        if (row["days_by"], row["counted"], row["month"], row["region_name"])
                        == (days_by, counted, month, place)
                    }
                    assert set(here) == {name or UNTOLD for name in wanted}, (days_by, month, counted, place)
                    for name, each in wanted.items():
                        row = here[name or UNTOLD]
                        assert (None if row["score"] is None else float(row["score"])) == each["score"]
                        parts = (row["with_problems"], row["no_landing"], row["silent_days"])
                        assert parts == tuple(each[key][0] for key in ("with_problems", "no_landing", "silent_days"))
                        assert (row["rejected"], row["rows"]) == each.get("rejected", (None, None))


@over
@pytest.mark.parametrize("state", [None, "flown"])
@pytest.mark.parametrize("narrowed", PLACED, ids=named)
def test_named_zones(odd: Loaded, narrowed: Narrowed, state: str | None, days: Days) -> None:
    narrowed = narrowed._replace(state=state)
    live = [f for f in picked(days, narrowed) if f.counted]
    body = odd.api(f"zones?{asked(days, narrowed)}")
    kinds = Counter(json.loads(f.zone)["kind"] if f.zone else "none" for f in live)
    assert {kind: share["count"] for kind, share in body["kinds"].items() if share["count"]} == kinds
    # A word without digits is no name, and a name counts once a flight.
    names = Counter(name for f in live for name in set(json.loads(f.zone or "{}").get("names", ())) - {"МИР"})
    assert {each["name"]: each["flights"] for each in body["names"]} == names
    regions = Counter(f.region for f in live)
    assert {r["code"]: (r["flights"], r["by_area"]) for r in body["regions"]} == {
        code(region): (n, float(n)) for region, n in regions.items()
    }


def test_named_zones_of_the_mart(odd: Loaded) -> None:
    rows = odd.select("SELECT * FROM mart.zone_names")
    for column, clock in (("month", "moscow"), ("month_local", "local"), ("month_utc", "utc")):
        found: Counter[tuple[Any, ...]] = Counter()
        for row in rows:
            found[row[column], row["region"], row["state"], row["zone"]] += row["flights"]
        assert found == Counter(
            (
                (f.day_by(clock) or date.min).replace(day=1), code(f.region) or "",
                "Состоялся" if f.state == "flown" else "Только план", name,
            )
            for f in RECOUNT.chosen(Narrowed(clock))
            for name in set(json.loads(f.zone or "{}").get("names", ())) - {"МИР"}
        )  # fmt: skip


@pytest.mark.parametrize(
    "narrowed", [Narrowed(), Narrowed("local", "flown", "BLA"), Narrowed("utc", None, None, 2)], ids=str
)
def test_the_report(odd: Loaded, narrowed: Narrowed) -> None:
    """The sheets of the workbook, over an odd number of days that a part of is silent."""
    days = (date(2023, 2, 10), date(2024, 7, 3))

    async def write(conn: Any) -> bytes:
        facts = await queries.facts(conn, narrowed.clock)  # type: ignore[arg-type]
        place = next((r for r in await queries.regions(conn) if r.code == code(narrowed.region)), None)
        selection = Selection(
            Period.within(facts, *days),
            place,
            narrowed.uav_type,
            None,
            narrowed.clock,
            narrowed.state,  # type: ignore[arg-type]
        )
        report = await documents.gather(conn, selection, facts, drawn=False)
        return documents.write(report, documents.Format.XLSX)

    book = openpyxl.load_workbook(io.BytesIO(invented.run(odd.database, write, "fp_api")), read_only=True)
    sheets = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}
    counts, known = RECOUNT.a_day(narrowed), RECOUNT.with_data(narrowed.clock)
    assert [(row[0].date(), row[1], row[10]) for row in sheets["Дни"]] == [
        (day, counts[day], "да" if day in known else "нет") for day in invented.days_of(*days)
    ]
    country = narrowed._replace(region=None)
    now, before = RECOUNT.side(days, country), RECOUNT.side((date(2021, 9, 19), date(2023, 2, 9)), country)
    total = next(row for row in sheets["Сравнение"] if row[0] in {"Всего", "Для сравнения: все регионы"})
    assert total[1:5] == (before["flights"], now["flights"], None, None)
    name = "В среднем за сутки с данными" if narrowed.region is None else "Все регионы, в среднем за сутки с данными"
    mean = next(row for row in sheets["Сравнение"] if row[0] == name)
    assert mean[6] == recounts.daily_growth(now, before)
    assert str(sheets["Сравнение"][-1][0]).startswith("Суммы не сравниваются")
    every = invented.plans(picked(days, Narrowed(narrowed.clock, region=narrowed.region)))
    assert sheets["План и факт"][0][:6] == (
        "Всего", every["flights"], every["flown"], every["never_flown"]["count"],
        every["never_flown"]["share_percent"], every["cancelled"],
    )  # fmt: skip
    noted = [str(value) for row in sheets["План и факт"] for value in row if "отбор отчёта" in str(value)]
    assert bool(noted) == bool(narrowed.state or narrowed.uav_type)
    wanted = RECOUNT.centers(days, narrowed)
    assert {row[1]: (row[2], row[3], row[8]) for row in sheets["Центры"] if row[2] is not None} == {
        name or UNTOLD: (each["score"], each["flights"], each["silent_days"][0]) for name, each in wanted.items()
    }
    odd_days = RECOUNT.odd_days(days, narrowed, 5.0)[0]
    whole = "Вся страна" if narrowed.region is None else name_of(narrowed.region)
    assert {
        (row[0].date().isoformat(), row[3], row[5]) for row in sheets["Необычные дни"] if row[2] == whole
    } == odd_days
    foretold = recounts.foretell(RECOUNT.months(narrowed))
    ahead = [row for row in sheets["Прогноз"] if row[5] == "прогноз"]
    for row, (_, low, flights, high) in zip(ahead, foretold.months, strict=True):
        assert (row[2], row[1], row[3]) == pytest.approx((low, flights, high), abs=0.5001)
    live = [f for f in picked(days, narrowed._replace(uav_type=None)) if f.counted]
    named = Counter(name for f in live for name in set(json.loads(f.zone or "{}").get("names", ())) - {"МИР"})
    assert {row[0]: row[1] for row in sheets["Зоны"] if row[1]} == named
