"""Going from one set to another writes and counts what differs, and ends where judging every flight anew would."""

import json
from dataclasses import replace

import asyncpg
import numpy as np
import pytest

from shared.db import Connection
from shared.ingest.activation import Activation, put_in_force
from shared.regions import BoundarySet, Region, RegionChange, activate_set, reattribute, store_boundaries
from tests.conftest import Database
from tests.db.regions.connections import run

RNG_SEEDS = range(6)
SIDE = 6


def grid(rng: np.random.Generator, numbers: list[int], *, zone: str = "Asia/Omsk") -> BoundarySet:
    """Draw columns of land side by side whose borders wander, at sea, with a gap here and there."""
    borders = np.cumsum(rng.uniform(0.3, 0.7, len(numbers) + 1)) + 40
    wander = rng.uniform(-0.1, 0.1, (len(numbers) + 1, SIDE))
    latitudes = np.linspace(73, 75, SIDE)
    regions = []
    for n, number in enumerate(numbers):
        west = [[borders[n] + wander[n][k], latitudes[k]] for k in range(SIDE)]
        east = [[borders[n + 1] + wander[n + 1][k] - rng.choice([0, 0.03]), latitudes[k]] for k in range(SIDE)]
        ring = [*west, *reversed(east), west[0]]
        shape = json.dumps({"type": "MultiPolygon", "coordinates": [[ring]]})
        regions.append(Region(number, None, f"Область {number}", zone, None, shape))
    return BoundarySet(str(rng.integers(1 << 30)), "", "", "", tuple(sorted(regions, key=lambda region: region.id)))


async def put_flights(conn: Connection, points: np.ndarray) -> None:
    await conn.execute(
        "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until)"
        " VALUES ('x', 'incoming/x.xlsx', now(), 'claimed', gen_random_uuid(), now()) ON CONFLICT DO NOTHING"
    )
    await conn.execute(
        "INSERT INTO core.flights (key, state, operator_kind, position_source, position, day, load_id, region_match)"
        " SELECT gen_random_uuid(), 'flown', 'unknown', 'dep', ST_Point(lon, lat, 4326), '2025-03-01',"
        " (SELECT min(id) FROM core.loads), 'outside' FROM unnest($1::float8[], $2::float8[]) AS p (lon, lat)",
        list(points[:, 0]),
        list(points[:, 1]),
    )


async def judged(conn: Connection) -> list[tuple[object, ...]]:
    rows = await conn.fetch("SELECT region_id, region_match, time_zone FROM core.flights ORDER BY position, key")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_the_same_as_judging_all(database: Database, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = grid(rng, [1, 2, 3, 4]), grid(rng, [1, 2, 5, 4])
    # One region as it is, so that most of its parts are the same in both.
    kept = [each for each in first.regions if each.id != 4] + [each for each in second.regions if each.id == 4]
    third = replace(second, name="third", regions=tuple(kept))
    points = np.column_stack([rng.uniform(39.5, 43.5, 400), rng.uniform(72.9, 75.1, 400)])
    # Points on corners and sides too.
    corners = [pair for each in first.regions for pair in json.loads(each.geometry)["coordinates"][0][0]]
    points = np.vstack([points, corners])

    async def through(conn: Connection) -> None:
        await put_flights(conn, points)
        numbers = [(await store_boundaries(conn, each, activate=False)).id for each in (first, second, third)]
        for number in (*numbers, *reversed(numbers)):
            done = await put_in_force(conn, number)
            reached = await judged(conn)
            assert (await reattribute(conn)).flights == 0, done
            assert await judged(conn) == reached

    run(database, through)


def test_a_rehearsal_tells_what_the_change_then_does(database: Database) -> None:
    rng = np.random.default_rng(99)
    first, second = grid(rng, [1, 2]), grid(rng, [1, 3])
    points = np.column_stack([rng.uniform(39.9, 42, 200), rng.uniform(73, 75, 200)])

    async def through(conn: Connection) -> tuple[Activation, Activation]:
        await put_flights(conn, points)
        numbers = [(await store_boundaries(conn, each, activate=False)).id for each in (first, second)]
        await put_in_force(conn, numbers[0])
        before = await judged(conn)
        rehearsed = await put_in_force(conn, numbers[1], rehearse=True)
        assert await judged(conn) == before
        return rehearsed, await put_in_force(conn, numbers[1])

    rehearsed, done = run(database, through)
    assert rehearsed == done
    assert done.changed > 0
    gone, new = (next(each for each in done.regions if each.id == number) for number in (2, 3))
    assert gone.before > 0 == gone.after
    assert new == RegionChange(3, None, "Область 3", 0, new.after)
    assert sum(each.before for each in done.regions) == sum(each.after for each in done.regions) == len(points)


def test_loads_pass_until_the_change_is_written(database: Database) -> None:
    """What a load brings between the look at the flights and the lock gets the new set's regions too."""
    from shared.regions.attribution import end_moves, find_moves, judge_newcomers, judge_positions, write_moves

    rng = np.random.default_rng(5)
    first, second = grid(rng, [1, 2]), grid(rng, [3, 4])
    points = np.column_stack([rng.uniform(40.4, 41, 50), rng.uniform(73.1, 74.9, 50)])

    async def through(conn: Connection) -> list[tuple[object, ...]]:
        numbers = [(await store_boundaries(conn, each, activate=False)).id for each in (first, second)]
        await put_in_force(conn, numbers[0])
        await put_flights(conn, points[:20])
        await reattribute(conn)
        other = await asyncpg.connect(database.uri("fp_ingest"), statement_cache_size=0)
        loading = other.transaction()
        await loading.start()
        await put_flights(other, points[20:35])
        async with conn.transaction():
            # One load has begun before the look and ends after it, one comes in between.
            since = await judge_positions(conn, numbers[1])
            await loading.commit()
            await put_flights(other, points[35:])
            await judge_newcomers(conn, numbers[1], since)
            moved = await find_moves(conn)
            await write_moves(conn)
            await end_moves(conn)
        await other.close()
        assert moved.flights > 35
        reached = await judged(conn)
        await activate_set(conn, numbers[1])
        assert (await reattribute(conn)).flights == 0
        return reached

    assert {row[0] for row in run(database, through)} <= {3, 4, None}


def test_another_clock_of_a_region_counts_its_days_anew(database: Database) -> None:
    rng = np.random.default_rng(7)
    first = grid(rng, [1])
    second = replace(first, name="later", regions=(replace(first.regions[0], time_zone="Asia/Kamchatka"),))
    points = np.array([[40.6, 74.0]])

    async def slots(conn: Connection) -> list[int]:
        await conn.execute("UPDATE core.flights SET dep_dt = '2025-03-01 04:00Z', hour = 4")
        slots = await conn.fetchval("SELECT slots FROM mart.flight_counts WHERE span = 'day' AND region_id = 1")
        return list(slots or ())

    async def through(conn: Connection) -> tuple[list[int], list[int]]:
        numbers = [(await store_boundaries(conn, each, activate=False)).id for each in (first, second)]
        await put_flights(conn, points)
        await slots(conn)
        await put_in_force(conn, numbers[0])
        before = await slots(conn)
        await put_in_force(conn, numbers[1])
        return before, await slots(conn)

    before, after = run(database, through)
    assert [(hour - earlier) % 24 for earlier, hour in zip(before, after, strict=True)] == [6]
