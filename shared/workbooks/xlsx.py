"""Workbooks of Excel as rows of values, streamed: nothing is kept but the shared strings and one row at a time.

A sheet is gone through twice. The survey, at the speed of unpacking, counts what could take time or memory later and
finds merged cells, which stand behind the rows they belong to. The reading parses the sheet and gives out each row
that holds anything as ``column (from 0) -> value``, so that a row costs what it holds and not where its last cell is.
"""

import datetime as dt
import math
import posixpath
import re
from array import array
from collections.abc import Iterator, Mapping
from itertools import islice, product
from string import ascii_uppercase
from typing import Final, NamedTuple

from shared.workbooks.archive import Archive
from shared.workbooks.cells import Cells, CellValue, Merged, Sheet, clean, date_from_serial
from shared.workbooks.markup import Markup, StartElement, local_name
from shared.workbooks.refusals import DEFAULT, MIB, Limits, refuse

WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedstrings.xml"
_STYLES: Final = "xl/styles.xml"
_SMALL_PART: Final = 4 * MIB
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_MOST_STYLES: Final = 70_000
_LONGEST_DURATION_DAYS: Final = 1e6

_ADDRESS: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_RANGE: Final = re.compile(rb"\sref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})[\"']")
_DATES_BUILT_IN: Final = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
_DURATIONS_BUILT_IN: Final = frozenset({45, 46, 47})
_NOT_PLACEHOLDERS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]')
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\[[^\]]*\]")


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it; ``part`` is its casefolded name in the archive."""

    name: str
    part: str
    hidden: bool


class Formats(NamedTuple):
    """What numbers mean: ``kinds`` holds ``d`` for a moment or ``h`` for a duration by the number of a style."""

    kinds: Mapping[str, str]
    since_1904: bool


def open_xlsx(archive: Archive, limits: Limits = DEFAULT) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in their order.

    The rows of a sheet must be gone through before the next sheet is asked for. Raises:
        WorkbookError: the workbook, or the sheet that was asked for, cannot be read.
    """
    sheets, since_1904 = _listed(archive, limits)
    merged = [_survey(archive, sheet.part, limits) for sheet in sheets]
    if sum(map(len, merged)) > limits.merged:
        raise refuse("WORKBOOK_TOO_MANY_MERGED", limit=limits.merged)
    formats = Formats(_formats(archive), since_1904)
    strings = _shared_strings(archive)
    for sheet, ranges in zip(sheets, merged, strict=True):
        rows = _SheetParser(sheet.name, strings, formats, limits).rows(archive.chunks(sheet.part))
        yield Sheet(sheet.name, sheet.hidden, rows, ranges)


def _listed(archive: Archive, limits: Limits) -> tuple[list[SheetPart], bool]:
    """List the worksheets, and tell whether days are counted from 1904."""
    targets: dict[str, tuple[str, str]] = {}
    listed: list[dict[str, str]] = []
    since_1904 = False

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == "Relationship":
            targets[attributes.get("Id", "")] = (attributes.get("Type", ""), attributes.get("Target", ""))

    def element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        name = local_name(tag)
        if name == "sheet":
            listed.append({local_name(key): value for key, value in attributes.items()})
        elif name == "workbookPr":
            since_1904 = attributes.get("date1904") in ("1", "true")

    _parse_small(archive, _RELATIONS, relation)
    _parse_small(archive, WORKBOOK, element)
    if len(listed) > limits.sheets:
        raise refuse("WORKBOOK_TOO_MANY_SHEETS", sheets=len(listed), limit=limits.sheets)
    sheets = []
    for attributes in listed:
        kind, target = targets.get(attributes.get("id", ""), ("", ""))
        name, part = attributes.get("name", ""), _resolve(target)
        if len(name) > limits.sheet_name:
            raise refuse("WORKBOOK_BROKEN", what=f"имя листа длиннее {limits.sheet_name} знаков")
        if part not in archive.parts:
            raise refuse("WORKBOOK_BROKEN", what="в книге назван лист, которого в ней нет")
        if not kind.endswith(("/chartsheet", "/dialogsheet", "/xlMacrosheet")):
            sheets.append(SheetPart(name, part, attributes.get("state", "visible") != "visible"))
    if len({sheet.name for sheet in sheets}) != len(sheets) or len({sheet.part for sheet in sheets}) != len(sheets):
        raise refuse("WORKBOOK_BROKEN", what="один лист назван дважды")
    return sheets, since_1904


def _parse_small(archive: Archive, part: str, start: StartElement) -> None:
    if part not in archive.parts:
        raise refuse("WORKBOOK_BROKEN", what="в книге нет списка листов")
    if archive.parts[part].file_size > _SMALL_PART:
        raise refuse("WORKBOOK_BROKEN", what="список листов неправдоподобно велик")
    markup = Markup()
    markup.parser.StartElementHandler = start
    for _ in markup.parse(archive.survey(part)):
        pass


def _resolve(target: str) -> str:
    path = target.replace("\\", "/")
    absolute = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join("xl", path))
    return absolute.casefold()


