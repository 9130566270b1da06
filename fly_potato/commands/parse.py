"""``fly-potato parse``: rows of telegrams in, what they say out, one JSON line each, in order."""

import json
import sys
from datetime import datetime
from typing import BinaryIO

import click

from shared.flights import Flight, FlightState, Reject, TelegramRow, build, flight_codes, read
from shared.flights.model import Circle, Named, Point, Polygon, Zone

_CELLS = ("center", "shr", "dep", "arr")
_EMPTY: dict[str, object] = dict.fromkeys(
    (
        *("sid", "callsign", "uav_type", "uav_count", "regs", "dep_lat", "dep_lon", "dep_source"),
        *("arr_lat", "arr_lon", "arr_source", "dep_dt", "arr_dt", "duration_min"),
        *("plan_dep_dt", "plan_arr_dt", "plan_duration_min", "level_m", "zone"),
    )
)


@click.command(name="parse")
@click.option("--jsonl", is_flag=True, required=True, help="Читать и писать JSON построчно; другой формы нет.")
def command(jsonl: bool) -> None:
    """Прочитать строки с телеграммами (JSON) со стандартного ввода и написать, что в них сказано, в том же порядке."""
    del jsonl
    answer_all(sys.stdin.buffer, sys.stdout.buffer)


def answer_all(lines: BinaryIO, out: BinaryIO) -> None:
    """Answer every line with one line."""
    for line in lines:
        text = json.dumps(answer(line), ensure_ascii=False, separators=(",", ":"))
        out.write(text.encode("utf-8", "backslashreplace") + b"\n")
    out.flush()


def answer(line: bytes) -> dict[str, object]:
    """Answer one line; a line that is no row is a reject in its place."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return _rejected(None, flight_codes.LINE_NOT_JSON)
    if not isinstance(row, dict):
        return _rejected(None, flight_codes.LINE_NOT_A_ROW)
    name = row.get("id")
    cells = [row.get(cell) for cell in _CELLS]
    if not all(cell is None or isinstance(cell, str) for cell in cells):
        return _rejected(name, flight_codes.LINE_NOT_A_ROW)
    reading = read(TelegramRow(*cells))
    if reading is None:
        return {"id": name, "outcome": "empty", "reject": None, "problems": [], **_EMPTY}
    if isinstance(reading, Reject):
        return _rejected(name, reading.code)
    return {"id": name, **flight_as_json(build([reading]))}


def _rejected(name: object, code: str) -> dict[str, object]:
    return {"id": name, "outcome": "reject", "reject": code, "problems": [code], **_EMPTY}


def flight_as_json(flight: Flight) -> dict[str, object]:
    """Give a flight as the keys and plain values of an answer."""
    dep, arr = flight.dep, flight.arr
    return {
        "outcome": "cancelled" if flight.state is FlightState.CANCELLED else "flight",
        "reject": None,
        "problems": list(flight.problems),
        "sid": flight.sid,
        "callsign": flight.callsign,
        "uav_type": flight.uav_type,
        "uav_count": flight.uav_count,
        "regs": list(flight.regs) or None,
        **_point("dep", dep),
        **_point("arr", arr),
        "dep_dt": _moment(flight.dep_dt),
        "arr_dt": _moment(flight.arr_dt),
        "duration_min": flight.duration_min,
        "plan_dep_dt": _moment(flight.plan_dep_dt),
        "plan_arr_dt": _moment(flight.plan_arr_dt),
        "plan_duration_min": flight.plan_duration_min,
        "level_m": list(flight.level_m) if flight.level_m else None,
        "zone": _zone(flight.zone),
    }


def _point(name: str, point: Point | None) -> dict[str, object]:
    if point is None:
        return {f"{name}_lat": None, f"{name}_lon": None, f"{name}_source": None}
    return {f"{name}_lat": point.lat, f"{name}_lon": point.lon, f"{name}_source": point.source}


def _moment(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _zone(zone: Zone | None) -> dict[str, object] | None:
    if zone is None:
        return None
    if isinstance(zone, Circle):
        return {"kind": "circle", "radius_km": zone.radius_km, "center": [zone.lat, zone.lon]}
    if isinstance(zone, Named):
        return {"kind": "named", "names": list(zone.names)}
    kind = "polygon" if isinstance(zone, Polygon) else "route"
    return {"kind": kind, "points": [list(point) for point in zone.points]}
