"""Draw what a measurement printed as JSON: ``python -m bench.plot RESULTS.json OUT.png``.

Of ``make bench`` left microseconds a row by way and size, right the peak of memory; both axes of sizes are logarithmic.
Of ``python -m bench.api`` what new answers took, by route, with the most that they are to take.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import vl_convert

from bench.api import NEW_MS

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


def chart(title: str, field: str, unit: str) -> dict[str, Any]:
    """Describe one of the two charts."""
    sizes = {"field": "rows", "type": "quantitative", "scale": {"type": "log"}, "title": "rows of the workbook"}
    values = {"field": field, "type": "quantitative", "title": unit, "scale": {"type": "log"}}
    return {
        "title": title,
        "width": WIDTH,
        "height": HEIGHT,
        "mark": {"type": "line", "point": True},
        "encoding": {"x": sizes, "y": values, "color": {"field": "way", "type": "nominal", "title": None}},
    }


def loads(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe the charts of ``make bench``."""
    return {
        "data": {"values": points(results)},
        "hconcat": [chart("Time", "us", "microseconds a row"), chart("Memory", "mib", "peak MiB")],
    }


def answers(measured: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Describe the chart of new answers: bars from the median to the 95th of a hundred, a rule at the target."""
    values = [
        {"route": path, "of": name, "half": each[f"{mark}p50"], "most": each[f"{mark}p95"]}
        for path, each in measured.items()
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


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text(encoding="utf-8"))
    described = answers(results["new"]) if "new" in results else loads(results["results"])
    spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "white", **described}
    arguments.out.write_bytes(vl_convert.vegalite_to_png(json.dumps(spec), scale=1.25))


if __name__ == "__main__":
    main()
