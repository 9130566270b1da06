"""Zones' shares equal what shapely and the geodesic of pyproj give, and a flight still counts once."""

import asyncio
import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from shared.ingest.jobs import count_zones, rules
from shared.stats import measure_zones, queries, recount_all, recount_zones
from shared.stats.selection import Period, Selection, State
from shared.stats.statements import Clock
from shared.stats.zone_shares import Zones, zones
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

shapely = pytest.importorskip("shapely")
pyproj = pytest.importorskip("pyproj")
GEOD = pyproj.Geod(ellps="WGS84")
SQUARES = {n: shapely.box(30 + n, 50, 31 + n, 51) for n in (1, 2, 3, 4)}
NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)


def circle(lat: float, lon: float, km: float) -> str:
    return json.dumps({"kind": "circle", "radius_km": km, "center": [lat, lon]})


def polygon(*points: tuple[float, float]) -> str:
    return json.dumps({"kind": "polygon", "points": points})


def named(*names: str) -> str:
    return json.dumps({"kind": "named", "names": names})


def outline(zone: str) -> Any:
    """Draw a zone anew: a circle by walking its radius to three hundred sides."""
    shape = json.loads(zone)
    if shape["kind"] == "circle":
        (lat, lon), sides = shape["center"], 300
        ends = [GEOD.fwd(lon, lat, 360 * n / sides, 1000 * shape["radius_km"])[:2] for n in range(sides)]
        return shapely.Polygon(ends)
    return shapely.Polygon([(lon, lat) for lat, lon in shape["points"]])


def area(shape: Any) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(shape))[0]) if not shape.is_empty else 0.0


def _invent() -> list[InventedFlight]:
    dice = random.Random(3)  # noqa: S311
    made = []
    for n in range(1, 120):
        lat, lon = dice.uniform(49.9, 51.1), dice.uniform(30.8, 35.2)
        wide = dice.uniform(0.01, 0.4)
        corners = (
            (lat, lon),
            (lat + wide, lon + wide / 3),
            (lat + wide / 2, lon + wide),
            (lat - wide / 2, lon + wide / 2),
        )
        zone = dice.choice(
            [circle(lat, lon, dice.choice([0.5, 5.0, 30.0])), polygon(*corners), named(f"MR{n % 7}", "WR12"), None]
        )
        region = dice.choice([1, 2, 3, 4, None])
        made.append(
            InventedFlight(
                n, dice.choice(["flown", "planned", "cancelled"]), region=region, zone=zone,
                region_match="inside" if region else "outside", plan_dep=NOON + timedelta(hours=11 * n),
            )
        )  # fmt: skip
    return made


FLIGHTS = _invent()


async def _regions(conn: Any) -> None:
    await invented.store_regions(conn)
    await conn.execute("INSERT INTO core.region_parts SELECT set_id, id, (ST_Dump(geom)).geom FROM core.regions")


def expected(flights: list[InventedFlight]) -> dict[int | None, tuple[int, int, float]]:
    """Give each region's flights, flights that touch it, flights by area."""
    own: Counter[int | None] = Counter()
    touching: Counter[int | None] = Counter()
    by_area: dict[int | None, float] = {}
    for flight in flights:
        own[flight.region] += 1
        shares: dict[int | None, float] = {flight.region: 1.0}
        if flight.zone is not None and json.loads(flight.zone)["kind"] in {"circle", "polygon"}:
            shape = outline(flight.zone)
            parts = {n: area(shape.intersection(square)) / area(shape) for n, square in SQUARES.items()}
            shares = {n: part for n, part in parts.items() if part > 1e-6}
            if 1 - sum(shares.values()) > 1e-4:
                shares[None] = 1 - sum(shares.values())
            touching.update(shares.keys())
        for region, part in shares.items():
            by_area[region] = by_area.get(region, 0.0) + part
    return {region: (own[region], touching[region], by_area.get(region, 0.0)) for region in own | touching}


