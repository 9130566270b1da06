"""Files of boundaries: fields are found, gaps are filled from the catalogue, faults have codes."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import RegionsError
from shared.regions import FieldNames, Provenance, read_boundaries
from tests.unit.regions.files import feature, region, square, write


def test_an_openstreetmap_extract_needs_no_options(tmp_path: Path) -> None:
    tver = feature(
        square(34, 56), ISO3166__2="x", name="Tver Oblast", **{"ISO3166-2": "RU-TVE", "name:ru": "Тверская область"}
    )
    altai = feature(square(84, 50), name="Республика Алтай", admin_level="4")
    found = read_boundaries(write(tmp_path / "osm.geojson", tver, altai))
    assert [(r.id, r.iso, r.name, r.time_zone, r.official_area_km2) for r in found.regions] == [
        (4, "RU-AL", "Республика Алтай", "Asia/Barnaul", 92900.0),
        (69, "RU-TVE", "Тверская область", "Europe/Moscow", 84200.0),
    ]


def test_a_latin_name_is_completed_by_the_code(tmp_path: Path) -> None:
    found = read_boundaries(write(tmp_path / "ne.geojson", feature(square(34, 56), name="Tver'", iso_3166_2="RU-TVE")))
    assert found.regions[0].name == "Тверская область"


def test_the_operator_may_name_the_fields(tmp_path: Path) -> None:
    properties = {"NUM": 7.0, "K": "RU-TVE", "N": "Тверь", "TZ": "Europe/Samara", "S": "84200,5", "name": "Не то"}
    fields = FieldNames(id="num", code="K", name="N", time_zone="TZ", official_area="S")
    [found] = read_boundaries(
        write(tmp_path / "a.geojson", feature(square(34, 56), **properties)), fields=fields
    ).regions
    assert (found.id, found.iso, found.name, found.time_zone) == (7, "RU-TVE", "Тверь", "Europe/Samara")
    assert found.official_area_km2 == 84200.5


def test_unknown_regions_are_numbered_by_name(tmp_path: Path) -> None:
    features = [feature(square(30 + n, 50), name=name, tz="Europe/Moscow") for n, name in enumerate(("Яркая", "Алая"))]
    found = read_boundaries(write(tmp_path / "a.geojson", *features))
    assert [(r.id, r.name) for r in found.regions] == [(201, "Алая"), (202, "Яркая")]


def test_a_default_time_zone_serves_unknown_regions_only(tmp_path: Path) -> None:
    features = feature(square(30, 50), name="Алая"), feature(square(84, 50), name="Республика Алтай")
    found = read_boundaries(write(tmp_path / "a.geojson", *features), default_time_zone="Asia/Omsk")
    assert {r.name: r.time_zone for r in found.regions} == {"Алая": "Asia/Omsk", "Республика Алтай": "Asia/Barnaul"}


def test_how_a_file_is_packed_does_not_change_what_it_is(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.geojson", region(1, square(30, 50)))
    packed = tmp_path / "a.geojson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    marked = tmp_path / "b.geojson"
    marked.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())
    hashes = {read_boundaries(path).sha256 for path in (plain, packed, marked)}
    assert len(hashes) == 1
    moved = write(tmp_path / "a.geojson", region(1, square(30, 50.5)))
    assert read_boundaries(moved).sha256 not in hashes


def test_the_operator_has_the_last_word_on_where_a_file_comes_from(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(30, 50)), source="файл", attribution="© файл")
    found = read_boundaries(path)
    assert (found.name, found.source, found.licence, found.attribution) == ("Выдуманные", "файл", "CC0-1.0", "© файл")
    stated = Provenance(name="Росреестр", licence="открытая")
    found = read_boundaries(path, provenance=stated)
    assert (found.name, found.source, found.licence) == ("Росреестр", "файл", "открытая")


FAULTS: list[tuple[str, list[dict[str, Any]], dict[str, Any], str]] = [
    ("no features", [], {}, "REGIONS_EMPTY"),
    ("no name", [feature(square(30, 50), tz="Europe/Moscow")], {}, "REGIONS_NAME_MISSING"),
    ("no Russian name", [feature(square(30, 50), name="Atlantis", tz="Europe/Moscow")], {}, "REGIONS_NAME_MISSING"),
    ("ten thousand letters", [feature(square(30, 50), name="Я" * 10_000, tz="UTC")], {}, "REGIONS_NAME"),
    ("only what cannot be printed", [feature(square(30, 50), name="\x01\u202e", tz="UTC")], {}, "REGIONS_NAME_MISSING"),
    ("no time zone", [feature(square(30, 50), name="Алая")], {}, "REGIONS_TIME_ZONE_MISSING"),
    ("no such zone", [feature(square(30, 50), name="Алая", tz="Europe/Tver")], {}, "REGIONS_TIME_ZONE"),
    (
        "a file of the machine for a zone",
        [feature(square(30, 50), name="Алая", tz="localtime")],
        {},
        "REGIONS_TIME_ZONE",
    ),
    ("a path for a zone", [feature(square(30, 50), name="Алая", tz="../etc/passwd")], {}, "REGIONS_TIME_ZONE"),
    ("twice the name", [region(1, square(30, 50), "Алая"), region(2, square(32, 50), "Алая")], {}, "REGIONS_DUPLICATE"),
    ("twice the number", [region(1, square(30, 50)), region(1, square(32, 50), "Алая")], {}, "REGIONS_DUPLICATE"),
    (
        "twice the subject",
        [feature(square(30, 50), iso="RU-AL", name="Алтай"), feature(square(30, 50), name="Республика Алтай")],
        {},
        "REGIONS_DUPLICATE",
    ),
    ("no system", [region(1, square(30, 50))], {"crs": {"properties": {"name": "EPSG:1"}}}, "REGIONS_CRS"),
    ("metres unsaid", [region(1, square(4e6, 7e6))], {}, "REGIONS_NOT_WGS84"),
    ("a senseless area", [feature(square(30, 50), name="Тверская область", area_official="много")], {}, "REGIONS_AREA"),
    (
        "a line",
        [feature({"type": "LineString", "coordinates": [[1, 2]]}, name="Алая", tz="UTC")],
        {},
        "REGIONS_GEOMETRY",
    ),
    ("not a collection", [region(1, square(30, 50))], {"type": "Feature"}, "REGIONS_EMPTY"),
    ("features that are none", ["x"], {}, "REGIONS_NAME_MISSING"),  # type: ignore[list-item]
    ("a system as a list", [region(1, square(30, 50))], {"crs": ["EPSG:4326"]}, "REGIONS_CRS"),
    (
        "a number without an end",
        [region(1, {"type": "Polygon", "coordinates": [[[10**400, 50], [31, 50], [31, 51]]]})],
        {},
        "REGIONS_GEOMETRY",
    ),
    (
        "points that are objects",
        [region(1, {"type": "Polygon", "coordinates": [[{"x": 30, "y": 50}] * 4]})],
        {},
        "REGIONS_GEOMETRY",
    ),
    (
        "another system than the file's own",
        [feature(square(34, 56), name="Тверская область")],
        {"crs": "EPSG:3857"},
        "REGIONS_CRS",
    ),
]


@pytest.mark.parametrize(("features", "members", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_faults_have_codes(tmp_path: Path, features: list[dict[str, Any]], members: dict[str, Any], code: str) -> None:
    with pytest.raises(RegionsError) as refused:
        read_boundaries(write(tmp_path / "a.geojson", *features, **members))
    assert refused.value.code == code


@pytest.mark.parametrize("names", [FieldNames(name="НАЗВ"), FieldNames(id="N")])
def test_a_named_field_has_to_be_there(tmp_path: Path, names: FieldNames) -> None:
    with pytest.raises(RegionsError, match="REGIONS_FIELD_MISSING"):
        read_boundaries(write(tmp_path / "a.geojson", region(1, square(30, 50))), fields=names)


def test_a_count_of_rows_is_no_number_of_a_region(tmp_path: Path) -> None:
    features = [
        feature(square(30 + n, 50), NAME=name, ID=n)
        for n, name in enumerate(("Алтайский край", "Амурская область", "Адыгея", "Выдуманная область"), 1)
    ]
    path = write(tmp_path / "a.geojson", *features)
    boundaries = read_boundaries(path, default_time_zone="Europe/Moscow")
    assert {r.name: r.id for r in boundaries.regions} == {
        "Адыгея": 1, "Выдуманная область": 4, "Алтайский край": 22, "Амурская область": 28,
    }  # fmt: skip
    [remark] = [remark for remark in boundaries.remarks if remark.code == "NUMBERS_IGNORED"]
    assert "Амурская область" in remark.sentence
    named = read_boundaries(path, fields=FieldNames(id="ID"), default_time_zone="Europe/Moscow")
    assert {r.name: r.id for r in named.regions} == {
        "Алтайский край": 1, "Амурская область": 2, "Адыгея": 3, "Выдуманная область": 4,
    }  # fmt: skip


def test_a_subject_keeps_its_code(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", feature(square(34, 45), name="Республика Крым", iso_3166_2="UA-43"))
    assert [r.iso for r in read_boundaries(path).regions] == ["RU-CR"]
    assert [r.iso for r in read_boundaries(path, fields=FieldNames(code="iso_3166_2")).regions] == ["UA-43"]


def test_a_number_that_a_subject_has_is_not_taken_from_it(tmp_path: Path) -> None:
    features = (
        feature(square(30, 50), name="Выдуманная область", id=77, tz="UTC"),
        feature(square(37, 55), name="Москва"),
    )
    boundaries = read_boundaries(write(tmp_path / "a.geojson", *features))
    assert {r.name: r.id for r in boundaries.regions} == {"Москва": 77, "Выдуманная область": 201}


OWN = "name;code;id;time_zone;official_area_km2\nВыдуманная область;RU-VYD;210.0;Asia/Omsk;1 234,5\nМосква;;;;2561,5\n"


@pytest.mark.parametrize(("name", "encoding"), [("a.csv", "utf-8-sig"), ("a.csv", "cp1251"), ("own.csv", "utf-8")])
def test_a_table_of_subjects_goes_before_the_catalogue(tmp_path: Path, name: str, encoding: str) -> None:
    path = write(
        tmp_path / "a.geojson",
        feature(square(30, 50), name="Выдуманная область"),
        feature(square(37, 55), name="Москва"),
    )
    table = tmp_path / name
    table.write_bytes(OWN.encode(encoding))
    boundaries = read_boundaries(path, subjects=None if name == "a.csv" else table)
    facts = [(r.id, r.iso, r.name, r.time_zone, r.official_area_km2) for r in boundaries.regions]
    assert facts == [
        (77, "RU-MOW", "Москва", "Europe/Moscow", 2561.5),
        (210, "RU-VYD", "Выдуманная область", "Asia/Omsk", 1234.5),
    ]


@pytest.mark.parametrize("content", [b"", b"name,code\n", b"name\nAtlantis\n"])
def test_a_table_of_subjects_has_to_name_them(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(RegionsError, match="REGIONS_SUBJECTS"):
        read_boundaries(write(tmp_path / "a.geojson", region(1, square(30, 50))))


def test_what_an_operator_should_know_is_said(tmp_path: Path) -> None:
    boundaries = read_boundaries(
        write(tmp_path / "a.geojson", feature(square(30, 50), name="Выдуманная область", tz="UTC"))
    )
    remarks = {remark.code: remark.sentence for remark in boundaries.remarks}
    assert set(remarks) == {"NOT_IN_CATALOGUE", "NOT_IN_FILE", "AREA_UNSAID"}
    assert "Выдуманная область" in remarks["NOT_IN_CATALOGUE"]
    assert " 85: " in remarks["NOT_IN_FILE"]
    assert not read_boundaries().remarks


def test_an_old_style_system_is_reprojected(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    path = write(tmp_path / "a.geojson", region(1, square(3_339_584.72, 6_446_275.84, 1000)), crs=crs)
    ring = json.loads(read_boundaries(path).regions[0].geometry)["coordinates"][0][0]
    assert ring[0] == pytest.approx([30.0, 50.0], abs=1e-5)


@pytest.mark.parametrize("number", ["семь", 0, 40000])
def test_a_number_has_to_fit(tmp_path: Path, number: object) -> None:
    path = write(tmp_path / "a.geojson", feature(square(30, 50), n=number, name="Тверская область"))
    with pytest.raises(RegionsError, match="REGIONS_ID"):
        read_boundaries(path, fields=FieldNames(id="n"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK not json", "REGIONS_FILE_TYPE"),
        (b'{"type": "Feature', "REGIONS_FILE_TYPE"),
        (b"[" * 100_000, "REGIONS_FILE_TYPE"),
        (b"\xff\xfe", "REGIONS_FILE_TYPE"),
        (b"[]", "REGIONS_EMPTY"),
        (b"\x1f\x8b broken", "REGIONS_FILE"),
        (gzip.compress(b"{}", mtime=0)[:-4], "REGIONS_FILE"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(RegionsError) as refused:
        read_boundaries(path)
    assert refused.value.code == code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegionsError, match="REGIONS_FILE:"):
        read_boundaries(tmp_path / "nowhere.geojson")


def test_geometry_stays_geojson(tmp_path: Path) -> None:
    [found] = read_boundaries(write(tmp_path / "a.geojson", region(1, square(30, 50)))).regions
    assert json.loads(found.geometry) == {"type": "MultiPolygon", "coordinates": [square(30, 50)["coordinates"]]}


@pytest.mark.parametrize(
    "crs",
    ["EPSG:4326", {"type": "EPSG", "properties": {"code": "4326"}}, {"type": "EPSG", "properties": {"code": 4326}}],
)
def test_a_system_may_be_told_in_short(tmp_path: Path, crs: object) -> None:
    assert read_boundaries(write(tmp_path / "a.geojson", region(1, square(30, 50)), crs=crs)).regions


@pytest.mark.parametrize("encoding", ["utf-16", "cp1251"])
def test_geojson_of_another_encoding(tmp_path: Path, encoding: str) -> None:
    plain = write(tmp_path / "a.geojson", region(1, square(30, 50)))
    other = tmp_path / "b.geojson"
    other.write_bytes(plain.read_text(encoding="utf-8").encode(encoding))
    assert read_boundaries(other).sha256 == read_boundaries(plain).sha256


def test_texts_become_one_line(tmp_path: Path) -> None:
    """What the database or a terminal would stumble over does not come in."""
    path = write(tmp_path / "a.geojson", region(1, square(30, 50), "Алая\n\x00 область\u202e"), name="Н\x00абор")
    path.write_text(path.read_text(encoding="utf-8").replace("Алая", "Алая\\ud800"), encoding="utf-8")
    found = read_boundaries(path)
    assert (found.name, found.regions[0].name) == ("Набор", "Алая область")
    assert found.sha256


def test_a_number_without_an_end_is_no_number_of_a_region(tmp_path: Path) -> None:
    digits = "9" * 5000
    path = write(tmp_path / "a.geojson", feature(square(34, 56), name="Тверская область", id=digits, code=digits))
    assert read_boundaries(path).regions[0].id == 69


def test_an_area_may_have_its_unit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", feature(square(34, 56), name="Тверская область", площадь="84 201,5 кв. км"))
    assert read_boundaries(path).regions[0].official_area_km2 == 84201.5


def test_a_subject_that_lies_elsewhere_is_told(tmp_path: Path) -> None:
    whole = {"type": "Polygon", "coordinates": [[[-200, 60], [-169, 60], [-169, 70], [-200, 70]]]}
    path = write(
        tmp_path / "a.geojson",
        feature(square(-3, 40), name="Тверская область"),
        feature(whole, name="Чукотский автономный округ"),
    )
    [remark] = [remark for remark in read_boundaries(path).remarks if remark.code == "NOT_IN_PLACE"]
    assert "Тверская" in remark.sentence
    assert "Чукотский" not in remark.sentence


def test_who_comes_twice_is_named(tmp_path: Path) -> None:
    features = [feature(square(n, 55), name=name) for n, name in ((46, "Чувашия"), (47, "Чувашская Республика"))]
    with pytest.raises(RegionsError, match="Чувашия, Чувашская Республика"):
        read_boundaries(write(tmp_path / "a.geojson", *features))


def test_more_objects_than_regions_can_be(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + "{}," * 30_000 + "{}]}")
    with pytest.raises(RegionsError, match="REGIONS_FILE_TOO_LARGE"):
        read_boundaries(path)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("name\ttime_zone\r\nНовая область\tEurope/Samara\r\n".encode("utf-16"), None),
        ("sep=;\r\nname;time_zone\r\nНовая область;Europe/Samara\r\n".encode("cp1251"), None),
        (b"PK\x03\x04 a workbook", "REGIONS_SUBJECTS"),
    ],
)
def test_a_table_of_subjects_as_excel_saves_it(tmp_path: Path, table: bytes, code: str | None) -> None:
    path = write(tmp_path / "a.geojson", feature(square(34, 56), name="Новая область"))
    (tmp_path / "a.csv").write_bytes(table)
    if code is None:
        assert read_boundaries(path).regions[0].time_zone == "Europe/Samara"
    else:
        with pytest.raises(RegionsError, match=code):
            read_boundaries(path)


def test_what_a_file_says_of_itself_has_to_fit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(30, 50)), name="\x01", source="Я" * 10_000, licence={"a": 1})
    found = read_boundaries(path)
    assert (found.name, found.licence, found.attribution) == ("a", "не указано", "не указано")
    assert found.source == "Я" * 499 + "…"
