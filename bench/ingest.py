"""Ingest against the floor: ``make bench``, or ``python -m bench.ingest``.

Every figure is a ratio within one run: the machine's mood hits both sides. Each way runs in a fresh process on the same
workbook; times are medians of ``--runs``, floor and load taking turns. ``BENCH=quick`` takes the 77,000-row part
alone; ``JSON=1`` prints one JSON line instead of the tables, which is kept as ``ingest.json`` in any case. ``client``
and ``server`` are processor seconds: a loaded machine stretches the clock's seconds, these it leaves.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

import shared
from bench.environment import BenchEnvironment, bench_environment
from bench.imports import handler_ratio
from bench.results import FOLDER, Target, circumstances, keep, target_table

SIZES = (10_000, 77_000, 1_048_575)
PEERS_UP_TO = 77_000
WARM_UP = 100


def run(way: str, workbook: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Run one way over one workbook in a fresh process."""
    command = [sys.executable, "-m", "bench.loaders", way, str(workbook)]
    written = {"PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, env=os.environ | written | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way} {workbook.name}: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def leave_bytecode(place: BenchEnvironment) -> None:
    """Compile what a load imports: bundles and images have it compiled (decision 0701)."""
    folders = [str(Path(package.__file__).parent) for package in (shared, xlsxwriter) if package.__file__]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], check=True)
    with place.database() as uri:
        run("ingest", place.workbook(WARM_UP), place.environment | {"POSTGRES_URI": uri})


def measure(place: BenchEnvironment, rows: int, runs: int) -> dict[str, Any]:
    """Measure floor, first load and the same file again, turn about; and the other readers where they are installed."""
    workbook = place.workbook(rows)
    results: dict[str, list[dict[str, Any]]] = {"floor": [], "ingest": [], "again": []}
    for _ in range(runs):
        with place.database() as uri:
            environment = place.environment | {"POSTGRES_URI": uri}
            results["floor"].append(run("floor", workbook, environment))
            results["ingest"].append(run("ingest", workbook, environment))
            results["again"].append(run("ingest", workbook, environment))
            for peer in peers(rows) if len(results["floor"]) == 1 else ():
                results[peer] = [run(peer, workbook, environment)]
    kinds = {way: {entry.get("outcome") for entry in entries} for way, entries in results.items()}
    if kinds["ingest"] != {"loaded"} or kinds["again"] != {"duplicate"}:
        raise SystemExit(f"the loads did not end as they should: {kinds}")
    return {"rows": rows, "bytes": workbook.stat().st_size} | {
        way: summary(entries) for way, entries in results.items()
    }


def peers(rows: int) -> Iterator[str]:
    """Name the other readers that are installed, where the workbook is not too large for patience."""
    if rows <= PEERS_UP_TO:
        yield "openpyxl"
        try:
            import pandas  # noqa: F401

            yield "pandas"
        except ImportError:
            pass


def summary(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Take the median of seconds and of each step, and the highest peak."""
    steps = {name: statistics.median(e["steps"][name] for e in entries) for name in entries[0].get("steps", {})}
    return {
        "seconds": statistics.median(entry["seconds"] for entry in entries),
        "client": statistics.median(entry["client"] for entry in entries),
        "server": statistics.median(entry["server"] for entry in entries),
        "peak_mib": max(entry["peak_mib"] for entry in entries),
        "steps": steps,
    }


def cpu(way: dict[str, Any]) -> float:
    """Give the processor seconds of client and server together."""
    return float(way["client"] + way["server"])


def targets(results: dict[int, dict[str, Any]], import_ratio: float) -> dict[str, Target]:
    """Hold the figures against what was promised, by their names in JSON."""
    middle = results[77_000]
    floor, ingest = middle["floor"], middle["ingest"]
    by_clock, again = ingest["seconds"] / floor["seconds"], middle["again"]["seconds"] / floor["seconds"]
    targets = {
        "ingest_to_floor": Target("ingest to the floor, by the clock", 5.0, by_clock),
        "ingest_to_floor_cpu": Target("ingest to the floor, processor seconds", 9.0, cpu(ingest) / cpu(floor)),
        "peak_mib": Target("peak memory at 77,000 rows, MiB", 300.0, ingest["peak_mib"]),
        "again_to_floor": Target("the same file again, to the floor, by the clock", 0.6, again),
        "import_to_heaviest": Target("import of the handler, to its heaviest dependency", 1.3, import_ratio),
    }
    if 1_048_575 in results:
        large = results[1_048_575]["ingest"]
        per_row = large["seconds"] / 1_048_575 / (ingest["seconds"] / 77_000)
        targets["row_time_large_to_middle"] = Target("time of a row, 1,048,575 rows to 77,000", 1.2, per_row)
        targets["peak_mib_large"] = Target("peak memory at 1,048,575 rows, MiB", 1536.0, large["peak_mib"])
    return targets


def table(results: dict[int, dict[str, Any]]) -> Iterator[str]:
    """Write the results for a person, as a Markdown table."""
    yield "| rows | way | seconds | to floor | client | server | cpu to floor | rows/s | peak MiB | steps |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|"
    for rows, result in results.items():
        floor = result["floor"]["seconds"]
        for way in (name for name in result if name not in ("rows", "bytes")):
            runs = result[way]
            steps = " ".join(f"{name} {seconds:.2f}" for name, seconds in runs["steps"].items())
            yield (
                f"| {rows:,} | {way} | {runs['seconds']:.2f} | {runs['seconds'] / floor:.2f} |"
                f" {runs['client']:.2f} | {runs['server']:.2f} | {cpu(runs) / cpu(result['floor']):.2f} |"
                f" {rows / runs['seconds']:,.0f} | {runs['peak_mib']:.0f} | {steps} |"
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*")
    arguments = parser.parse_args()
    quick = os.environ.get("BENCH") == "quick"
    sizes = arguments.sizes or ((77_000,) if quick else SIZES)
    folder, measured_at = Path(os.environ.get("BENCH_DIR", FOLDER)), circumstances()
    with bench_environment(folder) as place:
        leave_bytecode(place)
        results = {rows: measure(place, rows, arguments.runs if rows < 1_000_000 else 1) for rows in sizes}
    promised = targets(results, handler_ratio("functions.process.handler"))
    figures = {name: round(target.measured, 3) for name, target in promised.items()}
    kept = figures | {"measured": measured_at, "results": list(results.values())}
    tables = keep(folder, "ingest", kept, [measured_at, "", *table(results), "", *target_table(promised.values())])
    print(json.dumps(kept) if os.environ.get("JSON") else tables)


if __name__ == "__main__":
    main()
