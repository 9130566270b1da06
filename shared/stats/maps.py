"""What maps are drawn from: the regions' shapes, and tiles of flights."""

import json
from typing import Any

from shared.db import Connection
from shared.stats.selection import Selection
from shared.stats.statements import STATEMENTS

_SQL = STATEMENTS["utc"]

DEEPEST = 14
"""The deepest zoom that tiles are made for; a map enlarges those."""
_DETAIL = {"low": (0.05, 2), "high": (0.01, 3)}
"""Tolerance in degrees and digits after the point, by detail: some 5 and 1 km."""


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
    period = selection.period
    arguments = (
        zoom,
        column,
        row,
        period.outer_first,
        period.outer_last,
        region_id,
        selection.uav_type,
        selection.state,
    )
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
