"""Values at the edges: what each spelling is read as, with its codes; written by the rules of docs/telegrams.md.

``tests/golden/values.jsonl`` has a line a spelling. ``minute`` stands on 2025-06-14, ``level`` before a zone, ``zone``
between ``/ZONA`` and its slash.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from shared.telegrams.model import Circle, Named, Notes, Point, Polygon, Route
from shared.telegrams.repairs import repair
from shared.telegrams.values.aircraft import callsign, craft, marks, sid
from shared.telegrams.values.coordinates import point
from shared.telegrams.values.times import day, duration, minute
from shared.telegrams.values.zones import field15

LINES = (Path(__file__).parents[2] / "golden" / "values.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]
DAY = date(2025, 6, 14)


def level(text: str) -> tuple[object, Notes]:
    """Read a band of levels before a zone."""
    (band, _), notes = field15(f"{text} /ZONA MR054321/")
    return band, notes


def zone(text: str) -> tuple[object, Notes]:
    """Read a zone behind a band of levels."""
    (_, area), notes = field15(f"M0005/M0030 /ZONA {text}/")
    return area, notes


READERS: dict[str, Callable[[str], tuple[object, Notes]]] = {
    "place": point,
    "day": day,
    "minute": lambda text: minute(text, DAY),
    "duration": duration,
    "marks": marks,
    "craft": craft,
    "sid": sid,
    "callsign": callsign,
    "level": level,
    "zone": zone,
}


def plain(value: object) -> object:
    """Give a value as JSON has it."""
    if isinstance(value, Named):
        return {"names": list(value.names)}
    if isinstance(value, Circle):
        return {"radius_km": value.radius_km, "lat": value.lat, "lon": value.lon}
    if isinstance(value, Polygon | Route):
        return {type(value).__name__.lower(): [list(point) for point in value.points]}
    if isinstance(value, Point):
        return [value.lat, value.lon]
    if isinstance(value, date):
        return value.isoformat()
    return [plain(one) for one in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['reader']} {case['text']!r}")
def test_value(case: dict[str, object]) -> None:
    value, notes = READERS[str(case["reader"])](repair(str(case["text"])).text)
    assert plain(value) == case["value"]
    assert sorted({note.code for note in notes}) == case["codes"]


def test_there_are_many_of_each() -> None:
    assert all(count > 10 for count in Counter(case["reader"] for case in CASES).values())
    assert len(CASES) > 350


@pytest.mark.parametrize(("text", "value"), [("010540", None), ("000540", 5), ("240540", None)])
def test_six_digits_without_a_day_beside_them(text: str, value: int | None) -> None:
    assert minute(text)[0] == value
