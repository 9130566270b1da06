"""The totals of a sample workbook beside what the product counted."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from fly_potato.client import Json

MISPLACED_SHARE = 0.003
"""Flights that may stand in another region than the sample says: near borders the word of a gazetteer is weak."""


@dataclass(frozen=True, slots=True)
class RegionFlights:
    """How many flights a region has, cancelled ones left out; ``iso`` is its ISO 3166-2 code where there is one."""

    iso: str | None
    name: str
    flights: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what it should be."""

    what: str
    expected: object
    actual: object


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
        "по кодам": (totals["rejected"], {reject["code"]: reject["rows"] for reject in state["rejects"]}),
    }
    differences = [
        Difference(what, expected, counted) for what, (expected, counted) in pairs.items() if expected != counted
    ]
    outside = Difference("вне регионов", totals["outside"], counts.get("flights_outside", 0))
    if abs(totals["outside"] - counts.get("flights_outside", 0)) > allowed_misplaced(totals["flights"]):
        differences.append(outside)
    return differences


def allowed_misplaced(flights: int) -> int:
    """Give how many of so many flights may stand in another region than the sample says."""
    return int(flights * MISPLACED_SHARE)


def misplaced(differences: Sequence[Difference]) -> int:
    """Give how many flights stand in another region than they should, at least, by the differences of regions."""
    missing = sum(max(0, int(str(difference.expected)) - int(str(difference.actual))) for difference in differences)
    surplus = sum(max(0, int(str(difference.actual)) - int(str(difference.expected))) for difference in differences)
    return max(missing, surplus)


def compare_regions(truths: Sequence[Json], counted: Sequence[RegionFlights]) -> list[Difference]:
    """Compare the flights of each region over several samples, cancelled ones left out, with what the database holds.

    A truth names a region by its ISO code or by its Russian name; either finds it.
    """
    names = {key: region.name for region in counted for key in (region.iso, region.name) if key}
    expected: Counter[str] = Counter()
    for totals in truths:
        for key, counts in totals["by_region"].items():
            expected[names.get(key, key)] += counts["flights"] - counts.get("cancelled", 0)
    flights = Counter({region.name: region.flights for region in counted})
    return [
        Difference(f"полётов: {name}", expected[name], flights[name])
        for name in sorted(expected | flights)
        if expected[name] != flights[name]
    ]


def flights_by_region(uri: str) -> list[RegionFlights]:
    """Read all regions, the busiest first; ``uri`` is that of ``fp_datalens``."""
    return asyncio.run(_read(uri))


async def _read(uri: str) -> list[RegionFlights]:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        rows = await connection.fetch(
            "SELECT iso, name, flights::bigint FROM mart.region_totals ORDER BY flights DESC, name"
        )
    finally:
        await connection.close()
    return [RegionFlights(row["iso"], row["name"], row["flights"]) for row in rows]
