"""Sheets as rows of values: the dense reader, the streaming one, and the readers of what is not xlsx.

Every grid yields ``(number, cells)`` with the row's number in Excel, from 1, and cells from column A on; it may leave
out blank rows, whose numbers are then missing.
"""

import codecs
import csv
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from shared.workbooks.cells import CellValue
from shared.workbooks.guard import Guarded, GuardedSheet, Kind
from shared.workbooks.ods import read_tables
from shared.workbooks.refusals import refuse

Grid = Iterator[tuple[int, Sequence[CellValue]]]
Merged = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of merged ones as (row, column) from 0."""

_CSV_SAMPLE = 64 * 1024
_CSV_DELIMITERS = ";,\t|"
# A telegram is a cell; a cell longer than Excel's own limit is refused elsewhere too.
_CSV_LONGEST_CELL = 256 * 1024


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """A sheet's name and the rows behind it."""

    name: str
    hidden: bool
    rows: Grid
    merged: tuple[Merged, ...] = ()


class Source(Protocol):
    """A file whose sheets can be gone through once, in their order."""

    def grids(self) -> Iterator[SheetGrid]:
        """Yield every sheet that may hold data."""
        ...


def open_source(path: Path, guarded: Guarded) -> Source:
    """Choose the reader for a file that the guard let through."""
    if guarded.kind is Kind.CSV:
        return CsvSource(path)
    if guarded.kind is Kind.ODS:
        return OdsSource(path)
    return XlsxSource(path, guarded)


@dataclass(frozen=True, slots=True)
class XlsxSource:
    """An xlsx, read by calamine; a sheet that is too wide and empty for it by openpyxl's streaming reader."""

    path: Path
    guarded: Guarded

    def grids(self) -> Iterator[SheetGrid]:
        """Yield the worksheets; the shared strings are given back before the last one is gone through."""
        try:
            workbook = CalamineWorkbook.from_path(self.path)
        except CalamineError as error:
            raise refuse("WORKBOOK_BROKEN", what="книга не читается") from error
        known = {sheet.name: sheet for sheet in self.guarded.sheets}
        listed = [sheet for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        for index, metadata in enumerate(listed):
            sheet = known.get(metadata.name)
            if sheet is None:
                raise refuse("WORKBOOK_BROKEN", what="список листов не читается")
            if sheet.sparse:
                yield SheetGrid(sheet.name, sheet.hidden, _streamed(self.path, sheet.name))
                continue
            cells = _load(workbook, sheet)
            merged = tuple(cells.merged_cell_ranges or ())
            if index == len(listed) - 1:
                workbook.close()
            yield SheetGrid(sheet.name, sheet.hidden, _dense(cells), merged)


def _load(workbook: CalamineWorkbook, sheet: GuardedSheet) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(sheet.name)
    except CalamineError as error:
        raise refuse("WORKBOOK_BROKEN", what=f"лист «{sheet.name}» не читается") from error


def _dense(sheet: CalamineSheet) -> Grid:
    start = sheet.start
    if start is None:
        return
    # iter_rows gives the blank rows above the first filled one, but not the blank columns to the left.
    margin: list[CellValue] = [None] * start[1]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, (margin + cast("list[CellValue]", cells) if margin else cells)


def _streamed(path: Path, name: str) -> Grid:
    import openpyxl  # here because its import costs more than reading a usual workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for number, cells in enumerate(workbook[name].iter_rows(values_only=True), start=1):
            if any(cell is not None for cell in cells):
                yield number, cast("Sequence[CellValue]", cells)
    except (KeyError, ValueError, TypeError, SyntaxError) as error:
        raise refuse("WORKBOOK_BROKEN", what=f"лист «{name}» не читается") from error
    finally:
        workbook.close()


@dataclass(frozen=True, slots=True)
class OdsSource:
    """An OpenDocument spreadsheet, streamed."""

    path: Path

    def grids(self) -> Iterator[SheetGrid]:
        """Yield the tables of the document."""
        for name, rows in read_tables(self.path):
            yield SheetGrid(name, False, rows)


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A text table: UTF-8 or Windows-1251, its delimiter told from its first lines."""

    path: Path

    def grids(self) -> Iterator[SheetGrid]:
        """Yield the one sheet; the file's name on disk is not the person's, so it has a name of its own."""
        yield SheetGrid("CSV", False, self._rows())

    def _rows(self) -> Grid:
        encoding = _encoding(self.path)
        csv.field_size_limit(_CSV_LONGEST_CELL)
        with self.path.open(encoding=encoding, errors="replace", newline="") as file:
            delimiter = _delimiter(file.read(_CSV_SAMPLE))
            file.seek(0)
            try:
                for number, cells in enumerate(csv.reader(file, delimiter=delimiter), start=1):
                    if any(cells):
                        yield number, cells
            except csv.Error as error:
                raise refuse("WORKBOOK_CELL_TOO_LONG", part=self.path.name) from error


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CSV_SAMPLE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def _delimiter(sample: str) -> str:
    # The header tells it: telegrams are full of commas and blanks, headers are not.
    header = next((line for line in sample.splitlines() if line.strip()), "")
    return max(_CSV_DELIMITERS, key=header.count)
