"""Workbooks as rows: the reader of its kind of file, then the layout that each sheet's own header gives it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from shared.flights.model import TableRow, TelegramRow
from shared.workbooks.cells import Cells, CellValue, Merged, Sheet
from shared.workbooks.layouts import (
    HEADER_WITHIN,
    ColumnLayout,
    LayoutKind,
    count_fields,
    found_columns,
    is_numbering,
    recognise,
    stated_layout,
)
from shared.workbooks.protocol import SheetColumns, SheetHeadings
from shared.workbooks.refusals import DEFAULT, Limits, UnknownHeaders, refuse
from shared.workbooks.sources import Source

GUIDE_SHEET: Final = "Как исправить"
"""The sheet of instructions in a workbook of corrections; it never holds data."""

_SAMPLE_ROWS: Final = 200
"""Rows looked at to tell a column of times from a column of days."""

_MOST_HEADINGS: Final = 20
"""Sheets of which unknown headings are told."""

_SHARED_FIELDS: Final = frozenset({"center", "date"})
"""What is written once for many rows, in merged cells; a merged telegram is still one telegram."""

_GENERIC_NAME: Final = re.compile(
    r"(лист|sheet|result|results|table|csv|таблица|данные|data|worksheet|page|страница|export)[\s_\-]*\d*",
    re.IGNORECASE,
)


class WorkbookRow(NamedTuple):
    """One filled row below a header: where it stands in the file and what it holds."""

    sheet: str
    number: int
    """The row's number in Excel, from 1."""
    content: TelegramRow | TableRow
    cells: Cells
    region: "TableRegion"
    """The sheet with its header."""


