"""How load, attribution, answers and dashboards grow with what is stored: ``python -m bench.growth``.

Flights are invented by SQL over ten years, with a source row each. Then, at every size: how long seeding and counting
took, what a workbook of 10,000 rows costs on top, what giving 10,000 points their region costs, how long each query of
a dashboard takes over the views that DataLens reads, and each answer of the API that nobody has asked for before
(``bench.api``). Every target is printed with what it came to, and everything is kept as ``growth.json``. ``--plans
FILE`` writes the plans of the dashboard queries at the largest size. Times are for comparison within one run.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg

from bench import api
from bench.environment import BenchEnvironment, bench_environment
from bench.ingest import cpu, leave_bytecode, run
from bench.results import FOLDER, Target, circumstances, keep, target_table
from shared.regions import attribute

DAYS = 3652
WORKBOOK_ROWS = 10_000
POINTS = 10_000
LIMIT_MS = 100.0
ANSWER_MS = {100_000: api.NEW_MS, 1_000_000: api.NEW_MS, 10_000_000: 250.0}
LOAD_RATIO = 3.0

DASHBOARDS = {
    "overview: totals of a year": "SELECT sum(flights), sum(aircraft), sum(minutes) FROM mart.daily"
    " WHERE day BETWEEN '2030-01-01' AND '2030-12-31'",
    "overview: totals of all time": "SELECT sum(flights), sum(aircraft), sum(duration_min) FROM mart.region_totals",
    "overview: by day, a year": "SELECT day, sum(flights) FROM mart.daily"
    " WHERE day BETWEEN '2030-01-01' AND '2030-12-31' GROUP BY day ORDER BY day",
    "overview: by month, all time": "SELECT month, flights, growth_month_percent, growth_year_percent FROM mart.monthly"
    " WHERE region_name = 'Вся страна' AND days_by = 'Москва' AND counted = 'Все полёты' ORDER BY month",
    "overview: map of regions": "SELECT region, polygon FROM mart.region_polygons",
    "regions: ranking, a year": "SELECT region_name, sum(flights), 1000 * sum(flights) / max(area_km2) FROM mart.daily"
    " WHERE day BETWEEN '2030-01-01' AND '2030-12-31' GROUP BY region_name ORDER BY 2 DESC LIMIT 10",
    "regions: ranking, all time": "SELECT name, flights FROM mart.region_totals ORDER BY flights DESC",
    "regions: one by day, a year": "SELECT day, sum(flights) FROM mart.daily WHERE region = 'RU-MOS'"
    " AND day BETWEEN '2030-01-01' AND '2030-12-31' GROUP BY day ORDER BY day",
    "regions: places of one, a month": "SELECT point, sum(flights) FROM mart.places"
    " WHERE region = 'RU-MOS' AND month = '2030-06-01' GROUP BY point",
    "time: hours and weekdays, a year": "SELECT weekday, hour, sum(flights) FROM mart.hours"
    " WHERE month BETWEEN '2030-01-01' AND '2030-12-01' GROUP BY weekday, hour",
    "time: peaks, a year": "SELECT max(peak_hour), max(peak_airborne) FROM mart.peaks"
    " WHERE region_name = 'Вся страна' AND days_by = 'Москва' AND counted = 'Все полёты' AND uav_type = 'Все типы'"
    " AND day BETWEEN '2030-01-01' AND '2030-12-31'",
    "time: durations, a month": "SELECT minutes, sum(flights) FROM mart.durations"
    " WHERE kind = 'факт' AND month = '2030-06-01' GROUP BY minutes",
    "quality: a year": "SELECT region_name, sum(flights), sum(with_dep), sum(with_arr), sum(outside) FROM mart.quality"
    " WHERE month BETWEEN '2030-01-01' AND '2030-12-01' GROUP BY region_name",
    "operators: a year": "SELECT operator_kind, sum(flights) FROM mart.operators"
    " WHERE month BETWEEN '2030-01-01' AND '2030-12-01' GROUP BY operator_kind",
}
"""What the three dashboards ask, as DataLens writes it: a chart, a query over one view."""


async def dashboards(uri: str) -> dict[str, float]:
    """Time the queries over the views: milliseconds, the best of three."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    milliseconds = {}
    for name, query in DASHBOARDS.items():
        times = []
        for _ in range(3):
            started = time.perf_counter()
            await conn.fetch(query)
            times.append(time.perf_counter() - started)
        milliseconds[name] = round(min(times) * 1000, 1)
    await conn.close()
    return milliseconds