@pytest.fixture(scope="module")
def measured(template: str, cluster: Any) -> Database:
    database = Database(cluster, "zones")
    cluster.sql(f'CREATE DATABASE "{database.name}" TEMPLATE "{template}"')

    async def fill(conn: Any) -> None:
        await _regions(conn)
        await invented.store_flights(conn, FLIGHTS)
        await recount_all(conn)
        assert await measure_zones(conn) >= 20
        assert await recount_zones(conn) > 10

    invented.run(database, fill)
    return database


def ask(
    database: Database,
    days: tuple[date, date],
    clock: Clock = "utc",
    region: str | None = None,
    state: State | None = None,
) -> Zones:
    async def read(conn: Any) -> Zones:
        facts = await queries.facts(conn, clock)
        place = next((each for each in await queries.regions(conn) if each.code == region), None)
        return await zones(conn, Selection(Period.of(*days), place, clock=clock, state=state), facts)

    return invented.run(database, read, "fp_api")


@pytest.mark.parametrize("state", [None, "flown"])
@pytest.mark.parametrize("clock", ["utc", "moscow", "local"])
@pytest.mark.parametrize(
    "days", [(date(2025, 1, 1), date(2025, 12, 31)), (date(2025, 1, 14), date(2025, 2, 9))], ids=["year", "odd days"]
)
def test_shares_are_those_of_another_geometry(
    measured: Database, days: tuple[date, date], clock: Clock, state: State | None
) -> None:
    picked = [f for f in invented.chosen(FLIGHTS, *days, None, None, clock, state) if f.counted]
    shares = ask(measured, days, clock, state=state)
    found = {None if r.code is None else int(r.code[3:]): r for r in shares.regions}
    wanted = expected(picked)
    assert found.keys() == wanted.keys()
    for region, (own, touching, by_area) in wanted.items():
        assert (found[region].flights, found[region].touching) == (own, touching)
        # Straight edges on the map against great circles, a circle of 64 sides against one of 300.
        assert found[region].by_area == pytest.approx(by_area, abs=0.05)
        assert found[region].gained == pytest.approx(by_area - own, abs=0.06)
    assert shares.unmeasured == 0
    assert shares.flights == sum(r.flights for r in shares.regions) == len(picked)
    assert sum(r.by_area for r in shares.regions) == pytest.approx(len(picked), abs=0.03)
    names = Counter(n for f in picked for n in set(json.loads(f.zone or "{}").get("names", ())))
    assert [(n.name, n.flights) for n in shares.names] == sorted(names.items(), key=lambda each: (-each[1], each[0]))
    assert shares.different_names == len(names)
    kinds = Counter(json.loads(f.zone)["kind"] if f.zone else "none" for f in picked)
    assert {name: share["count"] for name, share in shares.kinds.model_dump().items() if share["count"]} == kinds


def test_of_one_region_its_own_are_told(measured: Database) -> None:
    days = date(2025, 1, 1), date(2025, 12, 31)
    whole, one = ask(measured, days), ask(measured, days, region="XX-2")
    assert one.regions == [r for r in whole.regions if r.code == "XX-2"]
    assert one.flights == one.regions[0].flights


def test_each_zone_is_shared_out_to_the_last_millionth(measured: Database) -> None:
    async def read(conn: Any) -> Any:
        sums = "SELECT sum(millionths) AS n FROM core.zone_shares GROUP BY zone"
        return {row["n"] for row in await conn.fetch(sums)}

    assert invented.run(measured, read) == {1_000_000}


def test_zones_without_an_area_count_for_the_flights_region(database: Database) -> None:
    lines = [polygon((50.5, 31.5), (50.5, 31.6), (50.5, 31.7)), circle(65.0, 179.99, 50.0)]
    flights = [InventedFlight(n, dep=NOON, region=2, zone=zone) for n, zone in enumerate(lines, 1)]

    async def read(conn: Any) -> Any:
        await _regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)
        await measure_zones(conn)
        await recount_zones(conn)

    invented.run(database, read)
    [region] = ask(database, (date(2025, 1, 1), date(2025, 1, 31))).regions
    assert (region.code, region.flights, region.by_area) == ("XX-2", 2, 2.0)


