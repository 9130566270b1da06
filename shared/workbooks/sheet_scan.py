"""Where the filled cells of a sheet lie, found in its XML without reading the cells.

The dense reader allocates the rectangle around the filled cells, so one stray value in XFD1048576 would ask for half a
terabyte. Nearly every sheet is told harmless by one negative search a chunk: no cell but in columns A to M, none
without an address, no formula. Only a sheet with such a cell is walked tag by tag.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.workbooks.limits import MIB, Limits
from shared.workbooks.parts import check_prologue
from shared.workbooks.refusals import refuse

PLAIN_COLUMNS = 13
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_NOTABLE = re.compile(
    rb'<(?:c(?! r="(?:[A-M]\d{1,7}"|[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")?/>)|o|f)'
    rb"|f[ />]|[^\s<>/:]{1,40}:(?:c|f|row)[\s/>])"
)
_TAG = re.compile(rb"<(/?)(?:[^\s<>/:]+:)?(row|c|f|v|is)(?=[\s/>])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(?=(</)?)")
_CELL_START = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
_ADDRESS = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([^\"']*)[\"']")
_TEXT_TYPE = re.compile(rb"(?:^|\s)t\s*=\s*[\"']str[\"']")
_CELL = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})\Z")
_NUMBER = re.compile(rb"[0-9]{1,7}\Z")


@dataclass(slots=True)
class Extent:
    """The rectangle around a sheet's filled cells, from A1.

    Of a plain sheet ``rows`` is the number of its last row and only a hint, ``columns`` a bound.
    """

    rows: int
    columns: int
    seen: int = 0
    """Cells met, filled or not."""
    cells: int = 0
    """Filled cells."""
    far_cell: str = ""
    """The address of the cell that stretches the rectangle most."""
    formula_without_value: str = ""


def scan(chunks: Iterable[bytes], limits: Limits, part: str) -> Extent | None:
    """Tell how far a plain sheet goes; None when it has to be walked.

    Plain is a sheet whose cells all have an address in columns A to M, none with a formula.
    """
    plain, rows = True, 0
    for window in whole_tags(chunks, limits, part):
        if plain and _NOTABLE.search(window):
            # The rest is still unpacked, for its size and checksum.
            plain = False
        at = window.rfind(b"<row ")
        if at >= 0 and (match := _ADDRESS.search(window, at + 4, at + 200)) and _NUMBER.match(match[1]):
            rows = int(match[1])
    return Extent(rows=rows, columns=PLAIN_COLUMNS) if plain else None


def walk(chunks: Iterable[bytes], limits: Limits, part: str) -> Extent:
    """Follow every cell of a sheet, those without an address too, and measure."""
    extent = Extent(rows=0, columns=0)
    walker = _Walker(extent, limits)
    for window in whole_tags(chunks, limits, part):
        cells = extent.seen
        for closing, tag, attributes, empty in _TAG.findall(window):
            walker.see(closing, tag, attributes, empty)
        if len(_CELL_START.findall(window)) != extent.seen - cells:
            raise refuse("WORKBOOK_BROKEN", what="разметка листа не читается")
    return extent


def whole_tags(chunks: Iterable[bytes], limits: Limits, part: str) -> Iterator[bytes]:
    """Yield the XML in windows that never cut a tag; text or a tag without end is refused."""
    rest = b""
    first = True
    for chunk in chunks:
        if first:
            check_prologue(chunk)
            first = False
        window = rest + chunk
        cut = window.rfind(b"<")
        if len(window) - max(cut, 0) > limits.text_bytes:
            raise refuse("WORKBOOK_CELL_TOO_LONG", part=part)
        if cut <= 0:
            rest = window
            continue
        rest = window[cut:]
        yield window[:cut]
    yield rest


class _Walker:
    """Counts rows and columns the way readers do: an address wins, else one further than the last."""

    def __init__(self, extent: Extent, limits: Limits) -> None:
        self._extent = extent
        self._limits = limits
        self._row = 0
        self._column = 0
        self._in_cell = False
        self._filled = False
        self._formula = False
        self._text_formula = False

    def see(self, closing: bytes, tag: bytes, attributes: bytes, empty: bytes) -> None:
        if closing:
            if tag == b"c":
                self._leave()
        elif tag == b"row":
            self._enter_row(attributes)
        elif tag == b"c":
            self._enter_cell(attributes)
        elif tag == b"f":
            self._formula = True
        elif not empty and not attributes.endswith(b"/"):
            self._filled = True
            self._stretch()

    def _enter_row(self, attributes: bytes) -> None:
        self._column = 0
        match = _ADDRESS.search(attributes)
        if match is None:
            self._row += 1
            return
        if not _NUMBER.match(match[1]):
            raise refuse("WORKBOOK_BROKEN", what="номер строки листа не читается")
        self._row = int(match[1])

    def _enter_cell(self, attributes: bytes) -> None:
        match = _ADDRESS.search(attributes)
        if match is None:
            self._column += 1
        else:
            self._column, self._row = position(match[1])
        self._formula = self._filled = False
        self._text_formula = _TEXT_TYPE.search(attributes) is not None
        self._extent.seen += 1
        if self._extent.seen > self._limits.cells:
            raise refuse("WORKBOOK_TOO_BIG", limit_mib=self._limits.unpacked_bytes // MIB)

    def _stretch(self) -> None:
        extent = self._extent
        extent.cells += 1
        row, column = max(self._row, 1), self._column
        if max(row, extent.rows) * max(column, extent.columns) > max(extent.rows * extent.columns, 1):
            extent.far_cell = address(row, column)
        extent.rows = max(row, extent.rows)
        extent.columns = max(column, extent.columns)

    def _leave(self) -> None:
        if self._formula and not self._filled and not self._text_formula and not self._extent.formula_without_value:
            self._extent.formula_without_value = address(max(self._row, 1), self._column)
        self._formula = False


def position(reference: bytes) -> tuple[int, int]:
    """Read an address such as ``AB12`` as column and row, from 1."""
    match = _CELL.match(reference)
    if match is None:
        raise refuse("WORKBOOK_BROKEN", what="адрес ячейки не читается")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + letter - 64
    row = int(match[2])
    if not 1 <= row <= LAST_ROW or column > LAST_COLUMN:
        raise refuse("WORKBOOK_BROKEN", what="адрес ячейки за пределами листа Excel")
    return column, row


def address(row: int, column: int) -> str:
    """Write row and column, from 1, as an address such as ``AB12``."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"