class RejectPosition(NamedTuple):
    """A row that could not become a flight: where it stands in its file and why; never its text."""

    sheet: str
    number: int
    """The row's number in Excel, from 1."""
    code: str
    """A code of ``shared.problems``."""


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What was made of one sheet; ``layout`` is None for a sheet that gave no rows, ``reason`` says why."""

    name: str
    hidden: bool
    layout: LayoutKind | None = None
    header_row: int | None = None
    fields: tuple[str, ...] = ()
    rows: int = 0
    """Rows below the header, blank ones too."""
    reason: str | None = None
    headings: SheetHeadings | None = None
    """What stands in the place of a header that is not known."""


@dataclass(frozen=True, slots=True)
class TableRegion:
    """A sheet whose header was found, before its rows are gone through."""

    sheet: Sheet
    layout: ColumnLayout
    header_row: int
    rows: Iterator[tuple[int, Cells]]
    """The filled rows below the header; what is merged downwards stands in each of its rows."""


class WorkbookReader:
    """A workbook on disk; ``rows`` goes through it once, ``reports`` tells afterwards what each sheet was."""

    def __init__(self, path: Path, limits: Limits = DEFAULT, columns: Iterable[SheetColumns] = ()) -> None:
        """Take a workbook; ``columns`` is what its sender says of some of its sheets."""
        self._path = path
        self._limits = limits
        self._stated = {each.sheet: each for each in columns}
        self._source: Source | None = None
        self.rows_read = 0
        """Rows below headers so far, blank ones too."""
        self.blank_rows = 0
        """Blank rows between filled ones so far; ``rows`` counts them and does not give them."""
        self.reports: list[SheetReport] = []

    @property
    def headings(self) -> tuple[SheetHeadings, ...]:
        """Tell what stands on the sheets without a known header, of the first of them."""
        found = (report.headings for report in self.reports)
        return tuple(each for each in found if each is not None)[:_MOST_HEADINGS]

    @property
    def share_read(self) -> float:
        """Tell how much of the file has been gone through, from 0 to 1."""
        return self._source.share_read if self._source else 0.0

    def rows(self) -> Iterator[WorkbookRow]:
        """Yield every filled row below a known header.

        Raises:
            WorkbookError: the file or a sheet cannot be read, a sheet has a column twice, or no sheet has a known
                header or any row.
        """
        with Source(self._path, self._limits) as self._source:
            for sheet in self._source.sheets():
                region = find_header(sheet, self._stated.get(sheet.name))
                if isinstance(region, SheetReport):
                    self.reports.append(region)
                    continue
                before = self.rows_read
                yield from self._rows_of(region)
                layout = region.layout
                fields = tuple(field for field, _ in layout.columns)
                rows = self.rows_read - before
                self.reports.append(SheetReport(sheet.name, sheet.hidden, layout.kind, region.header_row, fields, rows))
        self._check_found()

    def _rows_of(self, region: TableRegion) -> Iterator[WorkbookRow]:
        name, layout = region.sheet.name, region.layout
        sample = list(islice(region.rows, _SAMPLE_ROWS))
        content = layout.reader(_center(name), [cells for _, cells in sample])
        expected = first = region.header_row + 1
        for number, cells in chain(sample, region.rows):
            self._count(number - expected, blank=True)
            expected = number + 1
            if layout.repeats(cells) or (number == first and is_numbering(cells)):
                continue
            self._count(1)
            yield WorkbookRow(name, number, content(cells), cells, region)

    def _count(self, rows: int, *, blank: bool = False) -> None:
        self.rows_read += rows
        if blank:
            self.blank_rows += rows
        if self.rows_read > self._limits.rows:
            raise refuse("WORKBOOK_TOO_MANY_ROWS", limit=self._limits.rows)

    def _check_found(self) -> None:
        if self.rows_read:
            return
        if any(report.reason == "SHEET_NO_KNOWN_HEADER" for report in self.reports):
            raise UnknownHeaders(self.headings)
        raise refuse("WORKBOOK_EMPTY")


def find_header(sheet: Sheet, stated: SheetColumns | None = None) -> TableRegion | SheetReport:
    """Find the row among a sheet's first filled ones that names the most fields; a report says why there is none.

    What the sender says of the sheet, ``stated``, goes before its header.
    """
    if stated is not None and (region := _stated_region(sheet, stated)) is not None:
        return region
    if sheet.name.strip() == GUIDE_SHEET:
        return SheetReport(sheet.name, sheet.hidden, reason="SHEET_IS_GUIDE")
    head = list(islice(sheet.rows, HEADER_WITHIN))
    scores = [count_fields({cell for cell in cells.values() if isinstance(cell, str)}) for _, cells in head]
    for index in sorted(range(len(head)), key=lambda index: -scores[index]):
        layout = recognise(head[index][1], sheet.name) if scores[index] else None
        if layout is not None:
            below = _filled_down(chain(head[index + 1 :], sheet.rows), sheet.merged, layout.columns)
            return TableRegion(sheet, layout, head[index][0], below)
    if not head:
        return SheetReport(sheet.name, sheet.hidden, reason="SHEET_EMPTY")
    headings = SheetHeadings(sheet.name, *found_columns(head))
    return SheetReport(sheet.name, sheet.hidden, reason="SHEET_NO_KNOWN_HEADER", headings=headings)


def _stated_region(sheet: Sheet, stated: SheetColumns) -> TableRegion | None:
    if stated_layout(stated.columns, {}) is None:
        return None
    header: Cells = {}
    rows = iter(sheet.rows)
    for number, cells in rows:
        if number > stated.row:
            rows = chain([(number, cells)], rows)
            break
        if number == stated.row:
            header = cells
    layout = stated_layout(stated.columns, header)
    if layout is None:
        return None
    return TableRegion(sheet, layout, stated.row, _filled_down(rows, sheet.merged, layout.columns))


def _filled_down(
    rows: Iterator[tuple[int, Cells]], merged: Sequence[Merged], columns: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, Cells]]:
    """Repeat the value of merged cells of the columns that rows share, in filled rows."""
    shared = {column for field, column in columns if field in _SHARED_FIELDS}
    ranges = sorted(merge for merge in merged if merge.column in shared)
    return _repeat_merged(rows, ranges) if ranges else rows


def _repeat_merged(rows: Iterator[tuple[int, Cells]], ranges: list[Merged]) -> Iterator[tuple[int, Cells]]:
    upcoming = iter(ranges)
    next_range = next(upcoming, None)
    active: dict[int, tuple[int, CellValue]] = {}
    for number, cells in rows:
        while next_range is not None and next_range.first_row <= number:
            if next_range.first_row == number:
                active[next_range.column] = (next_range.last_row, cells.get(next_range.column))
            next_range = next(upcoming, None)
        missing: Cells = {
            column: value
            for column, (last, value) in active.items()
            if number <= last and value is not None and column not in cells
        }
        yield number, cells | missing if missing else cells


def _center(sheet: str) -> str | None:
    """Take a sheet's name for the centre whose flights it holds, unless it is a generic one."""
    name = sheet.strip()
    return None if _GENERIC_NAME.fullmatch(name) else name


def rows(path: Path) -> Iterator[WorkbookRow]:
    """Yield a workbook's filled rows below known headers."""
    return WorkbookReader(path).rows()


def sheets(path: Path) -> list[SheetReport]:
    """Read a workbook and tell what each sheet was; as dear as reading it."""
    reader = WorkbookReader(path)
    for _ in reader.rows():
        pass
    return reader.reports
