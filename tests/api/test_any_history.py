"""However long the history and odd its dates: every answer fits through the gateway and means the usual days."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from local.emulator.limits import FUNCTION_JSON_BYTES, GATEWAY_BYTES
from shared.db import Connection
from shared.stats import queries, recount_all
from shared.stats.selection import Facts, Period
from tests.api.conftest import Answer, Caller
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
ROUTES = (
    "/api/stats/overview", "/api/stats/regions", "/api/stats/region/XX-1", "/api/stats/daily", "/api/stats/hourly",
    "/api/stats/types", "/api/stats/quality", "/api/charts/daily.json", "/api/charts/months.json",
    "/api/charts/daily.svg",
)  # fmt: skip


def ordinary(count: int = 40) -> list[InventedFlight]:
    """Give a flight a day from March 2025 on."""
    return [InventedFlight(n + 1, region=1 + n % 3, dep=NOON + timedelta(days=n)) for n in range(count)]


def store(database: Database, flights: list[InventedFlight]) -> None:
    async def fill(conn: Connection) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)

    invented.run(database, fill)


def known(database: Database) -> Facts:
    found: list[Facts] = []

    async def read(conn: Connection) -> None:
        found.append(await queries.facts(conn))

    invented.run(database, read)
    return found[0]


def stray(day: date, key: int = 9000) -> InventedFlight:
    return InventedFlight(key, region=1, dep=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.mark.parametrize("odd", [date(1960, 1, 1), date(1900, 1, 2), date(2009, 12, 31), date(2042, 1, 15)])
def test_an_implausible_day_is_in_no_period(call: Caller, database: Database, odd: date) -> None:
    store(database, [*ordinary(), stray(odd)])
    for query in ("", f"?from={odd.isoformat()}&to={odd.isoformat()}"):
        told = call("stats", "GET", f"/api/stats/overview{query}").json
        assert told["totals"]["flights"] == (0 if query else 40)
    wide = call("stats", "GET", "/api/stats/daily?from=0001-01-01&to=9999-12-31").json
    assert (wide["period"]["first"], wide["period"]["last"]) == ("2025-03-01", "2025-04-09")
    assert (len(wide["days"]), wide["step"]) == (40, "day")


def test_a_plausible_stray_is_found_by_its_day_but_does_not_stretch_the_usual_period(
    call: Caller, database: Database
) -> None:
    many = [
        f
        for n in range(5)
        for f in [InventedFlight(n * 100 + k, region=1, dep=NOON + timedelta(days=k)) for k in range(1, 41)]
    ]
    store(database, [*many, stray(date(2013, 5, 2))])
    usual = call("stats", "GET", "/api/stats/daily").json
    assert (usual["period"]["first"], usual["period"]["days"]) == ("2025-03-02", 40)
    asked = call("stats", "GET", "/api/stats/overview?from=2013-01-01&to=2013-12-31").json
    assert asked["totals"]["flights"] == 1
    before = call("stats", "GET", "/api/stats/overview?to=2014-01-01").json
    assert before["totals"]["flights"] == 1
    whole = call("stats", "GET", "/api/stats/overview?from=2010-01-01").json
    assert whole["totals"]["flights"] == 201


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        # A pause of five months is one history, a hundredth of it after a longer pause too.
        ([(2024, 1, 5)] * 1 + [(2024, 6, 5)] * 9, (2024, 1, 5), (2024, 6, 5)),
        ([(2021, 1, 5)] * 2 + [(2025, 6, 5)] * 98, (2021, 1, 5), (2025, 6, 5)),
        ([(2021, 1, 5)] * 1 + [(2025, 6, 5)] * 199, (2025, 6, 5), (2025, 6, 5)),
        # Nothing plausible is left: the period is what there is, and never empty.
        ([(1960, 1, 5), (1961, 2, 6)], (1960, 1, 5), (1961, 2, 6)),
        ([(2042, 1, 5)], (2042, 1, 5), (2042, 1, 5)),
    ],
)
def test_the_usual_period_is_where_the_data_are(
    database: Database, days: list[tuple[int, int, int]], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    store(database, [stray(date(*day), key) for key, day in enumerate(days, 1)])
    period = Period.within(known(database), None, None)
    assert (period.first, period.last) == (date(*first), date(*last))


@pytest.fixture
def decades(database: Database) -> date:
    """Store a flight every day of 66 years, with some 300 types and many codes of repairs."""
    first = date(1960, 1, 1)

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

    invented.run(database, fill)
    return first


def fits(answer: Answer) -> None:
    assert len(answer.body) <= GATEWAY_BYTES
    kind = answer.headers["content-type"]
    plain = "json" in kind or "text" in kind
    carried = len(json.dumps(answer.body.decode())) if plain else len(answer.body) * 4 // 3
    assert carried + 4_000 <= FUNCTION_JSON_BYTES


def test_every_answer_of_66_years_fits_through_the_gateway(call: Caller, database: Database, decades: date) -> None:
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
def test_pages_of_heavy_flights_end_early_and_lose_none(
    call: Caller, database: Database, decades: date, kind: str
) -> None:
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


def test_series_of_any_length_have_a_step() -> None:
    from shared.stats.selection import Selection

    def step(days: int) -> Any:
        return Selection(Period.of(date(1, 1, 1), date(1, 1, 1) + timedelta(days=days - 1))).step

    assert [step(days) for days in (1, 3_660, 3_661, 25_000, 25_001, 3_652_059)] == [
        "day", "day", "week", "week", "month", "month",
    ]  # fmt: skip


def test_an_answer_that_is_too_large_all_the_same_is_refused_with_a_sentence(
    call: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(database, ordinary())
    monkeypatch.setattr("shared.api.cache.BODY_BYTES", 100)
    answer = call("stats", "GET", "/api/stats/daily")
    assert (answer.status, answer.json["code"]) == (422, "ANSWER_TOO_LARGE")
