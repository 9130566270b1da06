"""Which subject a feature of a file is: the properties that say it, and the catalogue of subjects.

A property is found by the operator's word, else by the names that are in use: those of the product's own files,
OpenStreetMap extracts (``ISO3166-2``, ``name:ru``, ``name``), Natural Earth (``iso_3166_2``, ``name_ru``),
geoBoundaries (``shapeISO``, ``shapeName``), and Russian column names.

``data/subjects.csv`` (codes, Russian names, time zones, official areas) completes what a file does not say. It decides
nothing about which regions there are: that is the file's matter. Official areas are those of Rosstat (the table
«Регионы России», land with inland waters, km²). A table of the operator's own goes before it, and may speak of subjects
that it does not know.
"""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
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
_SEPARATOR_LINE = re.compile(r"\A\"?sep=.\"?\r?\n")
"""What Excel takes a hint from, and writes no more."""
_UNIT = re.compile(r"(кв\.?км\.?|км²|км2|km²|km2)$", re.IGNORECASE)
MAX_ID = 32767
_FILLERS = frozenset({"республика", "респ", "город", "г", "федерального", "значения", "of"})
_ABBREVIATIONS = {
    "обл": ("область",),
    "кр": ("край",),
    "авт": ("автономный",),
    "автономная": ("автономный",),
    "окр": ("округ",),
    "ао": ("автономный", "округ"),
    "аобл": ("автономный", "область"),
    "рсо": ("северная", "осетия"),
    "спб": ("санкт", "петербург"),
}
_KINDS = frozenset({"область", "край", "автономный", "округ"})
_LOOK_ALIKES = str.maketrans("acekmopxyt", "асекморхут")
_LESS = re.compile(r"\(?\b(без|кроме)\b.*")
"""Тюменская область (без автономных округов), Архангельская область без АО"""


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
        # Tables of numbers that once had a gap hold them as 69.0.
        whole = "" if number is None else re.sub(r"\.0+$", "", number)
        fits = is_number_of_a_region(whole)
        if number is None or (not fits and not self.numbered):
            return None
        if not fits:
            sentence = f"Регион «{label}»: номер должен быть целым числом от 1 до {MAX_ID}."
            raise RegionsError("REGIONS_ID", sentence)
        return int(whole)

    def area(self, properties: Mapping[str, Any], label: str) -> float | None:
        """Give the official area in km² where the file has one.

        Raises:
            RegionsError: ``REGIONS_AREA``.
        """
        text = self.text("official_area", properties)
        if text is None:
            return None
        try:
            area = float(_UNIT.sub("", re.sub(r"\s", "", text)).replace(",", "."))
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
            text = "" if value is None else one_line(str(value))
            # Shapefiles hold numbers as floats.
            if isinstance(value, float) and value.is_integer():
                text = str(int(value))
            if text and text != "-99":
                yield text


def one_line(text: str) -> str:
    """Give a text as one line: what cannot be printed goes, blanks of any kind become one."""
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else "" for sign in text).split())


