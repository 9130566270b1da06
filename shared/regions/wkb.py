"""Geometries of a GeoPackage: its header, then well-known binary (OGC 12-128r19 §2.1.3, OGC 06-103r4 §8)."""

import struct
from typing import Any

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def geopackage_geometry(blob: bytes | None) -> dict[str, Any] | None:
    """Read a geometry as GeoJSON has it, heights dropped; None for an empty one.

    Raises:
        ValueError: it is no such geometry, or none with an area.
    """
    if blob is None:
        return None
    if blob[:2] != b"GP":
        raise ValueError("no GeoPackage geometry")
    flags = blob[3]
    geometry, _ = _geometry(blob, 8 + _ENVELOPE_BYTES[(flags >> 1) & 7])
    return geometry


def _geometry(blob: bytes, at: int) -> tuple[dict[str, Any], int]:
    order = "<" if blob[at] == 1 else ">"
    kind, dimensions = _kind(*_unpack(order + "I", blob, at + 1))
    at += 5
    if kind == _POLYGON:
        rings, at = _rings(blob, at, order, dimensions)
        return {"type": "Polygon", "coordinates": rings}, at
    if kind not in (_MULTIPOLYGON, _COLLECTION):
        return {"type": f"WKB {kind}"}, len(blob)
    (count,) = _unpack(order + "I", blob, at)
    at += 4
    members = []
    for _ in range(count):
        member, at = _geometry(blob, at)
        members.append(member)
    if kind == _COLLECTION:
        return {"type": "GeometryCollection", "geometries": members}, at
    return {"type": "MultiPolygon", "coordinates": [member["coordinates"] for member in members]}, at


def _kind(code: int) -> tuple[int, int]:
    """Tell type and number of dimensions: thousands of the code in ISO's form, its high bits in PostGIS's."""
    dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
    code &= 0x1FFFFFFF
    return code % 1000, dimensions + (0, 1, 1, 2)[code // 1000]


def _rings(blob: bytes, at: int, order: str, dimensions: int) -> tuple[list[list[list[float]]], int]:
    (count,) = _unpack(order + "I", blob, at)
    at += 4
    rings = []
    for _ in range(count):
        (points,) = _unpack(order + "I", blob, at)
        numbers = _unpack(f"{order}{points * dimensions}d", blob, at + 4)
        rings.append([[numbers[n], numbers[n + 1]] for n in range(0, len(numbers), dimensions)])
        at += 4 + 8 * len(numbers)
    return rings, at


def _unpack(form: str, blob: bytes, at: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, blob, at)
    except struct.error:
        raise ValueError("cut short") from None
