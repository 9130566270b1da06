"""Files of boundaries as layers: GeoJSON (plain or gzip), zipped shapefiles, a GeoPackage.

Files are known by their content, not by their names. Geometries of a GeoPackage are a header and
well-known binary (OGC 12-128r19 §2.1.3, OGC 06-103r4 §8).
"""

import gzip
import json
import lzma
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from shared.errors import RegionsError

_POINT, _LINE, _POLYGON, _MULTIPOLYGON, _COLLECTION, _CURVE_POLYGON, _MULTISURFACE = 1, 2, 3, 6, 7, 10, 12
_MEMBERS = {
    4: "MultiPoint",
    5: "MultiLineString",
    _MULTIPOLYGON: "MultiPolygon",
    _COLLECTION: "GeometryCollection",
    _MULTISURFACE: "GeometryCollection",
}
_CURVES = (8, 9, 11, 13)
_CURVED = "кривые"
"""The type of what has curves: not one of GeoJSON's, and a person is told of it."""
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
MAX_BYTES = 1 << 30
_ACCEPTED = "Принимаются .geojson, .geojson.gz, .zip с шейп-файлом и .gpkg."
_SHAPEFILE_PARTS = ("shp", "dbf", "shx", "prj", "cpg")
_SHAPEFILE_START = b"\x00\x00\x27\x0a"
_MULTIPATCH = (31).to_bytes(4, "little")
_MOST_FEATURES = 30_000
"""More than there are numbers of regions; a layer may be a view without an end."""
_CODE_PAGES = {0x26: "cp866", 0x65: "cp866", 0xC9: "cp1251"}
"""What byte 29 of a .dbf says of its text, as far as it may be Russian."""


def geopackage_geometry(blob: object) -> dict[str, Any] | None:
    """Read a geometry as GeoJSON has it, heights dropped; None for an empty one.

    Raises:
        ValueError: it is no such geometry.
    """
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP":
        raise ValueError("no GeoPackage geometry")
    flags = blob[3]
    geometry, _ = _wkb_geometry(blob, 8 + _ENVELOPE_BYTES[(flags >> 1) & 7])
    return geometry


def _wkb_geometry(blob: bytes, at: int) -> tuple[dict[str, Any], int]:
    order = "<" if blob[at] == 1 else ">"
    kind, dimensions = _kind(*_unpack(order + "I", blob, at + 1))
    at += 5
    if kind == _POINT:
        return {"type": "Point"}, at + 8 * dimensions
    if kind == _LINE:
        points, at = _points(blob, at, order, dimensions)
        return {"type": "LineString", "coordinates": points}, at
    if kind == _POLYGON:
        rings, at = _rings(blob, at, order, dimensions)
        return {"type": "Polygon", "coordinates": rings}, at
    if kind not in (*_MEMBERS, _CURVE_POLYGON):
        # How long it is nobody knows, so nothing can be read behind it.
        return {"type": _CURVED if kind in _CURVES else f"WKB {kind}"}, len(blob)
    (count,) = _unpack(order + "I", blob, at)
    at += 4
    members = []
    for _ in range(count):
        member, at = _wkb_geometry(blob, at)
        if member["type"] == _CURVED:
            return member, len(blob)
        members.append(member)
    if kind == _CURVE_POLYGON:
        return {"type": "Polygon", "coordinates": [member["coordinates"] for member in members]}, at
    if kind == _MULTIPOLYGON:
        return {"type": "MultiPolygon", "coordinates": [member["coordinates"] for member in members]}, at
    return {"type": _MEMBERS[kind], "geometries": members}, at


