"""OpenDocument spreadsheets, streamed: ``content.xml`` is parsed in pieces, a row is given out when it closes.

Repeated cells and rows (``number-columns-repeated``) are how writers fill a sheet up to its edge with blanks, and how a
small file could ask for a large grid: blank repeats cost nothing here, filled ones are bounded in sum.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from shared.workbooks.archive import Archive
from shared.workbooks.cells import Cells, CellValue, Sheet
from shared.workbooks.markup import XmlPart
from shared.workbooks.refusals import DEFAULT, Limits, refuse
from shared.workbooks.xlsx_sheet import LAST_COLUMN, LAST_ROW

CONTENT: Final = "content.xml"
_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_LONGEST_HOURS: Final = 1_000_000
_DURATION: Final = re.compile(r"(-?)PT(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,][0-9]+)?S)?\Z")


def is_ods(archive: Archive) -> bool:
    """Tell whether an archive is an OpenDocument spreadsheet."""
    if "mimetype" not in archive.parts or CONTENT not in archive.parts:
        return False
    return archive.read("mimetype", 1024).strip() == _TYPE


def open_ods(archive: Archive, limits: Limits = DEFAULT) -> Iterator[Sheet]:
    """Yield the tables of a document in their order.

    A table's rows must be gone through before the next table is asked for; what is left of them is skipped. Raises:
        WorkbookError: the document cannot be read, or not within the limits.
    """
    for _ in archive.survey(CONTENT):
        pass
    archive.bytes_to_read = archive.parts[CONTENT].file_size
    events = _Content(limits).events(archive.chunks(CONTENT))
    sheets = 0
    for event in events:
        if isinstance(event, str):
            sheets += 1
            if sheets > limits.sheets:
                raise refuse("WORKBOOK_TOO_MANY_SHEETS", sheets=sheets, limit=limits.sheets)
            yield Sheet(event, False, _rows_of(events))


class _Repeated(NamedTuple):
    """A filled row that stands ``times`` times, from row ``first`` on."""

    first: int
    times: int
    cells: Cells


def _rows_of(events: "Iterator[_Repeated | str | None]") -> Iterator[tuple[int, Cells]]:
    for event in events:
        if not isinstance(event, _Repeated):
            return
        for number in range(event.first, event.first + event.times):
            yield number, event.cells


class _Content:
    """Turns the parser's calls into events: a table's name, its filled rows, None at its end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._markup = XmlPart(limits)
        self._parser = self._markup.parser
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._events: list[_Repeated | str | None] = []
        self._sheet = ""
        self._row = 0
        """Rows of the table so far."""
        self._row_repeats = 1
        self._rows_by_repeat = self._cells_by_repeat = 0
        self._cells: Cells = {}
        self._column = 0
        self._attributes: dict[str, str] | None = None
        """Of the cell that is open."""
        self._pieces: list[str] = []
        self._length = 0
        self._annotations = 0

    def events(self, chunks: Iterator[bytes]) -> Iterator[_Repeated | str | None]:
        for _ in self._markup.parse(chunks):
            yield from self._events
            self._events.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "table:table-cell" | "table:covered-table-cell":
                if self._attributes is not None:
                    raise refuse("WORKBOOK_BROKEN", what="разметка листа не читается")
                self._attributes = attributes
            case "text:p":
                if self._pieces:
                    self._add("\n")
                self._parser.CharacterDataHandler = self._add
            case "text:s":
                self._add(" " * min(_repeats(attributes, "text:c"), self._limits.cell_characters + 1))
            case "text:line-break":
                self._add("\n")
            case "text:tab":
                self._add("\t")
            case "table:table-row":
                self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
                self._cells, self._column = {}, 0
            case "table:table":
                self._start_table(attributes.get("table:name", ""))
            case "office:annotation":
                self._annotations += 1
                self._markup.enter()
            case _:
                self._markup.enter()

    def _end(self, tag: str) -> None:
        match tag:
            case "table:table-cell" | "table:covered-table-cell":
                self._end_cell()
            case "text:p":
                self._parser.CharacterDataHandler = None
            case "text:s" | "text:line-break" | "text:tab":
                pass
            case "table:table-row":
                self._end_row()
            case "table:table":
                self._events.append(None)
            case "office:annotation":
                self._annotations -= 1
                self._markup.leave()
            case _:
                self._markup.leave()

    def _add(self, text: str) -> None:
        if self._attributes is None or self._annotations:
            return
        self._pieces.append(text)
        self._length += len(text)
        if self._length > self._limits.cell_characters:
            raise refuse("WORKBOOK_CELL_TOO_LONG", sheet=self._sheet)

    def _start_table(self, name: str) -> None:
        if len(name) > self._limits.sheet_name:
            raise refuse("WORKBOOK_BROKEN", what=f"имя листа длиннее {self._limits.sheet_name} знаков")
        self._sheet, self._row = name, 0
        self._events.append(name)

    def _end_row(self) -> None:
        first, times = self._row + 1, self._row_repeats
        self._row += times
        if not self._cells:
            return
        self._rows_by_repeat += times - 1
        if self._row > LAST_ROW or self._rows_by_repeat > self._limits.repeated_rows:
            raise refuse("WORKBOOK_TOO_MANY_ROWS", limit=min(LAST_ROW, self._limits.rows))
        self._events.append(_Repeated(first, times, self._cells))
        self._cells = {}

    def _end_cell(self) -> None:
        attributes, self._attributes = self._attributes or {}, None
        value = _value(attributes, "".join(self._pieces))
        self._pieces.clear()
        self._length = 0
        first, times = self._column, _repeats(attributes, "table:number-columns-repeated")
        self._column += times
        if value is None:
            return
        self._cells_by_repeat += times - 1
        if self._column > LAST_COLUMN or self._cells_by_repeat > self._limits.repeated_cells:
            raise refuse("WORKBOOK_TOO_WIDE", sheet=self._sheet)
        self._cells.update(dict.fromkeys(range(first, self._column), value))


def _repeats(attributes: dict[str, str], name: str) -> int:
    count = attributes.get(name, "1")
    return max(1, int(count)) if count.isascii() and count.isdigit() and len(count) <= 9 else 1


def _value(attributes: dict[str, str], text: str) -> CellValue:
    shown = None if not text or text.isspace() else text
    try:
        return _typed(attributes, shown)
    except (ValueError, OverflowError):
        return shown


def _typed(attributes: dict[str, str], shown: str | None) -> CellValue:
    match attributes.get("office:value-type"):
        case "float" | "currency" | "percentage":
            return float(attributes["office:value"]) if "office:value" in attributes else None
        case "date":
            iso_date = attributes.get("office:date-value", "")
            moment = dt.datetime.fromisoformat(iso_date[:19])
            return moment if "T" in iso_date else moment.date()
        case "time":
            return _duration(attributes.get("office:time-value", ""))
        case "boolean":
            return attributes.get("office:boolean-value") == "true"
    return shown


def _duration(iso_duration: str) -> dt.timedelta:
    match = _DURATION.match(iso_duration)
    if match is None:
        raise ValueError("no duration")
    sign, hours, minutes, seconds = match.groups()
    length = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    if length > dt.timedelta(hours=_LONGEST_HOURS):
        raise ValueError("no duration of a cell")
    return -length if sign else length
