"""Comparisons, odd days and forecasts as callers get them: defaults, who may see what, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from fly_potato.stack.postgres import Cluster
from shared.stats import measure_zones, recount_all, recount_zones
from tests.api.conftest import Caller, filled_once, store_counted
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

FIRST = datetime(2024, 12, 1, 12, tzinfo=UTC)
FLIGHTS = [
    InventedFlight(n, region=(1, 2, 2, None)[n % 4], region_match="inside" if n % 4 < 3 else "outside", dep=at, arr=at)
    for n, at in enumerate((FIRST + timedelta(hours=7 * n) for n in range(400)), 1)
]
# One Friday with forty flights more.
BUSY = datetime(2025, 3, 7, 9, tzinfo=UTC)
FLIGHTS += [InventedFlight(1000 + n, region=1, dep=BUSY) for n in range(40)]


@pytest.fixture(scope="module")
def template(cluster: Cluster, template: str) -> Iterator[str]:
    yield from filled_once(cluster, template, partial(store_counted, flights=FLIGHTS))


def get(call: Caller, target: str, **more: Any) -> Any:
    answer = call("stats", "GET", f"/api/stats/{target}", roles=["analyst"], **more)
    assert answer.status == 200, answer.json
    return answer.json


def test_a_comparison_is_of_the_last_whole_month_unless_asked_otherwise(call: Caller) -> None:
    body = get(call, "comparison")
    assert (body["now"]["first"], body["now"]["last"]) == ("2025-02-01", "2025-02-28")
    assert (body["before"]["first"], body["before"]["last"]) == ("2025-01-01", "2025-01-31")
    year = get(call, "comparison?from=2025-03-01&to=2025-03-10&against=year")
    assert (year["before"]["first"], year["before"]["days_without_data"]) == ("2024-03-01", 10)
    assert (year["change_percent"], year["change_daily_percent"], year["items"][0]["points"]) == (None, None, None)
    chosen = get(call, "comparison?from=2025-03-07&to=2025-03-07&against_from=2025-02-28&against_to=2025-02-28")
    assert (chosen["against"], chosen["before"]["days"]) == ("chosen", 1)
    assert chosen["items"][0]["code"] == "XX-1"
    assert chosen["now"]["flights"] == get(call, "overview?from=2025-03-07&to=2025-03-07")["totals"]["flights"]
    assert get(call, "comparison?from=2025-03-07&to=2025-03-07&against_from=0001-01-01&against_to=9999-12-31")


def test_of_a_comparison_a_caller_sees_his_own_regions(call: Caller) -> None:
    whole, mine = get(call, "comparison"), get(call, "comparison", claims={"regions": '["XX-2"]'})
    [line] = mine["items"]
    assert line["code"] == "XX-2"
    assert mine["now"]["flights"] == line["flights"] < whole["now"]["flights"]
    assert mine["change_percent"] == line["points"] == line["change_percent"]
    [one] = get(call, "comparison?region=XX-2")["items"]
    assert one == next(item for item in whole["items"] if item["code"] == "XX-2")
    refused = call("stats", "GET", "/api/stats/comparison?region=XX-1", claims={"regions": '["XX-2"]'})
    assert (refused.status, refused.json["code"]) == (403, "REGION_FORBIDDEN")


def test_an_odd_day_is_told_of_the_country_and_of_its_region(call: Caller) -> None:
    body = get(call, "anomalies")
    assert [(d["day"], d["side"], d["weekday"]) for d in body["days"]] == [("2025-03-07", "more", 5)]
    assert [(r["day"], r["code"]) for r in body["regions"]] == [("2025-03-07", "XX-1")]
    assert get(call, "anomalies?k=100")["days"] == []
    assert get(call, "anomalies?to=2025-03-06")["days"] == []
    mine = get(call, "anomalies", claims={"regions": '["XX-1"]'})
    assert (mine["region"]["code"], mine["regions"], len(mine["days"])) == ("XX-1", [], 1)
    several = call("stats", "GET", "/api/stats/anomalies", claims={"regions": '["XX-1", "XX-2"]'})
    assert several.json["code"] == "REGION_FORBIDDEN"


def test_too_few_months_give_no_forecast_and_say_so(call: Caller) -> None:
    body = get(call, "forecast")
    assert (body["method"], body["months"], body["back_test"]) == (None, [], None)
    assert [month["month"] for month in body["history"]] == ["2024-12", "2025-01", "2025-02"]
    assert body["left_out"] == ["2025-03"]
    assert "девяти" in body["method_title"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("comparison?against_from=2025-01-01", "PERIOD_OPEN"),
        ("comparison?against_from=2025-02-01&against_to=2025-01-01", "PERIOD_REVERSED"),
        ("comparison?against_from=2025-02-31&against_to=2025-03-01", "DAY_INVALID"),
        ("comparison?against=before", "REQUEST_INVALID"),
        ("forecast?from=2025-01-01", "REQUEST_INVALID"),
        ("anomalies?k=0", "REQUEST_INVALID"),
        ("anomalies?k=nan", "REQUEST_INVALID"),
        ("anomalies?region=XX-99", "REGION_UNKNOWN"),
    ],
)
def test_what_cannot_be_answered_is_refused(call: Caller, target: str, code: str) -> None:
    assert call("stats", "GET", f"/api/stats/{target}").json["code"] == code


CIRCLE = '{"kind": "circle", "radius_km": 5, "center": [50.5, 32.0]}'


@pytest.fixture
def centres(database: Database) -> None:
    async def fill(conn: Any) -> None:
        await conn.execute("INSERT INTO core.region_parts SELECT set_id, id, (ST_Dump(geom)).geom FROM core.regions")
        at = datetime(2025, 3, 20, 9, tzinfo=UTC)
        late = [
            InventedFlight(
                2000 + n, region=1, center="Московский", operator_kind="state", dep=at + timedelta(minutes=n), arr=at,
                plan_dep=at, problems=("COORD_SWAPPED",), zone=CIRCLE,
            )
            for n in range(31)
        ]  # fmt: skip
        await invented.store_flights(conn, late)
        await recount_all(conn)
        await measure_zones(conn)
        await recount_zones(conn)

    invented.run(database, fill)


@pytest.mark.usefixtures("centres")
def test_plans_centres_and_zones_are_told_of_the_country_and_of_a_region(call: Caller) -> None:
    body = get(call, "plan-fact?from=2025-03-20&to=2025-03-20")
    moscow = next(c for c in body["centers"] if c["center"] == "Московский")
    assert moscow["lateness"] == {
        "flights": 31, "median_minutes": 15.0, "ninetieth_minutes": 27, "far_apart": 0,
        "late": {"count": 15, "share_percent": 48.39},
    }  # fmt: skip
    assert body["late_after"] == 15
    assert sum(o["flights"] for o in body["operators"]) == body["whole"]["flights"]
    league = get(call, "centers?from=2025-03-20&to=2025-03-20")
    [first, unknown] = league["items"]
    assert (first["center"], first["place"], unknown["center"], unknown["place"]) == ("Московский", 1, None, None)
    assert first["problems"][0]["code"] == "COORD_SWAPPED"
    assert "100" in league["formula"]
    zones = get(call, "zones?from=2025-03-20&to=2025-03-20")
    by_code = {region["code"]: region["by_area"] for region in zones["regions"]}
    assert by_code["XX-2"] >= 15.0
    mine = {"regions": '["XX-1"]'}
    for target in ("plan-fact", "centers", "zones"):
        assert get(call, target, claims=mine)["region"]["code"] == "XX-1"
    assert [r["code"] for r in get(call, "zones", claims=mine)["regions"]] == ["XX-1"]
    assert all(item["rows"] is None for item in get(call, "centers", claims=mine)["items"])
    assert call("stats", "GET", "/api/stats/plan-fact?type=BLA").json["code"] == "REQUEST_INVALID"


@pytest.mark.usefixtures("centres")
def test_centres_and_zones_are_told_of_flown_flights_alone_and_plans_are_not(call: Caller, database: Database) -> None:
    async def plan(conn: Any) -> None:
        at = datetime(2025, 3, 20, 9, tzinfo=UTC)
        plans = [
            InventedFlight(3000 + n, "planned", center=center, plan_dep=at, problems=("COORD_SWAPPED",), zone=CIRCLE)
            for n, center in enumerate(["Московский", "Самарский"])
        ]
        await invented.store_flights(conn, plans)
        await recount_all(conn)

    invented.run(database, plan)
    day = "from=2025-03-20&to=2025-03-20"
    for state, moscow, centers, circles in (("", 32, 3, 33), ("&state=flown", 31, 2, 31)):
        league = get(call, f"centers?{day}{state}")
        [mine] = [item for item in league["items"] if item["center"] == "Московский"]
        assert (mine["flights"], mine["with_problems"]["count"], mine["problems"][0]["flights"]) == (moscow,) * 3
        assert len(league["items"]) == centers
        assert (mine["rows"] is None) == (league["state"] == "flown")
        zones = get(call, f"zones?{day}{state}")
        assert (zones["kinds"]["circle"]["count"], zones["state"]) == (circles, "flown" if state else None)
    refused = call("stats", "GET", "/api/stats/plan-fact?state=flown")
    assert (refused.status, refused.json["code"]) == (422, "STATE_NOT_TAKEN")
    assert "несостоявшимся" in refused.json["detail"]
