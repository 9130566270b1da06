"""Cells of table sheets."""

from datetime import date

import pytest

from shared.flights.centers import blank, center, center_codes
from shared.telegrams import Note, Point
from shared.telegrams.repairs import repair
from shared.telegrams.values.coordinates import point as read_place
from shared.telegrams.values.times import Unreadable, day_and_time

DAY = date(2024, 1, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-01-05", (DAY, None)),
        ("2024-1-5", (DAY, None)),
        ("2024-01-05T09:10:00", (DAY, 550)),
        ("2024-01-05 09:10", (DAY, 550)),
        ("2024-01-05 09:10:59.5", (DAY, 550)),
        ("05.01.2024", (DAY, None)),
        ("5.1.24", (DAY, None)),
        ("05/01/2024 9:10", (DAY, 550)),
        ("05.01.2024 0910", (DAY, 550)),
        ("45296", (DAY, None)),
        ("45296.5", (DAY, 720)),
        ("45295.99999", (DAY, 0)),
        ("36526", (date(2000, 1, 1), None)),
        ("73050", (date(2099, 12, 31), None)),
        ("240105", (DAY, None)),
        ("20240105", (DAY, None)),
        ("2401050910", (DAY, 550)),
        ("09:10:00", (None, 550)),
        ("9:10", (None, 550)),
        ("09.10", (None, 550)),
        ("09:10 UTC", (None, 550)),
        ("0910", (None, 550)),
        ("0910Z", (None, 550)),
        ("910", (None, 550)),
        ("24:00", (None, 1440)),
        ("0.375", (None, 540)),
        ("0.0", (None, 0)),
    ],
)
def test_moments(text: str, said: tuple[date | None, int | None]) -> None:
    assert day_and_time(text) == said


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "утром",
            "5",
            "30",
            "2560",
            "0960",
            "24:01",
            "2024-02-30",
            "32.01.2024",
            "05.13.2024",
            "240230",
            "20241301",
        ),
        *(
            "2401320910",
            "2401052510",
            "36525",
            "73051",
            "123456789",
            "1.5",
            "100000.5",
            "9:1",
            "2024-01-05 утром",
            "1/2",
        ),
    ],
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(Unreadable):
        day_and_time(text)


@pytest.mark.parametrize(
    ("text", "place", "codes"),
    [
        ("5512N06124E", Point(55.2, 61.4), []),
        ("Поле 5512с06124в", Point(55.2, 61.4), ["COORD_CYRILLIC"]),
        ("55.2083, 61.4083", Point(55.2083, 61.4083), ["COORD_DECIMAL"]),
        ("55,2083 61,4083", Point(55.2083, 61.4083), ["COORD_DECIMAL"]),
        ("55.20° 161.40°", Point(55.2, 161.4), ["COORD_DECIMAL"]),
        ("-55.2083;-161.4083", Point(-55.2083, -161.4083), ["COORD_DECIMAL"]),
        ("90.000 180.000", Point(90.0, 180.0), ["COORD_DECIMAL"]),
        ("90.001 61.400", None, ["COORD_IMPOSSIBLE"]),
        ("55.200 180.001", None, ["COORD_IMPOSSIBLE"]),
        ("55.43 37.18", None, ["COORD_UNREADABLE"]),  # degrees or minutes: not told
        ("5572N06124E", None, ["COORD_IMPOSSIBLE"]),
        ("Поле у деревни Выдумка", None, []),
        ("12.5 км", None, []),
        ("ZZZZ", None, []),
    ],
)
def test_places(text: str, place: Point | None, codes: list[str]) -> None:
    found, notes = read_place(repair(text).text)
    assert found == place
    assert [note.code for note in notes] == codes


def test_what_is_noted_of_decimals() -> None:
    assert read_place("55.2083, 61.4083")[1] == (Note("COORD_DECIMAL", "55.2083, 61.4083", ""),)
    assert read_place("91.000 61.000")[1] == (Note("COORD_IMPOSSIBLE", "91.000 61.000"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "--",
        "—",
        "nan",
        "NaN",
        "None",
        "null",
        "NaT",
        "N/A",
        "#N/A",
        "nil",
        "нет",
        " НЕТ ",
        "_x000D_",
        ".",
    ],
)
def test_blank(text: str) -> None:
    assert blank(text)
    assert center(text) is None


@pytest.mark.parametrize("text", ["0", "ZZZZ", "нету", "(SHR-"])
def test_not_blank(text: str) -> None:
    assert not blank(text)