def test_a_polygon_whose_sides_cross_is_measured_by_its_hull_however_many_corners_it_has(database: Database) -> None:
    dice = random.Random(5)  # noqa: S311
    corners = [(dice.uniform(50.3, 50.7), dice.uniform(31.7, 32.3)) for _ in range(2_700)]
    flights = [
        InventedFlight(n, dep=NOON, region=1, zone=polygon(*some))
        for n, some in enumerate([corners, [(50.4, 31.8), (50.6, 32.2), (50.6, 31.8), (50.4, 32.2)]], 1)
    ]

    async def read(conn: Any) -> Any:
        await _regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)
        # To mend the first would take hours: what is not linear enough does not end within this.
        await conn.execute("SET statement_timeout = '60s'")
        await measure_zones(conn)
        shares = "SELECT region_id, millionths FROM core.zone_shares WHERE zone = md5($1::jsonb::text)::uuid"
        return [dict(await conn.fetch(shares, flight.zone)) for flight in flights]

    for flight, areas in zip(flights, invented.run(database, read), strict=True):
        hull = shapely.MultiPoint([(lon, lat) for lat, lon in json.loads(flight.zone or "")["points"]]).convex_hull
        expected_shares = {n: area(hull.intersection(SQUARES[n])) / area(hull) for n in (1, 2)}
        # Straight edges on the map against great circles leave a little to no region.
        assert areas.pop(0, 0) < 1_000
        assert {n: part / 1_000_000 for n, part in areas.items()} == pytest.approx(expected_shares, abs=1e-3)


def test_the_job_measures_what_is_new_and_other_boundaries_anew(database: Database) -> None:
    inside = [InventedFlight(1, dep=NOON, zone=circle(50.5, 31.5, 5.0))]
    across = [InventedFlight(2, dep=NOON, zone=circle(50.5, 32.0, 5.0)), InventedFlight(3, dep=NOON, zone=named("МИР"))]
    days = date(2025, 1, 1), date(2025, 1, 31)

    async def go() -> list[Any]:
        pool = await asyncpg.create_pool(database.uri("fp_ingest"), statement_cache_size=0, min_size=1, max_size=2)
        async with pool.acquire() as conn:
            await _regions(conn)
            await invented.store_flights(conn, inside + across)
            await recount_all(conn)
        answers = [await asyncio.to_thread(ask, database, days)]
        assert await count_zones(pool) == (2, 1)
        answers.append(await asyncio.to_thread(ask, database, days))
        assert await count_zones(pool) == (0, 0)
        async with pool.acquire() as conn:
            # The same squares, half a degree further east.
            await conn.execute(
                "WITH old AS (UPDATE core.boundary_sets SET active = false), new AS ("
                " INSERT INTO core.boundary_sets (name, source, licence, attribution, sha256)"
                " VALUES ('moved', 'tests', 'none', 'invented', '\\x05') RETURNING id"
                "), placed AS (INSERT INTO core.regions SELECT new.id, r.id, iso, r.name, area_km2, official_area_km2,"
                " time_zone, ST_Translate(geom, 0.5, 0) FROM core.regions AS r, new RETURNING *)"
                " INSERT INTO core.region_parts SELECT set_id, id, (ST_Dump(geom)).geom FROM placed"
            )
            await conn.execute("UPDATE core.boundary_sets SET active = true WHERE name = 'moved'")
        assert await count_zones(pool) == (2, 1)
        answers.append(await asyncio.to_thread(ask, database, days))
        async with pool.acquire() as conn:
            broken = [rule.name for rule in await rules(conn) if rule.offenders and rule.name.startswith("zones")]
        await pool.close()
        return [*answers, broken]

    before, after, moved, broken = asyncio.run(go())
    assert broken == []
    assert (before.unmeasured, after.unmeasured, moved.unmeasured) == (2, 0, 0)
    assert [(r.code, r.by_area) for r in before.regions] == [("XX-1", 3.0)]
    assert [(r.code, r.by_area) for r in after.regions] == [("XX-1", 2.5), ("XX-2", 0.5)]
    # Now the first region begins where the first zone has its middle; a word that names no zone is not told.
    assert {r.code: r.by_area for r in moved.regions} == {"XX-1": 2.5, None: 0.5}
    assert moved.names == []
