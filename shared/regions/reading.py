"""From a file of boundaries to a checked ``BoundarySet``: GeoJSON (plain or gzip) or a zipped shapefile."""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.errors import RegionsError
from shared.regions.boundaries import BoundarySet, Region
from shared.regions.fields import FieldNames, FieldReader
from shared.regions.geometry import polygons_of
from shared.regions.shapefiles import read_shapefile
from shared.regions.subjects import find_subject

BUNDLED = Path(__file__).parent / "data" / "boundaries.geojson.gz"
"""The boundaries that the product ships; docs/regions.md says what they are."""

MAX_BYTES = 1 << 30
_FIRST_FREE_ID = 201
_UNTOLD = "не указано"
_ISO_3166_2 = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file comes from, as the operator tells it; None means: as the file itself tells it."""

    name: str | None = None
    source: str | None = None
    licence: str | None = None
    attribution: str | None = None


def read_boundaries(
    path: Path = BUNDLED,
    *,
    fields: FieldNames | None = None,
    provenance: Provenance | None = None,
    default_time_zone: str | None = None,
) -> BoundarySet:
    """Read a file of boundaries and complete it from the catalogue of subjects.

    ``default_time_zone`` serves regions for which neither the file nor the catalogue has one.

    Raises:
        RegionsError: the file cannot be read, or a region lacks a name, a time zone or a usable shape, or comes twice.
    """
    document = read_shapefile(path) if path.suffix.lower() == ".zip" else _read_geojson(path)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise RegionsError("REGIONS_EMPTY", "В файле нет набора объектов (FeatureCollection с регионами).")
    _check_crs(document.get("crs"))
    reader = FieldReader(fields or FieldNames())
    features = [feature if isinstance(feature, dict) else {} for feature in features]
    reader.require([_properties(feature) for feature in features])
    regions = [_region(reader, _properties(f), f.get("geometry"), default_time_zone) for f in features]
    numbered = _number(regions)
    _check_unique(numbered)
    return _set(document, path, provenance or Provenance(), numbered)


def _read_geojson(path: Path) -> dict[str, Any]:
    text = _unpacked(path)
    if len(text) > MAX_BYTES:
        raise RegionsError("REGIONS_FILE_TOO_LARGE", f"Файл «{path.name}» больше {MAX_BYTES >> 20} МБ.")
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        sentence = f"Файл «{path.name}» — не GeoJSON. Принимаются .geojson, .geojson.gz и .zip с шейп-файлом."
        raise RegionsError("REGIONS_FILE_TYPE", sentence) from None
    return document if isinstance(document, dict) else {}


def _unpacked(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            is_gzip = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            if not is_gzip:
                return stream.read(MAX_BYTES + 1)
            with gzip.open(stream) as unpacked:
                return unpacked.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise RegionsError("REGIONS_FILE", f"Файл «{path.name}» не читается.") from None


def _check_crs(crs: Any) -> None:
    told = json.dumps(crs)
    if crs is not None and "CRS84" not in told and "4326" not in told:
        raise RegionsError("REGIONS_NOT_WGS84", "Файл записан не в WGS 84 (EPSG:4326). Пересохраните его в WGS 84.")


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    told = feature.get("properties")
    return told if isinstance(told, dict) else {}


def _region(reader: FieldReader, told: Mapping[str, Any], geometry: Any, default_time_zone: str | None) -> Region:
    code, written = reader.text("code", told), reader.russian_name(told)
    subject = find_subject(code, written)
    name = written or (subject.name if subject else None)
    if name is None:
        label = reader.text("name", told) or code or "?"
        raise RegionsError("REGIONS_NAME_MISSING", f"У региона «{label}» нет названия на русском языке.")
    zone = reader.text("time_zone", told) or (subject.time_zone if subject else default_time_zone)
    if zone is None:
        raise RegionsError("REGIONS_TIME_ZONE_MISSING", f"У региона «{name}» нет часового пояса.")
    _check_time_zone(zone, name)
    iso = code if code and _ISO_3166_2.fullmatch(code) else subject.iso if subject else None
    shape = {"type": "MultiPolygon", "coordinates": polygons_of(geometry, name)}
    return Region(
        id=reader.id(told, name) or (subject.id if subject else 0),
        iso=iso,
        name=name,
        time_zone=zone,
        official_area_km2=reader.area(told, name) or (subject.official_area_km2 if subject else None),
        geometry=json.dumps(shape, separators=(",", ":")),
    )


def _check_time_zone(zone: str, name: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = f"Регион «{name}»: часового пояса «{zone[:40]}» нет в базе IANA."
        raise RegionsError("REGIONS_TIME_ZONE", sentence) from None


def _number(regions: Iterable[Region]) -> list[Region]:
    """Give ids to regions that have none, in the order of their names, so that the same file gets the same ids."""
    ordered = sorted(regions, key=lambda region: (region.id, region.name))
    taken = {region.id for region in ordered}
    free = (number for number in range(_FIRST_FREE_ID, 1 << 15) if number not in taken)
    return sorted((r if r.id else replace(r, id=next(free)) for r in ordered), key=lambda region: region.id)


def _check_unique(regions: Sequence[Region]) -> None:
    for what, values in (
        ("номер", [str(region.id) for region in regions]),
        ("название", [region.name for region in regions]),
        ("код", [region.iso for region in regions if region.iso]),
    ):
        twice = [value for value, times in Counter(values).items() if times > 1]
        if twice:
            sentence = f"В файле повторяется {what}: {', '.join(twice[:5])}. Один регион — один объект."
            raise RegionsError("REGIONS_DUPLICATE", sentence)


def _set(document: Mapping[str, Any], path: Path, told: Provenance, regions: Sequence[Region]) -> BoundarySet:
    licence = told.licence or document.get("licence") or document.get("license")
    return BoundarySet(
        name=str(told.name or document.get("name") or path.name.partition(".")[0]),
        source=str(told.source or document.get("source") or _UNTOLD),
        licence=str(licence or _UNTOLD),
        attribution=str(told.attribution or document.get("attribution") or licence or _UNTOLD),
        regions=tuple(regions),
    )
