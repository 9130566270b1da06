"""The subjects that a file of boundaries may speak of: codes, Russian names, time zones, official areas.

``data/subjects.csv`` completes what a file does not say. It decides nothing about which regions there are: that is
the file's matter. Official areas are those of Rosstat (the table «Регионы России», land with inland waters, km²).
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FILLERS = frozenset({"республика", "город", "г", "федерального", "значения", "of"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of the catalogue; ``time_zone`` is that of the administrative centre."""

    id: int
    iso: str | None
    name: str
    time_zone: str
    official_area_km2: float


def find_subject(code: str | None, name: str | None) -> Subject | None:
    """Find a subject by a code (ISO 3166-2 or another in use), else by its Russian name; None if it is not known."""
    by_code, by_name = _catalogue()
    if code and code.strip().upper() in by_code:
        return by_code[code.strip().upper()]
    return by_name.get(_words(name)) if name else None


def _words(name: str) -> frozenset[str]:
    """Reduce a name to what tells it apart: word order, dashes, brackets and «республика» do not."""
    return frozenset(re.findall(r"[а-яa-z]+", name.casefold().replace("ё", "е"))) - _FILLERS


@cache
def _catalogue() -> tuple[Mapping[str, Subject], Mapping[frozenset[str], Subject]]:
    by_code, by_name = {}, {}
    table = (files("shared.regions") / "data/subjects.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        area = float(row["official_area_km2"])
        subject = Subject(int(row["id"]), row["iso"] or None, row["name"], row["time_zone"], area)
        codes = [row["iso"], *row["other_codes"].split()]
        by_code.update({code: subject for code in codes if code})
        names = [row["name"], *row["other_names"].split("|")]
        by_name.update({_words(name): subject for name in names if name})
    return by_code, by_name
