"""What reading a workbook in a process of its own costs: ``python -m bench.reading [WORKBOOK]``.

Processor seconds of one run, the least of ``--runs``, each way in a fresh process. ``floor`` is what any loader must do
(python-calamine's cells and their COPY, the server's own time apart). ``load`` is what the first workbook of a worker
pays for the process from which readings are forked, imports included; ``start`` what every workbook pays for its
process, measured with files of one row; ``receive`` what the process that wants the rows takes to get all of them;
``read`` what the reading itself takes. ``start`` and ``receive`` are what the process costs; the promise is 0.3 floors
at 77,000 rows.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.environment import bench_environment
from bench.loaders import calamine_cells, copy_raw
from shared.workbooks.child import read_workbook
from shared.workbooks.forked import end_fork_server

ROWS = 77_000
PROMISE = 0.3
REPEATS = 10


def floor(path: Path) -> dict[str, float]:
    """Read the cells and COPY them raw."""
    before = os.times()
    asyncio.run(copy_raw(calamine_cells(path)))
    after = os.times()
    return {"floor": after.user + after.system - before.user - before.system}


def apart(path: Path) -> dict[str, float]:
    """Read in a process of its own: what it takes, and what it takes here to get the rows."""
    before = os.times()
    with read_workbook(path) as process:
        for _ in process.batches():
            pass
    after = os.times()
    return {"read": process.cpu_seconds, "receive": after.user + after.system - before.user - before.system}


def starts(path: Path) -> dict[str, float]:
    """Read a file of one row once and then some times more, each process and its forks counted."""
    load = _all_processes(path, 1)
    return {"load": load, "start": (_all_processes(path, 1 + REPEATS) - load) / REPEATS}


def _all_processes(path: Path, times: int) -> float:
    before = os.times()
    for _ in range(times):
        with read_workbook(path) as process:
            for _ in process.batches():
                pass
    end_fork_server()
    return sum(after - then for after, then in zip(os.times()[:4], before[:4], strict=True))


WAYS: dict[str, Callable[[Path], dict[str, float]]] = {"floor": floor, "apart": apart, "starts": starts}


def spent(way: str, path: Path, environment: dict[str, str]) -> dict[str, float]:
    """Run one way in a fresh process."""
    command = [sys.executable, "-m", "bench.reading", "--way", way, str(path)]
    run = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(run.stdout)
    return seconds


def measured(path: Path, small: Path, environment: dict[str, str]) -> dict[str, float]:
    """Measure every way once."""
    whole = spent("floor", path, environment) | spent("apart", path, environment)
    return whole | spent("starts", small, environment)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--way", choices=sorted(WAYS))
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(WAYS[arguments.way](arguments.workbook)))
        return
    with bench_environment(Path(os.environ.get("BENCH_DIR", ".local/bench"))) as place, place.database() as uri:
        path, small = arguments.workbook or place.workbook(ROWS), place.workbook(1)
        runs = [measured(path, small, {"POSTGRES_URI": uri}) for _ in range(arguments.runs)]
    least = {name: min(run[name] for run in runs) for name in runs[0]}
    cost = (least["start"] + least["receive"]) / least["floor"]
    if os.environ.get("JSON"):
        print(json.dumps({name: round(value, 3) for name, value in (least | {"process_to_floor": cost}).items()}))
        return
    for name, value in least.items():
        print(f"{name:10} {value:6.2f}")
    print(f"process to floor {cost:.2f}, at most {PROMISE}: {'met' if cost <= PROMISE else 'NOT MET'}")


if __name__ == "__main__":
    main()
