"""OpenDocument spreadsheets, streamed: ``content.xml`` is parsed in pieces, a row is given out when it closes.

Repeated cells and rows (``number-columns-repeated``) are how writers fill a sheet up to its edge with blanks, and how a
small file could ask for a large grid: blank repeats cost nothing here, filled ones are bounded.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.parsers import expat

from shared.workbooks.archive import Archive
from shared.workbooks.cells import CellValue
from shared.workbooks.limits import DEFAULT
from shared.workbooks.refusals import refuse

_WIDEST: Final = 16_384
_MOST_REPEATS: Final = 10_000
_DURATION: Final = re.compile(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?\Z")

OdsRow = tuple[int, Sequence[CellValue]]


def read_tables(path: Path) -> Iterator[tuple[str, Iterator[OdsRow]]]:
    """Yield name and rows of every table; blank rows are left out.

    A table's rows must be gone through before the next table is asked for; what is left of them is skipped.
    """
    with Archive(path, DEFAULT) as archive:
        content = _Content()
        events = content.events(archive.chunks("content.xml"))
        for event in events:
            if isinstance(event, str):
                yield event, _rows_of(events)


def _rows_of(events: Iterator["OdsRow | str | None"]) -> Iterator[OdsRow]:
    for event in events:
        if not isinstance(event, tuple):
            return
        yield event


class _Content:
    """Turns the parser's calls into events: a table's name, its rows, None at its end."""

    def __init__(self) -> None:
        self._events: list[OdsRow | str | None] = []
        self._number = 0
        self._row_repeats = 1
        self._cells: list[CellValue] = []
        self._blank_run = 0
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[str] | None = None
        self._annotations = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def events(self, chunks: Iterator[bytes]) -> Iterator[OdsRow | str | None]:
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                yield from self._taken()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise refuse("WORKBOOK_BROKEN", what="документ не читается") from error
        yield from self._taken()

    def _taken(self) -> list[OdsRow | str | None]:
        taken, self._events = self._events, []
        return taken

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        start = _STARTS.get(tag)
        if start is not None:
            start(self, attributes)

    def _end(self, tag: str) -> None:
        end = _ENDS.get(tag)
        if end is not None:
            end(self)

    def _characters(self, data: str) -> None:
        if self._paragraphs and not self._annotations:
            self._paragraphs[-1] += data

    def start_table(self, attributes: dict[str, str]) -> None:
        self._number = 0
        self._events.append(attributes.get("table:name", ""))

    def end_table(self) -> None:
        self._events.append(None)

    def start_row(self, attributes: dict[str, str]) -> None:
        self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
        self._cells, self._blank_run = [], 0

    def end_row(self) -> None:
        if not self._cells:
            self._number += self._row_repeats
            return
        if self._row_repeats > _MOST_REPEATS:
            raise refuse("WORKBOOK_TOO_MANY_ROWS", limit=_MOST_REPEATS)
        for _ in range(self._row_repeats):
            self._number += 1
            self._events.append((self._number, self._cells))

    def start_cell(self, attributes: dict[str, str]) -> None:
        self._attributes = attributes
        self._paragraphs = []

    def end_cell(self) -> None:
        value = _value(self._attributes, self._paragraphs or [])
        repeats = _repeats(self._attributes, "table:number-columns-repeated")
        self._paragraphs = None
        if value is None:
            self._blank_run += repeats
            return
        if len(self._cells) + self._blank_run + repeats > _WIDEST or repeats > 256:
            raise refuse("WORKBOOK_BROKEN", what="строка шире листа")
        self._cells += [None] * self._blank_run + [value] * repeats
        self._blank_run = 0

    def start_paragraph(self, _: dict[str, str]) -> None:
        if self._paragraphs is not None and not self._annotations:
            self._paragraphs.append("")

    def start_space(self, attributes: dict[str, str]) -> None:
        self._characters(" " * min(_repeats(attributes, "text:c"), 1_000))

    def start_break(self, _: dict[str, str]) -> None:
        self._characters("\n")

    def start_tab(self, _: dict[str, str]) -> None:
        self._characters("\t")

    def start_annotation(self, _: dict[str, str]) -> None:
        self._annotations += 1

    def end_annotation(self) -> None:
        self._annotations -= 1


_STARTS: Final[dict[str, Callable[[_Content, dict[str, str]], None]]] = {
    "table:table": _Content.start_table,
    "table:table-row": _Content.start_row,
    "table:table-cell": _Content.start_cell,
    "table:covered-table-cell": _Content.start_cell,
    "text:p": _Content.start_paragraph,
    "text:s": _Content.start_space,
    "text:line-break": _Content.start_break,
    "text:tab": _Content.start_tab,
    "office:annotation": _Content.start_annotation,
}
_ENDS: Final[dict[str, Callable[[_Content], None]]] = {
    "table:table": _Content.end_table,
    "table:table-row": _Content.end_row,
    "table:table-cell": _Content.end_cell,
    "table:covered-table-cell": _Content.end_cell,
    "office:annotation": _Content.end_annotation,
}


def _repeats(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) <= 9 else 1


def _value(attributes: dict[str, str], paragraphs: list[str]) -> CellValue:
    try:
        return _typed(attributes, paragraphs)
    except ValueError:
        return "\n".join(paragraphs) or None


def _typed(attributes: dict[str, str], paragraphs: list[str]) -> CellValue:
    match attributes.get("office:value-type"):
        case "float" | "currency" | "percentage":
            return float(attributes["office:value"]) if "office:value" in attributes else None
        case "date":
            written = attributes.get("office:date-value", "")
            moment = dt.datetime.fromisoformat(written[:19])
            return moment if "T" in written else moment.date()
        case "time":
            return _duration(attributes.get("office:time-value", ""))
        case "boolean":
            return attributes.get("office:boolean-value") == "true"
    return "\n".join(paragraphs) or None


def _duration(written: str) -> dt.timedelta:
    match = _DURATION.match(written)
    if match is None:
        raise ValueError(written)
    sign, hours, minutes, seconds = match.groups()
    length = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return -length if sign else length
