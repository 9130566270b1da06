"""Which columns of a sheet mean what: found by the headers, wherever they stand, never by position.

Headers differ in case, blanks, dots, line breaks and look-alike letters from file to file, so they are compared as bare
letters and digits, with every Cyrillic letter that looks like a Latin one taken for it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.flights.model import TableRow, TelegramRow
from shared.workbooks.cells import Cells, has_time, moment, text
from shared.workbooks.protocol import FoundColumn
from shared.workbooks.refusals import refuse

_LOOK_ALIKES: Final = str.maketrans("авекмнорстухё", "abekmhopctyxe")
_WORDS: Final = re.compile(r"[^\W_]+")
_LONGEST_HEADER: Final = 80

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
    field = _FIELDS.get("".join(words))
    if field is not None:
        return field
    if header.startswith(("(", "-")) or any(letter.isdigit() for letter in header):
        # A short telegram, such as (DEP-ZZZZZ-ZZZZ0900-ZZZZ), is no header.
        return None
    telegrams = {word for word in words if word in ("shr", "dep", "arr")}
    return telegrams.pop() if len(telegrams) == 1 else None


def count_fields(titles: Iterable[str]) -> int:
    """Count the different fields that a row's texts name as headers."""
    return len({field_of(title) for title in titles} - {None})


def _words(header: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", header.replace("_x000D_", " ")).casefold()
    return _WORDS.findall(folded.translate(_LOOK_ALIKES))


_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {bare(name): field for field, names in _NAMES.items() for name in names}
)

HEADER_WITHIN: Final = 15
"""Rows of a sheet in which its header is looked for."""

_WHEN: Final = frozenset({"date", "dep_time", "arr_time"})
_WHERE: Final = frozenset({"dep_place", "arr_place", "dep_name", "arr_name", "route"})


class LayoutKind(StrEnum):
    """What the rows of a sheet carry."""

    TELEGRAMS = "telegrams"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """A recognised header: fields and the columns (from 0) they stand in."""

    kind: LayoutKind
    columns: tuple[tuple[str, int], ...]
    header: Mapping[int, str]
    """Every title of the header's row, known or not, by its column."""

    def reader(self, center: str | None, sample: Sequence[Cells] = ()) -> Callable[[Cells], TelegramRow | TableRow]:
        """Give the function from cells to content; ``center`` serves where its column is blank or missing.

        ``sample`` are some rows of the sheet: they tell whether a column of a table holds times or days.
        """
        if self.kind is LayoutKind.TELEGRAMS:
            return _telegram_reader(dict(self.columns), center)
        timed = {
            column: field != "date" and any(has_time(cells.get(column)) for cells in sample)
            for field, column in self.columns
            if field in MOMENTS
        }
        return _table_reader(self.columns, timed, center)

    def repeats(self, cells: Cells) -> bool:
        """Tell whether a row is the header over again, as long sheets have it on every printed page."""
        return all(cells.get(column) == self.header[column] for _, column in self.columns)


def recognise(cells: Cells, sheet: str) -> ColumnLayout | None:
    """Read a row as a header, or answer None.

    Raises:
        WorkbookError: ``WORKBOOK_DUPLICATE_HEADERS``, two columns of the row mean one field.
    """
    header = {column: cell for column, cell in sorted(cells.items()) if isinstance(cell, str)}
    titled = [(field_of(title), column, title) for column, title in header.items()]
    fields = {field for field, _, _ in titled if field is not None}
    kind = _kind(fields)
    if kind is None:
        return None
    columns: dict[str, int] = {}
    for field, column, title in titled:
        if field is None or (kind is LayoutKind.TELEGRAMS and field not in TELEGRAM_FIELDS):
            continue
        if field in columns:
            raise refuse("WORKBOOK_DUPLICATE_HEADERS", sheet=sheet, header=title)
        columns[field] = column
    return ColumnLayout(kind, tuple(columns.items()), MappingProxyType(header))


