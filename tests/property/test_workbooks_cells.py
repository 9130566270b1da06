"""Three readers see the same cells in every workbook that a maker makes, and a stray value harms nobody."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shared.workbooks.cells import CellValue, moment
from shared.workbooks.reader import WorkbookReader
from shared.workbooks.sources import Source
from shared.workbooks.xlsx_sheet import LAST_COLUMN, LAST_ROW, address
from tests.unit.workbooks.makers import table, workbook

Rows = Sequence[Sequence[CellValue]]
Maker = Callable[[Path, Rows], None]

# What neither XML nor Excel can hold is tested apart; both makers refuse or escape it in ways of their own.
TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x4FF, blacklist_characters="\x7f")
    | st.sampled_from("\n\t/-(){}<>&\"'_"),
    max_size=80,
).filter(lambda text: "_x" not in text and text == text.strip() and not text.startswith("="))
VALUES = st.one_of(
    st.none(),
    TEXT,
    st.integers(-(10**9), 10**9),
    st.floats(0.001, 1e6).map(lambda number: round(number, 3)),
    st.booleans(),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),  # noqa: DTZ001
    st.times().map(lambda time: time.replace(microsecond=0)),
)
ROWS = st.lists(st.lists(VALUES, max_size=16), min_size=1, max_size=25)
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_openpyxl(path: Path, rows: Rows) -> None:
    """Write a sheet with shared strings."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Лист")
    for row in rows:
        sheet.append(list(row))
    book.save(path)


def by_xlsxwriter(path: Path, rows: Rows) -> None:
    """Write a sheet with strings in its cells."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Лист")
        formats = {dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.time: "hh:mm:ss"}
        made = {kind: book.add_format({"num_format": code}) for kind, code in formats.items()}
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value, made.get(type(value)))


MAKERS = pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter])


def ours(path: Path) -> dict[tuple[int, int], str]:
    """Give the filled cells as our reader sees them."""
    with Source(path) as source:
        (sheet,) = source.sheets()
        return texts((number, [cells.get(column) for column in range(max(cells) + 1)]) for number, cells in sheet.rows)


def by_calamine(path: Path) -> dict[tuple[int, int], str]:
    """Give the filled cells as calamine sees them."""
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Лист")
    margin = [None] * (sheet.start[1] if sheet.start else 0)
    return texts((number, [*margin, *cells]) for number, cells in enumerate(sheet.iter_rows(), start=1))


def streamed(path: Path) -> dict[tuple[int, int], str]:
    """Give the filled cells as openpyxl sees them."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        return texts(enumerate(book["Лист"].iter_rows(values_only=True), start=1))
    finally:
        book.close()


def texts(rows: Any) -> dict[tuple[int, int], str]:
    """Give filled cells as text by row, from 1, and column, from 0."""
    return {
        (number, column): written
        for number, cells in rows
        for column, cell in enumerate(cells)
        if (written := moment(cell, timed=True)) is not None
    }


@MAKERS
@RELAXED
@given(rows=ROWS)
def test_all_readers_see_the_same_cells(make: Maker, rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make(path, rows)
    assert ours(path) == streamed(path) == by_calamine(path)


@MAKERS
@RELAXED
@given(rows=ROWS)
def test_nothing_filled_is_lost(make: Maker, rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make(path, rows)
    written = {
        (number, column)
        for number, row in enumerate(rows, start=1)
        for column, cell in enumerate(row)
        if moment(cell, timed=True) is not None
    }
    assert set(ours(path)) == written


@RELAXED
@given(row=st.integers(3, LAST_ROW), column=st.integers(0, LAST_COLUMN - 1))
def test_a_stray_value_costs_nothing_wherever_it_is(row: int, column: int, tmp_path: Path) -> None:
    stray = f'<row r="{row}"><c r="{address(row, column)}"><v>1</v></c></row>'
    reader = WorkbookReader(workbook(tmp_path / "a.xlsx", table() + stray))
    assert [one.number for one in reader.rows()] == [2, row]
    assert (reader.rows_read, reader.blank_rows) == (row - 1, row - 3)
