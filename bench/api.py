"""How long the statistics take: each query alone, and every route at a steady rate of requests.

``python -m bench.api [--flights 1000000] [--days 365] [--rate 50] [--seconds 20]``; ``JSON=1`` prints one JSON line.
Flights are invented by SQL, straight into ``core.flights``. Requests come at their times whether the ones before were
answered or not, so waiting counts. ``warm`` asks for the same few things, as people who look at one page do; ``new
months`` and ``new days`` ask every time for another period, of whole months or of odd days, at a tenth of the rate.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from bench.environment import bench_environment, free_port
from shared.stats import queries as statements
from shared.stats import recount_all, recount_days
from shared.stats.selection import ActiveRegion, Facts, Period, Selection

FIRST = date(2024, 1, 1)
ROUTES = {
    "overview": "/api/stats/overview?",
    "regions": "/api/stats/regions?",
    "region": "/api/stats/region/{region}?",
    "daily": "/api/stats/daily?",
    "hourly": "/api/stats/hourly?",
    "types": "/api/stats/types?",
    "quality": "/api/stats/quality?",
    "flights": "/api/flights?limit=100&region={region}&",
    "tile": "/api/tiles/4/{column}/4.mvt?",
}
KINDS = ("warm", "new months", "new days")
LIMIT_MS = {"route p95": 50, "query": 100}


async def seed(uri: str, flights: int, days: int) -> dict[str, float]:
    """Invent flights and count them; give the seconds that took."""
    text = (Path(__file__).parent / "seed_flights.sql").read_text(encoding="utf-8")
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    await conn.execute(
        "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until, finished_at)"
        " VALUES ('\\x00', 'bench', now(), 'done', gen_random_uuid(), now(), now())"
    )
    took: dict[str, float] = {}
    started = time.perf_counter()
    for begin in range(0, flights, 500_000):
        await conn.execute(text, min(500_000, flights - begin), FIRST, days, begin // 500_000)
    await conn.execute("ANALYZE core.flights")
    took["seed"] = time.perf_counter() - started
    started = time.perf_counter()
    await recount_all(conn)
    took["recount all"] = time.perf_counter() - started
    await conn.execute("ANALYZE mart.flight_counts, mart.flight_peaks, mart.flight_days, mart.flight_cells")
    started = time.perf_counter()
    await recount_days(conn, [FIRST + timedelta(days=days // 2)])
    took["recount one day"] = time.perf_counter() - started
    await conn.close()
    return took


async def queries(uri: str) -> dict[str, dict[str, float]]:
    """Time every statistic's own statement: milliseconds by name and period, the best of three."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    facts = await statements.facts(conn)
    region = (await statements.regions(conn))[10]
    assert facts.first is not None
    assert facts.last is not None
    periods = {
        "all": Period.within(facts, None, None),
        "one month": Period.of(date(2024, 6, 1), date(2024, 6, 30)),
        "odd days": Period.of(facts.first + timedelta(days=13), facts.last - timedelta(days=11)),
    }
    milliseconds: dict[str, dict[str, float]] = defaultdict(dict)
    for label, period in periods.items():
        for name, ask in _statements(facts, region).items():
            best = min([await _timed(ask, conn, period) for _ in range(3)])
            milliseconds[name][label] = round(best * 1000, 1)
    await conn.close()
    return dict(milliseconds)


Ask = Callable[[Any, Period], Awaitable[object]]


def _statements(facts: Facts, region: ActiveRegion) -> dict[str, Ask]:
    plain: dict[str, Any] = {
        name: getattr(statements, name)
        for name in (
            "totals",
            "medians",
            "peaks",
            "days_spread",
            "daily",
            "ranking",
            "ranking_medians",
            "slots",
            "types",
        )
    }
    asks: dict[str, Ask] = {name: lambda c, p, f=f: f(c, Selection(p)) for name, f in plain.items()}  # type: ignore[misc]
    asks["monthly"] = lambda c, p: statements.monthly(c, Selection(p), facts)
    asks["region medians"] = lambda c, p: statements.medians(c, Selection(p, region))
    asks["region daily"] = lambda c, p: statements.daily(c, Selection(p, region))
    return asks


async def _timed(ask: Ask, conn: Any, period: Period) -> float:
    started = time.perf_counter()
    await ask(conn, period)
    return time.perf_counter() - started


@contextmanager
def server(uri: str, environment: dict[str, str]) -> Iterator[str]:
    """Run the application in a process of its own, behind nginx where that is installed."""
    port = free_port()
    names = os.environ | environment | {"POSTGRES_URI": uri, "APP_LOG_LEVEL": "WARN"}
    process = subprocess.Popen([sys.executable, "-m", "bench.api_server", str(port)], env=names)
    try:
        with tempfile.TemporaryDirectory() as folder, nginx(Path(folder), port) as outer:
            address = f"http://127.0.0.1:{outer}"
            for _ in range(100):
                try:
                    if httpx.get(f"{address}/api/stats/types", timeout=10).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                time.sleep(0.1)
            yield address
    finally:
        process.terminate()
        process.wait(10)


