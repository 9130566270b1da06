"""Compares what is read from a sample workbook with its truth, row by row and field by field."""

import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.flights import Reading, Reject, build, read
from shared.flights.model import Circle, Flight, Named, Point, Polygon, Route, Zone
from shared.workbooks.reader import rows
from testing.truth import truth_path


def disagreements(path: Path) -> list[str]:
    """List where reading a sample workbook differs from its truth; empty if nowhere."""
    truth = json.loads(truth_path(path).read_text(encoding="utf-8"))
    meant = {(row["sheet"], row["row"]): row for row in truth["rows"]}
    found: list[str] = []
    readings: dict[int, list[Reading]] = defaultdict(list)
    owners: dict[bytes, int] = {}
    for row in rows(path):
        where = f"{row.sheet} {row.number}"
        intended = meant.pop((row.sheet, row.number), None)
        reading = read(row.content)
        if intended is None:
            found.append(f"{where}: a row too many")
        elif reading is None:
            if intended["flight"] is not None or intended["reject"]:
                found.append(f"{where}: read as empty")
        elif isinstance(reading, Reject):
            if reading.code != intended["reject"]:
                found.append(f"{where}: {reading.code} instead of {intended['reject']}")
        elif intended["flight"] is None:
            found.append(f"{where}: read as a flight")
        else:
            if owners.setdefault(reading.key, intended["flight"]) != intended["flight"]:
                found.append(f"{where}: two flights with one identity")
            readings[intended["flight"]].append(reading)
    # Blank rows are counted, not given.
    found += [
        f"{sheet} {n}: not read" for (sheet, n), row in meant.items() if row["flight"] is not None or row["reject"]
    ]
    for flight in truth["flights"]:
        found += _differences(flight, readings[flight["flight"]])
    return found


def _differences(meant: dict[str, Any], readings: list[Reading]) -> list[str]:
    if not readings or len({reading.key for reading in readings}) > 1:
        return [f"flight {meant['flight']}: {len(readings)} rows, not one identity"]
    seen = facts(build(readings))
    return [
        f"flight {meant['flight']} {meant['sid']}: {name} is {value!r}, meant {meant[name]!r}"
        for name, value in seen.items()
        if value != (meant[name] or None)
    ]


def facts(flight: Flight) -> dict[str, Any]:
    """Give a flight in the form of a truth file, absent values as None."""
    values: dict[str, Any] = {
        "state": flight.state.value,
        "dep": _point(flight.dep),
        "arr": _point(flight.arr),
        "position": _point(flight.position),
        "position_source": flight.position_source.value,
        "operator_kind": flight.operator_kind.value,
        "regs": list(flight.regs) or None,
        "level_m": list(flight.level_m) if flight.level_m else None,
        "zone": _zone(flight.zone),
    }
    for name in ("center", "sid", "callsign", "uav_type", "uav_count", "duration_min", "plan_duration_min"):
        values[name] = getattr(flight, name)
    for name in ("dep_dt", "arr_dt", "plan_dep_dt", "plan_arr_dt"):
        values[name] = _stamp(getattr(flight, name))
    return values


def _stamp(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _point(point: Point | None) -> list[float] | None:
    return [point.lat, point.lon] if point else None


def _zone(zone: Zone | None) -> dict[str, Any] | None:
    match zone:
        case Circle():
            return {"kind": "circle", "radius_km": zone.radius_km, "center": [zone.lat, zone.lon]}
        case Named():
            return {"kind": "named", "names": list(zone.names)}
        case Polygon():
            return {"kind": "polygon", "points": [list(point) for point in zone.points]}
        case Route():
            return {"kind": "route", "points": [list(point) for point in zone.points]}
    return None
