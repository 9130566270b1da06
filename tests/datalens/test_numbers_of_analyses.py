"""What analyses tell, in charts and the marts under them, beside the API: changes, odd days, plans, centres, zones."""

from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from shared.stats.zone_shares import NAMES
from tests.datalens.loaded import NO_REGION, UNTOLD, Loaded

CLOCKS = {"Москва": "moscow", "Местное время": "local", "UTC": "utc"}


def _months_before(month: date, number: int) -> date:
    year, index = divmod(12 * month.year + month.month - 1 - number, 12)
    return date(year, index + 1, 1)


def _days(month: date, prefix: str) -> str:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return f"{prefix}from={month}&{prefix}to={last}"


def _compared(loaded: Loaded, rows: list[dict[str, Any]], months: int, narrowed: str) -> None:
    """Hold rows of contributions against the API's comparison of their month with the one ``months`` earlier."""
    by_month: dict[date, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        if row["flights"] or row["before"]:
            by_month[row["month"]][row["region_name"]] = row
    assert by_month
    compared = 0
    for month, charted in by_month.items():
        earlier = _days(_months_before(month, months), "against_")
        body = loaded.api(f"comparison?{_days(month, '')}&{earlier}&{narrowed}")
        items = {item["name"] or NO_REGION: item for item in body["items"]}
        assert {name: (r["flights"], r["before"]) for name, r in charted.items()} == {
            name: (item["flights"], item["before"]) for name, item in items.items()
        }, month
        if body["now"]["days"] < monthrange(month.year, month.month)[1]:
            # The data end within it: the API compares the days that there are, the mart months alone.
            assert {(row["change"], row["points"]) for row in charted.values()} == {(None, None)}, month
            continue
        changes = {name: row["change"] for name, row in charted.items()}
        assert changes == {name: item["change"] for name, item in items.items()}, month
        if body["change"] is None:
            assert {row["points"] for row in charted.values()} == {None}, month
            continue
        compared += 1
        assert sum(row["change"] for row in charted.values()) == body["change"]
        for name, item in items.items():
            # The API's points are rounded to two digits so that they add up to the growth.
            assert float(charted[name]["points"]) == pytest.approx(item["points"], abs=0.0101), (month, name)
        growth = sum(float(row["points"]) for row in charted.values())
        assert growth == pytest.approx(body["change_percent"], abs=0.006 + 0.0001 * len(charted))
    assert compared, "two whole months stand side by side"


def test_contributions(loaded: Loaded) -> None:
    _compared(loaded, loaded.rows("ch_contributions"), 1, "days=moscow")


@pytest.mark.parametrize(
    ("clock", "against", "counted"),
    [
        ("Москва", "Год назад", "Все полёты"),
        ("Местное время", "Месяц назад", "Состоявшиеся"),
        ("UTC", "Год назад", "Состоявшиеся"),
    ],
)
def test_contributions_by_other_clocks_and_to_a_year_ago(
    loaded: Loaded, clock: str, against: str, counted: str
) -> None:
    rows = loaded.select(
        "SELECT * FROM mart.contributions"  # noqa: S608
        f" WHERE days_by = '{clock}' AND against = '{against}' AND counted = '{counted}'"
    )
    narrowed = f"days={CLOCKS[clock]}" + ("&state=flown" if counted == "Состоявшиеся" else "")
    _compared(loaded, rows, 12 if against == "Год назад" else 1, narrowed)


SPANS = {"Квартал": 3, "Полугодие": 6, "Год": 12}


def _span(start: date, months: int, prefix: str) -> str:
    end = _months_before(start, 1 - months)
    return f"{prefix}from={start}&{_days(end, prefix).partition('&')[2]}"


def test_contributions_of_longer_spans(loaded: Loaded) -> None:
    rows = loaded.select("SELECT * FROM mart.span_contributions")
    charted = loaded.rows("ch_span_contributions")
    assert charted
    assert {(row["month"], row["region_name"], row["change"]) for row in charted} == {
        (row["month"], row["region_name"], row["change"])
        for row in rows
        if (row["span"], row["against"], row["days_by"], row["counted"])
        == ("Квартал", "Срок назад", "Москва", "Все полёты")
    }
    by_comparison: dict[tuple[str, ...], dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        months = SPANS[row["span"]]
        before = _months_before(row["month"], 12 if row["against"] == "Год назад" else months)
        periods = f"{_span(row['month'], months, '')}&{_span(before, months, 'against_')}"
        state = "&state=flown" if row["counted"] == "Состоявшиеся" else ""
        if row["flights"] or row["before"]:
            path = f"comparison?{periods}&days={CLOCKS[row['days_by']]}{state}"
            by_comparison[row["span"], path][row["region_name"]] = (row["flights"], row["before"])
    assert {span for span, _ in by_comparison} == set(SPANS)
    # Each clock, span and side of the comparison is among every seventh.
    chosen = sorted(by_comparison)[::7]
    for key, answer in zip(chosen, loaded.all_of([path for _, path in chosen]), strict=True):
        assert by_comparison[key] == {
            item["name"] or NO_REGION: (item["flights"], item["before"]) for item in answer["items"]
        }, key


def test_odd_days(loaded: Loaded) -> None:
    body = loaded.api(f"anomalies?{loaded.whole}")
    since = body["regions_from"]
    # The mart judges the country over the days in which the API judges the regions.
    odd = [("Вся страна", day) for day in body["days"] if day["day"] >= since]
    odd += [(day["name"], day) for day in body["regions"]]
    charted = {(row["region_name"], row["day"].isoformat()): row for row in loaded.rows("ch_anomalies")}
    assert set(charted) == {(name, day["day"]) for name, day in odd}
    assert len({name for name, _ in odd}) > 1, "the country and a region have an odd day"
    for name, day in odd:
        row = charted[name, day["day"]]
        assert row["side"] == ("Больше обычного" if day["side"] == "more" else "Меньше обычного")
        assert (row["flights"], row["median"]) == (day["flights"], day["median"])
        assert [float(row["low"]), float(row["high"])] == pytest.approx([day["low"], day["high"]], abs=0.011)


def _at(counts: Counter[int], place: int) -> int:
    """Give the value at a place, from 1, of values in order."""
    for value in sorted(counts):
        place -= counts[value]
        if place <= 0:
            return value
    raise AssertionError(place)


def _lateness(rows: list[dict[str, Any]]) -> dict[str, Any]:
    counts: Counter[int] = Counter()
    for row in rows:
        counts[row["minutes"]] += row["flights"]
    timed = counts.total()
    return {
        "flights": timed,
        "median_minutes": (_at(counts, (timed + 1) // 2) + _at(counts, timed // 2 + 1)) / 2,
        "ninetieth_minutes": _at(counts, -(-9 * timed // 10)),
        "late": sum(number for minutes, number in counts.items() if minutes > 15),
    }


def _minutes_of(lateness: dict[str, Any]) -> dict[str, Any]:
    names = ("flights", "median_minutes", "ninetieth_minutes")
    return {name: lateness[name] for name in names} | {"late": lateness["late"]["count"]}


def test_lateness(loaded: Loaded) -> None:
    body = loaded.api(f"plan-fact?{loaded.whole}")
    rows = loaded.select("SELECT center, operator_kind, minutes, flights FROM mart.lateness")
    assert _lateness(rows) == _minutes_of(body["whole"]["lateness"])
    for key, of, name in (("centers", "center", "center"), ("operators", "operator_kind", "title")):
        compared = 0
        for item in body[key]:
            mine = [row for row in rows if row[of] == (item[name] or UNTOLD)]
            assert sum(row["flights"] for row in mine) == item["lateness"]["flights"]
            if mine:
                assert _lateness(mine) == _minutes_of(item["lateness"])
                compared += 1
        assert compared > 1, key
    buckets: Counter[int] = Counter()
    for row in rows:
        buckets[row["minutes"] // 15 * 15] += row["flights"]
    charted = loaded.counts("ch_lateness", "late_quarter")
    assert charted == buckets
    # A take-off of a quarter of an hour after the plan is not late yet.
    on_the_mark = sum(row["flights"] for row in rows if row["minutes"] == 15)
    late = sum(number for quarter, number in charted.items() if quarter >= 15)
    assert late - on_the_mark == body["whole"]["lateness"]["late"]["count"]


def test_durations(loaded: Loaded) -> None:
    body = loaded.api(f"overview?{loaded.whole}")
    rows = loaded.select("SELECT kind, minutes, sum(flights)::int AS flights FROM mart.durations GROUP BY 1, 2")
    buckets: Counter[tuple[str, int]] = Counter()
    for kind, key in (("факт", "actual"), ("план", "plan")):
        counts = Counter({row["minutes"]: row["flights"] for row in rows if row["kind"] == kind})
        number = counts.total()
        assert number == body[key]["flights"]
        assert sum(minutes * n for minutes, n in counts.items()) == body[key]["total_minutes"]
        median = (_at(counts, (number + 1) // 2) + _at(counts, number // 2 + 1)) / 2
        assert median == body[key]["median_minutes"]
        for minutes, n in counts.items():
            buckets[kind, minutes // 15 * 15] += n
    assert {(row["kind"], row["quarter"]): row["flights"] for row in loaded.rows("ch_durations")} == buckets


def test_plans_by_month(loaded: Loaded) -> None:
    charted = {row["month"]: row for row in loaded.rows("ch_plan_fact")}
    answers = loaded.all_of([f"plan-fact?{_days(month, '')}" for month in charted])
    assert len(charted) > 6
    for (month, row), answer in zip(charted.items(), answers, strict=True):
        whole = answer["whole"]
        assert (row["flown"], row["planned"], row["cancelled"]) == (
            whole["flown"], whole["never_flown"]["count"], whole["cancelled"],
        ), month  # fmt: skip
    assert sum(row["flown"] for row in charted.values()) == loaded.api(f"plan-fact?{loaded.whole}")["whole"]["flown"]


def test_centres(loaded: Loaded) -> None:
    plans = {item["center"] or UNTOLD: item for item in loaded.api(f"plan-fact?{loaded.whole}")["centers"]}
    league = {item["center"] or UNTOLD: item for item in loaded.api(f"centers?{loaded.whole}")["items"]}
    charted = {row["center"]: row for row in loaded.rows("ch_centers")}
    assert set(charted) == set(plans)
    for name, row in charted.items():
        plan, quality = plans[name], league[name]
        names = ("flights", "flown", "cancelled", "unclosed", "no_landing", "with_problems")
        assert tuple(row[each] for each in names) == (
            plan["flights"], plan["flown"], plan["cancelled"], plan["unclosed"]["count"],
            quality["no_landing"]["count"], quality["with_problems"]["count"],
        ), name  # fmt: skip
        filed = plan["flights"] + plan["cancelled"]
        assert float(row["flown_percent"]) == pytest.approx(100 * plan["flown"] / filed)
    rows = loaded.select(
        "SELECT center, sum(rows)::int AS rows, sum(rejected)::int AS rejected FROM mart.center_rows GROUP BY 1"
    )
    assert {row["center"]: (row["rows"], row["rejected"]) for row in rows} == {
        name: (item["rows"], item["rejected"]["count"]) for name, item in league.items() if item["rows"]
    }


def _held(row: dict[str, Any], item: dict[str, Any]) -> None:
    assert (None if row["score"] is None else float(row["score"])) == item["score"], (row, item)
    assert (row["flights"], row["with_problems"], row["no_landing"], row["silent_days"], row["rows"]) == (
        item["flights"], item["with_problems"]["count"], item["no_landing"]["count"], item["silent_days"]["count"],
        item["rows"],
    ), (row, item)  # fmt: skip
    assert row["rejected"] == (None if item["rejected"] is None else item["rejected"]["count"])


def test_scores_of_centres(loaded: Loaded) -> None:
    busiest = loaded.api(f"regions?{loaded.whole}")["items"][0]
    months = defaultdict(list)
    for row in loaded.select("SELECT DISTINCT days_by, month FROM mart.monthly ORDER BY month"):
        months[row["days_by"]].append(row["month"])
    pages = {}
    for name, clock in CLOCKS.items():
        for month in months[name][:: 4 if clock == "moscow" else 9]:
            path = f"centers?{_days(month, '')}&days={clock}"
            pages[name, "Все полёты", "Вся страна", month] = path
            pages[name, "Состоявшиеся", "Вся страна", month] = f"{path}&state=flown"
    for month in months["Москва"][2::4]:
        path = f"centers?{_days(month, '')}&region={busiest['code']}"
        pages["Москва", "Все полёты", busiest["name"], month] = path
        pages["Москва", "Состоявшиеся", busiest["name"], month] = f"{path}&state=flown"
    answers = dict(zip(pages, loaded.all_of(list(pages.values())), strict=True))
    rows: dict[tuple[str, str, str, date], dict[str, Any]] = defaultdict(dict)
    for row in loaded.select("SELECT * FROM mart.center_scores"):
        rows[row["days_by"], row["counted"], row["region_name"], row["month"]][row["center"]] = row
    for key, league in answers.items():
        assert set(rows[key]) == {item["center"] or UNTOLD for item in league["items"]}, key
        for item in league["items"]:
            _held(rows[key][item["center"] or UNTOLD], item)
        assert {row["days_with_data"] for row in rows[key].values()} <= {league["days_with_data"]}
    charted = {(row["month"], row["center"]): row for row in loaded.rows("ch_center_scores")}
    assert any(row["silent_days"] for row in charted.values())
    for (month, center), row in charted.items():
        assert row["score"] == rows["Москва", "Все полёты", "Вся страна", month][center]["score"]


def test_rows_of_workbooks(loaded: Loaded) -> None:
    first, last = loaded.period
    body = loaded.api(f"quality?from={first}&to={last}")
    within = f"coalesce(period_from, '-infinity') <= '{last}' AND coalesce(period_to, 'infinity') >= '{first}'"
    (read,) = loaded.select(
        "SELECT count(*) AS workbooks, sum(rows)::int AS read, sum(repeated)::int AS repeated,"  # noqa: S608
        f" sum(rejected)::int AS rejected FROM mart.workbooks WHERE {within}"
    )
    assert read == {**body["rows"], "rejected": body["rows"]["rejected"]["count"]}
    assert read["rejected"] > 0
    rejected = loaded.select(
        f"SELECT code, sum(rows)::int AS rows FROM mart.rejected_rows WHERE {within} GROUP BY code"  # noqa: S608
    )
    assert {row["code"]: row["rows"] for row in rejected} == {row["code"]: row["rows"] for row in body["rejects"]}


@pytest.mark.parametrize(("column", "key", "name"), [("center", "centers", "center"),
                                                     ("operator_kind", "operators", "title")])  # fmt: skip
def test_planned_and_actual_minutes(loaded: Loaded, column: str, key: str, name: str) -> None:
    names = ("compared", "plan_minutes", "minutes", "far_apart")
    sums = ", ".join(f"sum({each})::int AS {each}" for each in names)
    rows = loaded.select(f"SELECT {column}, {sums} FROM mart.plan_fact GROUP BY 1")  # noqa: S608
    assert {row[column]: tuple(row[each] for each in names) for row in rows} == {
        item[name] or UNTOLD: (
            item["durations"]["flights"], item["durations"]["plan_minutes"], item["durations"]["minutes"],
            item["lateness"]["far_apart"],
        )
        for item in loaded.api(f"plan-fact?{loaded.whole}")[key]
    }  # fmt: skip
    assert sum(row["far_apart"] for row in rows) > 0


def test_problems(loaded: Loaded) -> None:
    body = loaded.api(f"problems?{loaded.whole}")
    assert loaded.counts("ch_problems", "code") == {
        row["code"]: row["flights"] for row in body["problems"] if row["flights"]
    }
    by_center: dict[str, dict[str, int]] = defaultdict(dict)
    for row in loaded.select(
        "SELECT center, code, sum(flights)::int AS flights FROM mart.center_problems GROUP BY 1, 2"
    ):
        by_center[row["center"]][row["code"]] = row["flights"]
    league = loaded.api(f"centers?{loaded.whole}")["items"]
    assert set(by_center) == {item["center"] or UNTOLD for item in league if item["problems"]}
    for item in league:
        mine = by_center.get(item["center"] or UNTOLD, {})
        commonest = {each["code"]: each["flights"] for each in item["problems"]}
        assert commonest.items() <= mine.items()
        rest = [number for code, number in mine.items() if code not in commonest]
        assert not rest or (len(commonest) == 10 and max(rest) <= min(commonest.values()))
    # Of the regions and centres the route counts flights; the marts have the wholes that those are parts of.
    flights = loaded.select("SELECT center, sum(flights)::int AS flights FROM mart.plan_fact GROUP BY 1")
    assert {row["center"]: row["flights"] for row in flights if row["flights"]} == {
        row["centre"] or UNTOLD: row["flights"] for row in body["centres"]
    }
    pages = loaded.by_region(lambda code: f"problems?{loaded.whole}&region={code}")
    for name, page in pages.items():
        code = next(region["code"] for region in body["regions"] if region["name"] == name)
        assert loaded.counts("ch_problems", "code", regions=(code,)) == {
            row["code"]: row["flights"] for row in page["problems"] if row["flights"]
        }


def test_zones(loaded: Loaded) -> None:
    body = loaded.api(f"zones?{loaded.whole}")
    charted = {row["region_name"]: row for row in loaded.rows("ch_zones")}
    regions = {item["name"] or NO_REGION: item for item in body["regions"]}
    assert set(charted) == set(regions)
    for name, item in regions.items():
        row = charted[name]
        assert (row["flights"], row["touching"]) == (item["flights"], item["touching"]), name
        assert float(row["by_area"]) == pytest.approx(item["by_area"], abs=0.0051), name
    assert any(item["gained"] for item in regions.values()), "a zone lies in two regions"
    for guid, kind in (("named", "named"), ("circles", "circle"), ("polygons", "polygon"), ("routes", "route")):
        assert sum(row[guid] for row in charted.values()) == body["kinds"][kind]["count"], kind
    flown = loaded.select(
        "SELECT region_name, sum(flights)::int AS flights, sum(touching)::int AS touching, sum(by_area) AS by_area"
        " FROM mart.zone_regions WHERE state = 'Состоялся' GROUP BY 1"
    )
    told = {item["name"] or NO_REGION: item for item in loaded.api(f"zones?{loaded.whole}&state=flown")["regions"]}
    assert {row["region_name"]: (row["flights"], row["touching"]) for row in flown} == {
        name: (item["flights"], item["touching"]) for name, item in told.items()
    }
    for row in flown:
        assert float(row["by_area"]) == pytest.approx(told[row["region_name"]]["by_area"], abs=0.0051)
    (waiting,) = loaded.select("SELECT sum(circles + polygons - measured)::int AS n FROM mart.zone_regions")
    assert waiting["n"] == body["unmeasured"] > 0


def test_names_of_zones(loaded: Loaded) -> None:
    body = loaded.api(f"zones?{loaded.whole}")
    charted = loaded.counts("ch_zone_names", "zone")
    assert len(charted) == body["different_names"] > 0
    commonest = {item["name"]: item["flights"] for item in body["names"]}
    assert commonest.items() <= charted.items()
    rest = [number for name, number in charted.items() if name not in commonest]
    assert not rest or (len(commonest) == NAMES and max(rest) <= min(commonest.values()))
    flown = loaded.select(
        "SELECT zone, sum(flights)::int AS flights FROM mart.zone_names WHERE state = 'Состоялся' GROUP BY 1"
    )
    named = {item["name"]: item["flights"] for item in loaded.api(f"zones?{loaded.whole}&state=flown")["names"]}
    assert named.items() <= {row["zone"]: row["flights"] for row in flown}.items()


def test_months_that_a_forecast_rests_on(loaded: Loaded) -> None:
    """What is foretold is worked out and no sum; the months before it are in the marts."""
    history = loaded.api("forecast")["history"]
    months = loaded.select(
        "SELECT to_char(month, 'YYYY-MM') AS month, flights, mean_a_day FROM mart.monthly"
        " WHERE days_by = 'Москва' AND counted = 'Все полёты' AND region_name = 'Вся страна' AND complete"
    )
    charted = {row["month"]: (row["flights"], float(row["mean_a_day"])) for row in months}
    assert history
    assert {row["month"]: (row["flights"], row["mean_a_day"]) for row in history}.items() <= charted.items()
