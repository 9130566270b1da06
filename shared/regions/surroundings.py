"""What the product ships beside the regions and every set is stored with: foreign land, and time zones below a region.

Both files are made by ``scripts/boundaries``; docs/regions.md says of what.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_FOREIGN_LAND = _DATA / "foreign_land.geojson.gz"
_TIME_ZONES = _DATA / "time_zones.geojson.gz"


@dataclass(frozen=True, slots=True)
class TimeZoneArea:
    """Where a clock differs from that of a region's centre; zones are IANA names, ``geometry`` GeoJSON in WGS 84."""

    time_zone: str
    region_time_zone: str
    geometry: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Polygons of foreign land as GeoJSON in WGS 84, areas with a time zone of their own, and the SHA-256 of both."""

    foreign_land: tuple[str, ...]
    time_zones: tuple[TimeZoneArea, ...]
    sha256: bytes


@cache
def surroundings() -> Surroundings:
    """Read the shipped files."""
    texts = [gzip.decompress(path.read_bytes()) for path in (_FOREIGN_LAND, _TIME_ZONES)]
    land, zones = (json.loads(text)["features"] for text in texts)
    return Surroundings(
        foreign_land=tuple(json.dumps(feature["geometry"]) for feature in land),
        time_zones=tuple(
            TimeZoneArea(
                time_zone=feature["properties"]["time_zone"],
                region_time_zone=feature["properties"]["region_time_zone"],
                geometry=json.dumps(feature["geometry"]),
            )
            for feature in zones
        ),
        sha256=hashlib.sha256(b"".join(texts)).digest(),
    )
