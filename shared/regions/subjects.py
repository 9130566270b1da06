"""The subjects that a file of boundaries may speak of: codes, Russian names, time zones, official areas.

``data/subjects.csv`` completes what a file does not say. It decides nothing about which regions there are: that is
the file's matter. Official areas are those of Rosstat (the table «Регионы России», land with inland waters, km²). A
table of the operator's own goes before it, and may speak of subjects that it does not know.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from shared.errors import RegionsError
from shared.regions.properties import FieldNames, FieldReader

_FILLERS = frozenset({"республика", "город", "г", "федерального", "значения", "of"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of a catalogue; ``time_zone`` is that of the administrative centre, areas are km²."""

    id: int | None
    iso: str | None
    name: str
    time_zone: str | None
    official_area_km2: float | None


class Catalogue:
    """Subjects by code and by name."""

    def __init__(self, by_code: Mapping[str, Subject], by_name: Mapping[frozenset[str], Subject]) -> None:
        self._by_code, self._by_name = by_code, by_name

    def find(self, code: str | None, name: str | None) -> Subject | None:
        """Find a subject by a code (ISO 3166-2 or another in use), else by its Russian name; None if there is none."""
        if code and code.strip().upper() in self._by_code:
            return self._by_code[code.strip().upper()]
        return self._by_name.get(_words(name)) if name else None

    def names(self) -> list[str]:
        """Name every subject once, in the order of the table."""
        return list(dict.fromkeys(subject.name for subject in self._by_name.values()))


def _words(name: str) -> frozenset[str]:
    """Reduce a name to what tells it apart: word order, dashes, brackets and «республика» do not."""
    return frozenset(re.findall(r"[а-яa-z]+", name.casefold().replace("ё", "е"))) - _FILLERS


@cache
def shipped_catalogue() -> Catalogue:
    """Read the catalogue that the product ships."""
    by_code, by_name = {}, {}
    table = (files("shared.regions") / "data/subjects.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        area = float(row["official_area_km2"])
        subject = Subject(int(row["id"]), row["iso"] or None, row["name"], row["time_zone"], area)
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
    for row in rows:
        name = reader.russian_name(row)
        if name is None:
            raise RegionsError(
                "REGIONS_SUBJECTS", f"В таблице «{path.name}» есть строка без названия на русском языке."
            )
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


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except OSError:
        raise RegionsError("REGIONS_SUBJECTS", f"Таблица «{path.name}» не читается.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    try:
        rows = [row for row in csv.DictReader(text.splitlines(), delimiter=delimiter, restkey="") if any(row.values())]
    except csv.Error:
        rows = []
    if not rows:
        raise RegionsError("REGIONS_SUBJECTS", f"В таблице «{path.name}» нет строк.")
    return rows