def stated_layout(columns: Mapping[str, int], header: Cells) -> ColumnLayout | None:
    """Make the layout that a sender names; None where these fields make no rows.

    Its titles are the usual ones of the fields, so that a workbook of corrections is recognised by itself.
    """
    kind = _kind({field for field in columns if field in _NAMES})
    if kind is None or not set(columns) <= set(_NAMES) or len(set(columns.values())) < len(columns):
        return None
    if kind is LayoutKind.TELEGRAMS:
        columns = {field: column for field, column in columns.items() if field in TELEGRAM_FIELDS}
    others = {
        column: cell
        for column, cell in header.items()
        if isinstance(cell, str) and column not in columns.values() and field_of(cell) is None
    }
    titles = others | {column: _NAMES[field][0] for field, column in columns.items()}
    return ColumnLayout(kind, tuple(columns.items()), MappingProxyType(dict(sorted(titles.items()))))


_TITLE: Final = re.compile(r"[^\d(]{1,80}")
_LIKE: Final[Mapping[str, "re.Pattern[str]"]] = {
    "shr": re.compile(r"\(?\s?(?:SHR|PLN|FPL)\b"),
    "dep": re.compile(r"\(?\s?DEP\s?-|-\s?TITLE\s+I?DEP\b"),
    "arr": re.compile(r"\(?\s?ARR\s?-|-\s?TITLE\s+I?ARR\b"),
}
_MOST_COLUMNS: Final = 60


def found_columns(head: Sequence[tuple[int, Cells]]) -> tuple[int, tuple[FoundColumn, ...]]:
    """Tell what stands in the place of a header in a sheet's first filled rows, and in which row (0: in none).

    A title has no digits: what may be a number of a person or a telegram is kept from view. Of the cells below only
    what field they look like is told.
    """
    guesses = {
        column: field
        for _, cells in head
        for column, cell in sorted(cells.items())
        if isinstance(cell, str)
        for field, pattern in _LIKE.items()
        if pattern.match(cell.lstrip())
    }
    first_data = next((at for at, (_, cells) in enumerate(head) if _looks_like_data(cells)), len(head))
    titled = max(head[:first_data], key=lambda line: len(_titles(line[1])), default=None)
    row, titles = (titled[0], _titles(titled[1])) if titled is not None and _titles(titled[1]) else (0, {})
    columns = sorted({column for _, cells in head for column in cells})[:_MOST_COLUMNS]
    return row, tuple(
        FoundColumn(column, titles.get(column), field_of(titles.get(column) or "") or guesses.get(column))
        for column in columns
    )


def _titles(cells: Cells) -> dict[int, str]:
    return {
        column: cell.strip()
        for column, cell in cells.items()
        if isinstance(cell, str) and _TITLE.fullmatch(cell.strip())
    }


def _looks_like_data(cells: Cells) -> bool:
    texts = [cell.lstrip() for cell in cells.values() if isinstance(cell, str)]
    return any(pattern.match(cell) for cell in texts for pattern in _LIKE.values())


def is_numbering(cells: Cells) -> bool:
    """Tell whether a row only numbers the columns, 1, 2, 3, as printed forms have it under the header."""
    filled = [text(cell) for _, cell in sorted(cells.items())]
    return len(filled) > 1 and filled == [str(number) for number in range(1, len(filled) + 1)]


def _kind(fields: set[str]) -> LayoutKind | None:
    if "shr" in fields or {"dep", "arr"} <= fields:
        return LayoutKind.TELEGRAMS
    if fields & _WHEN and fields & _WHERE and len(fields) >= 3:
        return LayoutKind.TABLE
    return None


def _telegram_reader(columns: Mapping[str, int], center: str | None) -> Callable[[Cells], TelegramRow]:
    at_center, at_shr, at_dep, at_arr = (columns.get(field, -1) for field in TELEGRAM_FIELDS)

    def read(cells: Cells) -> TelegramRow:
        get = cells.get
        return TelegramRow(text(get(at_center)) or center, text(get(at_shr)), text(get(at_dep)), text(get(at_arr)))

    return read


def _table_reader(
    columns: Sequence[tuple[str, int]], timed: Mapping[int, bool], center: str | None
) -> Callable[[Cells], TableRow]:
    def read(cells: Cells) -> TableRow:
        values = {
            field: moment(cells[column], timed=timed[column]) if column in timed else text(cells[column])
            for field, column in columns
            if column in cells
        }
        values["center"] = values.get("center") or center
        return TableRow(**values)

    return read
