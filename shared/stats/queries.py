"""Queries of the statistics; every function takes a connection, so that several of them can see one snapshot."""

import json
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from shared.db import Connection
from shared.stats.models import (
    UNTOLD,
    Day,
    DaysSpread,
    Model,
    MonthCounted,
    RankingRow,
    RejectedCount,
    Totals,
    TypeShare,
)
from shared.stats.selection import ActiveRegion, Facts, Selection
from shared.stats.statements import STATEMENTS, Clock

_M = TypeVar("_M", bound=Model)

TYPES = 200
"""How many types are told one by one; the rest is one line."""
_SQL = STATEMENTS["utc"]
DEEPEST = 14
"""The deepest zoom that tiles are made for; a map enlarges those."""
_DETAIL = {"low": (0.05, 2), "high": (0.01, 3)}
"""Tolerance in degrees and digits after the point, by detail: some 5 and 1 km."""


class PeakRow(NamedTuple):
    """The fullest clock hour and sixty minutes, the most flights in the air at once; the earliest of equals."""

    peak_hour: int | None
    peak_hour_at: datetime | None
    peak_sliding: int | None
    peak_sliding_at: datetime | None
    peak_airborne: int | None
    peak_airborne_at: datetime | None


class LoadedRows(NamedTuple):
    """What became of workbooks' rows."""

    workbooks: int
    rows: int
    rejected: int
    repeated: int


async def facts(conn: Connection, clock: Clock = "utc") -> Facts:
    """Read what the statistics stand on; days are those of a clock."""
    return Facts(**await _row(conn, clock, "facts"), clock=clock)


async def regions(conn: Connection) -> list[ActiveRegion]:
    """List the regions of the active boundary set."""
    return [ActiveRegion(**row) for row in await conn.fetch(STATEMENTS["utc"]["regions"])]


async def totals(conn: Connection, selection: Selection) -> Totals:
    """Sum up a selection."""
    return Totals.of(await _row(conn, selection.clock, "totals", *selection.sums))


async def peaks(conn: Connection, selection: Selection) -> PeakRow:
    """Give the peak loads."""
    return PeakRow(**await _row(conn, selection.clock, "peaks", *selection.period.whole_parts, *selection.sums[2:]))


async def days_spread(conn: Connection, selection: Selection) -> DaysSpread:
    """Count how flights spread over days."""
    return DaysSpread.of(await _row(conn, selection.clock, "days_spread", *selection.series))


async def daily(conn: Connection, selection: Selection) -> list[Day]:
    """Count every day, or every span of the selection's step under its first day."""
    return await _models(conn, selection.clock, Day, "daily", *selection.series, selection.step)


async def monthly(conn: Connection, selection: Selection, facts: Facts) -> list[MonthCounted]:
    """Count every month and compare it with those before."""
    if facts.first is None or facts.last is None or selection.period.days == 0:
        return []
    period = selection.period
    first = max(facts.first, date(max(period.first.year - 1, 1), period.first.month, 1))
    last = min(facts.last, period.last.replace(day=monthrange(period.last.year, period.last.month)[1]))
    return await _models(conn, selection.clock, MonthCounted, "monthly", *selection.series, first, last)


class ReportedMonthRow(NamedTuple):
    """A month, its days, whether each of them has data, and its flights."""

    month: date
    days: int
    whole: bool
    flights: int


async def months_reported(conn: Connection, selection: Selection, first: date, last: date) -> list[ReportedMonthRow]:
    """List the months from one day of the data to another; the selection's period does not matter."""
    arguments = (selection.region_id, selection.uav_type, selection.state, first, last)
    rows = await conn.fetch(STATEMENTS[selection.clock]["months_reported"], *arguments)
    return [ReportedMonthRow(*row) for row in rows]


async def ranking(conn: Connection, selection: Selection) -> list[RankingRow]:
    """Rank the regions that the caller may see; the selection's own region does not matter."""
    *parts, _, uav_type, state = selection.sums
    codes = None if selection.visible is None else sorted(selection.visible)
    arguments = (*parts, uav_type, state, codes, *selection.series[:2], *selection.period.whole_parts)
    return await _models(conn, selection.clock, RankingRow, "ranking", *arguments)


