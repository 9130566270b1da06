"""Flights one by one, page by page, without anything that tells a person."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from shared.db import Connection
from shared.stats.models import FlightFeature, FlightIdentity, FlightInFull, FlightProperties, GeoPoint
from shared.stats.narrowing import ALL, INSTANTS, Narrowing, midnight
from shared.stats.selection import Period, Selection
from shared.stats.statements import STATEMENTS, Clock

PAGE = 5_000
"""How many flights are read at a time where all are wanted."""


@dataclass(frozen=True, slots=True)
class FlightRow:
    """One flight; points are WGS 84 degrees, times aware UTC, durations minutes, levels metres.

    ``lat`` and ``lon`` are the point that gives the region, ``problems`` the codes of repairs and doubts. ``day`` is
    that of the selection's clock, ``utc_day`` the one that pages go by.
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
    utc_day: date | None = None


_NAMES = tuple(field.name for field in fields(FlightRow) if field.name != "utc_day")


async def page(
    conn: Connection,
    selection: Selection,
    states: Sequence[str] | None,
    after: tuple[date, UUID] | None,
    limit: int,
    narrowing: Narrowing = ALL,
) -> list[FlightRow]:
    """Read up to ``limit`` flights of a selection, the latest day first, from after the last one seen on."""
    day, key = after or (None, None)
    chosen = _chosen(selection, narrowing.within(selection.period), states)
    in_part = [each for each in (day, narrowing.until and midnight(narrowing.until, 0).date()) if each]
    held = limit if narrowing.given <= INSTANTS else None
    arguments = (*chosen, day, key, limit, held, min(in_part, default=None))
    return await _rows(conn, STATEMENTS[selection.clock]["flights"], arguments, narrowing)


def _chosen(selection: Selection, period: Period, states: Sequence[str] | None) -> tuple[Any, ...]:
    region_id = None if selection.region is None else selection.region.region_id
    return period.first, period.last, region_id, selection.uav_type, states


async def undated_page(
    conn: Connection,
    selection: Selection,
    states: Sequence[str] | None,
    after: UUID | None,
    limit: int,
    narrowing: Narrowing = ALL,
) -> list[FlightRow]:
    """Read up to ``limit`` flights whose day is not known; the selection's period does not matter."""
    region_id = None if selection.region is None else selection.region.region_id
    arguments = (region_id, selection.uav_type, states, after, limit)
    return await _rows(conn, STATEMENTS["utc"]["flights_undated"], arguments, narrowing)


async def pages(
    conn: Connection,
    selection: Selection,
    states: Sequence[str] | None,
    narrowing: Narrowing = ALL,
    *,
    undated: bool = False,
) -> AsyncIterator[list[FlightRow]]:
    """Read all flights of a selection page by page, or those whose day is not known."""
    rows: list[FlightRow] = []
    while True:
        last = rows[-1] if rows else None
        if undated:
            key = None if last is None else last.key
            rows = await undated_page(conn, selection, states, key, PAGE, narrowing)
        else:
            after = None if last is None or last.utc_day is None else (last.utc_day, last.key)
            rows = await page(conn, selection, states, after, PAGE, narrowing)
        if rows:
            yield rows
        if len(rows) < PAGE:
            return


async def one_row(conn: Connection, key: UUID, clock: Clock) -> FlightRow | None:
    """Read one flight as lists have it; None where there is none with this key."""
    row = await conn.fetchrow(STATEMENTS[clock]["flight"], key)
    return None if row is None else FlightRow(**{name: row[name] for name in _NAMES})


async def one(conn: Connection, key: UUID, clock: Clock) -> FlightInFull | None:
    """Read one flight in full; None where there is none with this key."""
    row = await conn.fetchrow(STATEMENTS[clock]["flight"], key)
    if row is None:
        return None
    columns = dict(row)
    identity = FlightIdentity.of({**columns, "regs": list(columns["regs"])})
    zone = None if columns["zone"] is None else json.loads(columns["zone"])
    shown = FlightRow(**{name: columns[name] for name in _NAMES})
    return FlightInFull(
        id=UUID(bytes=key.bytes),
        position=_position(shown.lon, shown.lat),
        zone=zone,
        time_zone=columns["time_zone"],
        centre=columns["centre"],
        identity=identity,
        **dict(_feature(shown).properties),
    )


async def _rows(conn: Connection, statement: str, arguments: tuple[Any, ...], narrowing: Narrowing) -> list[FlightRow]:
    conditions, more = narrowing.conditions(len(arguments))
    return [
        FlightRow(**row) for row in await conn.fetch(statement.replace("{narrowed}", conditions), *arguments, *more)
    ]


def features(rows: Iterable[FlightRow]) -> list[str]:
    """Write each flight as a GeoJSON feature."""
    return [_feature(row).model_dump_json() for row in rows]


def geojson(written: Iterable[str], following: str | None) -> bytes:
    """Put features into a FeatureCollection with the cursor of the page after as ``next``."""
    text = f'{{"type":"FeatureCollection","next":{_json(following)},"features":[{",".join(written)}]}}'
    return text.encode("utf-8", "surrogatepass")


def csv_lines(rows: Iterable[FlightRow]) -> list[str]:
    """Write each flight as a line of CSV (RFC 4180)."""
    return [
        _csv_line([_cell(" ".join(row.problems) if name == "problems" else getattr(row, name)) for name in _NAMES])
        for row in rows
    ]


def as_csv(written: Iterable[str]) -> bytes:
    """Put lines behind the line of names, in UTF-8."""
    return (_csv_line(_NAMES) + "".join(written)).encode("utf-8", "surrogatepass")


def fitting(written: Sequence[str], limit: int) -> int:
    """Tell how many of these texts, one at least, weigh no more than ``limit`` bytes together."""
    weights = accumulate(len(text.encode("utf-8", "surrogatepass")) + 1 for text in written)
    return max(1, sum(weight <= limit for weight in weights)) if written else 0


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _csv_line(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()


def _feature(row: FlightRow) -> FlightFeature:
    place = _position(row.lon, row.lat)
    columns = {name: getattr(row, name) for name in _NAMES}
    dep, arr = _position(row.dep_lon, row.dep_lat), _position(row.arr_lon, row.arr_lat)
    return FlightFeature(
        type="Feature",
        id=UUID(bytes=row.key.bytes),
        geometry=None if place is None else GeoPoint(type="Point", coordinates=place),
        properties=FlightProperties.of({**columns, "dep": dep, "arr": arr}),
    )


def _position(lon: float | None, lat: float | None) -> list[float] | None:
    return None if lon is None or lat is None else [round(lon, 6), round(lat, 6)]


def _text(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _cell(value: object) -> str:
    text = _text(value) or "" if isinstance(value, date) else "" if value is None else str(value)
    # A spreadsheet would take such a text for a formula; numbers may begin with a minus.
    return f"'{text}" if isinstance(value, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
