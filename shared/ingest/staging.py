"""What goes over the wire: a source row and its flight as records of the two staging tables.

The order of members is the order of the columns in ``sql/stage.sql``; a test holds them equal.
"""

import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any, TypeAlias

from shared.db import PgUUID
from shared.flights import Flight, Row, TableRow, TelegramRow
from shared.telegrams import Circle, Named, Polygon, Route, Zone

Record: TypeAlias = tuple[Any, ...]

_TABLE_FIELDS = tuple(field.name for field in fields(TableRow))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the workbook a row stands; ``ordinal`` counts the data rows of all sheets."""

    ordinal: int
    sheet: str
    number: int


def row_record(place: Place, key: bytes, content: Row) -> Record:
    """Make the record of a source row for ``stage_rows``."""
    return (place.ordinal, PgUUID(key), PgUUID(row_hash(content)), place.sheet, place.number, *_texts(content))


def reject_record(place: Place, code: str, content: Row) -> Record:
    """Make the record of a rejected row for ``stage_rejects``."""
    return (place.ordinal, code, place.sheet, place.number, *_texts(content))


def _texts(content: Row) -> Record:
    if isinstance(content, TelegramRow):
        return (content.center, content.shr, content.dep, content.arr, None)
    return (content.center, None, None, None, json.dumps(_cells(content), ensure_ascii=False))


def content_of(row: Any) -> Row:
    """Take a row of ``raw.rows`` back for what it was."""
    if row["cells"] is None:
        return TelegramRow(row["center"], row["shr"], row["dep"], row["arr"])
    return TableRow(**(dict.fromkeys(_TABLE_FIELDS) | json.loads(row["cells"])))


def row_hash(content: Row) -> bytes:
    """Give 16 bytes that tell one text of a row from another."""
    if isinstance(content, TelegramRow):
        texts = (content.center, content.shr, content.dep, content.arr)
        told = "\x1f".join([text or "" for text in texts])
    else:
        told = "\x1e" + json.dumps(_cells(content), ensure_ascii=False, sort_keys=True)
    return blake2b(told.encode("utf8", "surrogatepass"), digest_size=16).digest()


def _cells(row: TableRow) -> dict[str, str]:
    named = ((name, getattr(row, name)) for name in _TABLE_FIELDS)
    return {name: value for name, value in named if value is not None}


def flight_record(ordinal: int, flight: Flight) -> Record:
    """Make the record of a flight for ``stage_flights``."""
    dep, arr, position = flight.dep, flight.arr, flight.position
    level = flight.level_m or (None, None)
    day, hour = when(flight)
    return (
        ordinal,
        PgUUID(flight.key),
        flight.state.value,
        flight.sid,
        flight.callsign,
        flight.uav_type,
        flight.uav_count,
        flight.regs,
        flight.operator_kind.value,
        flight.center,
        *((None, None, None) if dep is None else (dep.lat, dep.lon, dep.source)),
        *((None, None, None) if arr is None else (arr.lat, arr.lon, arr.source)),
        *((None, None) if position is None else (position.lat, position.lon)),
        flight.position_source.value,
        flight.dep_dt,
        flight.arr_dt,
        flight.duration_min,
        flight.plan_dep_dt,
        flight.plan_arr_dt,
        flight.plan_duration_min,
        *level,
        None if flight.zone is None else json.dumps(zone_json(flight.zone)),
        flight.problems,
        day,
        hour,
    )


def when(flight: Flight) -> tuple[date | None, int | None]:
    """Tell the UTC day and hour that a flight is counted under: of the take-off, else the plan, else the landing."""
    moment: datetime | None = flight.dep_dt or flight.plan_dep_dt or flight.arr_dt
    if moment is None:
        return None, None
    moment = moment.astimezone(UTC)
    return moment.date(), moment.hour


def zone_json(zone: Zone) -> dict[str, object]:
    """Write a zone as the JSON form that the ``parse`` command documents: points as ``[lat, lon]``."""
    match zone:
        case Circle():
            return {"kind": "circle", "radius_km": zone.radius_km, "center": [zone.lat, zone.lon]}
        case Polygon():
            return {"kind": "polygon", "points": [list(point) for point in zone.points]}
        case Route():
            return {"kind": "route", "points": [list(point) for point in zone.points]}
        case Named():
            return {"kind": "named", "names": list(zone.names)}