def is_number_of_a_region(text: str) -> bool:
    """Tell whether a text is a number that a region may have."""
    return text.isdecimal() and len(text) <= len(str(MAX_ID)) and 1 <= int(text) <= MAX_ID


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of a catalogue; ``time_zone`` is that of the administrative centre, areas are km².

    ``inside`` is a point within it, longitude and latitude of WGS 84 to a hundredth, where the catalogue tells one.
    """

    id: int | None
    iso: str | None
    name: str
    time_zone: str | None
    official_area_km2: float | None
    inside: tuple[float, float] | None = None


class Catalogue:
    """Subjects by code and by name."""

    def __init__(self, by_code: Mapping[str, Subject], by_name: Mapping[frozenset[str], Subject]) -> None:
        self._by_code, self._by_name = by_code, by_name
        # Where the kind of a subject stands in a column of its own: Омская, Алтайский.
        self._by_adjective = {words - _KINDS: subject for words, subject in by_name.items() if words & _KINDS}

    def find(self, code: str | None, name: str | None) -> Subject | None:
        """Find a subject by a code (ISO 3166-2 or another in use), else by its Russian name; None if there is none."""
        if code and code.strip().upper() in self._by_code:
            return self._by_code[code.strip().upper()]
        return self._by_name.get(_words(name)) or self._by_adjective.get(_words(name)) if name else None

    def names(self) -> list[str]:
        """Name every subject once, in the order of the table."""
        return list(dict.fromkeys(subject.name for subject in self._by_name.values()))


def _words(name: str) -> frozenset[str]:
    """Reduce a name to what tells it apart: word order, dashes, brackets, short forms and «республика» do not."""
    words = re.findall(r"[а-яa-z]+", _LESS.sub("", name.casefold().replace("ё", "е")))
    # A Latin letter in a Russian word is a slip of the keyboard.
    words = [word.translate(_LOOK_ALIKES) if _CYRILLIC.search(word) else word for word in words]
    return frozenset(whole for word in words for whole in _ABBREVIATIONS.get(word, (word,))) - _FILLERS


@cache
def shipped_catalogue() -> Catalogue:
    """Read the catalogue that the product ships."""
    by_code, by_name = {}, {}
    table = (files("shared.regions") / "data/subjects.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        area = float(row["official_area_km2"])
        inside = float(row["lon"]), float(row["lat"])
        subject = Subject(int(row["id"]), row["iso"] or None, row["name"], row["time_zone"], area, inside)
        codes = [row["iso"], *row["other_codes"].split()]
        by_code.update({code: subject for code in codes if code})
        names = [row["name"], *row["other_names"].split("|")]
        by_name.update({_words(name): subject for name in names if name})
    return Catalogue(by_code, by_name)


def read_catalogue(path: Path) -> Catalogue:
    """Read an operator's table of subjects: a CSV in UTF-8 or Windows-1251 with the same columns that a file may have.

    Needed is a Russian name in each row; code, number, time zone and official area as far as they are known.

    Raises:
        RegionsError: it cannot be read, a row has no Russian name, or a number or an area is none.
    """
    rows = _rows(path)
    reader = FieldReader(FieldNames(), numbered=True)
    by_code, by_name = {}, {}
    for number, row in enumerate(rows, 1):
        name = reader.russian_name(row)
        if name is None:
            sentence = (
                f"В таблице субъектов «{path.name}» в строке {number} нет названия на русском языке: нужен столбец"
                " name, название или субъект."
            )
            raise RegionsError("REGIONS_SUBJECTS", sentence)
        code = reader.text("code", row)
        iso = code.upper() if code and is_iso_3166_2(code) else None
        subject = Subject(reader.id(row, name), iso, name, reader.text("time_zone", row), reader.area(row, name))
        by_name[_words(name)] = subject
        if code:
            by_code[code.strip().upper()] = subject
    return Catalogue(by_code, by_name)


def is_iso_3166_2(code: str) -> bool:
    """Tell whether a code has the form of ISO 3166-2."""
    return re.fullmatch("[A-Z]{2}-[A-Z0-9]{1,3}", code.strip().upper()) is not None


def text_of_table(content: bytes, errors: str = "strict") -> str:
    """Read a table in UTF-8, UTF-16 or Windows-1251, as a Russian Excel writes it, less a line ``sep=;`` at its head.

    Raises:
        UnicodeDecodeError: it is in none of these, and ``errors`` (those of ``bytes.decode``) are strict.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = content.decode("utf-16", errors)
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1251", errors)
    return _SEPARATOR_LINE.sub("", text)


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except OSError:
        raise RegionsError("REGIONS_SUBJECTS", f"Таблица «{path.name}» не читается.") from None
    if content.startswith(b"PK\x03\x04"):
        raise RegionsError("REGIONS_SUBJECTS", f"«{path.name}» — книга, а не таблица CSV. Сохраните её как CSV.")
    text = text_of_table(content, "replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    try:
        rows = [row for row in csv.DictReader(text.splitlines(), delimiter=delimiter, restkey="") if any(row.values())]
    except csv.Error:
        rows = []
    if not rows:
        raise RegionsError("REGIONS_SUBJECTS", f"В таблице «{path.name}» нет строк.")
    return rows
