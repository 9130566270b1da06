"""A zipped shapefile as the same document that GeoJSON gives."""

import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from shared.errors import RegionsError

MAX_UNPACKED_BYTES = 1 << 30
_PARTS = ("shp", "dbf", "shx", "prj", "cpg")


def read_shapefile(path: Path) -> dict[str, Any]:
    """Read the one shapefile of a zip archive.

    The text encoding is what the .cpg says, else UTF-8, else Windows-1251, which Russian shapefiles without one mean.

    Raises:
        RegionsError: no archive, not exactly one shapefile, parts missing, or not WGS 84.
    """
    parts = _unpack(path)
    projection = parts.get("prj", b"").decode("latin-1").upper()
    if projection and ("PROJCS" in projection or "PROJCRS" in projection or "84" not in projection):
        sentence = "Шейп-файл записан не в WGS 84 (см. .prj). Пересохраните его в WGS 84 (EPSG:4326)."
        raise RegionsError("REGIONS_NOT_WGS84", sentence)
    return {"type": "FeatureCollection", "features": _features(parts, path.name)}


def _unpack(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX" not in entry.filename]
            shapes = [entry.filename for entry in names if entry.filename.lower().endswith(".shp")]
            if len(shapes) != 1:
                sentence = f"В архиве «{path.name}» шейп-файлов: {len(shapes)}. Нужен один."
                raise RegionsError("REGIONS_SHAPEFILE", sentence)
            stem = shapes[0].rpartition(".")[0].casefold()
            found = {e.filename.rpartition(".")[2].lower(): e for e in names if _stem(e.filename) == stem}
            wanted = {kind: found[kind] for kind in _PARTS if kind in found}
            if sum(entry.file_size for entry in wanted.values()) > MAX_UNPACKED_BYTES:
                raise RegionsError("REGIONS_FILE_TOO_LARGE", f"Файл «{path.name}» больше допустимого.")
            parts = {kind: archive.read(entry) for kind, entry in wanted.items()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise RegionsError("REGIONS_FILE", f"Файл «{path.name}» не читается как архив zip.") from None
    if "dbf" not in parts:
        raise RegionsError("REGIONS_SHAPEFILE", f"В архиве «{path.name}» нет .dbf с названиями регионов.")
    return parts


def _stem(name: str) -> str:
    return name.rpartition(".")[0].casefold()


def _features(parts: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    told = parts.get("cpg", b"").decode("ascii", "replace").strip()
    for encoding in (told,) if told else ("utf-8", "cp1251"):
        # The library raises whatever a broken file, or a wrong encoding, makes it stumble over.
        with suppress(Exception):
            return _decode(parts, encoding)
    raise RegionsError("REGIONS_SHAPEFILE", f"Шейп-файл в архиве «{name}» повреждён или в неизвестной кодировке.")


def _decode(parts: dict[str, bytes], encoding: str) -> list[dict[str, Any]]:
    # Only a desk reads shapefiles; a function's bundle does without the library.
    import shapefile  # type: ignore[import-untyped,unused-ignore]

    files = {kind: BytesIO(parts[kind]) for kind in ("shp", "dbf", "shx") if kind in parts}
    with shapefile.Reader(**files, encoding=encoding) as reader:
        return [
            {"type": "Feature", "properties": record.as_dict(), "geometry": shape.__geo_interface__}
            for shape, record in zip(reader.iterShapes(), reader.iterRecords(), strict=True)
        ]
