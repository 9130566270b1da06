"""Which columns of a sheet mean what: found by the headers, wherever they stand, never by position."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.flights.model import TableRow, TelegramRow
from shared.workbooks.cells import CellValue, has_time, moment, text
from shared.workbooks.headers import MOMENTS, TELEGRAM_FIELDS, field_of
from shared.workbooks.refusals import refuse

HEADER_WITHIN = 15
"""Rows of a sheet in which its header is looked for."""

_WHEN = frozenset({"date", "dep_time", "arr_time"})
_WHERE = frozenset({"dep_place", "arr_place", "dep_name", "arr_name", "route"})


class LayoutKind(StrEnum):
    """What the rows of a sheet carry."""

    TELEGRAMS = "telegrams"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised header: fields and the columns (from 0) they stand in."""

    kind: LayoutKind
    columns: tuple[tuple[str, int], ...]
    header: tuple[str | None, ...]

    def reader(
        self, center: str | None, sample: Sequence[Sequence[CellValue]] = ()
    ) -> Callable[[Sequence[CellValue]], TelegramRow | TableRow]:
        """Give the function from cells to content; ``center`` serves where its column is blank or missing.

        ``sample`` are some rows of the sheet: they tell whether a column of a table holds times or days.
        """
        if self.kind is LayoutKind.TELEGRAMS:
            return _telegram_reader(dict(self.columns), center)
        timed = {
            column: field != "date" and any(has_time(cells[column]) for cells in sample if column < len(cells))
            for field, column in self.columns
            if field in MOMENTS
        }
        return _table_reader(self.columns, timed, center)

    def repeats(self, cells: Sequence[CellValue]) -> bool:
        """Tell whether a row is the header over again, as long sheets have it on every printed page."""
        return all(
            text(cells[column]) == self.header[column] if column < len(cells) else False for _, column in self.columns
        )


def recognise(cells: Sequence[CellValue], sheet: str) -> Layout | None:
    """Read a row as a header, or answer None.

    Raises:
        WorkbookError: ``WORKBOOK_DUPLICATE_HEADERS``, two columns of the row mean one field.
    """
    header = tuple(text(cell) if isinstance(cell, str) else None for cell in cells)
    named = [(field_of(title), column, title) for column, title in enumerate(header) if title]
    fields = {field for field, _, _ in named if field is not None}
    kind = _kind(fields)
    if kind is None:
        return None
    columns: dict[str, int] = {}
    for field, column, title in named:
        if field is None or (kind is LayoutKind.TELEGRAMS and field not in TELEGRAM_FIELDS):
            continue
        if field in columns:
            raise refuse("WORKBOOK_DUPLICATE_HEADERS", sheet=sheet, header=title)
        columns[field] = column
    return Layout(kind, tuple(columns.items()), header)


def is_numbering(cells: Sequence[CellValue]) -> bool:
    """Tell whether a row only numbers the columns, 1, 2, 3, as printed forms have it under the header."""
    filled = [value for cell in cells if (value := text(cell)) is not None]
    return len(filled) > 1 and filled == [str(number) for number in range(1, len(filled) + 1)]


def _kind(fields: set[str]) -> LayoutKind | None:
    if "shr" in fields or {"dep", "arr"} <= fields:
        return LayoutKind.TELEGRAMS
    if fields & _WHEN and fields & _WHERE and len(fields) >= 3:
        return LayoutKind.TABLE
    return None


def _telegram_reader(columns: dict[str, int], center: str | None) -> Callable[[Sequence[CellValue]], TelegramRow]:
    def cell(field: str) -> int:
        return columns.get(field, -1)

    at_center, at_shr, at_dep, at_arr = cell("center"), cell("shr"), cell("dep"), cell("arr")

    def read(cells: Sequence[CellValue]) -> TelegramRow:
        width = len(cells)
        return TelegramRow(
            (text(cells[at_center]) if 0 <= at_center < width else None) or center,
            text(cells[at_shr]) if 0 <= at_shr < width else None,
            text(cells[at_dep]) if 0 <= at_dep < width else None,
            text(cells[at_arr]) if 0 <= at_arr < width else None,
        )

    return read


def _table_reader(
    columns: Sequence[tuple[str, int]], timed: dict[int, bool], center: str | None
) -> Callable[[Sequence[CellValue]], TableRow]:
    def read(cells: Sequence[CellValue]) -> TableRow:
        width = len(cells)
        values = {
            field: moment(cells[column], timed=timed[column]) if column in timed else text(cells[column])
            for field, column in columns
            if column < width
        }
        values["center"] = values.get("center") or center
        return TableRow(**values)

    return read
