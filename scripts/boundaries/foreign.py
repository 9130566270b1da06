"""The foreign land around the regions: a point on it is outside, however near the border is.

The world's land (coasts of OpenStreetMap) within ``REACH`` of the regions, less the regions themselves as they are
shipped, so that nothing is left between a region's border and the land beyond. Lakes count as land, the Caspian as sea.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from compose import GRID, Shapes
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
"""West, south, east, north."""

REACH = 3.0  # degrees: also serves sets that hold more than the bundled one
TILE = 2.0  # degrees: how land is cut, so that no polygon is a continent
TOLERANCE = 0.001  # degrees: what thinning coasts may cost
NEAR = 0.3  # degrees: nearer than this to a region every island of SMALLEST_NEAR counts, farther off those of SMALLEST
SMALLEST_NEAR, SMALLEST = 1e-6, 2e-4  # square degrees


def foreign_land(land: np.ndarray, regions: Shapes) -> list[BaseGeometry]:
    """Cut the land beyond the regions into polygons of a tile each, ordered by tile."""
    country = shapely.STRtree(list(regions.values()))
    polygons: list[BaseGeometry] = []
    for tile, pieces in _tiles(land, (-180.0, 30.0, 180.0, 84.0)):
        if len(country.query(tile, predicate="dwithin", distance=REACH)):
            around = country.geometries.take(country.query(tile, predicate="intersects"))
            near = len(country.query(tile, predicate="dwithin", distance=NEAR)) > 0
            polygons += _beyond(pieces, around, SMALLEST_NEAR if near else SMALLEST)
    return polygons


def _tiles(land: np.ndarray, box: Box) -> Iterator[tuple[BaseGeometry, np.ndarray]]:
    """Halve a box until it is a tile, and give each tile that has land in it with the land clipped to it."""
    west, south, east, north = box
    bounds = shapely.bounds(land)
    meets = (bounds[:, 0] < east) & (bounds[:, 2] > west) & (bounds[:, 1] < north) & (bounds[:, 3] > south)
    pieces = shapely.clip_by_rect(land[meets], *box)
    pieces = shapely.get_parts(pieces[~shapely.is_empty(pieces)])
    if not len(pieces):
        return
    if max(east - west, north - south) <= TILE:
        yield shapely.box(*box), shapely.make_valid(pieces)
    elif east - west >= north - south:
        middle = (west + east) / 2
        yield from _tiles(pieces, (west, south, middle, north))
        yield from _tiles(pieces, (middle, south, east, north))
    else:
        middle = (south + north) / 2
        yield from _tiles(pieces, (west, south, east, middle))
        yield from _tiles(pieces, (west, middle, east, north))


def _beyond(land: np.ndarray, regions: np.ndarray, smallest: float) -> Iterator[BaseGeometry]:
    thin = shapely.make_valid(shapely.simplify(shapely.union_all(land, grid_size=GRID), TOLERANCE))
    rest = shapely.difference(thin, shapely.union_all(regions), grid_size=GRID) if len(regions) else thin
    for part in shapely.get_parts(shapely.get_parts(rest)):
        if part.geom_type == "Polygon" and part.area >= smallest:
            yield shapely.normalize(part)
