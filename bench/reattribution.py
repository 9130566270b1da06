"""What putting another set of boundaries in force costs: ``python -m bench.reattribution``.

Invented flights by SQL, each at a place of its own, then four changes: a set in which one per cent of the flights lie
in another region, one that differs a little everywhere (a monthly refresh: each region thinned anew), one where every
flight changes its region (numbers of its own), and the way back. Storing a set is told apart from putting it in force.
Processor seconds of the database's backend and of this process together, the seconds that went by, and those for which
loads had to wait; ``floor`` is the time in which the server reads all flights once, for comparison between machines.
What is promised is for a million flights.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import asyncpg

from bench.environment import bench_environment
from bench.results import FOLDER, Target, circumstances, keep, target_table
from shared.ingest.activation import put_in_force
from shared.ingest.claims import MERGE_LOCK
from shared.regions import BoundarySet, read_boundaries, reattribute, store_boundaries
from shared.stats import count_changes, recount_days

DAYS = 365
SECONDS = {"one per cent": 30.0, "refreshed": 60.0, "renumbered": 60.0, "back": 60.0}
"""What each change is to take at most, by the clock; ``back`` is the way back to the shipped set."""
_TICKS = os.sysconf("SC_CLK_TCK")


class Result(NamedTuple):
    """A change: the flights that it touched, then seconds."""

    name: str
    changed: int
    storing: float
    floor: float
    processor: float
    counting: float
    passed: float
    waited: float


def refreshed(boundaries: BoundarySet) -> BoundarySet:
    """Draw every region a little coarser, as another month's file may."""
    regions = []
    for region in boundaries.regions:
        shape = json.loads(region.geometry)
        shape["coordinates"] = [
            [[[round(x, 2), round(y, 2)] for x, y in ring] for ring in polygon] for polygon in shape["coordinates"]
        ]
        regions.append(replace(region, geometry=json.dumps(shape)))
    return replace(boundaries, name="refreshed", regions=tuple(regions))


def renumbered(boundaries: BoundarySet) -> BoundarySet:
    """Give every region another number."""
    regions = [replace(region, id=region.id + 1000, name=region.name, iso=None) for region in boundaries.regions]
    return replace(boundaries, name="renumbered", regions=tuple(regions))


def _processor_seconds(backend: int) -> float:
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS + time.process_time()


async def seed(uri: str, flights: int) -> None:
    """Invent flights of a year; roll-ups are left to the changes, which count the days concerned."""
    text = (Path(__file__).parent / "seed_flights.sql").read_text(encoding="utf-8")
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    await conn.execute(
        "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until, finished_at)"
        " VALUES ('\\x00', 'bench', now(), 'done', gen_random_uuid(), now(), now())"
    )
    await conn.execute(text, flights, date(2030, 1, 1), DAYS, 0)
    # Invented flights share few places. Telegrams tell minutes of arc; by seconds hardly two flights share one.
    await conn.execute(
        "UPDATE core.flights SET position = ST_SetSRID(ST_MakePoint("
        "round((ST_X(position) + random() * 0.4) * 3600) / 3600, round((ST_Y(position) + random() * 0.2) * 3600) / 3600"
        "), 4326) WHERE position IS NOT NULL"
    )
    await conn.execute("UPDATE core.flights SET region_id = NULL, region_match = 'outside' WHERE position IS NOT NULL")
    await reattribute(conn)
    await conn.execute("VACUUM ANALYZE core.flights")
    await conn.close()


async def one_per_cent(uri: str, boundaries: BoundarySet) -> BoundarySet:
    """Give another number to the region that has nearest to one per cent of the flights."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    number = await conn.fetchval(
        "SELECT region_id FROM (SELECT region_id, count(*) * 100.0 / sum(count(*)) OVER () AS share FROM core.flights"
        " GROUP BY region_id) AS shares WHERE region_id IS NOT NULL ORDER BY abs(share - 1) LIMIT 1"
    )
    await conn.close()
    regions = [replace(each, id=500, iso=None) if each.id == number else each for each in boundaries.regions]
    return replace(boundaries, name="one per cent", regions=tuple(regions))


async def waiting(uri: str, changing: "asyncio.Task[Result]") -> float:
    """Ask for the merge lock again and again, as loads do, and give the longest wait in seconds."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    longest = 0.0
    while not changing.done():
        started = time.perf_counter()
        async with conn.transaction():
            await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)
        longest = max(longest, time.perf_counter() - started)
        await asyncio.sleep(0.05)
    await conn.close()
    return longest


async def measure(uri: str, sets: Sequence[BoundarySet]) -> list[Result]:
    """Store each set and put it in force."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    results = []
    for boundaries in sets:
        started = time.perf_counter()
        stored = await store_boundaries(conn, boundaries, activate=False)
        storing = time.perf_counter() - started
        changing = asyncio.create_task(change(conn, boundaries.name, stored.id, storing))
        waited = await waiting(uri, changing)
        results.append((await changing)._replace(waited=waited))
    await conn.close()
    return results


async def change(conn: asyncpg.Connection, name: str, set_id: int, storing: float) -> Result:
    """Put a stored set in force."""
    started = time.perf_counter()
    await conn.fetchval("SELECT count(position) FROM core.flights")
    floor, backend = time.perf_counter() - started, conn.get_server_pid()
    counting = 0.0

    def timed(count: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def counting_apart(*arguments: object) -> None:
            nonlocal counting
            began = _processor_seconds(backend)
            await count(*arguments)
            counting += _processor_seconds(backend) - began

        return counting_apart

    before, started = _processor_seconds(backend), time.perf_counter()
    with (
        patch("shared.ingest.activation.recount_days", timed(recount_days)),
        patch("shared.ingest.activation.count_changes", timed(count_changes)),
    ):
        done = await put_in_force(conn, set_id)
    passed = time.perf_counter() - started
    processor = _processor_seconds(backend) - before
    return Result(name, done.changed, storing, floor, processor, counting, passed, 0.0)


def table(results: Sequence[Result]) -> Iterator[str]:
    """Write the changes for a person, as a Markdown table."""
    yield "| change | flights | storing s | floor s | processor s | of it counting | s | loads wait s |"
    yield "|---|" + "---:|" * 7
    for each in results:
        numbers = " | ".join(f"{value:.1f}" for value in each[2:])
        yield f"| {each.name} | {each.changed:,} | {numbers} |"


def targets(results: Sequence[Result]) -> Iterator[Target]:
    """Hold the changes against what was promised, by the clock and in processor seconds."""
    for each in results:
        yield Target(f"{each.name}, s by the clock", SECONDS[each.name], each.passed)
        yield Target(f"{each.name}, processor s", SECONDS[each.name], each.processor)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flights", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    measured_at = circumstances()
    with bench_environment(options.folder) as place, place.database() as uri:
        asyncio.run(seed(place.cluster.uri(database=uri.rsplit("/", 1)[1]), options.flights))
        shipped = read_boundaries()
        little = asyncio.run(one_per_cent(uri, shipped))
        results = asyncio.run(measure(uri, [little, refreshed(shipped), renumbered(shipped), shipped]))
    results[-1] = results[-1]._replace(name="back")
    kept = {"measured": measured_at, "changes": [each._asdict() for each in results]}
    lines = [f"{options.flights:,} flights; {measured_at}", "", *table(results), "", *target_table(targets(results))]
    print(keep(options.folder, "reattribution", kept, lines))


if __name__ == "__main__":
    main()
