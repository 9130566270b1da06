"""Boundary sets in the database: load one, list them, say which one is in force, remove one.

A set is never changed once it is loaded; a newer one is loaded beside it and made the active one in one transaction.
Flights keep what they were given until ``reattribute`` goes over them.
Beside its regions every set is stored with what the product ships: foreign land, and time zones below a region, both
made by ``scripts/boundaries`` (docs/regions.md says of what).
"""

import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from shared.db import Connection, translated
from shared.db.sql import load_sql
from shared.errors import NotFound, RegionsError
from shared.regions.boundary_reader import BUNDLED, read_boundaries
from shared.regions.model import BoundarySet

_DATA = Path(__file__).parent / "data"
_FOREIGN_LAND = _DATA / "foreign_land.geojson.gz"
_TIME_ZONES = _DATA / "time_zones.geojson.gz"
VERTICES_A_PART = 128
"""How finely regions are subdivided; docs/regions.md has the measurements."""
_SQL = load_sql("shared.regions")
_INTERNAL_ERROR = "XX000"
"""What PostGIS answers where its own arithmetic fails."""
_DATA_ERRORS = ("22", "54")
"""Values out of range, and more than a row or an array may hold."""


@dataclass(frozen=True, slots=True)
class TimeZoneArea:
    """Where a clock differs from that of a region's centre; zones are IANA names, ``geometry`` GeoJSON in WGS 84."""

    time_zone: str
    region_time_zone: str
    geometry: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Polygons of foreign land as GeoJSON in WGS 84, areas with a time zone of their own, and the SHA-256 of both."""

    foreign_land: tuple[str, ...]
    time_zones: tuple[TimeZoneArea, ...]
    sha256: bytes


@cache
def surroundings() -> Surroundings:
    """Read the shipped files."""
    texts = [gzip.decompress(path.read_bytes()) for path in (_FOREIGN_LAND, _TIME_ZONES)]
    land, zones = (json.loads(text)["features"] for text in texts)
    return Surroundings(
        foreign_land=tuple(json.dumps(feature["geometry"]) for feature in land),
        time_zones=tuple(
            TimeZoneArea(
                time_zone=feature["properties"]["time_zone"],
                region_time_zone=feature["properties"]["region_time_zone"],
                geometry=json.dumps(feature["geometry"]),
            )
            for feature in zones
        ),
        sha256=hashlib.sha256(b"".join(texts)).digest(),
    )


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
class Repair:
    """A shape that was made valid: the region, what was wrong in PostGIS's words, and where."""

    region: str
    reason: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """What loading a file came to: ``new`` is false where the same boundaries were there already."""

    id: int
    name: str
    regions: int
    new: bool
    activated: bool
    repairs: Sequence[Repair]


async def load_boundaries(conn: Connection, path: Path = BUNDLED, *, activate: bool = True) -> LoadedSet:
    """Read a file with the usual field names and store it; the product's own boundaries by default.

    Raises:
        RegionsError: the file cannot be used; nothing is changed.
        DatabaseUnavailable: the database is away.
    """
    return await store_boundaries(conn, read_boundaries(path), activate=activate)


async def store_boundaries(
    conn: Connection, boundaries: BoundarySet, *, activate: bool = True, trial: bool = False
) -> LoadedSet:
    """Store a set in one transaction, unless the same content is stored already, and make it the active one.

    A ``trial`` is stored with the number 0 whatever there is: the caller looks at it and rolls it back.

    Raises:
        RegionsError: a shape is unusable.
        DatabaseUnavailable: the database is away.
    """
    with translated(), unusable_shapes_refused():
        async with conn.transaction():
            # Two loads at a time would make each other's set inactive in an order nobody can tell.
            await conn.execute("LOCK TABLE core.boundary_sets IN SHARE ROW EXCLUSIVE MODE")
            set_id, new = await _store(conn, boundaries, trial=trial)
            repairs = await _repairs(conn, boundaries) if new else []
            activated = activate and await _activate(conn, set_id)
        if new:
            await conn.execute("ANALYZE core.regions, core.region_parts, core.foreign_parts, core.time_zone_parts")
    return LoadedSet(set_id, boundaries.name, len(boundaries.regions), new, activated, repairs)


@contextmanager
def unusable_shapes_refused() -> Iterator[None]:
    """Turn what PostGIS stumbles over in a shape, however valid it is, into a refusal of the file.

    Raises:
        RegionsError: ``REGIONS_GEOMETRY``.
    """
    try:
        yield
    except Exception as error:
        state = str(getattr(error, "sqlstate", None) or "")
        if state != _INTERNAL_ERROR and not state.startswith(_DATA_ERRORS):
            raise
        sentence = f"База не может вычислить контуры этого файла (PostGIS: {str(error)[:100]}). Проверьте координаты."
        raise RegionsError("REGIONS_GEOMETRY", sentence) from error


