"""What the headers of a column are called, and which field each means.

Headers differ in case, blanks, dots, line breaks and look-alike letters from file to file, so they are compared as bare
letters and digits, with every Cyrillic letter that looks like a Latin one taken for it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_TWINS = str.maketrans("авекмнорстухё", "abekmhopctyxe")
_WORDS = re.compile(r"[^\W_]+")
_LONGEST_HEADER = 80

TELEGRAM_FIELDS: Final = ("center", "shr", "dep", "arr")
MOMENTS: Final = frozenset({"date", "dep_time", "arr_time"})

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "center": ("Центр ЕС ОрВД", "Центр ОрВД", "Центр", "ЗЦ ЕС ОрВД", "РЦ ЕС ОрВД"),
    "shr": (
        "SHR",
        "Сообщение SHR",
        "Телеграмма SHR",
        "Планы полета БВС",
        "План полета БВС",
        "Планы полетов БВС",
        "Телеграмма PLN",
        "Телеграммы PLN",
        "PLN",
    ),
    "dep": ("DEP", "Сообщение DEP", "Телеграмма DEP"),
    "arr": ("ARR", "Сообщение ARR", "Телеграмма ARR"),
    "date": ("Дата", "Дата полета"),
    "callsign": ("Рейс", "Номер рейса", "Позывной"),
    "reg": ("Борт", "Борт. номер ВС", "Бортовой номер", "Бортовой номер ВС", "Учетный номер"),
    "uav_type": ("Тип ВС", "Тип/ группа ВС", "Тип БВС", "Тип"),
    "dep_time": (
        "Т выл. факт",
        "Время вылета факт",
        "Время вылета",
        "Дата, время вылета",
        "Дата, время вылета факт",
        "Дата и время вылета",
    ),
    "arr_time": (
        "Т пос. факт",
        "Время посадки факт",
        "Время посадки",
        "Дата, время посадки",
        "Дата, время посадки факт",
        "Дата и время посадки",
    ),
    "dep_place": ("АРВ", "АФТН АП вылета", "Место вылета"),
    "arr_place": ("АРП", "АФТН АП посадки", "Место посадки"),
    "dep_name": ("А/В", "А/В название", "АП вылета"),
    "arr_name": ("А/П", "А/Н название", "А/П название", "АП посадки"),
    "route": (
        "Маршрут",
        "Текст исходного маршрута",
        "Район работы",
        "Район работ",
        "Район полетов",
        "Район полетов (зона, маршрут)",
        "Зона полета",
    ),
    "remarks": ("Примечания", "Примечание"),
    "owner": ("Владелец ВС", "Владелец", "Эксплуатант"),
    "eet": ("EET",),
}


def bare(header: str) -> str:
    """Reduce a header to the letters and digits that it is compared by."""
    return "".join(_words(header))


def field_of(header: str) -> str | None:
    """Name the field that a header means, or None.

    A header that no list names but that holds one of the words SHR, DEP or ARR (``Сообщение ARR (факт)``) is theirs.
    """
    if len(header) > _LONGEST_HEADER:
        return None
    words = _words(header)
    known = _FIELDS.get("".join(words))
    if known is not None:
        return known
    if header.startswith(("(", "-")) or any(letter.isdigit() for letter in header):
        # A short telegram, such as (DEP-ZZZZZ-ZZZZ0900-ZZZZ), is no header.
        return None
    named = {word for word in words if word in ("shr", "dep", "arr")}
    return named.pop() if len(named) == 1 else None


def count_fields(titles: Iterable[str]) -> int:
    """Count the different fields that a row's texts name as headers."""
    return len({field_of(title) for title in titles} - {None})


def _words(header: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", header.replace("_x000D_", " ")).casefold()
    return _WORDS.findall(folded.translate(_TWINS))


_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {bare(name): field for field, names in _NAMES.items() for name in names}
)
