"""66 years of flights: every answer fits through the gateway, every page ends in time and loses nothing."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from fly_potato.stack.postgres import Cluster
from local.emulator.settings import FUNCTION_JSON_BYTES, GATEWAY_BYTES
from shared.db import Connection
from shared.stats import recount_all
from tests.api.conftest import Answer, Caller
from tests.conftest import Database, clone
from tests.db.stats import invented

pytestmark = pytest.mark.usefixtures("configured")

DECADES = "fly_potato_decades_template"
ROUTES = (
    "/api/stats/overview", "/api/stats/regions", "/api/stats/region/XX-1", "/api/stats/daily", "/api/stats/hourly",
    "/api/stats/types", "/api/stats/quality", "/api/charts/daily.json", "/api/charts/months.json",
    "/api/charts/daily.svg",
)  # fmt: skip


@pytest.fixture(scope="module")
def decades(cluster: Cluster, template: str) -> str:
    """Store a flight every day of 66 years, with some 300 types and many codes of repairs; tests clone it."""
    cluster.sql(f'CREATE DATABASE "{DECADES}" TEMPLATE "{template}"')

    async def fill(conn: Connection) -> None:
        await invented.store_regions(conn)
        await conn.execute(
            "INSERT INTO core.flights (key, state, operator_kind, position_source, position, region_match, region_id,"
            " uav_type, load_id, day, hour, dep_dt, arr_dt, duration_min, problems)"
            " SELECT gen_random_uuid(), 'flown', 'unknown', 'take_off', ST_SetSRID(ST_MakePoint(31.5, 50.5), 4326),"
            " 'inside', 1, 'T' || extract(doy FROM d)::integer, (SELECT min(id) FROM core.loads), d::date, 12,"
            " d + interval '12 hours', d + interval '13 hours', 60,"
            " ARRAY(SELECT 'A_CODE_OF_SOME_REPAIR_' || n FROM generate_series(1, 60) AS n)"
            " FROM generate_series(date '1960-01-01', date '2025-12-31', interval '1 day') AS d"
        )
        await recount_all(conn)

    invented.run(Database(cluster, DECADES), fill)
    return DECADES


@pytest.fixture
def database(cluster: Cluster, decades: str) -> Iterator[Database]:
    """Clone the 66 years, which take a minute to count."""
    yield from clone(cluster, decades)


def fits(answer: Answer) -> None:
    assert len(answer.body) <= GATEWAY_BYTES
    kind = answer.headers["content-type"]
    plain = "json" in kind or "text" in kind
    carried = len(json.dumps(answer.body.decode())) if plain else len(answer.body) * 4 // 3
    assert carried + 4_000 <= FUNCTION_JSON_BYTES


def test_every_answer_of_66_years_fits_through_the_gateway(call: Caller) -> None:
    for query in ("", "?from=1960-01-01&to=2025-12-31", "?type=T7"):
        for route in ROUTES:
            answer = call("stats", "GET", f"{route}{query}")
            assert answer.status == 200, (route, query)
            fits(answer)
    daily = call("stats", "GET", "/api/stats/daily").json
    assert (daily["period"]["first"], daily["period"]["last"]) == ("2010-01-01", "2025-12-31")
    assert daily["step"] == "week"
    assert sum(each["flights"] for each in daily["days"]) == daily["period"]["days"] == 5844
    assert daily["days"][0]["day"] == "2010-01-01"
    types = call("stats", "GET", "/api/stats/types").json["types"]
    assert (len(types), types[-1]["uav_type"]) == (201, "other")
    assert sum(each["flights"] for each in types) == 5844
    fits(call("stats", "GET", "/api/tiles/0/0/0.mvt"))


@pytest.mark.parametrize("kind", ["geojson", "csv"])
def test_pages_of_heavy_flights_end_early_and_lose_none(call: Caller, kind: str) -> None:
    target, keys, pages = f"/api/flights?from=2015-01-01&to=2021-12-31&limit=2000&format={kind}", [], 0
    while target:
        answer = call("stats", "GET", target)
        assert answer.status == 200
        fits(answer)
        pages += 1
        if kind == "geojson":
            keys += [UUID(feature["id"]) for feature in answer.json["features"]]
            following = answer.json["next"]
            target = f"/api/flights?from=2015-01-01&to=2021-12-31&limit=2000&cursor={following}" if following else ""
        else:
            keys += [UUID(line.split(",")[0]) for line in answer.body.decode().splitlines()[1:]]
            link = answer.headers.get("link", "")
            target = link.split(">")[0].removeprefix("<")
    assert len(keys) == len(set(keys)) == 2557
    assert pages > 2
