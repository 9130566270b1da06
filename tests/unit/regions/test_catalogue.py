"""The catalogue of subjects: found by any usual way of writing them."""

import csv
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from shared.regions.subjects import shipped_catalogue

ROWS = list(csv.DictReader((files("shared.regions") / "data/subjects.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("code", "name", "number"),
    [
        ("RU-TVE", None, 69),
        ("ru-tve ", "что угодно", 69),
        ("UA-43", None, 91),
        (None, "Республика Татарстан (Татарстан)", 16),
        (None, "татарстан", 16),
        (None, "Алтайский край", 22),
        (None, "Республика Алтай", 4),
        (None, "г. Москва", 77),
        (None, "город федерального значения Санкт-Петербург", 78),
        (None, "Московская область", 50),
        (None, "Кемеровская область - Кузбасс", 42),
        (None, "Кемеровская область", 42),
        (None, "Ханты-Мансийский автономный округ – Югра", 86),
        (None, "ОРЛОВСКАЯ ОБЛАСТЬ", 57),
        (None, "Республика Северная Осетия-Алания", 15),
        (None, "Московская обл.", 50),
        (None, "Респ. Алтай", 4),
        (None, "Ненецкий АО", 83),
        (None, "Ямало-Ненецкий авт. окр.", 89),
        (None, "Еврейская АО", 79),
        (None, "Тюменская область (без автономных округов)", 72),
        (None, "Архангельская обл. без АО", 29),
        ("RU-XX", "Чувашская Республика - Чувашия", 21),
        (None, "Пермский кр.", 59),
        (None, "Еврейская авт. область", 79),
        (None, "Еврейская Аобл", 79),
        (None, "Тюменская область (кроме ХМАО и ЯНАО)", 72),
        (None, "Омская", 55),
        (None, "Алтайский", 22),
        (None, "Ненецкий", 83),
        (None, "РСО-Алания", 15),
        (None, "СПб", 78),
        (None, "Opлoвская oблaсть", 57),
        (None, "Тверская\u00a0область", 69),
    ],
)
def test_a_subject_is_found(code: str | None, name: str | None, number: int) -> None:
    found = shipped_catalogue().find(code, name)
    assert found is not None
    assert found.id == number


@pytest.mark.parametrize(("code", "name"), [(None, None), ("RU-XX", None), (None, "Область"), (None, "Республика")])
def test_an_unknown_one_is_not(code: str | None, name: str | None) -> None:
    assert shipped_catalogue().find(code, name) is None


def test_every_name_finds_its_own_line() -> None:
    for row in ROWS:
        for name in [row["name"], *filter(None, row["other_names"].split("|"))]:
            found = shipped_catalogue().find(None, name)
            assert found is not None
            assert found.id == int(row["id"]), name


def test_official_areas_add_up_to_the_country() -> None:
    """Rosstat gives 17,125.2 thousand km²; each line is rounded to a hundred."""
    assert sum(float(row["official_area_km2"]) for row in ROWS) / 1000 == pytest.approx(17_125.2, abs=0.1)


def test_codes_numbers_and_zones_are_sound() -> None:
    assert len({row["id"] for row in ROWS}) == len({row["iso"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert ZoneInfo(row["time_zone"]).key == row["time_zone"]
        assert row["centre"]
