"""Statistics, flights and maps as callers get them: they agree with one another and with the flights themselves."""

import asyncio
import csv
import gzip
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from fly_potato.stack.postgres import Cluster
from shared.stats import recount_all
from tests.api.conftest import Caller, filled_once, store_counted
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
FLIGHTS = [
    *(
        InventedFlight(
            n, region=1 + n % 3, uav_type=("BLA", "BLA", "AER", None)[n % 4], plan_minutes=60,
            operator_kind=("state", "person", "unknown")[n % 3],
            dep=NOON + timedelta(days=n % 20, minutes=n), arr=NOON + timedelta(days=n % 20, minutes=n * 3),
        )
        for n in range(1, 60)
    ),
    InventedFlight(60, "cancelled", plan_dep=NOON),
    InventedFlight(61, "planned", region=2, plan_dep=NOON + timedelta(days=30), plan_minutes=90),
    InventedFlight(62, "flown", region=None, region_match="outside", dep=NOON),
    InventedFlight(63, "flown", region=None, region_match="none", arr=NOON),
    InventedFlight(64, "planned", region=1),
]  # fmt: skip
LIVE = [f for f in FLIGHTS if f.counted and f.day is not None]


@pytest.fixture(scope="module")
def template(cluster: Cluster, template: str) -> Iterator[str]:
    yield from filled_once(cluster, template, partial(store_counted, flights=FLIGHTS))


def get(call: Caller, target: str, **more: Any) -> Any:
    answer = call("stats", "GET", target, roles=["analyst"], **more)
    assert answer.status == 200, answer.json
    return answer.json


def test_all_pages_agree_with_the_flights_and_one_another(call: Caller) -> None:
    overview, ranking = get(call, "/api/stats/overview"), get(call, "/api/stats/regions")
    daily, hourly = get(call, "/api/stats/daily"), get(call, "/api/stats/hourly")
    types, quality = get(call, "/api/stats/types"), get(call, "/api/stats/quality")
    total = len(LIVE)
    counts = {"flights": total, "flown": total - 1, "planned": 1, "cancelled": 1, "aircraft": total}
    assert counts.items() <= overview["totals"].items()
    assert ranking["flights"] == quality["flights"] == total
    assert sum(r["flights"] for r in ranking["items"]) + ranking["without_region"] == total
    assert ranking["without_region"] == 2
    assert sum(d["flights"] for d in daily["days"]) == sum(m["flights"] for m in daily["months"]) == total
    assert sum(hourly["hours"]) == sum(map(sum, hourly["week"])) == total - 2
    assert sum(p["count"] for p in hourly["day_parts"]) == sum(w["count"] for w in hourly["weekdays"]) == total - 2
    assert sum(t["flights"] for t in types["types"]) == sum(o["count"] for o in types["operators"]) == total
    assert overview["period"] == {"first": "2025-01-10", "last": "2025-02-09", "days": 31}
    assert overview["spread"]["zero_days"] == 31 - len({f.day for f in LIVE})
    assert [r["code"] for r in overview["top"]] == [r["code"] for r in ranking["items"] if r["flights"]]
    assert (quality["undated"], quality["outside"]["count"], quality["unplaced"]["count"]) == (1, 1, 1)
    assert quality["rows"] == {
        "workbooks": 1,
        "read": 10,
        "repeated": 0,
        "rejected": {"count": 2, "share_percent": 20.0},
    }
    assert quality["rejects"] == [{"code": "ROW_ODD", "rows": 2}]


def test_one_region_says_the_same_as_its_line_in_the_ranking(call: Caller) -> None:
    line = next(r for r in get(call, "/api/stats/regions")["items"] if r["code"] == "XX-2")
    page = get(call, "/api/stats/region/XX-2")
    filtered = get(call, "/api/stats/overview?region=XX-2")
    assert page["totals"] == filtered["totals"]
    assert page["totals"]["flights"] == line["flights"] == sum(f.region == 2 for f in LIVE)
    assert page["actual"] == line["actual"]
    assert page["density"]["flights_per_1000_km2"] == line["density"]
    assert (page["density"]["area_source"], page["density"]["area_km2"]) == ("polygon", 5000)
    assert page["place"]["rank"] == line["rank"]
    assert page["spread"]["zero_days"] == line["zero_days"]
    assert sum(page["hours"]) == line["flights"]


