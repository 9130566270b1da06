"""Workbooks as rows: guard, then reader, then the layout that each sheet's own header gives it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

from shared.flights.model import TableRow, TelegramRow
from shared.workbooks.cells import CellValue, is_filled
from shared.workbooks.grids import Grid, SheetGrid, open_source
from shared.workbooks.guard import Guarded, Kind, inspect
from shared.workbooks.headers import count_fields
from shared.workbooks.layouts import HEADER_WITHIN, Layout, LayoutKind, is_numbering, recognise
from shared.workbooks.limits import DEFAULT, Limits
from shared.workbooks.merged import filled_down
from shared.workbooks.refusals import refuse

GUIDE_SHEET: Final = "Как исправить"
"""The sheet of instructions in a mend workbook; it never holds data."""

_SAMPLE_ROWS: Final = 200
"""Rows looked at to tell a column of times from a column of days."""

_GENERIC_NAME = re.compile(
    r"(лист|sheet|result|results|table|csv|таблица|данные|data|worksheet|page|страница|export)[\s_\-]*\d*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row below a header: where it stands in the file and what it holds."""

    sheet: str
    number: int
    """The row's number in Excel, from 1."""
    content: TelegramRow | TableRow


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What was made of one sheet; ``layout`` is None for a sheet that gave no rows, ``reason`` says why."""

    name: str
    hidden: bool
    layout: LayoutKind | None
    header_row: int | None
    fields: tuple[str, ...]
    rows: int
    """Rows given out; for an unknown sheet its filled rows."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Headed:
    """A sheet with its header found, before its rows are gone through."""

    grid: SheetGrid
    layout: Layout
    header_row: int
    above: tuple[tuple[int, Sequence[CellValue]], ...]
    """The filled rows above the header, titles."""
    below: Grid


class WorkbookReader:
    """A guarded workbook; ``rows`` goes through it once, ``reports`` tells afterwards what each sheet was."""

    def __init__(self, path: Path, guarded: Guarded, limits: Limits = DEFAULT) -> None:
        self._source = open_source(path, guarded)
        self._limits = limits
        self._seen = 0
        self.reports: list[SheetReport] = []

    def rows(self) -> Iterator[Row]:
        """Yield every row below a known header; blank rows too, down to the last filled one.

        Raises:
            WorkbookError: a sheet cannot be read, has a header twice, or no sheet has a known header or any row.
        """
        for grid in self._source.grids():
            headed = find_header(grid)
            if isinstance(headed, SheetReport):
                self.reports.append(headed)
                continue
            before = self._seen
            yield from self._sheet(headed)
            fields = tuple(field for field, _ in headed.layout.columns)
            self.reports.append(
                SheetReport(grid.name, grid.hidden, headed.layout.kind, headed.header_row, fields, self._seen - before)
            )
        self._check_found()

    def _sheet(self, headed: Headed) -> Iterator[Row]:
        name = headed.grid.name
        rows = filled_down(headed.below, headed.grid.merged, headed.layout.columns)
        sample = list(islice(rows, _SAMPLE_ROWS))
        content = headed.layout.reader(self._center(name), [cells for _, cells in sample])
        expected = first = headed.header_row + 1
        for number, cells in chain(sample, rows):
            if not is_filled(cells):
                continue
            blanks, expected = range(expected, number), number + 1
            self._count(len(blanks))
            for blank in blanks:
                yield Row(name, blank, content(()))
            if headed.layout.repeats(cells) or (number == first and is_numbering(cells)):
                continue
            self._count(1)
            yield Row(name, number, content(cells))

    def _center(self, sheet: str) -> str | None:
        if _GENERIC_NAME.fullmatch(sheet.strip()):
            return None
        return sheet.strip()

    def _count(self, rows: int) -> None:
        self._seen += rows
        if self._seen > self._limits.rows:
            raise refuse("WORKBOOK_TOO_MANY_ROWS", limit=self._limits.rows)

    def _check_found(self) -> None:
        if self._seen:
            return
        if any(report.reason == "SHEET_NO_KNOWN_HEADER" for report in self.reports):
            raise refuse("WORKBOOK_NO_KNOWN_HEADER")
        raise refuse("WORKBOOK_EMPTY")


def find_header(grid: SheetGrid) -> Headed | SheetReport:
    """Find the row among a sheet's first filled ones that names the most fields; a report says why there is none."""
    if grid.name.strip() == GUIDE_SHEET:
        return SheetReport(grid.name, grid.hidden, None, None, (), 0, "SHEET_IS_GUIDE")
    filled = ((number, cells) for number, cells in grid.rows if is_filled(cells))
    head = list(islice(filled, HEADER_WITHIN))
    scores = [count_fields(cell for cell in cells if isinstance(cell, str)) for _, cells in head]
    for index in sorted(range(len(head)), key=lambda index: -scores[index]):
        layout = recognise(head[index][1], grid.name) if scores[index] else None
        if layout is not None:
            return Headed(grid, layout, head[index][0], tuple(head[:index]), chain(head[index + 1 :], grid.rows))
    rows = len(head) + sum(1 for _ in filled)
    reason = "SHEET_NO_KNOWN_HEADER" if rows else "SHEET_EMPTY"
    return SheetReport(grid.name, grid.hidden, None, None, (), rows, reason)


def rows(path: Path, guarded: Guarded | None = None) -> Iterator[Row]:
    """Yield a workbook's rows; ``guarded`` is what ``inspect`` gave, without it the guard runs first."""
    return WorkbookReader(path, guarded or inspect(path)).rows()


def sheets(path: Path, guarded: Guarded | None = None) -> list[SheetReport]:
    """Read a workbook and tell what each sheet was; as dear as reading it."""
    reader = WorkbookReader(path, guarded or inspect(path))
    for _ in reader.rows():
        pass
    return reader.reports


def count_rows(path: Path, guarded: Guarded | None = None) -> int:
    """Tell how many rows there will be, for progress: exact for a table that starts in row 1, else a few too many."""
    guarded = guarded or inspect(path)
    if guarded.kind is Kind.XLSX:
        return sum(max(0, sheet.last_row - 1) for sheet in guarded.sheets)
    return sum(1 for _ in WorkbookReader(path, guarded).rows())
