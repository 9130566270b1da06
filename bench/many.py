"""Many workbooks at once: ``python -m bench.many [--workbooks 50] [--rows 2000] [--workers 4]``.

A whole local stack of its own, workbooks of both layouts with flights of their own, all announced and sent at the same
moment by as many clients; the function ``process`` has ``--workers`` instances. Told are the whole time, rows a second,
and how long a sender waits from the announcement to the end, by quantile. Afterwards the tables are verified.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.environment import free_port
from bench.results import FOLDER, circumstances, keep
from fly_potato.client import Client
from fly_potato.database import verify
from fly_potato.stack import Stack, StackPaths
from testing.workbooks import make_sample


def samples(folder: Path, workbooks: int, rows: int) -> list[Path]:
    """Make workbooks that share nothing but their days."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(workbooks):
        path = folder / f"{number:03}-{rows}.xlsx"
        if not path.exists():
            layout = "2024" if number % 2 else "2025"
            make_sample(path, rows=rows, layout=layout, seed=1000 + number, totals_only=True)
        paths.append(path)
    return paths


def send(url: str, workbook: Path) -> tuple[float, dict[str, Any]]:
    """Carry one workbook to its end; give the seconds its sender waited and the last state."""
    started = time.perf_counter()
    with Client(url) as client:
        announced = client.announce(workbook)
        client.send(announced, workbook)
        state = client.follow(announced["id"], lambda state: None, seconds=1800)
    return time.perf_counter() - started, state


def measure(stack: Stack, paths: list[Path]) -> dict[str, Any]:
    """Send all at once."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(paths)) as senders:
        ended = list(senders.map(lambda path: send(stack.paths.url, path), paths))
    whole = time.perf_counter() - started
    waits = sorted(seconds for seconds, _ in ended)
    rows = sum(state["counts"]["rows_in"] for _, state in ended if state["counts"])
    _, rules = asyncio.run(verify(stack.superuser_uri()))
    return {
        "states": dict(Counter(state["state"] for _, state in ended)),
        "rows": rows,
        "seconds": round(whole, 1),
        "rows_per_second": round(rows / whole),
        "wait_first": round(waits[0], 1),
        "wait_p50": round(statistics.median(waits), 1),
        "wait_p95": round(waits[int(len(waits) * 0.95)], 1),
        "wait_last": round(waits[-1], 1),
        "broken_rules": [rule.name for rule in rules if rule.offenders],
    }


def table(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Write the figures for a person, as a Markdown table."""
    yield "| instances of `process` | ended | rules broken | rows/s | whole, s | first | half | 95 % | last |"
    yield "|---:|---|---|" + "---:|" * 6
    for each in results:
        ended = ", ".join(f"{number} {state}" for state, number in each["states"].items())
        figures = (each[name] for name in ("seconds", "wait_first", "wait_p50", "wait_p95", "wait_last"))
        numbers = " | ".join(f"{figure:.1f}" for figure in figures)
        broken = ", ".join(each["broken_rules"]) or "none"
        yield f"| {each['workers']} | {ended} | {broken} | {each['rows_per_second']:,} | {numbers} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workbooks", type=int, default=50)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 4])
    arguments = parser.parse_args()
    measured_at = f"{arguments.workbooks} workbooks of {arguments.rows:,} rows; {circumstances()}"
    results: list[dict[str, Any]] = []
    paths = samples((FOLDER / "many").absolute(), arguments.workbooks, arguments.rows)
    for workers in arguments.workers:
        os.environ |= {"FLY_POTATO_POSTGRES": "packages", "EMULATOR_PROCESS_INSTANCES": str(workers)}
        state = Path(tempfile.mkdtemp(prefix="fly-potato-many-"))
        state.chmod(0o755)
        stack = Stack(StackPaths(state, free_port(), free_port(), free_port()))
        try:
            stack.up(lambda line: None)
            results.append({"workers": workers} | measure(stack, paths))
        finally:
            stack.down(lambda line: None)
            shutil.rmtree(state, ignore_errors=True)
    print(keep(FOLDER, "many", {"measured": measured_at, "results": results}, [measured_at, "", *table(results)]))


if __name__ == "__main__":
    main()
