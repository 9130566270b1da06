"""How long answers take that nobody has asked for before: ``python -m bench.api``.

``[--flights 1000000] [--days 365] [--times 40] [--rate 50] [--seconds 15]``; tables are printed, and kept as
``api.json``. Flights are invented by SQL, straight into ``core.flights``. ``new`` asks every GET route that reads
flights or roll-ups, by nginx, one request after the other, each time for another period and other filters: a half of
odd days anywhere in the data, a quarter of whole months, a quarter of nearly all days. ``repeated`` asks for the same
few things at a steady rate, at their times whether those before were answered or not, so waiting counts. Milliseconds
are the clock's; processor milliseconds of the application and the database stand beside them, for a machine that does
other work too.
"""

import argparse
import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import yaml

from bench.environment import bench_environment, free_port
from bench.results import FOLDER, Target, circumstances, keep, target_table, yes_or_no
from shared.stats import recount_all, recount_days

FIRST = date(2024, 1, 1)
NEW_MS = 100.0
"""What 95 of 100 new answers are to take at most at a million flights of one year."""
REPEATED_MS = 50.0
PERIOD = "from={first}&to={last}&days={clock}"
COUNTED = PERIOD + "{region}{type}{state}"
NEW = {
    "/api/stats/overview": COUNTED,
    "/api/stats/regions": PERIOD + "{type}{state}",
    "/api/stats/region/{code}": PERIOD + "{type}{state}",
    "/api/stats/daily": COUNTED,
    "/api/stats/hourly": COUNTED,
    "/api/stats/types": COUNTED,
    "/api/stats/quality": COUNTED,
    "/api/stats/problems": COUNTED,
    "/api/stats/comparison": COUNTED,
    "/api/stats/forecast": "days={clock}{region}{type}{state}",
    "/api/stats/anomalies": COUNTED + "&k={k}",
    "/api/stats/plan-fact": PERIOD + "{region}",
    "/api/stats/centers": PERIOD + "{region}",
    "/api/stats/zones": PERIOD + "{region}",
    "/api/flights": COUNTED + "&limit={limit}",
    "/api/flights of a condition": COUNTED + "&limit={limit}&{condition}",
    "/api/flights/count": COUNTED,
    "/api/flights/count of a condition": COUNTED + "&{condition}",
    "/api/flights/{key}": "",
    "/api/ogc/collections/{collection}/items": "datetime={first}/{last}{region}&limit={limit}{box}",
    "/api/ogc/collections/{collection}/items/{feature}": "",
    **{f"/api/tiles/{zoom}/{{x}}/{{tile}}": COUNTED for zoom in (2, 4, 5, 6, 7, 8, 10, 13)},
}
"""What is asked of each path: the query, its marks filled in anew at every request. What follows a blank is no path."""
CONDITIONS = (
    "hour={hour}",
    "weekday={weekday}",
    "min_minutes={minutes}",
    "operator=organisation",
    "problem=COORD_SWAPPED",
    "match=outside",
    "centre=%D0%A6%D0%B5%D0%BD%D1%82%D1%80%20{centre}",
)
"""What flights are narrowed by beside a box, one of them at a time."""
SERVES = "/api/stats/", "/api/flights", "/api/tiles/", "/api/ogc", "/api/exports", "/api/charts", "/api/reports"
"""Where the paths of the function ``stats`` begin."""
LEFT_OUT = {
    "/api/exports/{document}": "streams every flight of a selection",
    "/api/exports/regions/{document}": "the ranking of /api/stats/regions as a file",
    "/api/charts/{chart}": "draws what the routes of the statistics tell",
    "/api/reports/{document}": "draws a document of all of them",
    "/api/reports": "the log of reports",
    "/api/flights/{key}/telegrams": "another function, reads source rows by key",
    "/api/ogc": "reads no flights",
    "/api/ogc/conformance": "reads no flights",
    "/api/ogc/collections": "reads no flights",
    "/api/ogc/collections/{collection}": "reads no flights",
}
"""GET routes of the function that are not measured, and why."""
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
"""What people ask for again and again who look at one page."""