def _program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """Run nginx before a port and give its own; where it is not installed, the port itself."""
    program = _program()
    if program is None:
        yield upstream
        return
    port, config = free_port(), folder / "nginx.conf"
    text = (Path(__file__).parent / "nginx.conf").read_text(encoding="utf-8")
    filled = {"FOLDER": str(folder), "PORT": str(port), "UPSTREAM": str(upstream)}
    for name, value in filled.items():
        text = text.replace(name, value)
    config.write_text(text, encoding="utf-8")
    process = subprocess.Popen([program, "-c", str(config)])
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


async def drive(address: str, days: int, rate: float, seconds: float, kind: str) -> dict[str, list[float]]:
    """Send requests at a steady rate; give the milliseconds of each by route."""
    dice = random.Random(7)  # noqa: S311
    took: dict[str, list[float]] = defaultdict(list)
    names = list(ROUTES)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits(max_connections=200)) as client:

        async def request_one(name: str, target: str, due: float) -> None:
            answer = await client.get(target)
            assert answer.status_code == 200, (target, answer.text)
            took[name].append((time.perf_counter() - due) * 1000)

        if kind == "warm":
            for target in {target(name, days, dice, kind) for name in names for _ in range(12)}:
                await client.get(target)
        begun, running = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            name = names[number % len(names)]
            running.append(asyncio.create_task(request_one(name, target(name, days, dice, kind), due)))
        await asyncio.gather(*running)
    return dict(took)


def target(name: str, days: int, dice: random.Random, kind: str) -> str:
    """Choose what to ask of a route: a path with a query."""
    first, last = FIRST, FIRST + timedelta(days=days)
    if kind != "warm":
        first += timedelta(days=dice.randrange(days // 2))
        last = first + timedelta(days=dice.randrange(31, days // 2))
    if kind == "new months":
        first, last = first.replace(day=1), last.replace(day=1) - timedelta(days=1)
    place = ROUTES[name].format(region=dice.choice(["RU-MOW", "RU-SPE", "RU-KHA"]), column=dice.choice([8, 9, 10]))
    return f"{place}from={first}&to={last}"


def _figures(took: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "p50": round(statistics.median(times), 1),
            "p95": round(sorted(times)[int(len(times) * 0.95)], 1),
            "n": len(times),
        }
        for name, times in took.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--folder", type=Path, default=Path(".local/bench"))
    arguments = parser.parse_args()
    os.nice(5)
    results: dict[str, Any] = {
        "flights": arguments.flights,
        "days": arguments.days,
        "rate": arguments.rate,
        "nginx": shutil.which("nginx") is not None,
    }
    with bench_environment(arguments.folder) as stage, stage.database() as uri:
        results["seconds"] = {
            k: round(v, 2) for k, v in asyncio.run(seed(uri, arguments.flights, arguments.days)).items()
        }
        results["queries_ms"] = asyncio.run(queries(uri))
        with server(uri, stage.environment) as address:
            for kind, rate in (
                ("warm", arguments.rate),
                ("new months", arguments.rate / 10),
                ("new days", arguments.rate / 10),
            ):
                results[kind] = _figures(asyncio.run(drive(address, arguments.days, rate, arguments.seconds, kind)))
    results["met"] = {
        **{
            f"route p95, {kind}": max(f["p95"] for f in results[kind].values()) <= LIMIT_MS["route p95"]
            for kind in KINDS
        },
        "query": max(ms for each in results["queries_ms"].values() for ms in each.values()) <= LIMIT_MS["query"],
    }
    print(json.dumps(results, ensure_ascii=False) if os.environ.get("JSON") else _table(results))


def _table(results: dict[str, Any]) -> str:
    way = "through nginx" if results["nginx"] else "without nginx, which is not installed"
    lines = [f"{results['flights']:,} flights over {results['days']} days, {way}; seconds: {results['seconds']}"]
    lines += ["", "statement, ms"]
    lines += [
        f"  {name:16} " + "  ".join(f"{k} {v:7.1f}" for k, v in ms.items())
        for name, ms in results["queries_ms"].items()
    ]
    for kind in KINDS:
        lines += ["", f"{kind}, {results['rate'] / (1 if kind == 'warm' else 10):.0f} requests a second, ms"]
        lines += [
            f"  {name:10} p50 {f['p50']:7.1f}   p95 {f['p95']:7.1f}   ({f['n']})" for name, f in results[kind].items()
        ]
    lines += ["", *(f"{'met   ' if met else 'MISSED'} {name}" for name, met in results["met"].items())]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
