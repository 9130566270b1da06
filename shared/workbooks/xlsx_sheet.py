"""One sheet of an Excel workbook: surveyed once, then parsed into rows.

The survey, at the speed of unpacking, counts what could take time or memory later and finds merged cells, which stand
behind the rows they belong to. The parsing gives out each row that holds anything as ``column (from 0) -> value``, so
that a row costs what it holds and not where its last cell is.
"""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from string import ascii_uppercase
from typing import Final, NamedTuple, Protocol

from shared.workbooks.archive import Archive
from shared.workbooks.cells import Cells, CellValue, Merged, clean, date_from_serial
from shared.workbooks.markup import XmlPart, local_name
from shared.workbooks.refusals import Limits, refuse

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_LONGEST_DURATION_DAYS: Final = 1e6

_ADDRESS: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_RANGE: Final = re.compile(rb"\sref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})[\"']")


class Formats(NamedTuple):
    """What numbers mean: ``kinds`` holds ``d`` for a moment or ``h`` for a duration by the number of a style."""

    kinds: Mapping[str, str]
    since_1904: bool


class Strings(Protocol):
    """The shared strings of a workbook."""

    def __getitem__(self, number: int) -> str:
        """Give the text with this number, from 0; IndexError where there is none."""
        ...


def survey_sheet(archive: Archive, part: str, limits: Limits) -> tuple[Merged, ...]:
    """Count a sheet's tags and find the ranges that are merged over several rows."""
    merges: list[Merged] = []
    rest = b""
    for chunk in archive.survey(part):
        window = rest + chunk
        if b"mergeCell" in window:
            tags = window.split(b"<")
            for tag in tags[:-1]:
                if b"mergeCell" in tag and (match := _RANGE.search(tag)):
                    first, last = int(match[2]), int(match[3])
                    if last > first:
                        merges.append(Merged(first, last, _column(match[1].decode())))
            if len(merges) > limits.merged:
                raise refuse("WORKBOOK_TOO_MANY_MERGED", limit=limits.merged)
            window = tags[-1]
        # A tag that the next piece goes on with; one longer than this is no range.
        rest = window[-256:]
    return tuple(merges)