@pytest.mark.parametrize("clock", ["moscow", "local", "utc"])
def test_days_are_those_of_the_clock_asked_for(call: Caller, database: Database, clock: str) -> None:
    async def store(conn: Any) -> None:
        # 22:30 UTC is the next day in Moscow and in Kamchatka; 15:00 UTC only in Kamchatka.
        late = [InventedFlight(80 + n, region=2, dep=NOON.replace(hour=h, minute=30)) for n, h in enumerate((14, 22))]
        await invented.store_flights(conn, late)
        await recount_all(conn)

    invented.run(database, store)
    body = get(call, f"/api/stats/daily?region=XX-2&days={clock}")
    assert body["days_by"] == clock
    expected = {"utc": (2, 0), "moscow": (1, 1), "local": (0, 2)}[clock]
    base = [sum(f.region == 2 and f.day_by(clock) == date(2025, 1, day) for f in LIVE) for day in (10, 11)]
    counts = {day["day"]: day["flights"] for day in body["days"]}
    assert [counts["2025-01-10"] - base[0], counts["2025-01-11"] - base[1]] == list(expected)
    listed = get(call, f"/api/flights?region=XX-2&days={clock}&from=2025-01-11&to=2025-01-11")["features"]
    assert {f["properties"]["day"] for f in listed} == {"2025-01-11"}
    assert len(listed) == counts["2025-01-11"]
    overview = get(call, f"/api/stats/overview?region=XX-2&days={clock}&from=2025-01-11&to=2025-01-11")
    assert overview["totals"]["flights"] == counts["2025-01-11"]


def test_the_authority_says_whose_days_are_meant(call: Caller, configured: pytest.MonkeyPatch) -> None:
    assert get(call, "/api/stats/overview")["days_by"] == "moscow"
    from shared import runtime

    runtime.shutdown()
    configured.setenv("STATS_DAYS", "utc")
    assert get(call, "/api/stats/overview")["days_by"] == "utc"


def test_flown_flights_alone(call: Caller) -> None:
    flown = [f for f in LIVE if f.state == "flown"]
    for target in ("overview", "types", "quality", "regions", "hourly", "daily"):
        body = get(call, f"/api/stats/{target}?state=flown")
        assert body["state"] == "flown"
        assert body.get("totals", body).get("flights", len(flown)) == len(flown)
    overview = get(call, "/api/stats/overview?state=flown")
    assert (overview["totals"]["planned"], overview["totals"]["cancelled"]) == (0, 0)
    assert sum(day["flights"] for day in get(call, "/api/stats/daily?state=flown")["days"]) == len(flown)
    assert call("stats", "GET", "/api/stats/overview?state=cancelled").json["code"] == "REQUEST_INVALID"
    report = get(call, "/api/reports/overview.json?state=flown&days=local")
    assert (report["totals"]["flights"], report["days_by"]) == (len(flown), "local")


def test_filters_narrow(call: Caller) -> None:
    first, last = date(2025, 1, 12), date(2025, 1, 20)
    body = get(call, f"/api/stats/overview?from={first}&to={last}&region=XX-1&type=BLA")
    picked = invented.chosen(LIVE, first, last, 1, "BLA")
    assert body["totals"]["flights"] == len(picked) > 0
    assert body["peaks"]["hour"]["flights"] == invented.fullest_hour(picked, first, last, 1, "moscow")[0]
    untold = get(call, "/api/stats/types?type=none")
    assert sum(o["count"] for o in untold["operators"]) == sum(f.uav_type is None for f in LIVE)
    beyond = get(call, "/api/stats/overview?from=2030-01-01")
    assert (beyond["period"], beyond["totals"]["flights"], beyond["spread"]["days"]) == (None, 0, 0)


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/api/stats/overview?from=2025-13-01", 422, "DAY_INVALID"),
        ("/api/stats/overview?to=1735689600", 422, "DAY_INVALID"),
        ("/api/stats/overview?from=2025-02-01&to=2025-01-01", 422, "PERIOD_REVERSED"),
        ("/api/stats/daily?region=XX-99", 422, "REGION_UNKNOWN"),
        ("/api/stats/region/XX-99", 404, "REGION_NOT_FOUND"),
        ("/api/stats/regions?sort=size", 422, "REQUEST_INVALID"),
        ("/api/flights?limit=2001", 422, "REQUEST_INVALID"),
        ("/api/flights?cursor=zzz", 422, "CURSOR_INVALID"),
        ("/api/tiles/1/2/0.mvt", 404, "TILE_NOT_FOUND"),
        ("/api/tiles/15/0/0.mvt", 422, "REQUEST_INVALID"),
        ("/api/reports/region.pdf", 422, "REGION_NEEDED"),
        ("/api/reports/overview.pdf?region=XX-1", 422, "REGION_NOT_TAKEN"),
        ("/api/reports/overview.docx", 422, "REQUEST_INVALID"),
        ("/api/charts/nothing.svg", 422, "CHART_UNKNOWN"),
    ],
)
def test_what_cannot_be_answered_is_refused(call: Caller, target: str, status: int, code: str) -> None:
    answer = call("stats", "GET", target)
    assert (answer.status, answer.json["code"]) == (status, code)