async def list_sets(conn: Connection) -> Sequence[StoredSet]:
    """Give all stored sets, the oldest first."""
    with translated():
        return [StoredSet(**row) for row in await conn.fetch(_SQL["list_sets"])]


async def active_set(conn: Connection) -> StoredSet | None:
    """Give the set in force; None before the first was loaded."""
    return next((stored for stored in await list_sets(conn) if stored.active), None)


async def activate_set(conn: Connection, set_id: int) -> bool:
    """Make a stored set the one in force; false where it was already.

    Raises:
        NotFound: there is no such set.
    """
    with translated():
        async with conn.transaction():
            await conn.execute("LOCK TABLE core.boundary_sets IN SHARE ROW EXCLUSIVE MODE")
            if await conn.fetchval("SELECT true FROM core.boundary_sets WHERE id = $1", set_id) is None:
                raise set_missing(set_id)
            return await _activate(conn, set_id)


async def remove_set(conn: Connection, set_id: int) -> None:
    """Remove a stored set that is not in force; its number is not used again.

    Raises:
        NotFound: there is no such set.
        RegionsError: it is in force.
        DatabaseUnavailable: the database is away.
    """
    with translated():
        async with conn.transaction():
            await conn.execute("LOCK TABLE core.boundary_sets IN SHARE ROW EXCLUSIVE MODE")
            active = await conn.fetchval("SELECT active FROM core.boundary_sets WHERE id = $1", set_id)
            if active is None:
                raise set_missing(set_id)
            if active:
                sentence = f"Набор № {set_id} действует. Сначала введите другой: fly-potato regions use."
                raise RegionsError("REGIONS_SET_ACTIVE", sentence)
            await conn.execute("DELETE FROM core.boundary_sets WHERE id = $1", set_id)


async def export_set(conn: Connection, set_id: int) -> AsyncIterator[str]:
    """Write a stored set as GeoJSON, one region a line, as the product reads it again.

    Raises:
        NotFound: there is no such set.
        DatabaseUnavailable: the database is away.
    """
    with translated():
        stored = next((each for each in await list_sets(conn) if each.id == set_id), None)
        if stored is None:
            raise set_missing(set_id)
        described = {key: getattr(stored, key) for key in ("name", "source", "licence", "attribution")}
        head = json.dumps({"type": "FeatureCollection", **described}, ensure_ascii=False)
        yield head[:-1] + ', "features": [\n'
        async with conn.transaction():
            separator = ""
            async for row in conn.cursor(_SQL["export_regions"], set_id, prefetch=1):
                yield separator + row["feature"]
                separator = ",\n"
        yield "\n]}\n"


def set_missing(set_id: int) -> NotFound:
    """Make the error for a set that is not stored."""
    return NotFound("REGIONS_SET_NOT_FOUND", f"Набора границ № {set_id} нет.")


async def _repairs(conn: Connection, boundaries: BoundarySet) -> list[Repair]:
    regions = boundaries.regions
    rows = await conn.fetch(_SQL["invalid_shapes"], [r.name for r in regions], [r.geometry for r in regions])
    return [Repair(**row) for row in rows]


async def _store(conn: Connection, boundaries: BoundarySet, *, trial: bool) -> tuple[int, bool]:
    described = (boundaries.name, boundaries.source, boundaries.licence, boundaries.attribution)
    around = surroundings()
    # What is around belongs to what a set says: the same file beside other foreign land is another set.
    sha256 = hashlib.sha256(boundaries.sha256 + around.sha256).digest()
    if trial:
        set_id = await conn.fetchval(_SQL["store_trial_set"], *described, b"trial")
    elif stored := await conn.fetchval("SELECT id FROM core.boundary_sets WHERE sha256 = $1", sha256):
        return stored, False
    else:
        set_id = await conn.fetchval(_SQL["store_set"], *described, sha256)
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
    await conn.execute(_SQL["store_foreign"], set_id, list(around.foreign_land), VERTICES_A_PART)
    await conn.execute(
        _SQL["store_time_zones"],
        set_id,
        [area.time_zone for area in around.time_zones],
        [area.region_time_zone for area in around.time_zones],
        [area.geometry for area in around.time_zones],
        VERTICES_A_PART,
    )
    return set_id, True


async def _activate(conn: Connection, set_id: int) -> bool:
    if await conn.fetchval("SELECT active FROM core.boundary_sets WHERE id = $1", set_id):
        return False
    await conn.execute("UPDATE core.boundary_sets SET active = false WHERE active")
    await conn.execute("UPDATE core.boundary_sets SET active = true WHERE id = $1", set_id)
    return True
