"""Measure boundary files against a better set that must not be shipped (its licence, its size, or its owner says so).

    python scripts/boundaries/measure.py REFERENCE.geojson FILE... [--places PLACES.csv]

Two kinds of points, each with the region that the reference gives it: at random over the reference's whole area (sea
within its borders included), and around populated places (``--places``: a CSV with ``lat`` and ``lon``, ten points
within 5 km of each). Prints the share that gets the same region, no region, another region, and how far the points with
another region are from the border that the reference draws: p50 and p95 in km. The points are the same in every run.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import shapely

from shared.regions import read_boundaries

KM_A_DEGREE = 111.32
SPREAD_KM = 5.0
RANDOM_POINTS = 900_000
Shapes = dict[int, shapely.Geometry]
Points = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Print one line a file and kind of points."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--places", type=Path)
    options = parser.parse_args()
    reference = load(options.reference)
    kinds = {"random": at_random()}
    if options.places:
        kinds["places"] = around_places(options.places)
    print(f"{'file':32}{'points':8}{'number':>8}{'same':>9}{'none':>9}{'other':>9}{'p50 km':>8}{'p95 km':>8}")
    for path in options.files:
        shapes = load(path)
        for kind, (lon, lat) in kinds.items():
            truth = region_of(reference, lon, lat)
            has_truth = truth > 0
            report(path.name, kind, reference, truth[has_truth], (lon[has_truth], lat[has_truth]), shapes)


def load(path: Path) -> Shapes:
    """Read the shapes of a file by region id."""
    return {r.id: shapely.make_valid(shapely.from_geojson(r.geometry)) for r in read_boundaries(path).regions}


def at_random() -> Points:
    """Spread points evenly over the part of the globe that Russia is in."""
    rng = np.random.default_rng(7)
    lon = rng.uniform(19, 192, RANDOM_POINTS)
    sines = rng.uniform(*np.sin(np.radians((41, 82))), RANDOM_POINTS)
    return np.where(lon > 180, lon - 360, lon), np.degrees(np.arcsin(sines))


def around_places(path: Path) -> Points:
    """Put ten points around each place, where an operator would fly."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(lines)]
    places = np.repeat(np.array(rows), 10, axis=0)
    rng = np.random.default_rng(7)
    away, heading = rng.uniform(0, SPREAD_KM, len(places)), rng.uniform(0, 2 * np.pi, len(places))
    lat = places[:, 1] + away * np.sin(heading) / KM_A_DEGREE
    return places[:, 0] + away * np.cos(heading) / (KM_A_DEGREE * np.cos(np.radians(lat))), lat


def region_of(shapes: Shapes, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Give the smallest id of the regions that each point touches, 0 for none."""
    regions = np.zeros(len(lon), dtype=int)
    for number in sorted(shapes, reverse=True):
        shapely.prepare(shapes[number])
        regions[shapely.intersects_xy(shapes[number], lon, lat)] = number
    return regions


def report(name: str, kind: str, reference: Shapes, truth: np.ndarray, points: Points, shapes: Shapes) -> None:
    """Print one line."""
    regions = region_of(shapes, *points)
    other = (regions != truth) & (regions > 0)
    depths = [depth(reference[n], x, y) for n, x, y in zip(truth[other], *(c[other] for c in points), strict=True)]
    p50, p95 = np.percentile(depths or [0.0], (50, 95))
    shares = "".join(f"{share:9.3%}" for share in (np.mean(regions == truth), np.mean(regions == 0), np.mean(other)))
    print(f"{name[:31]:32}{kind:8}{len(truth):8}{shares}{p50:8.1f}{p95:8.1f}", flush=True)


def depth(shape: shapely.Geometry, lon: float, lat: float) -> float:
    """Measure how far inside a shape a point lies, in km on a plane around it."""
    window = shapely.clip_by_rect(shape.boundary, lon - 3, lat - 1.5, lon + 3, lat + 1.5)
    scale = np.array([KM_A_DEGREE * np.cos(np.radians(lat)), KM_A_DEGREE])
    flat = shapely.transform(window, lambda xy: (xy - (lon, lat)) * scale)
    return float(shapely.distance(flat, shapely.Point(0, 0))) if not flat.is_empty else 150.0


if __name__ == "__main__":
    main()
