"""Polygons of a file: brought to WGS 84, checked for structure, closed, and made continuous over the 180th meridian.

What is merely invalid (a ring that crosses itself, a hole outside its shell) is left to PostGIS, which repairs it.
"""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from shared.errors import RegionsError

Points = Sequence[Sequence[float]]
Reproject = Callable[[Points], list[list[float]]]

WGS84 = "WGS 84"


def reprojection(crs: str | None) -> tuple[str, Reproject | None]:
    """Give the name of a coordinate system and how points of it become WGS 84; None where they are it already.

    Raises:
        RegionsError: PROJ does not know the system, or is not installed here.
    """
    if crs is None or crs.upper() in ("EPSG:4326", "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:EPSG::4326"):
        return WGS84, None
    try:
        # Only the command reprojects; a function's bundle does without PROJ and its database.
        from pyproj import CRS, Transformer
        from pyproj.exceptions import ProjError
    except ImportError:
        sentence = "Файл записан не в WGS 84, а здесь нет библиотеки pyproj. Загрузите его с рабочего места."
        raise RegionsError("REGIONS_CRS_UNSUPPORTED", sentence) from None
    try:
        source, target = CRS.from_user_input(crs), CRS.from_user_input("OGC:CRS84")
        if not (source.is_geographic or source.is_projected or source.is_bound):
            raise RegionsError("REGIONS_CRS", f"Система координат «{source.name}» не плановая.")
        if source.is_exact_same(target) or (source.is_geographic and _is_wgs84(source.name)):
            return WGS84, None
        transformer = Transformer.from_crs(source, target, always_xy=True)
    except ProjError:
        sentence = f"Система координат файла не распознана: «{crs[:60]}». Пересохраните его в WGS 84 (EPSG:4326)."
        raise RegionsError("REGIONS_CRS", sentence) from None

    def reproject(points: Points) -> list[list[float]]:
        longitudes, latitudes = transformer.transform(
            [point[0] for point in points], [point[1] for point in points], errcheck=False
        )
        return [[x, y] for x, y in zip(longitudes, latitudes, strict=True)]

    return source.name, reproject


def _is_wgs84(name: str) -> bool:
    return name.upper().replace("_", "").replace(" ", "") in ("WGS84", "GCSWGS1984", "WGS1984", "WGS84(CRS84)")


Ring = list[list[float]]
Polygon = list[Ring]

MAX_LONGITUDE = 360.0
MAX_LATITUDE = 90.0


def polygons_of(geometry: Any, name: str, reproject: Reproject | None = None) -> list[Polygon]:
    """Give the polygons of a GeoJSON geometry, in WGS 84 if ``reproject`` makes that of its coordinates.

    Raises:
        RegionsError: it is no polygon, a ring is broken, or the numbers are no degrees of WGS 84.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        return [polygon for part in geometry["geometries"] for polygon in polygons_of(part, name, reproject)]
    coordinates = geometry.get("coordinates") if kind in ("Polygon", "MultiPolygon") else None
    if not isinstance(coordinates, list) or not coordinates:
        raise RegionsError("REGIONS_GEOMETRY", f"Регион «{name}»: ожидается непустой Polygon или MultiPolygon.")
    try:
        parts = [coordinates] if kind == "Polygon" else coordinates
        return [_polygon(part, name, reproject) for part in parts]
    except (TypeError, ValueError, IndexError):
        raise RegionsError("REGIONS_GEOMETRY", f"Регион «{name}»: координаты записаны неверно.") from None


def _polygon(rings: Any, name: str, reproject: Reproject | None) -> Polygon:
    shell, *holes = [_continuous(_ring(ring if reproject is None else reproject(ring), name), name) for ring in rings]
    west, east = min(x for x, _ in shell), max(x for x, _ in shell)
    return [shell, *(_beside(hole, west, east) for hole in holes)]


def _ring(points: Any, name: str) -> Ring:
    ring = [[float(point[0]), float(point[1])] for point in points]
    if not all(isfinite(x) and isfinite(y) for x, y in ring):
        raise ValueError(name)
    if any(abs(x) > MAX_LONGITUDE or abs(y) > MAX_LATITUDE for x, y in ring):
        raise RegionsError(
            "REGIONS_NOT_WGS84", f"Регион «{name}»: координаты не похожи на градусы WGS 84 (долгота, широта)."
        )
    if ring and ring[0] != ring[-1]:
        ring.append(list(ring[0]))
    if len(ring) < 4:
        raise RegionsError("REGIONS_GEOMETRY", f"Регион «{name}»: контур из {len(ring)} точек не замыкает площадь.")
    return ring


def _continuous(ring: Ring, name: str) -> Ring:
    """Shift what follows a jump over the 180th meridian by a whole turn, so that the ring stays in one piece."""
    shift, last, whole = 0.0, ring[0][0], []
    for x, y in ring:
        if x + shift - last > 180:
            shift -= 360
        elif x + shift - last < -180:
            shift += 360
        last = x + shift
        whole.append([last, y])
    if whole[0][0] != whole[-1][0]:
        raise RegionsError("REGIONS_GEOMETRY", f"Регион «{name}»: контур обходит полюс.")
    return whole


def _beside(hole: Ring, west: float, east: float) -> Ring:
    """Shift a hole by a whole turn where only that brings it between the edges of its shell."""
    x = hole[0][0]
    shift = next((turn for turn in (0.0, 360.0, -360.0) if west <= x + turn <= east), 0.0)
    return [[x + shift, y] for x, y in hole] if shift else hole
