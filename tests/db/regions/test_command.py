"""``fly-potato regions`` as an operator uses it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fly_potato.commands.regions import command
from tests.conftest import Database
from tests.unit.regions.files import feature, region, square, write


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
    told = ("--name-field", "ИМЯ", "--time-zone-field", "ПОЯС", "--id-field", "N")
    assert call(database, "load", path, *told).exit_code == 0


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