def test_centers() -> None:
    assert center(None) is None
    assert center("Тюменский") == "Тюменский"
    assert center(" Санкт-\n Петербург\x00ский ") == "Санкт-Петербургский"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Московский", "Московский"), (" Санкт-Петербургский  ЗЦ ЕС ОрВД\n", "Санкт-Петербургский"),
        ("Якутск", "Якутский"), ("МОСКВА", "Московский"), ("М", "М"), ("ростов-на-дону", "Ростовский"),
        ("Самара Казань", "Самара Казань"),
    ],
)  # fmt: skip
def test_a_known_centre_counts_by_one_name(cell: str, name: str) -> None:
    assert (center(cell), center_codes(cell)) == (name, ())


@pytest.mark.parametrize(
    "cell", ["Иванов", "Самарин", "Московский Иван", "Московский +70000000000", "Уфимцев", "ЗЦ ЕС ОрВД", "1234567"]
)
def test_what_is_no_centre_is_not_kept(cell: str) -> None:
    assert (center(cell), center_codes(cell)) == (None, ("CENTER_UNKNOWN",))


@pytest.mark.parametrize("cell", [None, "", " — ", "нет"])
def test_a_blank_centre_is_no_fault(cell: str | None) -> None:
    assert (center(cell), center_codes(cell)) == (None, ())


CENTERS = {
    "Москва": "Московский",
    "Московский": "Московский",
    "Санкт-Петербург": "Санкт-Петербургский",
    "Санкт-Петербургский": "Санкт-Петербургский",
    "Калининград": "Калининградский",
    "Калининградский": "Калининградский",
    "Ростов": "Ростовский",
    "Ростовский": "Ростовский",
    "Ростов-на-Дону": "Ростовский",
    "Самара": "Самарский",
    "Самарский": "Самарский",
    "Екатеринбург": "Екатеринбургский",
    "Екатеринбургский": "Екатеринбургский",
    "Тюмень": "Тюменский",
    "Тюменский": "Тюменский",
    "Новосибирск": "Новосибирский",
    "Новосибирский": "Новосибирский",
    "Красноярск": "Красноярский",
    "Красноярский": "Красноярский",
    "Иркутск": "Иркутский",
    "Иркутский": "Иркутский",
    "Якутск": "Якутский",
    "Якутский": "Якутский",
    "Хабаровск": "Хабаровский",
    "Хабаровский": "Хабаровский",
    "Магадан": "Магаданский",
    "Магаданский": "Магаданский",
    "Симферополь": "Симферопольский",
    "Симферопольский": "Симферопольский",
    "Мурманск": "Мурманский",
    "Мурманский": "Мурманский",
    "Архангельск": "Архангельский",
    "Архангельский": "Архангельский",
    "Вологда": "Вологодский",
    "Вологодский": "Вологодский",
    "Сыктывкар": "Сыктывкарский",
    "Сыктывкарский": "Сыктывкарский",
    "Казань": "Казанский",
    "Казанский": "Казанский",
    "Уфа": "Уфимский",
    "Уфимский": "Уфимский",
    "Пермь": "Пермский",
    "Пермский": "Пермский",
    "Волгоград": "Волгоградский",
    "Волгоградский": "Волгоградский",
    "Краснодар": "Краснодарский",
    "Краснодарский": "Краснодарский",
    "Сочи": "Сочинский",
    "Сочинский": "Сочинский",
    "Оренбург": "Оренбургский",
    "Оренбургский": "Оренбургский",
    "Омск": "Омский",
    "Омский": "Омский",
    "Барнаул": "Барнаульский",
    "Барнаульский": "Барнаульский",
    "Кемерово": "Кемеровский",
    "Кемеровский": "Кемеровский",
    "Норильск": "Норильский",
    "Норильский": "Норильский",
    "Чита": "Читинский",
    "Читинский": "Читинский",
    "Братск": "Братский",
    "Братский": "Братский",
    "Владивосток": "Владивостокский",
    "Владивостокский": "Владивостокский",
    "Южно-Сахалинск": "Южно-Сахалинский",
    "Южно-Сахалинский": "Южно-Сахалинский",
    "Петропавловск-Камчатский": "Петропавловск-Камчатский",
    "Анадырь": "Анадырский",
    "Анадырский": "Анадырский",
    "Нижегородский": "Нижегородский",
    "Ставрополь": "Ставропольский",
    "Ставропольский": "Ставропольский",
    "Минераловодский": "Минераловодский",
}


@pytest.mark.parametrize(("form", "name"), CENTERS.items())
def test_every_center_is_known(form: str, name: str) -> None:
    assert center(f" {form} ") == name
    assert center(f"{form} зональный центр ЕС ОрВД") == name


@pytest.mark.parametrize(
    "about", ["ЗЦ", "РЦ", "РПИ", "ГЦ", "зональный", "региональный", "центр", "ЕС", "ОрВД", "УВД", "филиал"]
)
def test_words_about_a_center_are_known(about: str) -> None:
    assert center(f"{about} Тюмень") == "Тюменский"
    assert center(f"{about}а Тюмень") is None
