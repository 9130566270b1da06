"""What putting another set of boundaries in force costs: ``python -m bench.reattribution``.

Invented flights by SQL, then two changes: a set that differs a little (a monthly refresh: each region thinned anew) and
one where every flight changes its region (numbers of its own). Processor seconds of the database's backend and of this
process together, and the seconds that went by; for comparison within one run.
"""

import argparse
import asyncio
import json
import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg

from bench.ground import ground
from fly_potato.regions.activation import put_in_force
from shared.regions import BoundarySet, read_boundaries, store_boundaries

DAYS = 365
_TICKS = os.sysconf("SC_CLK_TCK")


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
    await conn.execute("ANALYZE core.flights")
    await conn.close()


async def measure(uri: str) -> list[tuple[str, int, float, float]]:
    """Give each change with the flights that it touched, processor seconds and seconds."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    backend = conn.get_server_pid()
    shipped = read_boundaries()
    results = []
    for name, boundaries in (("refresh", refreshed(shipped)), ("all change", renumbered(shipped)), ("back", shipped)):
        before, started = _processor_seconds(backend), time.perf_counter()
        async with conn.transaction():
            stored = await store_boundaries(conn, boundaries, activate=False)
            done = await put_in_force(conn, stored.id)
        results.append((name, done.changed, _processor_seconds(backend) - before, time.perf_counter() - started))
    await conn.close()
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(".local/bench"))
    options = parser.parse_args()
    with ground(options.folder) as place, place.database() as uri:
        asyncio.run(seed(place.cluster.uri(database=uri.rsplit("/", 1)[1]), options.flights))
        results = asyncio.run(measure(uri))
    print("| change | flights | processor s | s |\n|---|---:|---:|---:|")
    for name, changed, processor, passed in results:
        print(f"| {name} | {changed:,} | {processor:.1f} | {passed:.1f} |")


if __name__ == "__main__":
    main()
