"""Reading the statistics; every function takes a connection, so that several of them can see one snapshot."""

from datetime import date
from typing import Any, TypeVar

from shared.db import Connection
from shared.db.sql import load_sql
from shared.stats.rows import (
    Day,
    DaysSpread,
    Medians,
    Month,
    Peaks,
    RankedRegion,
    RegionMedians,
    Rejected,
    RowsRead,
    Slot,
    Totals,
    TypeShare,
)
from shared.stats.selection import Facts, Region, Selection

_SQL = load_sql("shared.stats")
_R = TypeVar("_R")

TYPES = 200
"""How many types are told one by one; the rest is one line."""


async def facts(conn: Connection) -> Facts:
    """Tell what the statistics stand on."""
    return await _one(conn, Facts, "facts")


async def regions(conn: Connection) -> list[Region]:
    """List the regions of the active boundary set."""
    return await _all(conn, Region, "regions")


async def totals(conn: Connection, selection: Selection) -> Totals:
    """Sum up a selection."""
    return await _one(conn, Totals, "totals", *selection.sums)


async def medians(conn: Connection, selection: Selection) -> Medians:
    """Give the medians of durations."""
    return await _one(conn, Medians, "medians", *selection.sums)


async def peaks(conn: Connection, selection: Selection) -> Peaks:
    """Give the peak loads; a type alone has none."""
    if selection.uav_type is not None:
        return Peaks(None, None, None, None)
    return await _one(conn, Peaks, "peaks", *selection.sums[:3])


async def days_spread(conn: Connection, selection: Selection) -> DaysSpread:
    """Tell how flights spread over days."""
    return await _one(conn, DaysSpread, "days_spread", *selection.series)


async def daily(conn: Connection, selection: Selection) -> list[Day]:
    """Count every day, or every span of the selection's step under its first day."""
    return await _all(conn, Day, "daily", *selection.series, selection.step)


async def monthly(conn: Connection, selection: Selection, known: Facts) -> list[Month]:
    """Count every month and compare it with those before."""
    if known.first is None or known.last is None or selection.period.days == 0:
        return []
    return await _all(conn, Month, "monthly", *selection.series, known.first, known.last)


async def ranking(conn: Connection, selection: Selection) -> list[RankedRegion]:
    """Rank the regions that the caller may see; the selection's own region does not matter."""
    first, last, _, uav_type = selection.sums
    codes = None if selection.visible is None else sorted(selection.visible)
    return await _all(conn, RankedRegion, "ranking", first, last, uav_type, selection.period.days, codes)


async def ranking_medians(conn: Connection, selection: Selection) -> dict[str, RegionMedians]:
    """Give every region's medians by its code; a region without durations is left out."""
    first, last, _, uav_type = selection.sums
    rows = await _all(conn, RegionMedians, "ranking_medians", first, last, uav_type)
    return {row.code: row for row in rows}


async def slots(conn: Connection, selection: Selection) -> list[Slot]:
    """Count the local hours of the week; those without flights are left out."""
    return await _all(conn, Slot, "slots", *selection.sums)


async def types(conn: Connection, selection: Selection) -> list[TypeShare]:
    """Count the types; the selection's own type does not matter."""
    first, last, region_id, _ = selection.sums
    return await _all(conn, TypeShare, "types", first, last, region_id, TYPES)


async def undated(conn: Connection, selection: Selection) -> int:
    """Count flights whose day is not known, whatever the period."""
    return int(await conn.fetchval(_SQL["undated"], selection.region_id, selection.uav_type))


async def rows_read(conn: Connection, first: date, last: date) -> RowsRead:
    """Tell what became of the rows of workbooks that speak of these days."""
    return await _one(conn, RowsRead, "rows_read", first, last)


async def rejects(conn: Connection, first: date, last: date) -> list[Rejected]:
    """Count the rejected rows of those workbooks by code."""
    return await _all(conn, Rejected, "rejects", first, last)


async def _one(conn: Connection, kind: type[_R], name: str, *arguments: Any) -> _R:
    row = await conn.fetchrow(_SQL[name], *arguments)
    if row is None:
        raise TypeError(f"{name} gave no row")
    return kind(**row)


async def _all(conn: Connection, kind: type[_R], name: str, *arguments: Any) -> list[_R]:
    return [kind(**row) for row in await conn.fetch(_SQL[name], *arguments)]
