"""A sample's truth beside what the product counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fly_potato.client import Json


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what it should be."""

    what: str
    expected: object
    found: object


def truth_beside(workbook: Path) -> Json | None:
    """Read the totals that lie beside a sample workbook, or None for a workbook without them."""
    path = workbook.with_suffix(".truth.json")
    if not path.exists():
        return None
    totals: Json = json.loads(path.read_text(encoding="utf-8"))["totals"]
    return totals


def compare(totals: Mapping[str, Any], state: Json) -> list[Difference]:
    """Compare a sample's totals with a finished upload: rows, flights, rejects by code."""
    counts = state["counts"] or {}
    flights = ("flights_new", "flights_updated", "flights_unchanged")
    pairs = {
        "строк": (totals["rows"], counts.get("rows_in")),
        "пустых строк": (totals["empty"], counts.get("rows_empty")),
        "повторов": (totals["repeated"], counts.get("rows_repeated")),
        "не прочитано": (sum(totals["rejected"].values()), counts.get("rows_rejected")),
        "полётов": (totals["flights"], sum(counts.get(name, 0) for name in flights)),
        "вне регионов": (totals["outside"], counts.get("flights_outside")),
        "по кодам": (totals["rejected"], {each["code"]: each["rows"] for each in state["rejects"]}),
    }
    return [Difference(what, expected, found) for what, (expected, found) in pairs.items() if expected != found]


def compare_regions(truths: list[Json], found: Mapping[str, int]) -> list[Difference]:
    """Compare flights by region (its ISO code, or its name) over several samples with what the database holds."""
    expected: dict[str, int] = {}
    for totals in truths:
        for region, counts in totals["by_region"].items():
            expected[region] = expected.get(region, 0) + counts["flights"] - counts.get("cancelled", 0)
    names = sorted(set(expected) | {name for name, flights in found.items() if flights})
    return [
        Difference(f"полётов в {name}", expected.get(name, 0), found.get(name, 0))
        for name in names
        if expected.get(name, 0) != found.get(name, 0)
    ]
