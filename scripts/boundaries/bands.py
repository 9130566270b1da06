"""Measure how often points near a border between regions get the right one, by their distance from it.

    python scripts/boundaries/bands.py REFERENCE.geojson FILE...

Judged by a better set that is not shipped. Points lie at random along the borders and at random distances; they are the
same in every run.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from measure import KM_A_DEGREE, Shapes, load, region_of

BANDS_KM = ((0.0, 0.1), (0.1, 0.5), (0.5, 1.0), (1.0, 5.0))
POINTS_A_BAND = 10_000


def main() -> None:
    """Print one line a file and band."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    measure(load(options.reference), options.files)


def measure(reference: Shapes, files: list[Path]) -> None:
    """Judge points around borders between regions; points that the reference gives to nobody are left out."""
    ids = sorted(reference)
    tree = shapely.STRtree([reference[i] for i in ids])
    lines = [
        shapely.intersection(reference[ids[a]].boundary, reference[ids[b]].boundary)
        for a, b in zip(*tree.query([reference[i] for i in ids], predicate="intersects"), strict=True)
        if a < b
    ]
    border = shapely.line_merge(shapely.union_all([line for line in lines if not line.is_empty]))
    edges = shapely.union_all([shape.boundary for shape in reference.values()])
    shapes = {path: load(path) for path in files}
    for band, lon, lat in around(border, edges, BANDS_KM):
        truth = region_of(reference, lon, lat)
        for path, regions in shapes.items():
            right = (region_of(regions, lon, lat) == truth)[truth > 0]
            print(f"{path.name[:31]:32}{band[0]:5.1f}-{band[1]:<5.1f}{len(right):8}{np.mean(right):9.2%}", flush=True)


def around(
    border: shapely.Geometry, edges: shapely.Geometry, bands: Sequence[tuple[float, float]]
) -> Iterator[tuple[tuple[float, float], np.ndarray, np.ndarray]]:
    """Put points around lines, at random along them; yields each band (km from the edges) with its points."""
    rng = np.random.default_rng(2026)
    sides = segments(edges)
    for low, high in bands:
        lon, lat = np.empty(0), np.empty(0)
        while len(lon) < POINTS_A_BAND:
            on = shapely.line_interpolate_point(border, rng.uniform(0, border.length, POINTS_A_BAND))
            x, y = shapely.get_x(on), shapely.get_y(on)
            away, heading = rng.uniform(low, high, len(x)), rng.uniform(0, 2 * np.pi, len(x))
            x = x + away * np.cos(heading) / (KM_A_DEGREE * np.cos(np.radians(y)))
            y = y + away * np.sin(heading) / KM_A_DEGREE
            distance = distance_km(sides, x, y)
            fits = (low <= distance) & (distance < high)
            lon, lat = np.concatenate([lon, x[fits]]), np.concatenate([lat, y[fits]])
        yield (low, high), lon[:POINTS_A_BAND], lat[:POINTS_A_BAND]


def segments(edges: shapely.Geometry) -> np.ndarray:
    """Take lines apart into their sides: an array of n by two ends by longitude and latitude."""
    sides = []
    for line in shapely.get_parts(edges):
        corners = shapely.get_coordinates(line)
        sides.append(np.stack([corners[:-1], corners[1:]], axis=1))
    return np.concatenate(sides)


def distance_km(sides: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Measure how far points are from lines, on a plane for each degree of latitude (off by three per cent at most)."""
    result = np.full(len(lon), np.inf)
    for south in np.unique(np.floor(lat)):
        rows = np.nonzero(np.floor(lat) == south)[0]
        near = sides[(sides[:, :, 1].max(axis=1) > south - 0.6) & (sides[:, :, 1].min(axis=1) < south + 1.6)]
        scale = np.array([KM_A_DEGREE * np.cos(np.radians(south + 0.5)), KM_A_DEGREE])
        tree = shapely.STRtree(shapely.linestrings(near * scale))
        points = shapely.points(np.column_stack([lon[rows], lat[rows]]) * scale)
        (nearest, _), distances = tree.query_nearest(points, return_distance=True, all_matches=False)
        result[rows[nearest]] = distances
    return result


if __name__ == "__main__":
    main()