async def slots(conn: Connection, selection: Selection) -> dict[int, int]:
    """Count the local hours of the week, 0 is Monday from 00:00 to 01:00; those without flights are left out."""
    return {
        row["slot"]: row["flights"] for row in await conn.fetch(STATEMENTS[selection.clock]["slots"], *selection.sums)
    }


async def types(conn: Connection, selection: Selection) -> list[TypeShare]:
    """Count the types; the selection's own type does not matter."""
    *parts, region_id, _, state = selection.sums
    rows = await conn.fetch(STATEMENTS[selection.clock]["types"], *parts, region_id, TYPES, state)
    return [TypeShare.of({**row, "uav_type": row["uav_type"] or UNTOLD}) for row in rows]


async def undated(conn: Connection, selection: Selection) -> int:
    """Count flights whose day is not known, whatever the period."""
    arguments = (selection.region_id, selection.uav_type, selection.state)
    return int(await conn.fetchval(STATEMENTS["utc"]["undated"], *arguments))


async def rows_read(conn: Connection, first: date, last: date) -> LoadedRows:
    """Count what became of the rows of workbooks that speak of these days."""
    return LoadedRows(**await _row(conn, "utc", "rows_read", first, last))


async def rejects(conn: Connection, first: date, last: date) -> list[RejectedCount]:
    """Count the rejected rows of those workbooks by code."""
    return await _models(conn, "utc", RejectedCount, "rejects", first, last)


async def days_reported(conn: Connection, clock: Clock, first: date, last: date) -> list[date]:
    """List the days of a period that have data."""
    return [row["day"] for row in await conn.fetch(STATEMENTS[clock]["days_reported"], first, last)]


async def day_counts(
    conn: Connection, selection: Selection, first: date, last: date, region_id: int | None
) -> dict[int, dict[int, int]]:
    """Count the flights of each day that has any, of one region (None: of each) by the region's number.

    Days are numbers since 1970-01-01.
    """
    arguments = (first, last, region_id, selection.uav_type, selection.state)
    rows = await conn.fetch(STATEMENTS[selection.clock]["day_counts"], *arguments)
    return {row["region_id"]: dict(zip(row["days"], row["flights"], strict=True)) for row in rows}


async def _row(conn: Connection, clock: Clock, name: str, *arguments: Any) -> Mapping[str, Any]:
    row = await conn.fetchrow(STATEMENTS[clock][name], *arguments)
    if row is None:
        raise TypeError(f"{name} gave no row")
    return dict(row)


async def _models(conn: Connection, clock: Clock, model: type[_M], name: str, *arguments: Any) -> list[_M]:
    return [model.of(dict(row)) for row in await conn.fetch(STATEMENTS[clock][name], *arguments)]


async def shapes(conn: Connection, detail: str, limit: int, region: str | None = None) -> bytes:
    """Write the regions, or the one of a code, as a GeoJSON FeatureCollection of at most ``limit`` bytes."""
    tolerance, digits = _DETAIL[detail]
    source = await conn.fetchrow(_SQL["attribution"])
    while True:
        rows = await conn.fetch(_SQL["shapes"], tolerance, digits, region)
        body = _collection(rows, dict(source) if source else None)
        if len(body) <= limit or tolerance > 1:
            return body
        tolerance *= 2


async def boundaries(conn: Connection) -> dict[str, Any] | None:
    """Tell which boundaries are in force: ``name``, ``attribution`` and the number of ``regions``."""
    row = await conn.fetchrow(_SQL["boundaries"])
    return dict(row) if row else None


async def tile(conn: Connection, selection: Selection, zoom: int, column: int, row: int) -> bytes:
    """Make a Mapbox vector tile with one layer ``flights``: points with the number of flights around them."""
    region_id = None if selection.region is None else selection.region.region_id
    arguments = (zoom, column, row, *selection.period.parts, region_id, selection.uav_type, selection.state)
    return bytes(await conn.fetchval(STATEMENTS[selection.clock]["tile"], *arguments) or b"")


def _collection(rows: list[Any], source: dict[str, str] | None) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "properties": {"code": row["code"], "name": row["name"], "area_km2": row["area_km2"]},
            "geometry": json.loads(row["geometry"]),
        }
        for row in rows
    ]
    collection = {"type": "FeatureCollection", "source": source, "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
