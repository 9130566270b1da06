"""Draw what ``JSON=1 make bench`` printed: ``python -m bench.plot RESULTS.json OUT.png``.

Left microseconds a row by way and size, right the peak of memory; both axes of sizes are logarithmic.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import vl_convert

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


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text(encoding="utf-8"))
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "data": {"values": points(results["results"])},
        "hconcat": [chart("Time", "us", "microseconds a row"), chart("Memory", "mib", "peak MiB")],
    }
    arguments.out.write_bytes(vl_convert.vegalite_to_png(json.dumps(spec), scale=1.25))


if __name__ == "__main__":
    main()
