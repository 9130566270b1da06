"""How many rows a second are read on one core, the reading of the workbook excluded: ``python -m bench.parse``.

Rows are those of a sample of 2025 (``testing.rows``): telegrams of about 650 characters with the oddities and in the
shares that were counted in a workbook of 76,902 rows. No two rows are equal: their numbers, days, minutes and points
differ as real ones do.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from shared.flights import Reading, TelegramRow, build, read
from shared.telegrams import parse_all
from testing.rows import sample_rows


def _parse(some: Sequence[TelegramRow]) -> None:
    for row in some:
        for text in (row.shr, row.dep, row.arr):
            if text:
                parse_all(text)


def _read(some: Sequence[TelegramRow]) -> list[Reading]:
    return [said for row in some if isinstance(said := read(row), Reading)]


def _build(readings: Sequence[Reading]) -> None:
    for reading in readings:
        build((reading,))


def rate(work: Callable[[], object], count: int, repeats: int) -> float:
    """Give the median of rows a second of processor time; the collector rests, as it does in a load."""
    taken = []
    for _ in range(repeats):
        gc.collect()
        gc.disable()
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
        gc.enable()
    return count / statistics.median(taken)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 1 if parsing is slower than ``--floor``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--floor", type=float, default=0, help="rows a second that parsing must reach")
    options = parser.parse_args(argv)
    some = list(sample_rows(options.rows))
    readings = _read(some)
    rates = {
        "parse": rate(lambda: _parse(some), len(some), options.repeats),
        "read": rate(lambda: _read(some), len(some), options.repeats),
        "build": rate(lambda: _build(readings), len(some), options.repeats),
    }
    characters = sum(len(text or "") for row in some for text in (row.shr, row.dep, row.arr)) / len(some)
    said = {
        name: {"rows_per_second": round(value), "us_per_row": round(1e6 / value, 1)} for name, value in rates.items()
    }
    print(json.dumps({"rows": len(some), "characters_per_row": round(characters), **said}))
    return rates["parse"] < options.floor


if __name__ == "__main__":
    sys.exit(main())