def test_an_answer_holds_until_the_next_count(call: Caller, database: Database) -> None:
    first = call("stats", "GET", "/api/stats/overview")
    assert first.headers["cache-control"] == "private, no-cache"
    again = call("stats", "GET", "/api/stats/overview", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = call("stats", "GET", "/api/stats/overview?type=BLA", headers={"If-None-Match": first.headers["etag"]})
    assert other.status == 200

    async def load_more(conn: Any) -> None:
        await invented.store_flights(conn, [InventedFlight(70, dep=NOON)])
        await recount_all(conn)

    invented.run(database, load_more)
    newer = call("stats", "GET", "/api/stats/overview", headers={"If-None-Match": first.headers["etag"]})
    assert newer.status == 200
    assert newer.json["totals"]["flights"] == first.json["totals"]["flights"] + 1


@pytest.mark.parametrize(
    "filters", ["", "type=AER&", "region=XX-3&", "state=cancelled&", "from=2025-01-15&to=2025-01-19&"]
)
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_of_flights_hold_every_flight_once(call: Caller, filters: str, limit: int) -> None:
    target, seen, following = f"/api/flights?{filters}limit={limit}", [], ""
    while True:
        page = get(call, f"{target}{following}")
        seen += page["features"]
        if page["next"] is None:
            break
        following = f"&cursor={page['next']}"
    wanted = dict(part.split("=") for part in filters.split("&") if part)
    first, last = (
        date.fromisoformat(wanted.get("from", "2000-01-01")),
        date.fromisoformat(wanted.get("to", "2030-01-01")),
    )
    region = {"XX-3": 3}.get(wanted.get("region", ""))
    expected = invented.chosen(FLIGHTS, first, last, region, wanted.get("type"))
    expected = [f for f in expected if f.state == wanted.get("state", f.state)]
    assert [int(f["id"].replace("-", ""), 16) for f in seen] == [
        f.key for f in sorted(expected, key=lambda f: (f.day, f.key), reverse=True)
    ]


def test_answers_are_compressed_for_who_takes_it_but_not_beside_a_callers_words(call: Caller) -> None:
    taking = {"Accept-Encoding": "br, gzip"}
    for target in ("/api/stats/regions", "/api/stats/daily", "/api/flights?limit=100"):
        plain = call("stats", "GET", target)
        for _ in range(2):  # made, and kept
            packed = call("stats", "GET", target, headers=taking)
            assert packed.headers["content-encoding"] == "gzip"
            assert gzip.decompress(packed.body) == plain.body
        assert packed.headers["etag"] != plain.headers["etag"]
        assert "content-encoding" not in plain.headers
    written = call("stats", "GET", "/api/stats/regions?type=BLA", headers=taking)
    assert "content-encoding" not in written.headers


def test_flights_without_a_day_are_listed_apart(call: Caller) -> None:
    [only] = get(call, "/api/flights?undated=true")["features"]
    assert (only["properties"]["day"], only["properties"]["state"]) == (None, "planned")
    cursor = get(call, "/api/flights?limit=1")["next"]
    assert call("stats", "GET", f"/api/flights?undated=true&cursor={cursor}").json["code"] == "CURSOR_INVALID"


def test_csv_says_what_geojson_says(call: Caller) -> None:
    answer = call("stats", "GET", "/api/flights?limit=5", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    features = get(call, "/api/flights?limit=5")["features"]
    assert [row["key"] for row in rows] == [f["id"] for f in features]
    for row, feature in zip(rows, features, strict=True):
        assert row["state"] == feature["properties"]["state"]
        assert row["duration_min"] == str(feature["properties"]["duration_min"] or "")
    assert 'rel="next"' in answer.headers["link"]
    following = answer.headers["link"].split(">")[0].removeprefix("<")
    second = call("stats", "GET", following, headers={"Accept": "text/csv"})
    more = list(csv.DictReader(io.StringIO(second.body.decode())))
    assert {row["key"] for row in more} & {row["key"] for row in rows} == set()


def test_regions_have_shapes(call: Caller) -> None:
    body = get(call, "/api/regions.geojson")
    assert [f["id"] for f in body["features"]] == [r.code for r in invented.REGIONS]
    assert body["source"]["attribution"] == "invented"


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not data[at - 1] & 0x80:
            return value, at


def _fields(data: bytes) -> list[tuple[int, Any]]:
    """Take a protocol buffer message apart: numbers of fields, with integers or bytes."""
    at, found = 0, []
    while at < len(data):
        tag, at = _varint(data, at)
        value, at = _varint(data, at)
        if tag & 7 == 2:
            found.append((tag >> 3, data[at : at + value]))
            at += value
        else:
            found.append((tag >> 3, value))
    return found


def _flights_in(tile: bytes) -> int:
    total = 0
    for _, layer in _fields(tile):
        members = _fields(layer)
        values = [dict(_fields(value)) for field, value in members if field == 4]
        numbers = [next(iter(value.values())) for value in values]
        for field, feature in members:
            if field == 2:
                tags = dict(_fields(feature))[2]
                total += numbers[tags[1]]
    return total


@pytest.mark.parametrize("filters", ["", "?type=AER", "?region=XX-2", "?from=2025-01-13&to=2025-02-03"])
@pytest.mark.parametrize("zoom", [0, 3, 4, 7])
def test_tiles_of_a_zoom_hold_every_flight_that_has_a_place(call: Caller, zoom: int, filters: str) -> None:
    # The invented regions lie between 30 and 51 degrees east, about 50 north: a few tiles of each zoom.
    size = 1 << zoom
    columns = range(int(210 / 360 * size), int(231 / 360 * size) + 1)
    rows = range(int(0.33 * size), int(0.345 * size) + 1)
    total = 0
    for x in columns:
        for y in rows:
            answer = call("stats", "GET", f"/api/tiles/{zoom}/{x}/{y}.mvt{filters}")
            assert answer.status == 200
            total += _flights_in(answer.body)
    wanted = dict(part.split("=") for part in filters.strip("?").split("&") if part)
    first = date.fromisoformat(wanted.get("from", "2000-01-01"))
    last = date.fromisoformat(wanted.get("to", "2030-01-01"))
    picked = invented.chosen(LIVE, first, last, 2 if "region" in wanted else None, wanted.get("type"))
    assert total == sum(f.region_match != "none" for f in picked)


def test_a_caller_of_one_region_sees_that_one(call: Caller) -> None:
    mine = {"regions": '["XX-2"]'}
    body = get(call, "/api/stats/overview", claims=mine)
    assert body["region"]["code"] == "XX-2"
    assert [r["code"] for r in body["top"]] == ["XX-2"]
    assert [r["code"] for r in get(call, "/api/stats/regions", claims=mine)["items"]] == ["XX-2"]
    assert {f["properties"]["region"] for f in get(call, "/api/flights", claims=mine)["features"]} == {"XX-2"}
    for target in ("/api/stats/overview?region=XX-1", "/api/stats/region/XX-1", "/api/flights?region=XX-3"):
        refused = call("stats", "GET", target, roles=["analyst"], claims=mine)
        assert (refused.status, refused.json["code"]) == (403, "REGION_FORBIDDEN")
    several = {"regions": '["XX-1", "XX-2"]'}
    assert call("stats", "GET", "/api/stats/daily", roles=["analyst"], claims=several).status == 403
    assert len(get(call, "/api/stats/regions", claims=several)["items"]) == 2


@pytest.mark.parametrize("regions", ['["XX-2"]', '["*"]', '["XX-1,XX-2"]', "[]", '["None"]'])
def test_answers_of_one_caller_are_not_given_to_another(call: Caller, regions: str) -> None:
    everything = call("stats", "GET", "/api/stats/regions")
    held = {"If-None-Match": everything.headers["etag"]}
    for headers in (held, {}):
        narrowed = call("stats", "GET", "/api/stats/regions", headers=headers, claims={"regions": regions})
        assert narrowed.status == 200
        assert [item["code"] for item in narrowed.json["items"]] == (["XX-2"] if "XX-2" in regions[:7] else [])
    assert len(call("stats", "GET", "/api/stats/regions").json["items"]) == len(invented.REGIONS)


ANSWERS = (
    "/api/stats/overview", "/api/stats/region/XX-1", "/api/stats/daily", "/api/stats/hourly", "/api/stats/types",
    "/api/stats/quality", "/api/flights", "/api/tiles/0/0/0.mvt", "/api/charts/regions.json",
    "/api/reports/overview.json",
)  # fmt: skip


@pytest.mark.parametrize("regions", ['["*"]', "[]", '["XX-1,XX-2"]', '["XX-2", "XX-3"]'])
def test_rights_are_looked_at_before_what_is_kept(call: Caller, regions: str) -> None:
    for target in ANSWERS:
        kept = call("stats", "GET", target)
        assert kept.status == 200
        for headers in ({}, {"If-None-Match": kept.headers["etag"]}):
            refused = call("stats", "GET", target, headers=headers, roles=["analyst"], claims={"regions": regions})
            # A caller whose one region does not exist is narrowed to it.
            assert (refused.status, refused.json["code"]) in {(403, "REGION_FORBIDDEN"), (422, "REGION_UNKNOWN")}, (
                target
            )


def test_of_a_parameter_given_twice_the_last_counts_whatever_is_kept(call: Caller) -> None:
    one, other = (get(call, f"/api/stats/overview?type={a}&type={b}")["type"] for a, b in ("AB", "BA"))
    assert (one, other) == ("B", "A")


def test_a_caller_of_some_regions_gets_no_sums_of_the_country(call: Caller) -> None:
    whole = {item["code"]: item for item in get(call, "/api/stats/regions")["items"]}
    some = get(call, "/api/stats/regions", claims={"regions": '["XX-1", "XX-2"]'})
    flights = whole["XX-1"]["flights"] + whole["XX-2"]["flights"]
    assert (some["flights"], some["without_region"]) == (flights, 0)
    assert sum(item["share_percent"] for item in some["items"]) == pytest.approx(100, abs=0.01)
    assert sorted(item["rank"] for item in some["items"]) in ([1, 2], [1, 1])
    page = get(call, "/api/stats/region/XX-2", claims={"regions": '["XX-2"]'})
    assert page["place"] == {"rank": 1, "regions": 1, "share_percent": 100.0}


def test_sums_hold_while_a_load_finishes(database: Database, configured: pytest.MonkeyPatch) -> None:
    """Every answer given beside a recount is of one state: its days add up to its months."""
    from shared.api import statistics
    from shared.runtime.http import CLAIMS

    app = statistics.application()

    async def once() -> None:
        import asyncpg
        import httpx

        async def with_claims(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, CLAIMS: {"sub": "x", "roles": '["analyst"]'}}, receive, send)

        writer = await asyncpg.connect(database.uri("fp_ingest"))
        transport = httpx.ASGITransport(app=with_claims)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="https://gateway.example") as client,
        ):

            async def load() -> None:
                for key in range(100, 106):
                    async with writer.transaction():
                        await invented.store_flights(writer, [InventedFlight(key, dep=NOON)])
                        await recount_all(writer)

            loading = asyncio.create_task(load())
            seen = set()
            while not loading.done():
                body = (await client.get("/api/stats/daily")).json()
                total = sum(d["flights"] for d in body["days"])
                assert total == sum(m["flights"] for m in body["months"])
                seen.add(total)
                await asyncio.sleep(0)
            await loading
            assert len(seen) > 1
        await writer.close()

    asyncio.run(once())