class SheetParser:
    """Turns the tags of one sheet into rows."""

    def __init__(self, sheet: str, strings: Strings, formats: Formats, limits: Limits) -> None:
        self._sheet, self._strings, self._formats, self._limits = sheet, strings, formats, limits
        self._markup = XmlPart(limits)
        self._parser = self._markup.parser
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._rows: list[tuple[int, Cells]] = []
        self._row, self._row_written = 0, "?"
        self._cells: Cells = {}
        self._in_row = self._in_cell = self._in_phonetics = self._has_formula = False
        self._row_is_counted = False
        """The row says no number of its own: its first cell may."""
        self._column = -1
        self._attributes: dict[str, str] = {}
        """Of the cell that is open."""
        self._longest = limits.cell_characters
        self._values: list[str] = []
        """Pieces of ``v``: a number, or the number of a shared string."""
        self._texts: list[str] = []
        """Pieces of the ``t`` of a text that stands in the cell itself."""

    def rows(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, Cells]]:
        """Yield the filled rows of the sheet in their order, each with its number: 1 is the first of the sheet."""
        for _ in self._markup.parse(chunks):
            if sum(map(len, self._texts)) + sum(map(len, self._values)) > self._limits.token_bytes:
                raise self._too_long()
            yield from self._rows
            self._rows.clear()

    # Both handlers are called for every tag of a sheet: what is commonest stands in them and comes first.

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            if self._in_cell or not self._in_row:
                raise refuse("WORKBOOK_BROKEN", what="разметка листа не читается")
            self._in_cell, self._has_formula = True, False
            self._attributes = attributes
            reference = attributes.get("r")
            column = None if reference is None else _COLUMNS.get(reference.removesuffix(self._row_written))
            self._column = self._place(reference) if column is None else column
        elif tag == "v":
            self._parser.CharacterDataHandler = self._values.append
        elif tag == "t":
            self._parser.CharacterDataHandler = None if self._in_phonetics else self._texts.append
        elif tag == "row":
            self._enter_row(attributes.get("r"))
        elif tag == "f":
            self._has_formula = True
        elif tag == "rPh":
            self._in_phonetics = True
        elif ":" in tag:
            self._start(local_name(tag), attributes)
        elif tag != "is" and tag != "sheetData":
            self._markup.enter()

    def _end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self._parser.CharacterDataHandler = None
        elif tag == "c":
            self._in_cell = False
            if self._texts:
                text = "".join(self._texts)
                self._texts.clear()
                self._keep(text if len(text) <= self._longest else self._checked(text))
            elif self._values:
                value = "".join(self._values)
                self._values.clear()
                self._keep(self._typed(value))
            elif self._has_formula and self._attributes.get("t") != "str":
                raise refuse("WORKBOOK_FORMULAS", sheet=self._sheet, cell=address(self._row, self._column))
        elif tag == "row":
            self._in_row = False
            if self._cells:
                self._rows.append((self._row, self._cells))
                self._cells = {}
        elif tag == "is" or tag == "f":
            pass
        elif tag == "rPh":
            self._in_phonetics = False
        elif ":" in tag:
            self._end(local_name(tag))
        elif tag == "sheetData":
            # What follows are rules and pictures; their parts have names of the same letters.
            self._parser.StartElementHandler = self._parser.EndElementHandler = None
        else:
            self._markup.leave()

    def _enter_row(self, number: str | None) -> None:
        if self._in_row:
            raise refuse("WORKBOOK_BROKEN", what="разметка листа не читается")
        self._in_row, self._row_is_counted = True, number is None
        if number is None:
            self._move_to(self._row + 1)
        elif number.isascii() and number.isdigit() and len(number) <= 7:
            self._move_to(int(number))
        else:
            raise refuse("WORKBOOK_BROKEN", what="номер строки листа не читается")

    def _move_to(self, row: int) -> None:
        if not self._row < row <= LAST_ROW:
            raise refuse("WORKBOOK_BROKEN", what="строки листа стоят не по порядку или за пределами листа Excel")
        self._row, self._row_written = row, str(row)
        self._column = -1

    def _place(self, reference: str | None) -> int:
        """Give the column of a cell without an address, or with one that is not the usual."""
        if reference is None:
            if self._column + 1 >= LAST_COLUMN:
                raise refuse("WORKBOOK_TOO_WIDE", sheet=self._sheet)
            return self._column + 1
        match = _ADDRESS.fullmatch(reference)
        if match is None:
            raise refuse("WORKBOOK_BROKEN", what="адрес ячейки не читается")
        row = int(match[2])
        if row != self._row:
            if not self._row_is_counted or self._column >= 0:
                raise refuse("WORKBOOK_BROKEN", what="ячейка стоит не на своей строке")
            self._move_to(row)
        return _column(match[1])

    def _keep(self, value: CellValue) -> None:
        if value is None or (value.__class__ is str and (not value or value.isspace())):
            return
        if self._column in self._cells:
            raise refuse("WORKBOOK_BROKEN", what="у двух ячеек листа один адрес")
        self._cells[self._column] = value

    def _typed(self, value: str) -> CellValue:
        match self._attributes.get("t"):
            case "s":
                try:
                    return self._checked(self._strings[int(value)])
                except (ValueError, IndexError):
                    raise refuse("WORKBOOK_BROKEN", what="ячейка ссылается на строку, которой в книге нет") from None
            case None | "n":
                return self._number(value)
            case "b":
                return value.strip() in ("1", "true")
            case "e":
                return None
            case "d":
                return _iso(value.strip()) or self._checked(value)
        return self._checked(value)

    def _number(self, written: str) -> CellValue:
        try:
            value = float(written)
        except ValueError:
            return self._checked(written)
        if not math.isfinite(value) or "_" in written:
            return self._checked(written)
        kind = self._formats.kinds.get(self._attributes.get("s", ""))
        if kind is None:
            return value
        if kind == "h":
            return dt.timedelta(days=value) if abs(value) < _LONGEST_DURATION_DAYS else value
        moment = date_from_serial(value, since_1904=self._formats.since_1904)
        return value if moment is None else moment

    def _checked(self, text: str) -> str:
        """Give a text that a cell can hold; escapes such as ``_x000D_`` are one character each."""
        if len(text) > self._longest and len(clean(text) or "") > self._longest:
            raise self._too_long()
        return text

    def _too_long(self) -> Exception:
        return refuse("WORKBOOK_CELL_TOO_LONG", sheet=self._sheet)


def _iso(value: str) -> dt.date | None:
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if "T" in value or " " in value else moment.date()


def _column(letters: str) -> int:
    column = _COLUMNS.get(letters.upper())
    if column is None:
        raise refuse("WORKBOOK_BROKEN", what="адрес ячейки за пределами листа Excel")
    return column


def address(row: int, column: int) -> str:
    """Write a row from 1 and a column from 0 as an address such as ``AB12``."""
    letters = next(islice(_letters(), column, None))
    return f"{letters}{row}"


def _letters() -> Iterator[str]:
    for length in (1, 2, 3):
        yield from map("".join, product(ascii_uppercase, repeat=length))


_COLUMNS: Final = dict(zip(_letters(), range(LAST_COLUMN), strict=False))
"""Columns from 0 by their letters."""
