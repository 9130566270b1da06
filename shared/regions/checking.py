"""Examine a boundary set before it is used: what overlaps, what is left out, how areas differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.db import Connection, translated
from shared.db.sql import load_sql
from shared.regions.boundaries import BoundarySet
from shared.regions.storing import active_set, store_boundaries

_SQL = load_sql("shared.regions")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two regions that share an area."""

    name: str
    other: str
    km2: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole between regions, by a point inside it."""

    lat: float
    lon: float
    km2: float


@dataclass(frozen=True, slots=True)
class AreaOfRegion:
    """The area of a region beside the official one and beside the active set's region of the same id."""

    id: int
    name: str
    area_km2: float
    official_area_km2: float | None
    other_name: str | None
    other_area_km2: float | None


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found; ``compared_with`` is the active set, None where there is none."""

    regions: int
    compared_with: str | None
    overlaps: Sequence[Overlap]
    gaps: Sequence[Gap]
    areas: Sequence[AreaOfRegion]


class _Undo(Exception):
    """Ends the transaction of an examination without keeping anything."""


async def examine(conn: Connection, boundaries: BoundarySet, *, tolerance_km2: float = 10.0) -> Examination:
    """Examine a set in the database, in a transaction that is rolled back; smaller overlaps and gaps are let pass.

    Raises:
        RegionsError: a shape is unusable.
        DatabaseUnavailable: the database is away.
    """
    found: list[Examination] = []
    with translated():
        try:
            async with conn.transaction():
                found.append(await _examine(conn, boundaries, tolerance_km2))
                raise _Undo
        except _Undo:
            return found[0]


async def _examine(conn: Connection, boundaries: BoundarySet, tolerance_km2: float) -> Examination:
    other = await active_set(conn)
    loaded = await store_boundaries(conn, boundaries, activate=False)
    overlaps = await conn.fetch(_SQL["check_overlaps"], loaded.id, tolerance_km2)
    gaps = await conn.fetch(_SQL["check_gaps"], loaded.id, tolerance_km2)
    areas = await conn.fetch(_SQL["check_areas"], loaded.id, other.id if other else None)
    return Examination(
        regions=loaded.regions,
        compared_with=other.name if other else None,
        overlaps=[Overlap(**row) for row in overlaps],
        gaps=[Gap(**row) for row in gaps],
        areas=[AreaOfRegion(**row) for row in areas],
    )
