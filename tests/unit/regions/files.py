"""Small invented files of boundaries."""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def square(west: float, south: float, size: float = 1.0) -> Json:
    """Draw a square polygon."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Json, **properties: Any) -> Json:
    """Make a feature; a double underscore in a name is a colon."""
    fields = {key.replace("__", ":"): value for key, value in properties.items()}
    return {"type": "Feature", "properties": fields, "geometry": geometry}


def region(number: int, geometry: Json, name: str | None = None) -> Json:
    """Make a feature as the product's own file has it."""
    title = name or f"Область {'АБВГДЕЖЗИК'[number % 10]}{'х' * (number // 10)}"
    return feature(geometry, id=number, name=title, time_zone="Europe/Moscow", official_area_km2=1000)


def write(path: Path, *features: Json, **members: Any) -> Path:
    """Write a feature collection."""
    collection = {"type": "FeatureCollection", "name": "Выдуманные", "licence": "CC0-1.0", **members}
    path.write_text(json.dumps({**collection, "features": list(features)}, ensure_ascii=False), encoding="utf-8")
    return path