@dataclass(frozen=True, slots=True)
class RequestMaker:
    """What requests may name: codes of regions, and places (column and row of level 14) and keys of flights."""

    days: int
    regions: list[str]
    places: list[tuple[int, int]]
    keys: list[str]

    @classmethod
    async def read(cls, uri: str, days: int) -> "RequestMaker":
        """Read a few thousand of each."""
        conn = await asyncpg.connect(uri, statement_cache_size=0)
        regions = await conn.fetch("SELECT iso FROM mart.regions WHERE iso IS NOT NULL ORDER BY iso")
        flights = await conn.fetch(
            "SELECT key, mart.cell_x(ST_X(position), 14) AS x, mart.cell_y(ST_Y(position), 14) AS y"
            " FROM core.flights WHERE position IS NOT NULL ORDER BY key LIMIT 3000"
        )
        await conn.close()
        places = [(row["x"], row["y"]) for row in flights]
        return cls(days, [row["iso"] for row in regions], places, [str(row["key"]) for row in flights])

    def request(self, path: str, query: str, chance: random.Random) -> str:
        """Fill in what to ask for: a path with a query that was most likely never asked before."""
        first, last = self._period(chance)
        x, y = chance.choice(self.places)
        zoom = int(path.split("/")[3]) if path.startswith("/api/tiles/") else 0
        code, key = chance.choice(self.regions), chance.choice(self.keys)
        lon, lat = chance.uniform(30, 130), chance.uniform(43, 65)
        box = f"bbox={lon:.5f},{lat:.5f},{lon + 5:.5f},{lat + 5:.5f}"
        condition = chance.choice([box, *CONDITIONS]).format(
            hour=chance.randrange(24), weekday=chance.randint(1, 7), minutes=chance.randint(5, 300),
            centre=chance.randrange(14),
        )  # fmt: skip
        marks = {
            "condition": condition, "box": chance.choice(["", f"&{box}"]), "first": first, "last": last,
            "clock": chance.choice(["moscow", "moscow", "local", "utc"]),
            "region": chance.choice(["", "", f"&region={code}"]),
            "type": chance.choice(["", "", "", "&type=BLA", "&type=AER", "&type=none"]),
            "state": chance.choice(["", "", "&state=flown"]),
            "code": code, "key": key, "feature": key, "k": round(chance.uniform(3, 8), 6),
            "limit": chance.randint(50, 150),
            "collection": "flights", "x": x >> (14 - zoom), "tile": f"{y >> (14 - zoom)}.mvt",
        }  # fmt: skip
        return f"{path.partition(' ')[0]}?{query}".format_map(marks)

    def _period(self, chance: random.Random) -> tuple[date, date]:
        kind = chance.randrange(4)
        if kind == 0:
            first, last = chance.randrange(15), self.days - 1 - chance.randrange(15)
        else:
            first = chance.randrange(self.days * 2 // 3)
            last = first + chance.randrange(1, self.days - first)
        days = FIRST + timedelta(days=first), FIRST + timedelta(days=last)
        if kind > 1:
            return days
        return days[0].replace(day=1), (days[1].replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


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
    tables = await conn.fetchval(
        "SELECT string_agg('mart.' || tablename, ', ') FROM pg_tables WHERE schemaname = 'mart'"
    )
    await conn.execute(f"ANALYZE {tables}")
    started = time.perf_counter()
    await recount_days(conn, [FIRST + timedelta(days=days // 2)])
    took["recount one day"] = time.perf_counter() - started
    await conn.close()
    return took


@dataclass(frozen=True, slots=True)
class Served:
    """The application behind nginx: its address, and the processor milliseconds that it and the database have taken."""

    address: str
    processor: Callable[[], float]


@contextmanager
def server(uri: str, environment: dict[str, str]) -> Iterator[Served]:
    """Run the application in a process of its own, behind nginx where that is installed."""
    port = free_port()
    names = os.environ | environment | {"POSTGRES_URI": uri, "APP_LOG_LEVEL": "WARN"}
    process = subprocess.Popen([sys.executable, "-m", "bench.api_server", str(port)], env=names)
    application, postmaster = psutil.Process(process.pid), psutil.Process(int(environment["BENCH_SERVER"]))

    def processor() -> float:
        backends = postmaster.children()
        return sum(_on_processor(each.pid) for each in (application, postmaster, *backends)) / 1e6

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
            yield Served(address, processor)
    finally:
        process.terminate()
        process.wait(10)


def _on_processor(pid: int) -> int:
    """Give the nanoseconds that a process has run, all of its threads; none when it has ended."""
    return sum(int(each.read_text().split()[0]) for each in Path(f"/proc/{pid}/task").glob("*/schedstat"))


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


def new_answers(served: Served, maker: RequestMaker, times: int) -> dict[str, dict[str, float]]:
    """Ask every route, one request after the other; give milliseconds by path."""
    chance = random.Random(7)  # noqa: S311
    results = {}
    with httpx.Client(base_url=served.address, timeout=120) as client:
        for path, query in NEW.items():
            took, worked = [], []
            for _ in range(times):
                target, processor = maker.request(path, query, chance), served.processor()
                started = time.perf_counter()
                answer = client.get(target)
                took.append((time.perf_counter() - started) * 1000)
                worked.append(served.processor() - processor)
                if answer.status_code != 200:
                    raise SystemExit(f"{target}: {answer.status_code} {answer.text[:500]}")
            results[path] = _figures(took) | {f"processor_{name}": ms for name, ms in _figures(worked).items()}
    return results


async def repeated(address: str, days: int, rate: float, seconds: float) -> dict[str, dict[str, float]]:
    """Send requests at a steady rate, all of which were answered before; give milliseconds by name."""
    chance = random.Random(7)  # noqa: S311
    took: dict[str, list[float]] = defaultdict(list)
    targets = [(name, target(name, days, chance)) for _ in range(12) for name in ROUTES]
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits(max_connections=200)) as client:

        async def request_one(name: str, target: str, due: float) -> None:
            (await client.get(target)).raise_for_status()
            took[name].append((time.perf_counter() - due) * 1000)

        for _, each in dict.fromkeys(targets):
            await client.get(each)
        begun, running = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            running.append(asyncio.create_task(request_one(*targets[number % len(targets)], due)))
        await asyncio.gather(*running)
    return {name: _figures(times) for name, times in took.items()}


def target(name: str, days: int, chance: random.Random) -> str:
    """Choose what to ask of a route that is asked again and again: a path with a query."""
    place = ROUTES[name].format(region=chance.choice(["RU-MOW", "RU-SPE", "RU-KHA"]), column=chance.choice([8, 9, 10]))
    return f"{place}from={FIRST}&to={FIRST + timedelta(days=days)}"


def _figures(took: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(sorted(took)[int(len(took) * 0.95)], 1),
        "n": len(took),
    }


def unmeasured() -> list[str]:
    """List GET routes of the function that are neither asked nor left out with a reason."""
    spec = yaml.safe_load((Path(__file__).parents[1] / "spec/openapi.yaml").read_text(encoding="utf-8"))
    measured = {"/api/tiles/{z}/{x}/{tile}", *NEW, *LEFT_OUT}
    return [
        path
        for path, each in spec["paths"].items()
        if "get" in each and path.startswith(SERVES) and path not in measured
    ]


def table(measured: dict[str, dict[str, float]], most: float) -> Iterator[str]:
    """Write figures for a person, each with its target, as a Markdown table."""
    yield "| route | p50, ms | p95 | of it processor p50 | p95 | p95 at most | met | met in processor time |"
    yield "|---|---:|---:|---:|---:|---:|---|---|"
    for name, each in measured.items():
        processor, within = "| | ", ""
        if "processor_p95" in each:
            processor = f"| {each['processor_p50']:.1f} | {each['processor_p95']:.1f} "
            within = yes_or_no(met=each["processor_p95"] <= most)
        clock = f"{each['p50']:.1f} | {each['p95']:.1f}"
        yield f"| {name} | {clock} {processor}| {most:.0f} | {yes_or_no(met=each['p95'] <= most)} | {within} |"


def targets(measured: dict[str, dict[str, float]], most: float) -> Iterator[Target]:
    """Hold the slowest of the new answers against what was promised."""
    for name, title in (("p95", "by the clock"), ("processor_p95", "processor time")):
        slowest = max(measured, key=lambda path: measured[path][name])
        yield Target(f"p95 of every new answer, ms, {title}; the slowest: {slowest}", most, measured[slowest][name])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    if routes := unmeasured():
        raise SystemExit(f"neither measured nor left out: {', '.join(routes)}")
    nginx_or_not = "through nginx" if _program() else "without nginx, which is not installed"
    heading = f"{options.flights:,} flights over {options.days} days, {nginx_or_not}; {circumstances()}"
    results: dict[str, Any] = {"measured": heading, "flights": options.flights}
    with bench_environment(options.folder) as stage, stage.database() as uri:
        took = asyncio.run(seed(uri, options.flights, options.days))
        results["seconds"] = {name: round(seconds, 2) for name, seconds in took.items()}
        maker = asyncio.run(RequestMaker.read(uri, options.days))
        with server(uri, stage.environment) as served:
            results["new"] = new_answers(served, maker, options.times)
            results["repeated"] = asyncio.run(repeated(served.address, options.days, options.rate, options.seconds))
    new, again = results["new"], results["repeated"]
    lines = [heading, "", *table(new, NEW_MS), "", *target_table(targets(new, NEW_MS)), ""]
    lines += [f"Answers that were given before, {options.rate:.0f} requests a second:", "", *table(again, REPEATED_MS)]
    print(keep(options.folder, "api", results, lines))
    print("", *(f"left out: {path} ({reason})" for path, reason in LEFT_OUT.items()), sep="\n")


if __name__ == "__main__":
    main()