def _kind(code: int) -> tuple[int, int]:
    """Tell type and number of dimensions: thousands of the code in ISO's form, its high bits in PostGIS's."""
    dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
    code &= 0x1FFFFFFF
    return code % 1000, dimensions + (0, 1, 1, 2)[code // 1000]


def _rings(blob: bytes, at: int, order: str, dimensions: int) -> tuple[list[list[list[float]]], int]:
    (count,) = _unpack(order + "I", blob, at)
    at += 4
    rings = []
    for _ in range(count):
        points, at = _points(blob, at, order, dimensions)
        rings.append(points)
    return rings, at


def _points(blob: bytes, at: int, order: str, dimensions: int) -> tuple[list[list[float]], int]:
    (count,) = _unpack(order + "I", blob, at)
    numbers = _unpack(f"{order}{count * dimensions}d", blob, at + 4)
    points = [[numbers[n], numbers[n + 1]] for n in range(0, len(numbers), dimensions)]
    return points, at + 4 + 8 * len(numbers)


def _unpack(form: str, blob: bytes, at: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, blob, at)
    except struct.error:
        raise ValueError("cut short") from None


@dataclass(frozen=True, slots=True)
class Feature:
    """One object of a layer: its properties and its geometry as GeoJSON has it, in the layer's own coordinates."""

    properties: Mapping[str, Any]
    geometry: Any


@dataclass(frozen=True, slots=True)
class Layer:
    """What a file holds; ``crs`` is a name or WKT of its coordinate system, None where the file says none.

    All formats put the easting or longitude first. ``crs_is_standard`` says that a file without a word on its system is
    WGS 84 by its format. ``about`` are the file's own words: name, source, licence.
    """

    features: Sequence[Feature]
    crs: str | None
    crs_is_standard: bool
    about: Mapping[str, Any]


def read_layer(path: Path, layer: str | None = None, *, max_bytes: int = MAX_BYTES) -> Layer:
    """Read the one layer of a file, or the named one of several. ``max_bytes`` is what it may hold unpacked.

    Raises:
        RegionsError: the file cannot be read, is of no known kind, or holds more than one layer.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
    except OSError:
        raise RegionsError("REGIONS_FILE", f"Файл «{path.name}» не читается.") from None
    found = _read(path, start, layer, max_bytes)
    if len(found.features) > _MOST_FEATURES:
        sentence = f"В файле больше {_MOST_FEATURES} объектов. Объект должен быть регионом, а не его частью."
        raise RegionsError("REGIONS_FILE_TOO_LARGE", sentence)
    return found


def _read(path: Path, start: bytes, layer: str | None, max_bytes: int) -> Layer:
    if start.startswith(b"SQLite format 3"):
        if path.stat().st_size > max_bytes:
            raise _too_large(path, max_bytes)
        return _read_geopackage(path, layer)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_shapefile(path, layer, max_bytes)
    if start.startswith(_SHAPEFILE_START):
        sentence = "Шейп-файл состоит из нескольких файлов: положите .shp, .dbf, .shx и .prj в один архив .zip."
        raise RegionsError("REGIONS_SHAPEFILE", sentence)
    return _read_geojson(path, max_bytes, packed=start.startswith(b"\x1f\x8b"))


def _too_large(path: Path, max_bytes: int) -> RegionsError:
    return RegionsError("REGIONS_FILE_TOO_LARGE", f"Файл «{path.name}» больше {max_bytes >> 20} МиБ.")


def _read_geojson(path: Path, max_bytes: int, *, packed: bool) -> Layer:
    text = _unpacked(path, max_bytes) if packed else _content(path, max_bytes)
    if len(text) > max_bytes:
        raise _too_large(path, max_bytes)
    try:
        document = _parsed(text)
    except (ValueError, RecursionError):
        raise RegionsError("REGIONS_FILE_TYPE", f"Файл «{path.name}» не распознан. {_ACCEPTED}") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection" or not features:
        raise RegionsError("REGIONS_EMPTY", "В файле нет набора объектов (FeatureCollection с регионами).")
    return Layer([_feature(each) for each in features], _geojson_crs(document.get("crs")), True, document)


def _parsed(text: bytes) -> Any:
    """Parse JSON in UTF-8, UTF-16 or UTF-32, as the standard has had it, else in Windows-1251."""
    try:
        return json.loads(text)
    except UnicodeDecodeError:
        return json.loads(text.decode("cp1251"))


def _content(path: Path, max_bytes: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(max_bytes + 1)


def _unpacked(path: Path, max_bytes: int) -> bytes:
    try:
        with gzip.open(path) as unpacked:
            return unpacked.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error):
        raise RegionsError("REGIONS_FILE", f"Файл «{path.name}» не читается.") from None


def _feature(value: Any) -> Feature:
    member = value if isinstance(value, dict) else {}
    properties = member.get("properties")
    return Feature(properties if isinstance(properties, dict) else {}, member.get("geometry"))


def _geojson_crs(member: Any) -> str | None:
    """Read the member ``crs`` of GeoJSON before RFC 7946, by name (``{"name": "EPSG:4284"}``) or number of EPSG."""
    if member is None or isinstance(member, str):
        return member
    properties = member.get("properties") if isinstance(member, dict) else None
    stated = properties if isinstance(properties, dict) else {}
    if stated and member.get("type") == "EPSG" and str(stated.get("code")).isdecimal():
        return f"EPSG:{stated['code']}"
    return stated["name"] if isinstance(stated.get("name"), str) else json.dumps(member)


def _read_shapefile(path: Path, layer: str | None, max_bytes: int) -> Layer:
    parts = _unzip(path, layer, max_bytes)
    crs = parts.get("prj", b"").decode("utf-8-sig", "replace").strip()
    features = _shapefile_features(parts, path.name)
    if not features:
        raise RegionsError("REGIONS_EMPTY", f"В шейп-файле архива «{path.name}» нет объектов.")
    return Layer(features, crs or None, False, {})


def _unzip(path: Path, layer: str | None, max_bytes: int) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX" not in entry.filename]
            stems = [_stem(entry.filename) for entry in names if entry.filename.lower().endswith(".shp")]
            shapes = [stem for stem in stems if layer is None or _layer(stem) == layer.casefold()]
            if not stems:
                held = ", ".join(entry.filename for entry in names[:5]) or "ничего"
                sentence = (
                    f"В архиве «{path.name}» нет шейп-файла (.shp), в нём {held}. GeoJSON и GeoPackage загружают без"
                    " архива, GeoJSON можно сжать в .gz."
                )
                raise RegionsError("REGIONS_SHAPEFILE", sentence)
            if len(shapes) != 1:
                listed = ", ".join(map(_layer, stems))
                sentence = f"В архиве «{path.name}» шейп-файлы: {listed}. Нужен один; назовите его: --layer."
                raise RegionsError("REGIONS_SHAPEFILE", sentence)
            [stem] = shapes
            by_kind = {e.filename.rpartition(".")[2].lower(): e for e in names if _stem(e.filename) == stem}
            chosen = {kind: by_kind[kind] for kind in _SHAPEFILE_PARTS if kind in by_kind}
            if sum(entry.file_size for entry in chosen.values()) > max_bytes:
                raise _too_large(path, max_bytes)
            parts = {kind: archive.read(entry) for kind, entry in chosen.items()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, lzma.LZMAError):
        raise RegionsError("REGIONS_FILE", f"Файл «{path.name}» не читается как архив zip.") from None
    if "dbf" not in parts:
        raise RegionsError("REGIONS_SHAPEFILE", f"В архиве «{path.name}» нет .dbf с названиями регионов.")
    return parts


def _stem(name: str) -> str:
    return name.rpartition(".")[0].casefold()


def _layer(stem: str) -> str:
    return stem.rpartition("/")[2]


def _shapefile_features(parts: dict[str, bytes], name: str) -> list[Feature]:
    """Decode by what the .cpg says, else as UTF-8, else by what the .dbf says, else as Windows-1251."""
    if parts["shp"][32:36] == _MULTIPATCH:
        sentence = f"В шейп-файле архива «{name}» трёхмерные поверхности (MultiPatch). Пересохраните его полигонами."
        raise RegionsError("REGIONS_SHAPEFILE", sentence)
    stated = _stated_encoding(parts.get("cpg", b""))
    code_page = _CODE_PAGES.get(int.from_bytes(parts["dbf"][29:30], "little"), "cp1251")
    for encoding in (stated,) if stated else ("utf-8", code_page):
        # The library raises whatever a broken file, or a wrong encoding, makes it stumble over.
        with suppress(Exception):
            return _decode(parts, encoding)
    raise RegionsError("REGIONS_SHAPEFILE", f"Шейп-файл в архиве «{name}» повреждён или в неизвестной кодировке.")


def _stated_encoding(cpg: bytes) -> str | None:
    """Give what a .cpg says (``ANSI 1251``, ``OEM 866``, ``65001``, ``88595``, ``UTF-8``) as Python calls it."""
    stated = cpg.decode("ascii", "replace").strip().casefold()
    page = re.fullmatch(r"(?:ansi|oem|cp|windows)?[ -]?(\d{3,5})", stated)
    if page is None:
        return None if stated in ("", "system") else stated
    number = page[1]
    iso = re.fullmatch(r"8859(\d{1,2})", number)
    return "utf-8" if number == "65001" else f"iso8859-{iso[1]}" if iso else f"cp{number}"


def _decode(parts: dict[str, bytes], encoding: str) -> list[Feature]:
    # Only the command reads shapefiles; a function's bundle does without the library.
    import shapefile  # type: ignore[import-untyped,unused-ignore]

    # It tells on the error stream of rings that turn the wrong way round; PostGIS mends them, and that is told.
    shapefile.VERBOSE = False
    files = {kind: BytesIO(parts[kind]) for kind in ("shp", "dbf", "shx") if kind in parts}
    with shapefile.Reader(**files, encoding=encoding) as reader:
        return [
            Feature(record.as_dict(), shape.__geo_interface__ if shape.shapeType != shapefile.NULL else None)
            for shape, record in zip(reader.iterShapes(), reader.iterRecords(), strict=True)
        ]


def _read_geopackage(path: Path, layer: str | None) -> Layer:
    pending = path.with_name(path.name + "-wal")
    if pending.is_file() and pending.stat().st_size:
        sentence = f"GeoPackage «{path.name}» открыт в другой программе: рядом лежит {pending.name}. Закройте её."
        raise RegionsError("REGIONS_GEOPACKAGE", sentence)
    try:
        with closing(sqlite3.connect(f"file:{path.absolute().as_uri()[7:]}?mode=ro&immutable=1", uri=True)) as database:
            return _geopackage_layer(database, path.name, layer)
    except (sqlite3.Error, ValueError, LookupError, RecursionError):
        raise RegionsError(
            "REGIONS_GEOPACKAGE", f"GeoPackage «{path.name}» повреждён или устроен не по стандарту."
        ) from None


def _geopackage_layer(database: sqlite3.Connection, name: str, layer: str | None) -> Layer:
    database.row_factory = sqlite3.Row
    tables = database.execute(
        "SELECT c.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition"
        " FROM gpkg_contents AS c JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name"
        " LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id WHERE c.data_type = 'features' ORDER BY 1"
    ).fetchall()
    names = [row["table_name"] for row in tables]
    if not tables:
        raise RegionsError("REGIONS_LAYER", f"В GeoPackage «{name}» нет слоя с контурами.")
    # SQLite knows tables whatever case they are written in.
    layers = [row for row in tables if layer is None or row["table_name"].casefold() == layer.casefold()]
    if len(layers) != 1:
        sentence = f"В GeoPackage «{name}» слои: {', '.join(names)}. Назовите один: --layer."
        raise RegionsError("REGIONS_LAYER", sentence)
    [table] = layers
    quoted = '"' + table["table_name"].replace('"', '""') + '"'
    features = [
        Feature(
            {key: row[key] for key in row.keys() if key != table["column_name"]},  # noqa: SIM118  a Row iterates values
            geopackage_geometry(row[table["column_name"]]),
        )
        for row in database.execute(f"SELECT * FROM {quoted} LIMIT {_MOST_FEATURES + 1}")  # noqa: S608  a table's name cannot be a parameter
    ]
    if not features:
        raise RegionsError("REGIONS_EMPTY", f"В слое «{table['table_name']}» нет объектов.")
    return Layer(features, _geopackage_crs(table), False, {"name": table["table_name"]})


def _geopackage_crs(table: sqlite3.Row) -> str | None:
    """Name the system; srs_id 0 and -1 of the standard mean that nobody knows it."""
    if table["srs_id"] in (0, -1) or str(table["definition"]).strip().casefold() == "undefined":
        return None
    if str(table["organization"]).upper() == "EPSG":
        return f"EPSG:{table['organization_coordsys_id']}"
    return str(table["definition"] or table["srs_id"])
