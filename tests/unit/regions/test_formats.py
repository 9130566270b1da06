"""Zipped shapefiles and GeoPackages: read as any other file, whatever their text encoding or coordinate system."""

import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
import shapefile
import shapely
from pyproj import CRS, Geod, Transformer

from shared.errors import RegionsError
from shared.regions import read_boundaries

WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
SQUARE = [[[34.0, 56.0], [34.0, 57.0], [35.0, 57.0], [35.0, 56.0], [34.0, 56.0]]]


def parts(encoding: str = "utf-8", ring: list[list[list[float]]] | None = None) -> dict[str, bytes]:
    """Draw one region as the three files of a shapefile."""
    files = {kind: BytesIO() for kind in ("shp", "dbf", "shx")}
    with shapefile.Writer(**files, encoding=encoding) as writer:
        writer.field("name_ru", "C", 60)
        writer.field("id", "N", 10)
        writer.poly(ring or SQUARE)
        writer.record("Тверская область", 69)
    return {kind: content.getvalue() for kind, content in files.items()}


def pack(path: Path, files: dict[str, bytes], stem: str = "папка/Регионы") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for kind, content in files.items():
            archive.writestr(f"{stem}.{kind}", content)
    return path


@pytest.mark.parametrize(
    ("encoding", "extra"),
    [
        ("utf-8", {}),
        ("cp1251", {}),
        ("cp1251", {"cpg": b"windows-1251"}),
        ("cp1251", {"cpg": b"ANSI 1251"}),
        ("cp866", {"cpg": b"OEM 866"}),
        ("iso8859-5", {"cpg": b"88595"}),
        ("utf-8", {"cpg": b"65001"}),
        ("utf-8", {"cpg": b"UTF-8\n", "prj": WGS84.encode()}),
    ],
)
def test_a_shapefile_is_read(tmp_path: Path, encoding: str, extra: dict[str, bytes]) -> None:
    [found] = read_boundaries(pack(tmp_path / "a.zip", parts(encoding) | extra)).regions
    assert (found.id, found.iso, found.name, found.time_zone) == (69, "RU-TVE", "Тверская область", "Europe/Moscow")
    assert '"MultiPolygon"' in found.geometry


def test_a_table_of_dos_says_so_itself(tmp_path: Path) -> None:
    files = parts("cp866")
    files["dbf"] = files["dbf"][:29] + b"\x26" + files["dbf"][30:]
    assert [each.id for each in read_boundaries(pack(tmp_path / "a.zip", files)).regions] == [69]


@pytest.mark.parametrize("epsg", [4326, 4284, 20907, 28407])
def test_latitude_or_northing_first_is_noticed(tmp_path: Path, epsg: int) -> None:
    crs = CRS.from_epsg(epsg)
    there = Transformer.from_crs(4326, crs, always_xy=True)
    around = [[35.0, 57.0], [35.0, 58.0], [36.0, 58.0], [36.0, 57.0], [35.0, 57.0]]
    turned = [[list(there.transform(x, y))[::-1] for x, y in around]]
    found = read_boundaries(pack(tmp_path / "a.zip", parts(ring=turned) | {"prj": crs.to_wkt("WKT1_ESRI").encode()}))
    for [lon, lat], [x, y] in zip(ring_of(found.regions[0].geometry), around, strict=True):
        assert (lon, lat) == pytest.approx((x, y), abs=1e-6)
    assert "AXES_SWAPPED" in [remark.code for remark in found.remarks]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"prj": b'PROJCS["nonsense"'}, "REGIONS_CRS"),
        ({"prj": b'VERT_CS["height"]'}, "REGIONS_CRS"),
        ({"shp": b"nonsense"}, "REGIONS_SHAPEFILE"),
        ({"cpg": b"KOI-9000"}, "REGIONS_SHAPEFILE"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, files: dict[str, bytes], code: str) -> None:
    with pytest.raises(RegionsError) as refused:
        read_boundaries(pack(tmp_path / "a.zip", parts() | files))
    assert refused.value.code == code


def test_names_are_needed(tmp_path: Path) -> None:
    only_shapes = {kind: content for kind, content in parts().items() if kind != "dbf"}
    with pytest.raises(RegionsError, match="REGIONS_SHAPEFILE"):
        read_boundaries(pack(tmp_path / "a.zip", only_shapes))


