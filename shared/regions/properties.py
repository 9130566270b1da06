"""Which property of a feature says what: by the operator's word, else by the names that are in use.

Recognised by themselves: the product's own files, OpenStreetMap extracts (``ISO3166-2``, ``name:ru``, ``name``),
Natural Earth (``iso_3166_2``, ``name_ru``), geoBoundaries (``shapeISO``, ``shapeName``), and Russian column names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from shared.errors import RegionsError

_USUAL = {
    "id": ("id",),
    "code": ("iso", "ISO3166-2", "iso_3166_2", "iso3166_2", "shapeISO", "code", "код"),
    "name": ("name:ru", "name_ru", "name", "название", "наименование", "субъект", "region", "shapeName", "NL_NAME_1"),
    "time_zone": ("time_zone", "timezone", "time_zon", "tzid", "tz", "часовой пояс", "часовой_пояс", "пояс"),
    "official_area": (
        "official_area_km2",
        "official_area",
        "area_official",
        "official_a",
        "официальная площадь",
        "площадь_км2",
        "площадь",
    ),
}
_CYRILLIC = re.compile("[А-Яа-яЁё]")
MAX_ID = 32767


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The properties to read; None means: look for the usual names."""

    id: str | None = None
    code: str | None = None
    name: str | None = None
    time_zone: str | None = None
    official_area: str | None = None


class FieldReader:
    """Read the facts from the properties of one feature after the other."""

    def __init__(self, names: FieldNames, *, numbered: bool = False) -> None:
        self._names = {field.name: getattr(names, field.name) for field in fields(names)}
        self.numbered = numbered or names.id is not None
        """Whether the numbers of the file are the regions' numbers, and no count of its rows."""
        self.coded = names.code is not None
        """Whether the operator has named the field of codes."""

    def require(self, features: list[Mapping[str, Any]]) -> None:
        """Make sure that every property the operator named is there at all.

        Raises:
            RegionsError: no feature has it.
        """
        present = {key.casefold() for properties in features for key in properties}
        for name in self._names.values():
            if name is not None and name.casefold() not in present:
                raise RegionsError("REGIONS_FIELD_MISSING", f"В файле нет поля «{name}».")

    def text(self, fact: str, properties: Mapping[str, Any]) -> str | None:
        """Give the first non-empty value of the properties that may hold a fact."""
        return next(self._values(fact, properties), None)

    def russian_name(self, properties: Mapping[str, Any]) -> str | None:
        """Give the first name that is written in Russian letters."""
        return next((value for value in self._values("name", properties) if _CYRILLIC.search(value)), None)

    def id(self, properties: Mapping[str, Any], label: str) -> int | None:
        """Give the number of a region where the file has one; what is none is a fault only in a field of numbers.

        Raises:
            RegionsError: ``REGIONS_ID``.
        """
        number = self.text("id", properties)
        fits = number is not None and number.isdecimal() and 1 <= int(number) <= MAX_ID
        if number is None or (not fits and not self.numbered):
            return None
        if not fits:
            sentence = f"Регион «{label}»: номер должен быть целым числом от 1 до {MAX_ID}."
            raise RegionsError("REGIONS_ID", sentence)
        return int(number)

    def area(self, properties: Mapping[str, Any], label: str) -> float | None:
        """Give the official area in km² where the file has one.

        Raises:
            RegionsError: ``REGIONS_AREA``.
        """
        text = self.text("official_area", properties)
        if text is None:
            return None
        try:
            area = float(re.sub(r"\s", "", text).replace(",", "."))
        except ValueError:
            area = 0.0
        if not 0 < area < 20_000_000:
            sentence = f"Регион «{label}»: площадь «{text[:30]}» не число квадратных километров."
            raise RegionsError("REGIONS_AREA", sentence)
        return area

    def _values(self, fact: str, properties: Mapping[str, Any]) -> Iterator[str]:
        field = self._names[fact]
        by_key = {key.casefold().strip(): value for key, value in properties.items()}
        for key in (field,) if field is not None else _USUAL[fact]:
            value = by_key.get(key.casefold())
            text = "" if value is None else str(value).strip()
            # Shapefiles hold numbers as floats.
            if isinstance(value, float) and value.is_integer():
                text = str(int(value))
            if text and text != "-99":
                yield text
