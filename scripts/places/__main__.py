"""Choose the take-off places of sample workbooks: points deep inside every region, more where more is flown.

    python -m scripts.places            writes fly_potato/sample/places.csv
    python -m scripts.places --check    says whether the file is what the boundaries give

A place stands as whole seconds of arc, because that is what a telegram can say; it lies at least 10 km from its
region's border where the region is large enough, so that it keeps its region whichever boundary set is loaded.
"""

import argparse
import csv
import gzip
import io
import json
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyproj import CRS, Transformer
from shapely import transform
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import prep

ROOT = Path(__file__).resolve().parents[2]
BOUNDARIES = ROOT / "shared/regions/data/boundaries.geojson.gz"
PLACES = ROOT / "fly_potato/sample/places.csv"

DEPTHS_KM = (10, 7, 5, 3, 2, 1)
FEWEST, MOST = 20, 120
BUSY = {"RU-KHM": 400, "RU-YAN": 320, "RU-LEN": 200, "RU-MOS": 200, "RU-TYU": 150}
# Neighbours and open sea, latitude and longitude, each far from every region.
OUTSIDE = (
    (53.90, 27.55),
    (51.15, 71.45),
    (43.25, 76.90),
    (47.90, 106.90),
    (45.75, 126.60),
    (61.50, 23.80),
    (40.40, 49.80),
    (58.00, 20.00),
    (73.50, 40.50),
    (54.50, 150.00),
    (41.70, 44.80),
    (38.50, 135.00),
)
OUTSIDE_KM = 40


def main() -> int:
    """Build the table of places, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    text = table(json.loads(gzip.decompress(BOUNDARIES.read_bytes()))["features"])
    if arguments.check:
        same = PLACES.read_text(encoding="utf-8") == text
        print("places.csv is up to date" if same else "places.csv differs: python -m scripts.places")
        return 0 if same else 1
    PLACES.write_text(text, encoding="utf-8")
    print(f"{PLACES.relative_to(ROOT)}: {text.count(chr(10)) - 1} places")
    return 0


def table(features: list[dict[str, Any]]) -> str:
    """Write all places as CSV: region, then latitude and longitude in seconds of arc, depth in km."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["region_iso", "region_name", "lat_seconds", "lon_seconds", "depth_km"])
    for feature in sorted(features, key=lambda feature: feature["properties"]["id"]):
        properties = feature["properties"]
        for lat, lon, depth in inside(shape(feature["geometry"]), properties):
            writer.writerow([properties["iso"] or "", properties["name"], lat, lon, depth])
    check_outside(features)
    for degrees_lat, degrees_lon in OUTSIDE:
        writer.writerow(["", "", round(degrees_lat * 3600), round(degrees_lon * 3600), OUTSIDE_KM])
    return out.getvalue()


def inside(region: BaseGeometry, properties: dict[str, Any]) -> Iterator[tuple[int, int, int]]:
    """Yield points of a region, the same ones for the same boundaries."""
    name = properties["iso"] or properties["name"]
    wanted = BUSY.get(name, min(MOST, max(FEWEST, round(math.sqrt(properties["area_km2"]) / 5))))
    to_plane, to_globe = projections(region)
    plane = transform(region, to_plane.transform, interleaved=False)
    # A region cut at 180 degrees lies side by side in the plane: the closed seam does not count as a border.
    plane = plane.buffer(50).buffer(-50)
    depth, core = next(
        (depth, core) for depth in DEPTHS_KM if has_room(core := plane.buffer(-1000 * depth), plane, depth)
    )
    prepared = prep(core)
    source = random.Random(f"places {name}")  # noqa: S311  sample data, no secret
    west, south, east, north = core.bounds
    found = 0
    while found < wanted:
        x, y = source.uniform(west, east), source.uniform(south, north)
        if not prepared.contains(Point(x, y)):
            continue
        lon, lat = to_globe.transform(x, y)
        found += 1
        yield round(lat * 3600), round(lon * 3600), depth


def has_room(core: BaseGeometry, plane: BaseGeometry, depth: int) -> bool:
    """Tell whether enough of a region is left at a depth to choose from."""
    return not core.is_empty and (core.area > 0.15 * plane.area or depth == DEPTHS_KM[-1])


def projections(region: BaseGeometry) -> tuple[Transformer, Transformer]:
    """Give the way to a plane of metres around a region's middle, and back."""
    middle = region.representative_point()
    plane = CRS.from_proj4(f"+proj=aeqd +lat_0={middle.y:.6f} +lon_0={middle.x:.6f} +datum=WGS84 +units=m")
    globe = CRS.from_epsg(4326)
    return (
        Transformer.from_crs(globe, plane, always_xy=True),
        Transformer.from_crs(plane, globe, always_xy=True),
    )


def check_outside(features: list[dict[str, Any]]) -> None:
    """Make sure that the places outside are far from every region."""
    for lat, lon in OUTSIDE:
        around = Point(lon, lat)
        to_plane, _ = projections(around)
        reach = 2.0
        for feature in features:
            region = shape(feature["geometry"])
            if region.distance(around) > reach:
                continue
            near = region.intersection(around.buffer(reach))
            if transform(near, to_plane.transform, interleaved=False).distance(Point(0, 0)) < 1000 * OUTSIDE_KM:
                sys.exit(f"{lat} {lon} is not outside: {feature['properties']['name']}")


if __name__ == "__main__":
    sys.exit(main())
