"""``fly-potato regions`` as an operator uses it."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from fly_potato.commands.regions import command
from shared.db import Connection
from shared.regions import RegionDifference, compare_sets, read_boundaries, store_boundaries
from tests.conftest import Database
from tests.db.regions.connections import run
from tests.unit.regions.files import feature, region, square, write

MOSCOW = {"type": "MultiPolygon", "coordinates": [square(37.3, 55.5, 0.4)["coordinates"]]}


def call(database: Database, *words: object) -> Result:
    return CliRunner().invoke(command, [*map(str, words), "--uri", database.uri("fp_ingest")])


def test_load_and_list(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(40, 60)))
    loaded = call(database, "load", path, "--name", "Проба", "--attribution", "© проба")
    assert loaded.exit_code == 0, loaded.output
    assert "Проба, регионов: 1" in loaded.output
    assert "Регион изменился у полётов: 0" in loaded.output
    assert "(уже был)" in call(database, "load", path, "--name", "Проба", "--attribution", "© проба").output
    listed = call(database, "list").output
    assert listed.startswith("*")
    assert "Проба" in listed
    assert "CC0-1.0; © проба" in listed


def test_the_product_s_own_set_is_the_default(database: Database) -> None:
    loaded = call(database, "load")
    assert loaded.exit_code == 0, loaded.output
    assert "регионов: 85" in loaded.output


def test_an_operator_s_set_is_not_replaced_by_a_start(database: Database, tmp_path: Path) -> None:
    call(database, "load", write(tmp_path / "a.geojson", region(1, square(40, 60))))
    assert "Уже действует набор" in call(database, "load", "--if-none").output
    assert call(database, "list").output.count("sha256") == 1


def test_use_switches(database: Database, tmp_path: Path) -> None:
    call(database, "load", write(tmp_path / "a.geojson", region(1, square(40, 60))))
    kept = call(database, "load", write(tmp_path / "b.geojson", region(1, square(41, 60))), "--keep-active")
    assert "действует" not in kept.output
    [number] = re.findall(r"^  № (\d+):", call(database, "list").output, re.MULTILINE)
    assert "Набор действует" in call(database, "use", number).output
    assert "уже действует" in call(database, "use", number).output
    missing = call(database, "use", 999)
    assert missing.exit_code == 1
    assert "REGIONS_SET_NOT_FOUND" in missing.output


def test_fields_of_another_file(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", feature(square(40, 60), ИМЯ="Заречье", ПОЯС="Asia/Omsk", N="7"))
    refused = call(database, "load", path)
    assert refused.exit_code == 1
    assert "REGIONS_NAME_MISSING" in refused.output
    options = ("--name-field", "ИМЯ", "--time-zone-field", "ПОЯС", "--id-field", "N")
    assert call(database, "load", path, *options).exit_code == 0


def test_check_finds_overlaps_gaps_and_areas(database: Database, tmp_path: Path) -> None:
    call(database, "load", write(tmp_path / "a.geojson", region(1, square(40, 60))))
    around = {"type": "Polygon", "coordinates": [*square(50, 60, 3)["coordinates"], *square(51, 61)["coordinates"]]}
    wrong = write(
        tmp_path / "b.geojson",
        region(1, square(40, 60, 1.5)),
        region(2, square(41, 60), "Область внахлёст"),
        region(3, around, "Область с дырой"),
    )
    checked = call(database, "check", wrong)
    assert checked.exit_code == 1, checked.output
    assert "Регионов: 3" in checked.output
    assert "/ Область внахлёст:" in checked.output
    assert "Пробел: 61.5" in checked.output
    assert "от действующего набора" in checked.output
    assert "Нет в действующем наборе «Выдуманные»: Область внахлёст, Область с дырой" in checked.output
    assert "Наложений: 1, пробелов: 1" in checked.output
    assert call(database, "list").output.count("sha256") == 1, "a check keeps nothing"


@pytest.mark.parametrize("filled", [True, False])
def test_a_region_within_another_is_no_gap(database: Database, tmp_path: Path, filled: bool) -> None:
    around = {"type": "Polygon", "coordinates": [*square(50, 60, 3)["coordinates"], *square(51, 61)["coordinates"]]}
    inner = [region(2, square(51, 61), "Город")] if filled else []
    checked = call(database, "check", write(tmp_path / "a.geojson", region(1, around), *inner))
    assert checked.exit_code == 0, checked.output
    assert f"Наложений: 0, пробелов: {0 if filled else 1}" in checked.output


def test_the_database_is_away(tmp_path: Path) -> None:
    refused = CliRunner().invoke(command, ["list", "--uri", "postgresql://nobody:nothing@127.0.0.1:9/none"])
    assert refused.exit_code == 1
    assert "DATABASE_UNAVAILABLE" in refused.output


def test_a_check_uses_up_no_number(database: Database, tmp_path: Path) -> None:
    call(database, "load", write(tmp_path / "a.geojson", region(1, square(40, 60))))
    other = write(tmp_path / "b.geojson", region(1, square(41, 60)))
    for _ in range(3):
        assert call(database, "check", other).exit_code == 0
    assert "Набор № 2:" in call(database, "load", other).output


def test_a_check_says_what_was_repaired_and_counts_slivers(database: Database, tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[50, 60], [51, 61], [51, 60], [50, 61], [50, 60]]]}
    strip = {"type": "Polygon", "coordinates": [[[40.9999, 60], [42, 60], [42, 61], [40.9999, 61], [40.9999, 60]]]}
    path = write(tmp_path / "a.geojson", region(1, bow), region(2, square(40, 60)), region(3, strip))
    checked = call(database, "check", path)
    assert checked.exit_code == 0, checked.output
    assert re.search(r"Исправлен контур: .*пересекает сам себя \(60\.5000, 50\.5000\)", checked.output)
    assert re.search(r"Мелких наложений: 1, вместе 0\.6\d\d км²", checked.output)
    assert "Исправлен контур" in call(database, "load", path).output


def test_sets_are_compared_region_by_region(database: Database, tmp_path: Path) -> None:
    call(
        database,
        "load",
        write(tmp_path / "a.geojson", region(1, square(40, 60), "Алая"), region(2, square(50, 60), "Бурая")),
    )
    call(
        database,
        "load",
        write(tmp_path / "b.geojson", region(1, square(40, 60, 2), "Алая"), region(3, square(55, 60), "Яркая")),
    )
    output = call(database, "diff", 1, 2).output
    assert re.search(r"~ Алая: площадь 6,\d\d\d → 2\d,\d\d\d км² \(−0\.0 \+1\d,\d\d\d", output)
    assert "- Бурая: " in output
    assert "+ Яркая: " in output
    assert "Регионов: 2 → 2, различий: 3" in output
    assert "различий: 0" in call(database, "diff", 1, 1).output
    assert "REGIONS_SET_NOT_FOUND" in call(database, "diff", 1, 9).output


@pytest.mark.parametrize("name", ["out.geojson", "out.geojson.gz"])
def test_an_exported_set_is_the_same_when_it_is_read(database: Database, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(40, 60)), region(2, square(41, 60)), attribution="© проба")
    call(database, "load", path)
    assert call(database, "export", 1, "-o", tmp_path / name).exit_code == 0
    assert read_boundaries(tmp_path / name).sha256 == read_boundaries(path).sha256
    assert "уже был" in call(database, "load", tmp_path / name).output
    missing = call(database, "export", 9, "-o", tmp_path / "none.geojson")
    assert (missing.exit_code, (tmp_path / "none.geojson").exists()) == (1, False)


def test_a_set_that_is_not_in_force_can_be_removed(database: Database, tmp_path: Path) -> None:
    call(database, "load", write(tmp_path / "a.geojson", region(1, square(40, 60))))
    call(database, "load", write(tmp_path / "b.geojson", region(1, square(41, 60))))
    assert "REGIONS_SET_ACTIVE" in call(database, "remove", 2).output
    assert call(database, "remove", 1).exit_code == 0
    assert "REGIONS_SET_NOT_FOUND" in call(database, "remove", 1).output
    assert call(database, "list").output.count("sha256") == 1
    assert "Набор № 3:" in call(database, "load", tmp_path / "a.geojson").output


def test_points_of_a_csv_get_their_regions(mapped: Database, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text(
        "\ufeffname;Lat;LON;got\nМосква;55,75;37.62;x\n\nНарва;59.377;28.19;y\n"
        'Баренцево море;75;40;\n"нет; точки";;37;\nслово;пять;37;\nкоротко\nбесконечность;inf;37\nневозможно;95;37;\n',
        encoding="utf-8",
    )
    located = call(mapped, "locate", points)
    assert located.exit_code == 0, located.output
    assert list(csv.DictReader(located.stdout.splitlines(), delimiter=";")) == [
        {"name": name, "Lat": lat, "LON": lon, "got": got, "match": match}
        for name, lat, lon, got, match in (
            ("Москва", "55,75", "37.62", "RU-MOW", "inside"),
            ("Нарва", "59.377", "28.19", "", "outside"),
            ("Баренцево море", "75", "40", "", "outside"),
            ("нет; точки", "", "37", "", "none"),
            ("слово", "пять", "37", "", "none"),
            ("коротко", "", "", "", "none"),
            ("бесконечность", "inf", "37", "", "none"),
            ("невозможно", "95", "37", "", "outside"),
        )
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # As a Russian Excel saves it.
        ("место;lat;lon\r\nМосква;55,75;37,62\r\n".encode("cp1251"), [("RU-MOW", "inside")]),
        # A header with more commas than semicolons; a name in quotes that are none of the CSV's.
        ('"a,b,c";lat;lon\nООО "Ромашка";55.75;37.62\n'.encode(), [("RU-MOW", "inside")]),
        (b"lat,lon\n 55.75 ,+37.62\n5_5.75,37.62\n1e308,1e308\n-91,37\n55.75,397.62\n", [
            ("RU-MOW", "inside"), ("", "none"), ("", "outside"), ("", "outside"), ("", "outside"),
        ]),
        ("lat,lon\n55.75,37.62\n,\n\"55,75\",\"37,62\"\n66.16,−169.81\n".encode(), [
            ("RU-MOW", "inside"), ("", "none"), ("RU-MOW", "inside"), ("RU-CHU", "inside"),
        ]),
        (b"lat\tlon\r55.75\t37.62\r", [("RU-MOW", "inside")]),
        ("sep=;\r\nместо;lat;lon\r\nМосква;55,75;37,62\r\n".encode("utf-16"), [("RU-MOW", "inside")]),
        # Degrees with their signs, and as people abbreviate them; a letter of the other axis, sixty minutes.
        ("lat;lon\n55°45′00″N;37° 37' 12\" в.д.\n55,75°;E37,62°\n66°10′с. ш.;169°49′З\n".encode()
         + "55°45′E;37°\n55°60′;37°\n".encode(), [
            ("RU-MOW", "inside"), ("RU-MOW", "inside"), ("RU-CHU", "inside"), ("", "none"), ("", "none"),
        ]),
        ("Широта;Долгота\n55,75;37,62\n".encode("utf-8-sig"), [("RU-MOW", "inside")]),
        (b"Latitude,LNG\n55.75,37.62\n0,0\n", [("RU-MOW", "inside"), ("", "outside")]),
        (b"lat,lon," + b"y" * 200_000 + b"\n55.75,37.62," + b"y" * 200_000 + b"\n", [("RU-MOW", "inside")]),
        (b"lat,lon,,\n55.75,37.62,,,,\n", [("RU-MOW", "inside")]),
        (b"lat,lon\n", []),
    ],
)  # fmt: skip
def test_odd_tables_are_read(mapped: Database, tmp_path: Path, content: bytes, expected: list[tuple[str, str]]) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    located = call(mapped, "locate", tmp_path / "odd.csv", "-o", tmp_path / "out.csv")
    assert located.exit_code == 0, located.output
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(written.splitlines(), delimiter=next(mark for mark in "\t;," if mark in written)))
    assert [tuple(row[-2:]) for row in rows[1:]] == expected


def test_an_output_that_cannot_be_written(mapped: Database, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lat,lon\n55,37\n")
    refused = call(mapped, "locate", tmp_path / "a.csv", "-o", tmp_path / "none" / "out.csv")
    assert (refused.exit_code, "OUTPUT_UNWRITABLE" in refused.output) == (1, True)


def test_points_come_and_go_by_streams_and_files(mapped: Database, tmp_path: Path) -> None:
    text = "y,x,n\n43.1,131.9,1\n"
    words = ["locate", "-", "--lat-field", "y", "--lon-field", "x", "--uri", mapped.uri("fp_ingest")]
    assert CliRunner().invoke(command, words, input=text).output == "y,x,n,got,match\n43.1,131.9,1,RU-PRI,inside\n"
    assert CliRunner().invoke(command, [*words, "-o", str(tmp_path / "out.csv")], input=text).output == ""
    assert (tmp_path / "out.csv").read_text() == "y,x,n,got,match\n43.1,131.9,1,RU-PRI,inside\n"


def test_many_points_are_located_at_once(mapped: Database, tmp_path: Path) -> None:
    points = "".join(f"{45 + n % 300 / 10},{30 + n % 1000 / 8}\n" for n in range(35_000))
    (tmp_path / "many.csv").write_text("lat,lon\n" + points)
    located = call(mapped, "locate", tmp_path / "many.csv", "-o", tmp_path / "out.csv")
    assert located.exit_code == 0, located.output
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 35_001


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "CSV_EMPTY"),
        (b"\n\n", "CSV_EMPTY"),
        (b"a,b\n1,2\n", "CSV_COLUMN_MISSING"),
        (b"lat;b\n1;2\n", "CSV_COLUMN_MISSING"),
        (b"\xff\xfel\x00a", "CSV_ENCODING"),
        (b"lat,lon\n55,37,\x98\n", "CSV_ENCODING"),
        (b"lat,lon\n55,75,37,62\n", "CSV_ROW_TOO_LONG"),
        (b'lat,lon,n\n55,37,"open\n56,38,x\n', "CSV_BROKEN"),
        (b'lat,lon\n"55"x,37\n', "CSV_BROKEN"),
        (b'"lat,lon\n55,37\n', "CSV_BROKEN"),
        (b"PK\x03\x04 a workbook", "CSV_ENCODING"),
        ("lat,lon\n55,37\n".encode("utf-16-le"), "CSV_ENCODING"),
    ],
)
def test_a_csv_of_another_kind_is_refused(mapped: Database, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    refused = call(mapped, "locate", path)
    assert refused.exit_code == 1
    assert code in refused.output


def test_a_missing_column_is_told_beside_those_that_are_there(mapped: Database, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Широта;Д;имя\n55;37;x\n")
    refused = call(mapped, "locate", tmp_path / "a.csv")
    assert "нет столбца «lon», в первой строке: Широта, Д, имя. Как столбец называется, скажите --lon-field" in (
        refused.stderr
    )
    named = call(mapped, "locate", tmp_path / "a.csv", "--lon-field", "Д")
    assert named.exit_code == 0, named.output


def test_what_a_person_should_look_at_is_told_beside_the_answer(mapped: Database, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lat,lon\n37.62,55.75\n40,56\n39,57\n60,30\nпять,37\n,\n")
    located = call(mapped, "locate", tmp_path / "a.csv")
    assert located.exit_code == 0, located.output
    assert located.stdout.startswith("lat,lon,got,match\n37.62,55.75,,outside\n")
    assert located.stderr.splitlines() == [
        "Строк без координат или с непонятными: 2, первая из них: «пять» и «37».",
        "Вне регионов точек: 3, а если поменять широту и долготу местами, в регионах из них будет 3. Если столбцы"
        " перепутаны: --lat-field lon --lon-field lat.",
    ]
    swapped = call(mapped, "locate", tmp_path / "a.csv", "--lat-field", "lon", "--lon-field", "lat")
    assert swapped.stdout.startswith("lat,lon,got,match\n37.62,55.75,RU-MOW,inside\n")
    assert "местами" not in swapped.stderr


@pytest.mark.parametrize("points", ["75,40\n0,0\n48.85,2.35\n", "37.62,55.75\n55.75,37.62\n55.7,37.6\n"])
def test_points_elsewhere_are_no_columns_that_are_swapped(mapped: Database, tmp_path: Path, points: str) -> None:
    (tmp_path / "a.csv").write_text("lat,lon\n" + points)
    assert call(mapped, "locate", tmp_path / "a.csv").stderr == ""


@pytest.mark.parametrize("tolerance", ["nan", "inf", "-1", "-inf", "много"])
def test_a_tolerance_is_a_number_of_square_kilometres(database: Database, tmp_path: Path, tolerance: str) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(40, 60)))
    refused = call(database, "check", path, "--tolerance", tolerance)
    assert (refused.exit_code, "--tolerance" in refused.stderr) == (2, True)


def test_shapes_that_postgis_cannot_reckon_with_are_refused(database: Database, tmp_path: Path) -> None:
    half = {"type": "Polygon", "coordinates": [[[0, -90], [179, -90], [179, 90], [0, 90], [0, -90]]]}
    path = write(tmp_path / "a.geojson", region(1, half))
    for words in (["load", path], ["check", path]):
        refused = call(database, *words)
        assert (refused.exit_code, "REGIONS_GEOMETRY" in refused.stderr) == (1, True), refused.output
    assert call(database, "list").output == ""


def test_points_need_a_set_in_force(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lat,lon\n55,37\n")
    assert "REGIONS_NO_ACTIVE_SET" in call(database, "locate", tmp_path / "a.csv").output


def test_the_local_stack_s_database_is_the_default(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTGRES_URI", raising=False)
    monkeypatch.setenv("FLY_POTATO_STATE", str(tmp_path))
    missing = CliRunner().invoke(command, ["list"])
    assert (missing.exit_code, "POSTGRES_URI_MISSING" in missing.output) == (1, True)
    (tmp_path / "secrets.json").write_text('{"fp_ingest": "secret"}')
    monkeypatch.setenv("FLY_POTATO_PG_PORT", "9")
    away = CliRunner().invoke(command, ["list"])
    assert "DATABASE_UNAVAILABLE" in away.output
    assert "make up" in away.output
    local = urlsplit(database.uri("fp_ingest"))
    monkeypatch.setattr("fly_potato.stack.databases.DATABASE", local.path.strip("/"))
    monkeypatch.setenv("FLY_POTATO_PG_PORT", str(local.port))
    (tmp_path / "secrets.json").write_text(json.dumps({"fp_ingest": local.password or "any"}))
    assert CliRunner().invoke(command, ["list"]).exit_code == 0


def test_an_address_that_is_none(tmp_path: Path) -> None:
    refused = CliRunner().invoke(command, ["list", "--uri", "postgresql://host:port/base"])
    assert (refused.exit_code, "POSTGRES_URI_INVALID" in refused.output) == (1, True)


def test_shapes_that_are_the_same_do_not_differ(database: Database) -> None:
    """Large ones lie in many parts, whose geodesic areas do not add up to that of the whole."""
    first = [each for each in read_boundaries().regions if each.id in (3, 14, 77)]
    second = [replace(each, geometry=json.dumps(MOSCOW)) if each.id == 77 else each for each in first]

    async def compared(conn: Connection) -> list[RegionDifference]:
        for name, regions in (("first", first), ("second", second)):
            boundaries = replace(read_boundaries(), name=name, regions=tuple(regions))
            await store_boundaries(conn, boundaries, activate=False)
        _, _, differences = await compare_sets(conn, 1, 2)
        return differences

    by_number = {each.id: each for each in run(database, compared)}
    assert [each.id for each in by_number.values() if not each.same] == [77]
    assert (by_number[14].lost_km2, by_number[14].gained_km2) == (0, 0)
    moscow = by_number[77]
    kept = [(moscow.area_before or 0) - (moscow.lost_km2 or 0), (moscow.area_after or 0) - (moscow.gained_km2 or 0)]
    assert kept[0] == pytest.approx(kept[1], abs=0.1)
    assert (moscow.lost_km2 or 0) > 100
