"""Coordinate systems: from whatever a file is in to longitude and latitude of WGS 84, by PROJ."""

from collections.abc import Callable, Sequence

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
