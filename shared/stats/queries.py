"""Queries of the statistics; every function takes a connection, so that several of them can see one snapshot."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from shared.db import Connection
from shared.db.sql import load_sql
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
from shared.stats.selection import Facts, Region, Selection

_SQL = load_sql("shared.stats")
_M = TypeVar("_M", bound=Model)

TYPES = 200
"""How many types are told one by one; the rest is one line."""


class Medians(NamedTuple):
    """Exact medians of durations, minutes; None where none is known."""

    median_minutes: float | None
    plan_median_minutes: float | None


class PeakRow(NamedTuple):
    """The fullest UTC clock hour, and the most flights in the air at once; the earliest of equals."""

    peak_hour: int | None
    peak_hour_at: datetime | None
    peak_airborne: int | None
    peak_airborne_at: datetime | None


class LoadedRows(NamedTuple):
    """What became of workbooks' rows."""

    workbooks: int
    rows: int
    rejected: int
    repeated: int


async def facts(conn: Connection) -> Facts:
    """Read what the statistics stand on."""
    return Facts(**await _row(conn, "facts"))


async def regions(conn: Connection) -> list[Region]:
    """List the regions of the active boundary set."""
    return [Region(**row) for row in await conn.fetch(_SQL["regions"])]


async def totals(conn: Connection, selection: Selection) -> Totals:
    """Sum up a selection."""
    return Totals.of(await _row(conn, "totals", *selection.sums))


async def medians(conn: Connection, selection: Selection) -> Medians:
    """Give the medians of durations."""
    return Medians(**await _row(conn, "medians", *selection.sums))


async def peaks(conn: Connection, selection: Selection) -> PeakRow:
    """Give the peak loads; a type alone has none."""
    if selection.uav_type is not None:
        return PeakRow(None, None, None, None)
    return PeakRow(**await _row(conn, "peaks", *selection.sums[:3]))


async def days_spread(conn: Connection, selection: Selection) -> DaysSpread:
    """Count how flights spread over days."""
    return DaysSpread.of(await _row(conn, "days_spread", *selection.series))


async def daily(conn: Connection, selection: Selection) -> list[Day]:
    """Count every day, or every span of the selection's step under its first day."""
    return await _models(conn, Day, "daily", *selection.series, selection.step)


async def monthly(conn: Connection, selection: Selection, facts: Facts) -> list[MonthCounted]:
    """Count every month and compare it with those before."""
    if facts.first is None or facts.last is None or selection.period.days == 0:
        return []
    return await _models(conn, MonthCounted, "monthly", *selection.series, facts.first, facts.last)


async def ranking(conn: Connection, selection: Selection) -> list[RankingRow]:
    """Rank the regions that the caller may see; the selection's own region does not matter."""
    first, last, _, uav_type = selection.sums
    codes = None if selection.visible is None else sorted(selection.visible)
    return await _models(conn, RankingRow, "ranking", first, last, uav_type, selection.period.days, codes)


async def ranking_medians(conn: Connection, selection: Selection) -> dict[str, Medians]:
    """Give every region's medians by its code; a region without durations is left out."""
    first, last, _, uav_type = selection.sums
    rows = await conn.fetch(_SQL["ranking_medians"], first, last, uav_type)
    return {row["code"]: Medians(row["median_minutes"], row["plan_median_minutes"]) for row in rows}


async def slots(conn: Connection, selection: Selection) -> dict[int, int]:
    """Count the local hours of the week, 0 is Monday from 00:00 to 01:00; those without flights are left out."""
    return {row["slot"]: row["flights"] for row in await conn.fetch(_SQL["slots"], *selection.sums)}


async def types(conn: Connection, selection: Selection) -> list[TypeShare]:
    """Count the types; the selection's own type does not matter."""
    first, last, region_id, _ = selection.sums
    rows = await conn.fetch(_SQL["types"], first, last, region_id, TYPES)
    return [TypeShare.of({**row, "uav_type": row["uav_type"] or UNTOLD}) for row in rows]


async def undated(conn: Connection, selection: Selection) -> int:
    """Count flights whose day is not known, whatever the period."""
    return int(await conn.fetchval(_SQL["undated"], selection.region_id, selection.uav_type))


async def rows_read(conn: Connection, first: date, last: date) -> LoadedRows:
    """Count what became of the rows of workbooks that speak of these days."""
    return LoadedRows(**await _row(conn, "rows_read", first, last))


async def rejects(conn: Connection, first: date, last: date) -> list[RejectedCount]:
    """Count the rejected rows of those workbooks by code."""
    return await _models(conn, RejectedCount, "rejects", first, last)


async def _row(conn: Connection, name: str, *arguments: Any) -> Mapping[str, Any]:
    row = await conn.fetchrow(_SQL[name], *arguments)
    if row is None:
        raise TypeError(f"{name} gave no row")
    return dict(row)


async def _models(conn: Connection, model: type[_M], name: str, *arguments: Any) -> list[_M]:
    return [model.of(dict(row)) for row in await conn.fetch(_SQL[name], *arguments)]