def _survey(archive: Archive, part: str, limits: Limits) -> tuple[Merged, ...]:
    """Count a sheet's tags and find the ranges that are merged over several rows."""
    found: list[Merged] = []
    rest = b""
    for chunk in archive.survey(part):
        window = rest + chunk
        if b"mergeCell" in window:
            tags = window.split(b"<")
            for tag in tags[:-1]:
                if b"mergeCell" in tag and (match := _RANGE.search(tag)):
                    first, last = int(match[2]), int(match[3])
                    if last > first:
                        found.append(Merged(first, last, _column(match[1].decode())))
            if len(found) > limits.merged:
                raise refuse("WORKBOOK_TOO_MANY_MERGED", limit=limits.merged)
            window = tags[-1]
        # A tag that the next piece goes on with; one longer than this is no range.
        rest = window[-256:]
    return tuple(found)


def _formats(archive: Archive) -> dict[str, str]:
    """Tell which styles of cells make a number a moment or a duration."""
    if _STYLES not in archive.parts:
        return {}
    codes: dict[str, str] = {}
    numbers: list[str] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = local_name(tag)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:256]
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            numbers.append(attributes.get("numFmtId", "0"))
        if len(codes) > _MOST_STYLES or len(numbers) > _MOST_STYLES:
            raise refuse("WORKBOOK_BROKEN", what="стилей больше, чем бывает в Excel")

    def end(tag: str) -> None:
        nonlocal inside
        if local_name(tag) == "cellXfs":
            inside = False

    markup = Markup()
    markup.parser.StartElementHandler, markup.parser.EndElementHandler = start, end
    for _ in markup.parse(archive.survey(_STYLES)):
        pass
    kinds = {number: _kind_of(number, codes.get(number)) for number in set(numbers)}
    return {str(style): kind for style, number in enumerate(numbers) if (kind := kinds[number])}


def _kind_of(number: str, code: str | None) -> str:
    """Tell what a number format shows: ``d`` a moment, ``h`` a duration, nothing otherwise."""
    if code is None:
        built_in = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        return "d" if built_in in _DATES_BUILT_IN else "h" if built_in in _DURATIONS_BUILT_IN else ""
    shown = _NOT_PLACEHOLDERS.sub("", code.partition(";")[0])
    if _ELAPSED.search(shown):
        return "h"
    shown = _IN_BRACKETS.sub("", shown)
    return "d" if shown.lower() != "general" and any(letter in "dmyhsDMYHS" for letter in shown) else ""


class SharedStrings:
    """The texts that cells name by number, packed: a string of Python each would take twice the room."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("Q", [0])

    def __getitem__(self, number: int) -> str:
        """Give the text with this number, from 0."""
        if number < 0:
            raise IndexError(number)
        return self._packed[self._ends[number] : self._ends[number + 1]].decode()

    def append(self, text: str) -> None:
        """Put the next text behind the others."""
        self._packed += text.encode()
        self._ends.append(len(self._packed))


def _shared_strings(archive: Archive) -> SharedStrings:
    strings = SharedStrings()
    if _STRINGS not in archive.parts:
        return strings
    markup = Markup()
    parser = markup.parser
    pieces: list[str] = []
    in_phonetics = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal in_phonetics
        name = local_name(tag)
        if name == "t":
            parser.CharacterDataHandler = None if in_phonetics else pieces.append
        elif name == "rPh":
            in_phonetics = True
        elif name != "si":
            markup.enter()

    def end(tag: str) -> None:
        nonlocal in_phonetics
        name = local_name(tag)
        if name == "t":
            parser.CharacterDataHandler = None
        elif name == "si":
            strings.append("".join(pieces))
            pieces.clear()
        elif name == "rPh":
            in_phonetics = False
        else:
            markup.leave()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    for _ in markup.parse(archive.survey(_STRINGS)):
        if sum(map(len, pieces)) > DEFAULT.token_bytes:
            raise refuse("WORKBOOK_CELL_TOO_LONG", sheet="общие строки")
    return strings


class _SheetParser:
    """Turns the tags of one sheet into rows."""

    def __init__(self, sheet: str, strings: SharedStrings, formats: Formats, limits: Limits) -> None:
        self._sheet, self._strings, self._formats, self._limits = sheet, strings, formats, limits
        self._markup = Markup(limits)
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
            written = attributes.get("r")
            column = None if written is None else _COLUMNS.get(written.removesuffix(self._row_written))
            self._column = self._place(written) if column is None else column
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
                written = "".join(self._values)
                self._values.clear()
                self._keep(self._typed(written))
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

    def _place(self, written: str | None) -> int:
        """Give the column of a cell without an address, or with one that is not the usual."""
        if written is None:
            if self._column + 1 >= LAST_COLUMN:
                raise refuse("WORKBOOK_TOO_WIDE", sheet=self._sheet)
            return self._column + 1
        match = _ADDRESS.fullmatch(written)
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

    def _typed(self, written: str) -> CellValue:
        match self._attributes.get("t"):
            case "s":
                try:
                    return self._checked(self._strings[int(written)])
                except (ValueError, IndexError):
                    raise refuse("WORKBOOK_BROKEN", what="ячейка ссылается на строку, которой в книге нет") from None
            case None | "n":
                return self._number(written)
            case "b":
                return written.strip() in ("1", "true")
            case "e":
                return None
            case "d":
                return _iso(written.strip()) or self._checked(written)
        return self._checked(written)

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


def _iso(written: str) -> dt.date | None:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if "T" in written or " " in written else moment.date()


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