@pytest.mark.parametrize("stems", [(), ("a", "b")])
def test_one_shapefile_an_archive(tmp_path: Path, stems: tuple[str, ...]) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "")
        for stem in stems:
            for kind, content in parts().items():
                archive.writestr(f"{stem}.{kind}", content)
    with pytest.raises(RegionsError, match="REGIONS_SHAPEFILE"):
        read_boundaries(path)
    if stems:
        assert [each.id for each in read_boundaries(path, layer="B").regions] == [69]


def test_a_broken_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(RegionsError, match="REGIONS_FILE"):
        read_boundaries(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_archives_with_broken_or_cut_off_members(tmp_path: Path, method: int) -> None:
    """Whatever byte is another or missing: read all the same, or refused in words."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for kind, content in parts().items():
            archive.writestr(f"a.{kind}", content)
    whole = path.read_bytes()
    broken = [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(30, len(whole), 7)]
    cut = [whole[:at] for at in range(4, len(whole), 31)] + [whole[:60] + whole[80:]]
    codes = set()
    for content in (*broken, *cut):
        path.write_bytes(content)
        try:
            read_boundaries(path)
        except RegionsError as refused:
            codes.add(refused.code)
    assert "REGIONS_FILE" in codes


PULKOVO = {
    "EPSG with TOWGS84": CRS.from_epsg(4284)
    .to_wkt("WKT1_GDAL")
    .replace('AUTHORITY["EPSG","6284"]', 'TOWGS84[23.57,-140.95,-79.8,0,0.35,0.79,-0.22],AUTHORITY["EPSG","6284"]'),
    "ESRI": CRS.from_epsg(4284).to_wkt("WKT1_ESRI"),
}


def ring_of(geometry: str) -> list[list[float]]:
    ring: list[list[float]] = json.loads(geometry)["coordinates"][0][0]
    return ring


@pytest.mark.parametrize("prj", PULKOVO.values(), ids=PULKOVO)
def test_pulkovo_1942_is_reprojected(tmp_path: Path, prj: str) -> None:
    boundaries = read_boundaries(pack(tmp_path / "a.zip", parts() | {"prj": prj.encode()}))
    lon, lat = ring_of(boundaries.regions[0].geometry)[0]
    _, _, metres = Geod(ellps="WGS84").inv(34.0, 56.0, lon, lat)
    # The two systems lie some 120 m apart here; all published sets of parameters agree within some metres.
    assert 100 < metres < 140
    assert [remark.code for remark in boundaries.remarks if remark.code.startswith("CRS")] == ["CRS_REPROJECTED"]


def test_gsk_2011_lies_within_a_metre(tmp_path: Path) -> None:
    prj = CRS.from_epsg(7683).to_wkt("WKT1_ESRI").encode()
    boundaries = read_boundaries(pack(tmp_path / "a.zip", parts() | {"prj": prj}))
    lon, lat = ring_of(boundaries.regions[0].geometry)[0]
    assert Geod(ellps="WGS84").inv(34.0, 56.0, lon, lat)[2] < 1


@pytest.mark.parametrize("epsg", [3857, 32637, 28407, 20907])
def test_projected_files_are_reprojected(tmp_path: Path, epsg: int) -> None:
    there = Transformer.from_crs("OGC:CRS84", f"EPSG:{epsg}", always_xy=True)
    ring = [list(there.transform(*point)) for point in SQUARE[0]]
    prj = CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode()
    boundaries = read_boundaries(pack(tmp_path / "a.zip", parts(ring=[ring]) | {"prj": prj}))
    for (lon, lat), (x, y) in zip(ring_of(boundaries.regions[0].geometry), SQUARE[0], strict=True):
        assert Geod(ellps="WGS84").inv(lon, lat, x, y)[2] < 5


def test_a_missing_prj_is_told(tmp_path: Path) -> None:
    boundaries = read_boundaries(pack(tmp_path / "a.zip", parts()))
    assert "CRS_UNSAID" in [remark.code for remark in boundaries.remarks]
    named = read_boundaries(pack(tmp_path / "a.zip", parts() | {"prj": WGS84.encode()}))
    assert not [remark for remark in named.remarks if remark.code.startswith("CRS")]


def geopackage(path: Path, *layers: str, epsg: int = 4326, ring: list[list[float]] | None = None) -> Path:
    """Write one region as a layer of a GeoPackage, its header by the standard, the shape by shapely."""
    shape = shapely.MultiPolygon([shapely.Polygon(ring or SQUARE[0])])
    blob = b"GP\0\x01" + struct.pack("<i", epsg) + shapely.to_wkb(shape, byte_order=1, output_dimension=3)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER,"
            " definition TEXT);"
        )
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?, 'x')", (epsg, epsg))
        for layer in layers:
            database.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY, geom BLOB, "Название" TEXT)')
            database.execute(f'INSERT INTO "{layer}" VALUES (1, ?, ?)', (blob, "Тверская область"))  # noqa: S608
            database.execute("INSERT INTO gpkg_contents VALUES (?, 'features')", (layer,))
            database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (layer, epsg))
    return path


def test_a_geopackage_is_read(tmp_path: Path) -> None:
    boundaries = read_boundaries(geopackage(tmp_path / "a.gpkg", "регионы"))
    [region] = boundaries.regions
    assert (boundaries.name, region.id, region.name) == ("регионы", 69, "Тверская область")
    assert ring_of(region.geometry) == SQUARE[0]


def test_a_geopackage_in_another_system_is_reprojected(tmp_path: Path) -> None:
    there = Transformer.from_crs("OGC:CRS84", "EPSG:28407", always_xy=True)
    path = geopackage(tmp_path / "a.gpkg", "x", epsg=28407, ring=[list(there.transform(*p)) for p in SQUARE[0]])
    lon, lat = ring_of(read_boundaries(path).regions[0].geometry)[0]
    assert Geod(ellps="WGS84").inv(lon, lat, 34.0, 56.0)[2] < 5


def test_a_layer_is_named_where_there_are_several(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "a", "b")
    with pytest.raises(RegionsError, match="REGIONS_LAYER"):
        read_boundaries(path)
    assert read_boundaries(path, layer="b").name == "b"
    with pytest.raises(RegionsError, match="REGIONS_LAYER"):
        read_boundaries(path, layer="c")


@pytest.mark.parametrize("content", [b"SQLite format 3\0 and nothing more", b"SQLite format 3\0" + b"\0" * 4096])
def test_a_broken_geopackage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(content)
    with pytest.raises(RegionsError, match="REGIONS_GEOPACKAGE"):
        read_boundaries(path)


def test_shapes_cut_short_are_broken(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "x")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE x SET geom = substr(geom, 1, 60)")
    with pytest.raises(RegionsError, match="REGIONS_GEOPACKAGE"):
        read_boundaries(path)


def shaped(path: Path, geometry: bytes) -> Path:
    """Put other well-known binary into a GeoPackage."""
    geopackage(path, "x")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE x SET geom = ?", (b"GP\0\x01" + struct.pack("<i", 4326) + geometry,))
    return path


POLYGON = shapely.Polygon(SQUARE[0])
NO_AREA = shapely.GeometryCollection([shapely.Point(1, 2), POLYGON, shapely.LineString([(1, 2), (3, 4)])])
RING = struct.pack("<BII", 1, 2, len(SQUARE[0])) + b"".join(struct.pack("<2d", *point) for point in SQUARE[0])
ARCS = struct.pack("<BII", 1, 8, len(SQUARE[0])) + RING[9:]


@pytest.mark.parametrize(
    ("geometry", "left_out"),
    [
        (shapely.to_wkb(NO_AREA, byte_order=1), True),
        (shapely.to_wkb(POLYGON, byte_order=0), False),
        (shapely.to_wkb(shapely.force_3d(POLYGON), byte_order=1, flavor="iso"), False),
        (struct.pack("<BII", 1, 12, 1) + shapely.to_wkb(POLYGON, byte_order=1), False),
        (struct.pack("<BII", 1, 10, 1) + RING, False),
    ],
    ids=["a collection", "big endian", "heights", "a surface of polygons", "curves that are lines"],
)
def test_shapes_of_other_kinds(tmp_path: Path, geometry: bytes, left_out: bool) -> None:
    found = read_boundaries(shaped(tmp_path / "a.gpkg", geometry))
    assert ring_of(found.regions[0].geometry) == SQUARE[0]
    assert ("PARTS_WITHOUT_AREA" in [remark.code for remark in found.remarks]) == left_out


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (struct.pack("<BII", 1, 10, 1) + ARCS, "REGIONS_GEOMETRY.*кривые"),
        (RING, "REGIONS_GEOMETRY.*LineString"),
        (struct.pack("<BII", 1, 7, 1) * 3000 + shapely.to_wkb(POLYGON), "REGIONS_GEOPACKAGE"),
        (struct.pack("<BII", 1, 6, 2**32 - 1), "REGIONS_GEOPACKAGE"),
    ],
    ids=["arcs", "a line", "three thousand deep", "more members than bytes"],
)
def test_shapes_that_cannot_be_used(tmp_path: Path, geometry: bytes, said: str) -> None:
    with pytest.raises(RegionsError, match=said):
        read_boundaries(shaped(tmp_path / "a.gpkg", geometry))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE x SET geom = 5", "REGIONS_GEOPACKAGE"),
        ("DELETE FROM gpkg_contents", "REGIONS_LAYER.*нет слоя"),
        (
            "DROP TABLE x; CREATE VIEW x AS WITH RECURSIVE n (fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n)"
            " SELECT fid, NULL AS geom FROM n",
            "REGIONS_FILE_TOO_LARGE",
        ),
    ],
    ids=["a number for a shape", "no layer", "a view without an end"],
)
def test_odd_geopackages(tmp_path: Path, change: str, said: str) -> None:
    path = geopackage(tmp_path / "a.gpkg", "x")
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(change)
    with pytest.raises(RegionsError, match=said):
        read_boundaries(path)


def test_a_geopackage_that_is_open_elsewhere(tmp_path: Path) -> None:
    """What another program has written since is in a file beside, and would not be seen."""
    path = geopackage(tmp_path / "a.gpkg", "x")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        with database:
            database.execute("UPDATE x SET fid = 2")
        with pytest.raises(RegionsError, match="открыт в другой программе"):
            read_boundaries(path)
    assert read_boundaries(path).regions


def test_a_system_that_nobody_knows_is_told(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "X")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', definition = 'undefined'")
    found = read_boundaries(path, layer="x")
    assert "CRS_UNSAID" in [remark.code for remark in found.remarks]


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("регионы.geojson", "{}")
    with pytest.raises(RegionsError, match=r"REGIONS_SHAPEFILE.*регионы\.geojson"):
        read_boundaries(path)


def test_a_shapefile_without_its_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    path.write_bytes(parts()["shp"])
    with pytest.raises(RegionsError, match=r"один архив \.zip"):
        read_boundaries(path)


def test_shapefiles_without_an_area(tmp_path: Path) -> None:
    files = {kind: BytesIO() for kind in ("shp", "dbf", "shx")}
    with shapefile.Writer(**files, shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C", 60)
    with pytest.raises(RegionsError, match="REGIONS_EMPTY"):
        read_boundaries(pack(tmp_path / "a.zip", {kind: content.getvalue() for kind, content in files.items()}))
    files = {kind: BytesIO() for kind in ("shp", "dbf", "shx")}
    with shapefile.Writer(**files, shapeType=shapefile.MULTIPATCH) as writer:
        writer.field("name", "C", 60)
        writer.multipatch([[[*point, 5.0] for point in SQUARE[0]]], partTypes=[shapefile.OUTER_RING])
        writer.record("Tver")
    with pytest.raises(RegionsError, match="MultiPatch"):
        read_boundaries(pack(tmp_path / "a.zip", {kind: content.getvalue() for kind, content in files.items()}))


def test_a_prj_may_begin_with_a_mark(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", parts() | {"prj": b"\xef\xbb\xbf" + WGS84.encode()})
    assert not [remark for remark in read_boundaries(path).remarks if remark.code.startswith("CRS")]


def test_a_system_of_one_place_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", parts() | {"prj": 'LOCAL_CS["МСК-69",UNIT["metre",1]]'.encode()})
    with pytest.raises(RegionsError, match=r"REGIONS_CRS.*местная"):
        read_boundaries(path)


@pytest.mark.parametrize(("inside", "said"), [(28406, 28408), (4326, 28406)])
def test_a_system_that_is_another_than_the_file_s(tmp_path: Path, inside: int, said: int) -> None:
    there = Transformer.from_crs("OGC:CRS84", inside, always_xy=True)
    ring = [[list(there.transform(*point)) for point in SQUARE[0]]]
    prj = CRS(said).to_wkt("WKT1_ESRI").encode()
    with pytest.raises(RegionsError, match=r"REGIONS_CRS.*названа неверно"):
        read_boundaries(pack(tmp_path / "a.zip", parts(ring=ring) | {"prj": prj}))
