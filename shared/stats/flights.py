"""Flights one by one, page by page, without anything that tells a person."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.db import Connection
from shared.db.sql import load_sql
from shared.stats.selections import Selection

_SQL = load_sql("shared.stats")


@dataclass(frozen=True, slots=True)
class FlightRow:
    """One flight; points are WGS 84 degrees, times aware UTC, durations minutes, levels metres.

    ``lat`` and ``lon`` are the point that gives the region, ``problems`` the codes of repairs and doubts.
    """

    key: UUID
    day: date | None
    state: str
    uav_type: str | None
    uav_count: int | None
    operator_kind: str
    region: str | None
    region_name: str | None
    region_match: str
    position_source: str
    lat: float | None
    lon: float | None
    dep_lat: float | None
    dep_lon: float | None
    arr_lat: float | None
    arr_lon: float | None
    dep_dt: datetime | None
    arr_dt: datetime | None
    duration_min: int | None
    plan_dep_dt: datetime | None
    plan_arr_dt: datetime | None
    plan_duration_min: int | None
    level_lower_m: int | None
    level_upper_m: int | None
    problems: Sequence[str]


_NAMES = tuple(field.name for field in fields(FlightRow))


async def page(
    conn: Connection, selection: Selection, state: str | None, after: tuple[date, UUID] | None, limit: int
) -> list[FlightRow]:
    """Read up to ``limit`` flights of a selection, the latest day first, from after the last one seen on."""
    region_id = None if selection.region is None else selection.region.region_id
    day, key = after or (None, None)
    period = selection.period
    arguments = (period.first, period.last, region_id, selection.uav_type, state, day, key, limit)
    return [FlightRow(**row) for row in await conn.fetch(_SQL["flights"], *arguments)]


async def undated_page(
    conn: Connection, selection: Selection, state: str | None, after: UUID | None, limit: int
) -> list[FlightRow]:
    """Read up to ``limit`` flights whose day is not known; the selection's period does not matter."""
    region_id = None if selection.region is None else selection.region.region_id
    arguments = (region_id, selection.uav_type, state, after, limit)
    return [FlightRow(**row) for row in await conn.fetch(_SQL["flights_undated"], *arguments)]


def geojson(rows: Iterable[FlightRow], following: str | None) -> bytes:
    """Write flights as a GeoJSON FeatureCollection with the cursor of the page after as ``next``."""
    features = [
        {
            "type": "Feature",
            "id": str(row.key),
            "geometry": _point(row.lon, row.lat),
            "properties": _properties(row),
        }
        for row in rows
    ]
    collection = {"type": "FeatureCollection", "next": following, "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def as_csv(rows: Iterable[FlightRow]) -> bytes:
    """Write flights as CSV (RFC 4180, UTF-8) with a header line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_NAMES)
    for row in rows:
        values = {name: getattr(row, name) for name in _NAMES}
        values["problems"] = " ".join(row.problems)
        writer.writerow([_cell(value) for value in values.values()])
    return out.getvalue().encode("utf-8", "surrogatepass")


def _properties(row: FlightRow) -> Mapping[str, Any]:
    return {
        "day": _text(row.day),
        "state": row.state,
        "uav_type": row.uav_type,
        "uav_count": row.uav_count,
        "operator_kind": row.operator_kind,
        "region": row.region,
        "region_name": row.region_name,
        "region_match": row.region_match,
        "position_source": row.position_source,
        "dep": _position(row.dep_lon, row.dep_lat),
        "arr": _position(row.arr_lon, row.arr_lat),
        "dep_dt": _text(row.dep_dt),
        "arr_dt": _text(row.arr_dt),
        "duration_min": row.duration_min,
        "plan_dep_dt": _text(row.plan_dep_dt),
        "plan_arr_dt": _text(row.plan_arr_dt),
        "plan_duration_min": row.plan_duration_min,
        "level_lower_m": row.level_lower_m,
        "level_upper_m": row.level_upper_m,
        "problems": list(row.problems),
    }


def _position(lon: float | None, lat: float | None) -> list[float] | None:
    return None if lon is None or lat is None else [round(lon, 6), round(lat, 6)]


def _point(lon: float | None, lat: float | None) -> dict[str, Any] | None:
    place = _position(lon, lat)
    return None if place is None else {"type": "Point", "coordinates": place}


def _text(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _cell(value: object) -> str:
    text = _text(value) or "" if isinstance(value, date) else "" if value is None else str(value)
    # A spreadsheet would take such a text for a formula; numbers may begin with a minus.
    return f"'{text}" if isinstance(value, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
