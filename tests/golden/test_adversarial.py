"""Rows with one unusual thing each, and what the rules of reading make of them.

A line of ``adversarial.jsonl`` is a change of the invented row of its year (``testing.rows``) and the facts that become
other than in that row, told by the rules and not by the reader; all other facts must stay. Changes:
``[cell, was, now]`` replaces, ``[cell, null]`` empties, ``[cell, "=", text]`` sets, ``[cell, "+", text]`` and
``[cell, "^", text]`` put a telegram below or above, ``[cell, "again", was, now]`` repeats the row's telegram with a
change below, ``[cell, "env"]`` puts it into an AFTN envelope, ``["swap"]`` moves each cell to the next column.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.flights import Flight, FlightState, TelegramRow
from testing.rows import ROW, ROW24, flight
from testing.telegrams import enveloped

BASES = {"2025": ROW, "2024": ROW24}
LINES = (Path(__file__).parent / "adversarial.jsonl").read_text(encoding="utf-8").splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
_STAMPS = ("dep_dt", "arr_dt", "plan_dep_dt", "plan_arr_dt")
_PLAIN = ("sid", "callsign", "uav_type", "uav_count", "duration_min", "plan_duration_min")


def row_of(case: dict[str, Any]) -> TelegramRow:
    """Apply a case's changes to its row."""
    base = BASES[case["base"]]
    cells: dict[str, str | None] = {"shr": base.shr, "dep": base.dep, "arr": base.arr}
    for cell, *change in case["changes"]:
        if cell == "swap":
            cells = dict(zip(cells, [cells["arr"], cells["shr"], cells["dep"]], strict=True))
            continue
        text = cells[cell] or ""
        match change:
            case [None]:
                cells[cell] = None
            case ["env"]:
                cells[cell] = enveloped(text, 123, "250410", "0700")
            case ["=", new]:
                cells[cell] = new
            case ["+", more]:
                cells[cell] = f"{text}\n{more}"
            case ["^", more]:
                cells[cell] = f"{more}\n{text}"
            case ["again", was, now]:
                cells[cell] = f"{text}\n{(getattr(base, cell) or '').replace(was, now)}"
            case [was, now]:
                assert was in text, (case["id"], was)
                cells[cell] = text.replace(was, now)
    return TelegramRow(base.center, **cells)


def facts(read: Flight) -> dict[str, Any]:
    """Give a flight's facts in the form of the file."""
    values: dict[str, Any] = {name: getattr(read, name) for name in _PLAIN}
    values |= {name: f"{moment:%Y-%m-%dT%H:%M}" if (moment := getattr(read, name)) else None for name in _STAMPS}
    for name in ("dep", "arr"):
        point = getattr(read, name)
        values[name] = [point.lat, point.lon] if point else None
    values["regs"] = list(read.regs) or None
    values["level_m"] = list(read.level_m) if read.level_m else None
    values["zone"] = read.zone
    values["outcome"] = "cancelled" if read.state is FlightState.CANCELLED else "flight"
    return values


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']}-rule-{case['rule']}" for case in CASES])
def test_row(case: dict[str, Any]) -> None:
    read = flight(row_of(case))
    assert facts(read) == facts(flight(BASES[case["base"]])) | case["expected"], case["what"]
    assert set(case["codes"]) <= set(read.problems), case["what"]
