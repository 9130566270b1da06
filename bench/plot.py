"""Put what the last measurements found into docs/performance.md and its pictures: ``python -m bench.plot``.

``[--folder .local/bench] [--document docs/performance.md]``. Each measurement leaves its tables and results in the
folder (``bench.results``); what is there is put in and drawn, beside the document in ``images``. Of ``make bench``,
``loads.png``: left microseconds a row by way and size, right the peak of memory. Of ``python -m bench.api``,
``answers.png``: what new answers took, by route, with the most that they are to take. Of ``python -m bench.growth``,
``growth.png``: left seconds, right milliseconds of answers and dashboards by the number of flights. Axes are
logarithmic.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import vl_convert

from bench.api import NEW_MS
from bench.results import FOLDER, put_in

NAMES = {"floor": "floor: read and COPY", "ingest": "ingest", "again": "the same file again"}
WIDTH, HEIGHT = 320, 240


def points(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn the results into one record a way and size."""
    return [
        {
            "rows": result["rows"],
            "way": NAMES.get(way, way),
            "us": 1e6 * result[way]["seconds"] / result["rows"],
            "mib": result[way]["peak_mib"],
        }
        for result in results
        for way in result
        if isinstance(result[way], dict)
    ]


def lines(title: str, size: tuple[str, str], value: tuple[str, str], of: str) -> dict[str, Any]:
    """Describe lines over sizes: fields and their titles, and the field that tells lines apart."""
    log = {"type": "quantitative", "scale": {"type": "log"}}
    return {
        "title": title,
        "width": WIDTH,
        "height": HEIGHT,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": size[0], "title": size[1], **log},
            "y": {"field": value[0], "title": value[1], **log},
            "color": {"field": of, "type": "nominal", "title": None},
        },
    }


def loads(found: dict[str, Any]) -> dict[str, Any]:
    """Describe the charts of ``make bench``."""
    rows = ("rows", "rows of the workbook")
    return {
        "data": {"values": points(found["results"])},
        "hconcat": [
            lines("Time", rows, ("us", "microseconds a row"), "way"),
            lines("Memory", rows, ("mib", "peak MiB"), "way"),
        ],
    }


def answers(found: dict[str, Any]) -> dict[str, Any]:
    """Describe the chart of new answers: bars from the median to the 95th of a hundred, a rule at the target."""
    values = [
        {"route": path, "of": name, "half": each[f"{mark}p50"], "most": each[f"{mark}p95"]}
        for path, each in found["new"].items()
        for name, mark in (("by the clock", ""), ("processor time", "processor_"))
    ]
    route = {"field": "route", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 320}}
    scale = {"type": "log"}
    x = {"field": "half", "type": "quantitative", "scale": scale, "title": "milliseconds: half, and 95 of 100 answers"}
    color = {"field": "of", "type": "nominal", "title": None}
    bars = {"y": route, "x": x, "x2": {"field": "most"}, "color": color}
    return {
        "data": {"values": values},
        "width": 2 * WIDTH,
        "layer": [
            {"mark": {"type": "bar", "height": 6}, "encoding": bars},
            {"mark": {"type": "rule", "color": "firebrick"}, "encoding": {"x": {"datum": NEW_MS, "scale": scale}}},
        ],
    }


def growth(found: dict[str, Any]) -> dict[str, Any]:
    """Describe the charts of growth."""
    seconds, milliseconds = [], []
    for size in found["sizes"]:
        taken = {**size["seconds"], "load of 10,000 rows, processor": size["load"]["client"] + size["load"]["server"]}
        seconds += [{"flights": size["flights"], "of": name, "s": value} for name, value in taken.items()]
        slow = [each["processor_p95"] for each in size["new"].values()]
        shown = {
            "p95 of the slowest route, processor": max(slow),
            "p95 of the middle route, processor": median(slow),
            "slowest query of a dashboard": max(size["dashboards_ms"].values()),
        }
        milliseconds += [{"flights": size["flights"], "of": name, "ms": value} for name, value in shown.items()]
    flights = ("flights", "flights stored")
    return {
        "hconcat": [
            {"data": {"values": seconds}, **lines("Seconds", flights, ("s", "seconds"), "of")},
            {"data": {"values": milliseconds}, **lines("Answers", flights, ("ms", "milliseconds"), "of")},
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


PICTURES: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "ingest": ("loads.png", loads),
    "api": ("answers.png", answers),
    "growth": ("growth.png", growth),
}
"""What is drawn of a measurement, and the picture's name."""
MEASUREMENTS = (*PICTURES, "many", "reattribution")


def main() -> None:
    """Put in and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--document", type=Path, default=Path("docs/performance.md"))
    options = parser.parse_args()
    for name in MEASUREMENTS:
        results = options.folder / f"{name}.json"
        if not results.exists():
            print(f"{name}: there is no {results}")
            continue
        found = json.loads(results.read_text(encoding="utf-8"))
        if not put_in(options.document, name, results.with_suffix(".md").read_text(encoding="utf-8")):
            print(f"{name}: {options.document} has no place for its tables")
        if name in PICTURES:
            picture, describe = PICTURES[name]
            described = {"title": found["measured"], **describe(found)}
            spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "white", **described}
            drawn = vl_convert.vegalite_to_png(json.dumps(spec), scale=1.25)
            (options.document.parent / "images" / picture).write_bytes(drawn)
        print(f"{name}: {found['measured']}")


if __name__ == "__main__":
    main()