async def plans(uri: str) -> dict[str, str]:
    """Explain the queries over the views, with what they really did."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    explained = {}
    for name, query in DASHBOARDS.items():
        lines = await conn.fetch(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {query}")
        explained[name] = "\n".join(line[0] for line in lines)
    await conn.close()
    return explained


async def attribution(uri: str) -> float:
    """Give seconds for the regions of invented points, as a load gives them."""
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    async with conn.transaction():
        await conn.execute(
            "CREATE TEMP TABLE points (lat float8, lon float8, region_id smallint, region_match text,"
            " time_zone text) ON COMMIT DROP"
        )
        draw = "INSERT INTO points SELECT 43 + random() * 30, 28 + random() * 150 FROM generate_series(1, $1::integer)"
        await conn.execute(draw, POINTS)
        await conn.execute("ANALYZE points")
        started = time.perf_counter()
        await attribute(conn, table="points")
        seconds = time.perf_counter() - started
    await conn.close()
    return seconds


async def _source_rows(uri: str) -> None:
    conn = await asyncpg.connect(uri, statement_cache_size=0)
    await conn.execute(
        "INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal)"
        " SELECT key, key, load_id, 'invented', 1, 1 FROM core.flights"
        # In the order of the keys, so that indexes grow at their ends.
        " ORDER BY key"
    )
    await conn.execute("VACUUM ANALYZE raw.rows")
    await conn.execute("VACUUM ANALYZE core.flights")
    await conn.execute("VACUUM ANALYZE mart.flight_counts")
    await conn.close()


def load(place: BenchEnvironment, uri: str) -> dict[str, Any]:
    """Load the workbook in a process of its own."""
    return run("ingest", place.workbook(WORKBOOK_ROWS), place.environment | {"POSTGRES_URI": uri})


def into_nothing(place: BenchEnvironment) -> dict[str, Any]:
    """Load the workbook where nothing is: of three times the middle one, in processor seconds."""
    loads = []
    for _ in range(3):
        with place.database() as uri:
            loads.append(load(place, uri))
    return sorted(loads, key=cpu)[1]


def at_size(place: BenchEnvironment, flights: int, times: int, plan_file: Path | None) -> dict[str, Any]:
    """Measure one size in a database of its own."""
    with place.database() as uri:
        owner = place.cluster.uri(database=uri.rsplit("/", 1)[1])
        results: dict[str, Any] = {"flights": flights}
        seconds = results["seconds"] = asyncio.run(api.seed(owner, flights, DAYS))
        started = time.perf_counter()
        asyncio.run(_source_rows(owner))
        seconds["source rows"] = time.perf_counter() - started
        seconds["attribution"] = asyncio.run(attribution(uri))
        results["dashboards_ms"] = asyncio.run(dashboards(owner))
        maker = asyncio.run(api.RequestMaker.read(owner, DAYS))
        started = time.perf_counter()
        with api.server(uri, place.environment) as served:
            results["new"] = api.new_answers(served, maker, times)
        seconds["all new answers"] = time.perf_counter() - started
        if plan_file:
            text = "\n\n".join(f"-- {name}\n{plan}" for name, plan in asyncio.run(plans(owner)).items())
            plan_file.write_text(f"-- {flights:,} flights over {DAYS} days\n\n{text}\n", encoding="utf-8")
        results["load"] = load(place, uri)
        return results


def tables(sizes: Sequence[dict[str, Any]], empty: dict[str, Any]) -> Iterator[str]:
    """Write the figures for a person, as Markdown tables."""
    head = "| " + " | ".join(f"{size['flights']:,}" for size in sizes) + " |"
    rule = "|---|" + "---:|" * len(sizes)
    yield from (f"| seconds {head}", rule)
    for name in sizes[0]["seconds"]:
        yield f"| {name} | " + " | ".join(f"{size['seconds'][name]:.2f}" for size in sizes) + " |"
    yield from ("", "| a load of 10,000 rows into | client | server | together | to that into nothing | merge, s |")
    yield "|---|---:|---:|---:|---:|---:|"
    for name, each in (("nothing", empty), *((f"{size['flights']:,}", size["load"]) for size in sizes)):
        merge = each["steps"]["merge"]
        yield (
            f"| {name} | {each['client']:.1f} | {each['server']:.1f} | {cpu(each):.1f} | {cpu(each) / cpu(empty):.2f} |"
            f" {merge:.1f} |"
        )
    yield from ("", f"| dashboard query, ms {head}", rule)
    for name in DASHBOARDS:
        yield f"| {name} | " + " | ".join(f"{size['dashboards_ms'][name]:.1f}" for size in sizes) + " |"
    for size in sizes:
        yield from ("", f"New answers at {size['flights']:,}:", "")
        yield from api.table(size["new"], ANSWER_MS.get(size["flights"], api.NEW_MS))
    yield ""
    yield from target_table(each for size in sizes for each in targets(size, empty))


def targets(size: dict[str, Any], empty: dict[str, Any]) -> Iterator[Target]:
    """Hold one size against what was promised."""
    flights, slowest = size["flights"], max(size["dashboards_ms"].values())
    yield Target(f"{flights:,}: a load to one into nothing, processor time", LOAD_RATIO, cpu(size["load"]) / cpu(empty))
    yield Target(f"{flights:,}: slowest dashboard query, ms", LIMIT_MS, slowest)
    for each in api.targets(size["new"], ANSWER_MS.get(flights, api.NEW_MS)):
        yield replace(each, name=f"{flights:,}: {each.name}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--plans", type=Path)
    arguments = parser.parse_args()
    measured_at, sizes, text = f"Flights over {DAYS} days; {circumstances()}", [], ""
    with bench_environment(arguments.folder) as place:
        leave_bytecode(place)
        empty = into_nothing(place)
        for flights in arguments.flights:
            plan_file = arguments.plans if flights == max(arguments.flights) else None
            sizes.append(at_size(place, flights, arguments.times, plan_file))
            # A run is long: what is known is kept, should it be cut off.
            kept = {"measured": measured_at, "load_into_nothing": empty, "sizes": sizes}
            text = keep(arguments.folder, "growth", kept, [measured_at, "", *tables(sizes, empty)])
            print(f"{flights:,}: {sizes[-1]['seconds']}", file=sys.stderr, flush=True)
    print(text)


if __name__ == "__main__":
    main()
