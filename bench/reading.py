"""What reading a workbook in a process of its own costs: ``python -m bench.reading [WORKBOOK]``.

All figures are processor seconds of one run, the smallest of ``--runs``, each way in a fresh process: ``floor`` is the
reading side of what any loader must do (python-calamine's cells and their COPY, the server's time apart), ``within``
reads in the process itself and throws the lines of COPY away, ``apart`` does so through the other process and the pipe.
Their difference, in floors, is what the process costs; the promise is 0.3 at 77,000 rows.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.ground import ground

ROWS = 77_000
PROMISE = 0.3
_SPENT = """
import json, os, sys
from pathlib import Path
from bench.reading import WAYS
path = Path(sys.argv[2])
WAYS[sys.argv[1]](path)
print(json.dumps(sum(os.times()[:4])))
"""


def within(path: Path) -> None:
    """Read in this process."""
    import gc

    from shared.workbooks.worker import Frames, Reading

    gc.disable()
    with open(os.devnull, "wb", buffering=0) as nothing:
        Reading(path, None, Frames(nothing)).run(0.0)


def apart(path: Path) -> None:
    """Read in a process of its own."""
    from shared.workbooks.child import read_workbook

    with read_workbook(path) as process:
        for _ in process.batches():
            pass


def floor(path: Path) -> None:
    """Read the cells and COPY them raw."""
    import asyncio

    from bench.ways import calamine_cells, copy_raw

    asyncio.run(copy_raw(calamine_cells(path)))


WAYS: dict[str, Callable[[Path], None]] = {"floor": floor, "within": within, "apart": apart}


def spent(way: str, path: Path, environment: dict[str, str]) -> float:
    """Run one way in a fresh process; give its processor seconds, those of its own processes included."""
    command = [sys.executable, "-c", _SPENT, way, str(path)]
    run = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    seconds: float = json.loads(run.stdout)
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with ground(Path(os.environ.get("BENCH_DIR", ".local/bench"))) as place, place.database() as uri:
        path = arguments.workbook or place.workbook(ROWS)
        environment = {"POSTGRES_URI": uri}
        rounds = [{way: spent(way, path, environment) for way in WAYS} for _ in range(arguments.runs)]
    least = {way: min(one[way] for one in rounds) for way in WAYS}
    cost = (least["apart"] - least["within"]) / least["floor"]
    figures = {way: round(seconds, 2) for way, seconds in least.items()} | {"process_to_floor": round(cost, 3)}
    if os.environ.get("JSON"):
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:18} {value}")
    print(f"{'promised':18} {PROMISE}: {'met' if cost <= PROMISE else 'NOT MET'}")


if __name__ == "__main__":
    main()
