"""Boundary sets in the database: load one, list them, say which one is in force.

A set is never changed once it is loaded; a newer one is loaded beside it and made the active one in one transaction.
Flights keep what they were given until ``reattribute`` goes over them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.db import Connection, translated
from shared.db.sql import load_sql
from shared.errors import NotFound, RegionsError
from shared.regions.boundaries import BoundarySet
from shared.regions.reading import BUNDLED, read_boundaries

VERTICES_A_PART = 128
"""How finely regions are subdivided; docs/regions.md has the measurements."""

_SQL = load_sql("shared.regions")


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A boundary set of the database; ``regions`` counts them."""

    id: int
    name: str
    source: str
    licence: str
    attribution: str
    sha256: bytes
    loaded_at: datetime
    active: bool
    regions: int


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """What loading a file came to: ``new`` is false where the same boundaries were there already."""

    id: int
    name: str
    regions: int
    new: bool
    activated: bool


async def load_boundaries(conn: Connection, path: Path = BUNDLED, *, activate: bool = True) -> LoadedSet:
    """Read a file with the usual field names and store it; the product's own boundaries by default.

    Raises:
        RegionsError: the file cannot be used; nothing is changed.
        DatabaseUnavailable: the database is away.
    """
    return await store_boundaries(conn, read_boundaries(path), activate=activate)


async def store_boundaries(conn: Connection, boundaries: BoundarySet, *, activate: bool = True) -> LoadedSet:
    """Store a set in one transaction, unless the same content is stored already, and make it the active one."""
    with translated():
        async with conn.transaction():
            # Two loads at a time would make each other's set inactive in an order nobody can tell.
            await conn.execute("LOCK TABLE core.boundary_sets IN SHARE ROW EXCLUSIVE MODE")
            set_id, new = await _store(conn, boundaries)
            activated = activate and await _activate(conn, set_id)
        if new:
            await conn.execute("ANALYZE core.regions, core.region_parts")
    return LoadedSet(set_id, boundaries.name, len(boundaries.regions), new, activated)


async def list_sets(conn: Connection) -> Sequence[StoredSet]:
    """Give all stored sets, the oldest first."""
    with translated():
        return [StoredSet(**row) for row in await conn.fetch(_SQL["list_sets"])]


async def active_set(conn: Connection) -> StoredSet | None:
    """Give the set in force; None before the first was loaded."""
    return next((found for found in await list_sets(conn) if found.active), None)


async def activate_set(conn: Connection, set_id: int) -> bool:
    """Make a stored set the one in force; false where it was already.

    Raises:
        NotFound: there is no such set.
    """
    with translated():
        async with conn.transaction():
            await conn.execute("LOCK TABLE core.boundary_sets IN SHARE ROW EXCLUSIVE MODE")
            if await conn.fetchval("SELECT true FROM core.boundary_sets WHERE id = $1", set_id) is None:
                raise NotFound("REGIONS_SET_NOT_FOUND", f"Набора границ № {set_id} нет.")
            return await _activate(conn, set_id)


async def _store(conn: Connection, boundaries: BoundarySet) -> tuple[int, bool]:
    described = (boundaries.name, boundaries.source, boundaries.licence, boundaries.attribution)
    set_id = await conn.fetchval(_SQL["store_set"], *described, boundaries.sha256)
    if set_id is None:
        known = "SELECT id FROM core.boundary_sets WHERE sha256 = $1"
        return await conn.fetchval(known, boundaries.sha256), False
    regions = boundaries.regions
    await conn.execute(
        _SQL["store_regions"],
        set_id,
        [region.id for region in regions],
        [region.iso for region in regions],
        [region.name for region in regions],
        [region.time_zone for region in regions],
        [region.official_area_km2 for region in regions],
        [region.geometry for region in regions],
    )
    empty = [row["name"] for row in await conn.fetch(_SQL["empty_regions"], set_id)]
    if empty:
        raise RegionsError("REGIONS_GEOMETRY", f"Контур не охватывает площади: {', '.join(empty[:5])}.")
    await conn.execute(_SQL["store_parts"], set_id, VERTICES_A_PART)
    await conn.execute(_SQL["store_outlines"], set_id)
    return set_id, True


async def _activate(conn: Connection, set_id: int) -> bool:
    if await conn.fetchval("SELECT active FROM core.boundary_sets WHERE id = $1", set_id):
        return False
    await conn.execute("UPDATE core.boundary_sets SET active = false WHERE active")
    await conn.execute("UPDATE core.boundary_sets SET active = true WHERE id = $1", set_id)
    return True
