"""Zipped shapefiles: read as any other file, whatever their text encoding; projected ones are refused."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import shapefile

from shared.errors import RegionsError
from shared.regions import read_boundaries

WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
SQUARE = [[[34.0, 56.0], [34.0, 57.0], [35.0, 57.0], [35.0, 56.0], [34.0, 56.0]]]


def parts(encoding: str = "utf-8") -> dict[str, bytes]:
    """Draw one region as the three files of a shapefile."""
    files = {kind: BytesIO() for kind in ("shp", "dbf", "shx")}
    with shapefile.Writer(**files, encoding=encoding) as writer:
        writer.field("name_ru", "C", 60)
        writer.field("id", "N", 10)
        writer.poly(SQUARE)
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
        ("utf-8", {"cpg": b"UTF-8\n", "prj": WGS84.encode()}),
    ],
)
def test_a_shapefile_is_read(tmp_path: Path, encoding: str, extra: dict[str, bytes]) -> None:
    [found] = read_boundaries(pack(tmp_path / "a.zip", parts(encoding) | extra)).regions
    assert (found.id, found.iso, found.name, found.time_zone) == (69, "RU-TVE", "Тверская область", "Europe/Moscow")
    assert '"MultiPolygon"' in found.geometry


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"prj": b'PROJCS["WGS_1984_Web_Mercator",GEOGCS["GCS_WGS_1984"]]'}, "REGIONS_NOT_WGS84"),
        ({"prj": b'GEOGCS["GCS_Pulkovo_1942"]'}, "REGIONS_NOT_WGS84"),
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


def test_a_broken_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(RegionsError, match="REGIONS_FILE"):
        read_boundaries(path)
