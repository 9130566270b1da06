"""How long a row takes to be read and built, against another commit of this repository: ``python -m bench.parse``.

Rows are those of a sample of 2025 (``testing.rows``): telegrams of about 650 characters with the oddities and in the
shares that were counted in a workbook of 76,902 rows. No two rows are equal. Each run is a process of its own, so that
every value is seen for the first time; this commit and the other take turns on the same rows, and the collector rests,
as it does in a load. Seconds are the processor's, the best of ``--repeats``. ``odd`` are the rows of which 6ff7d25
reads a telegram carefully, whatever the grammar of today says.

``--floor`` is the number of rows a second that must be reached, else the exit status is 1.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BEFORE = "6ff7d25"
"""The last commit that read telegrams in two ways."""
AT_LEAST = {"all": 3.0, "odd": 5.0}
"""How many times as fast as ``BEFORE`` reading and building is to be, by the share of rows."""


def measure(path: Path) -> float:
    """Give the seconds that reading and building a file of rows takes, of the code that is first on the path."""
    # Imported here: in the child the package is that of the commit that is measured.
    from shared.flights import Reading, TelegramRow, build, read

    rows = [TelegramRow(*cells) for cells in json.loads(path.read_text(encoding="utf-8"))]
    gc.collect()
    gc.disable()
    started = time.process_time()
    for row in rows:
        reading = read(row)
        if isinstance(reading, Reading):
            build([reading])
    return time.process_time() - started


def odd_rows(path: Path) -> None:
    """Print those rows of a file that the code first on the path, of BEFORE, cannot read quickly."""
    from shared.telegrams.canonical import quick  # type: ignore[import-not-found]  # of that commit alone

    rows = json.loads(path.read_text(encoding="utf-8"))
    print(json.dumps([row for row in rows if any(text and quick(text) is None for text in row[1:])]))


def sample(count: int, folder: Path) -> dict[str, Path]:
    """Write the rows, and the odd ones of them, to files; give the files by their share's name."""
    from testing.rows import sample_rows

    files = {"all": folder / "all.json", "odd": folder / "odd.json"}
    rows = [(row.center, row.shr, row.dep, row.arr) for row in sample_rows(count)]
    files["all"].write_text(json.dumps(rows), encoding="utf-8")
    files["odd"].write_text(_child(_checked_out(BEFORE, folder), "--odd", files["all"]), encoding="utf-8")
    return files


def _child(root: Path, task: str, rows: Path) -> str:
    """Give what the code under ``root`` prints of rows in a process of its own."""
    command = [sys.executable, str(HERE / "bench" / "parse.py"), task, str(rows)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    return result.stdout


def _checked_out(commit: str, folder: Path) -> Path:
    """Unpack another commit's packages."""
    archive = subprocess.run(
        ["git", "archive", commit, "shared"],
        cwd=HERE,
        capture_output=True,
        check=True,
    )
    root = folder / commit
    root.mkdir(exist_ok=True)
    subprocess.run(["tar", "x"], cwd=root, input=archive.stdout, check=True)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 1 if reading is slower than ``--floor``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--against", default=BEFORE, help="another commit; '' for none")
    parser.add_argument("--floor", type=float, default=0, help="rows a second that reading and building must reach")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--odd", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.measure or options.odd:
        print(measure(options.measure)) if options.measure else odd_rows(options.odd)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = sample(options.rows, folder)
        roots = {"now": HERE}
        if options.against:
            roots["before"] = _checked_out(options.against, folder)
        answer: dict[str, object] = {}
        slow = False
        for share, path in files.items():
            count = len(json.loads(path.read_text(encoding="utf-8")))
            turns = [
                {which: float(_child(root, "--measure", path)) for which, root in roots.items()}
                for _ in range(options.repeats)
            ]
            best = {which: min(turn[which] for turn in turns) for which in roots}
            figures = {f"us_per_row_{which}": round(1e6 * seconds / count, 1) for which, seconds in best.items()}
            ratio: dict[str, object] = {}
            if "before" in best:
                times = best["before"] / best["now"]
                ratio = {"ratio": round(times, 2), "at_least": AT_LEAST[share], "met": times >= AT_LEAST[share]}
            answer[share] = {"rows": count, **figures, **ratio}
            slow = slow or (share == "all" and count / best["now"] < options.floor)
    print(json.dumps(answer))
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
