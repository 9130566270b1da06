"""Examine a boundary set before it is used: what overlaps, what is left out, how it differs from another."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.db import Connection, translated
from shared.db.sql import load_sql
from shared.regions.model import BoundarySet
from shared.regions.storing import (
    LoadedSet,
    Repair,
    StoredSet,
    active_set,
    list_sets,
    set_missing,
    store_boundaries,
    unusable_shapes_refused,
)

_SQL = load_sql("shared.regions")
_SAME_KM2 = 0.5
"""Less area lost or gained than this is a matter of rounding."""


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
class Slivers:
    """Overlaps and gaps too small to be told one by one: how many, and their area in all."""

    count: int
    km2: float


@dataclass(frozen=True, slots=True)
class RegionDifference:
    """A region of one number in two sets; what one of them does not hold is None. Areas are km² of the polygons.

    ``lost_km2`` is what only the first holds of it, ``gained_km2`` what only the second does.
    """

    id: int
    name_before: str | None
    name_after: str | None
    iso_before: str | None
    iso_after: str | None
    time_zone_before: str | None
    time_zone_after: str | None
    official_area_before: float | None
    official_area_after: float | None
    area_before: float | None
    area_after: float | None
    lost_km2: float | None
    gained_km2: float | None

    @property
    def same(self) -> bool:
        """Tell whether nothing is different but for rounding."""
        facts_same = (self.name_before, self.iso_before, self.time_zone_before, self.official_area_before) == (
            self.name_after, self.iso_after, self.time_zone_after, self.official_area_after,
        )  # fmt: skip
        return facts_same and (self.lost_km2 or 0) < _SAME_KM2 and (self.gained_km2 or 0) < _SAME_KM2


@dataclass(frozen=True, slots=True)
class Examination:
    """What was noticed; ``compared_with`` is the active set, None where there is none.

    ``differences`` go from the active set to the examined one, one for each region of either.
    """

    regions: int
    compared_with: str | None
    repairs: Sequence[Repair]
    overlaps: Sequence[Overlap]
    gaps: Sequence[Gap]
    overlap_slivers: Slivers
    gap_slivers: Slivers
    differences: Sequence[RegionDifference]


class _Undo(Exception):
    """Ends the transaction of an examination without keeping anything."""


async def examine(conn: Connection, boundaries: BoundarySet, *, tolerance_km2: float = 10.0) -> Examination:
    """Examine a set in the database, in a transaction that is rolled back; no number of a set is used up.

    Overlaps and gaps up to the tolerance (km²) are counted as slivers.

    Raises:
        RegionsError: a shape is unusable.
        DatabaseUnavailable: the database is away.
    """
    results: list[Examination] = []
    with translated():
        try:
            async with conn.transaction():
                results.append(await _examine(conn, boundaries, tolerance_km2))
                raise _Undo
        except _Undo:
            return results[0]


async def compare_sets(
    conn: Connection, before: int, after: int
) -> tuple[StoredSet, StoredSet, list[RegionDifference]]:
    """Compare two stored sets region by region, regions of one number with one another.

    Raises:
        NotFound: there is no such set.
        DatabaseUnavailable: the database is away.
    """
    with translated():
        sets = {stored.id: stored for stored in await list_sets(conn)}
        for set_id in (before, after):
            if set_id not in sets:
                raise set_missing(set_id)
        return sets[before], sets[after], await _differences(conn, before, after)


async def _examine(conn: Connection, boundaries: BoundarySet, tolerance_km2: float) -> Examination:
    trial = await store_boundaries(conn, boundaries, activate=False, trial=True)
    return await examine_stored(conn, trial, tolerance_km2=tolerance_km2)


async def examine_stored(conn: Connection, stored: LoadedSet, *, tolerance_km2: float = 10.0) -> Examination:
    """Examine a set that has just been stored, as ``examine`` does.

    Raises:
        RegionsError: a shape is unusable.
        DatabaseUnavailable: the database is away.
    """
    active = await active_set(conn)
    with unusable_shapes_refused():
        overlaps = [Overlap(**row) for row in await conn.fetch(_SQL["check_overlaps"], stored.id)]
        gaps = [Gap(**row) for row in await conn.fetch(_SQL["check_gaps"], stored.id)]
        differences = await _differences(conn, active.id if active else None, stored.id)
    return Examination(
        regions=stored.regions,
        compared_with=active.name if active else None,
        repairs=stored.repairs,
        overlaps=[each for each in overlaps if each.km2 > tolerance_km2],
        gaps=[each for each in gaps if each.km2 > tolerance_km2],
        overlap_slivers=_slivers([each.km2 for each in overlaps if each.km2 <= tolerance_km2]),
        gap_slivers=_slivers([each.km2 for each in gaps if each.km2 <= tolerance_km2]),
        differences=differences,
    )


def _slivers(areas: Sequence[float]) -> Slivers:
    return Slivers(len(areas), sum(areas))


async def _differences(conn: Connection, before: int | None, after: int) -> list[RegionDifference]:
    return [RegionDifference(**row) for row in await conn.fetch(_SQL["compare_sets"], before, after)]
