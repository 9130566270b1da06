"""Polygons of a file: brought to WGS 84, checked for structure, closed, and made continuous over the 180th meridian.

What is merely invalid (a ring that crosses itself, a hole outside its shell) is left to PostGIS, which repairs it.
"""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, NamedTuple

from shared.errors import RegionsError

Points = Sequence[Sequence[float]]
Reproject = Callable[[Points], Points]

WGS84 = "WGS 84"
Ring = list[list[float]]
Polygon = list[Ring]
_TRIANGLE = 3
_AREAS = ("Polygon", "MultiPolygon", "GeometryCollection")
_NO_AREA = ("Point", "MultiPoint", "LineString", "MultiLineString")
MAX_LONGITUDE = 360.0
MAX_LATITUDE = 90.0
HALF_TURN, TURN = 180.0, 360.0


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
            sentence = (
                f"Система координат «{source.name}» местная: как из неё получить градусы, файл не говорит."
                " Пересохраните его в WGS 84 (EPSG:4326)."
            )
            raise RegionsError("REGIONS_CRS", sentence)
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


class RegionShape(NamedTuple):
    """The polygons of a geometry, and how many parts are left out: points, lines, rings of less than a triangle."""

    polygons: list[Polygon]
    left_out: int


def shape_of(geometry: Any, name: str, reproject: Reproject | None = None) -> RegionShape:
    """Give the polygons of a GeoJSON geometry, in WGS 84 if ``reproject`` makes that of its coordinates.

    Raises:
        RegionsError: it holds no area, a ring is broken, or the numbers are no degrees of WGS 84.
    """
    try:
        shape = _parts(geometry, name, reproject)
    except (TypeError, ValueError, LookupError, OverflowError, RecursionError):
        raise RegionsError("REGIONS_GEOMETRY", f"Регион «{name}»: координаты записаны неверно.") from None
    if not shape.polygons:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        found = f"в файле {kind}" if isinstance(kind, str) and kind not in _AREAS else "её нет"
        sentence = f"Регион «{name}»: ожидается Polygon или MultiPolygon с площадью, а {found[:40]}."
        raise RegionsError("REGIONS_GEOMETRY", sentence)
    return shape


def _parts(geometry: Any, name: str, reproject: Reproject | None) -> RegionShape:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        shapes = [_parts(part, name, reproject) for part in geometry.get("geometries") or ()]
        return RegionShape([p for shape in shapes for p in shape.polygons], sum(shape.left_out for shape in shapes))
    if kind not in ("Polygon", "MultiPolygon"):
        return RegionShape([], int(kind in _NO_AREA))
    coordinates = geometry.get("coordinates") or []
    polygons = [_polygon(part, name, reproject) for part in ([coordinates] if kind == "Polygon" else coordinates)]
    return RegionShape([polygon for polygon, _ in polygons if polygon], sum(left_out for _, left_out in polygons))


def _polygon(rings: Any, name: str, reproject: Reproject | None) -> tuple[Polygon, int]:
    """Give the polygon, empty where its shell has no area, and how many rings are left out."""
    read = [_ring(ring if reproject is None else reproject(ring), name) for ring in rings]
    shell, *holes = [_continuous(ring, name) if len(ring) > _TRIANGLE else [] for ring in read] or [[]]
    if not shell:
        return [], max(1, len(read))
    west, east = min(x for x, _ in shell), max(x for x, _ in shell)
    kept = [_beside(hole, west, east) for hole in holes if hole]
    return [shell, *kept], len(holes) - len(kept)


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
    _check_width(_width(ring), _width(whole), name)
    return whole


def _width(ring: Ring) -> float:
    return max(x for x, _ in ring) - min(x for x, _ in ring)


def _check_width(written: float, continuous: float, name: str) -> None:
    """Refuse a ring whose edges could as well run the other way round the Earth, or that is a box around all of it."""
    if written > TURN or continuous > HALF_TURN or (written > HALF_TURN and continuous == 0):
        sentence = f"Регион «{name}»: контур шире половины земного шара. Проверьте долготы: регион так лежать не может."
        raise RegionsError("REGIONS_GEOMETRY", sentence)


def _beside(hole: Ring, west: float, east: float) -> Ring:
    """Shift a hole by a whole turn where only that brings it between the edges of its shell."""
    x = hole[0][0]
    shift = next((turn for turn in (0.0, 360.0, -360.0) if west <= x + turn <= east), 0.0)
    return [[x + shift, y] for x, y in hole] if shift else hole
