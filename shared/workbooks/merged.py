"""Cells merged downwards: in a file only the first of them holds the value that a person sees beside every row."""

from collections.abc import Sequence

from shared.workbooks.cells import CellValue, is_filled
from shared.workbooks.grids import Grid, Merged

# A centre or a day is written once for many rows; a merged telegram is still one telegram.
_SHARED_FIELDS = frozenset({"center", "date"})


def filled_down(rows: Grid, merged: Sequence[Merged], columns: Sequence[tuple[str, int]]) -> Grid:
    """Repeat the value of merged cells of the columns that rows share, in filled rows."""
    shared = {column for field, column in columns if field in _SHARED_FIELDS}
    ranges = sorted(
        (first[0] + 1, last[0] + 1, first[1]) for first, last in merged if first[1] in shared and last[0] > first[0]
    )
    return _filled(rows, ranges) if ranges else rows


def _filled(rows: Grid, ranges: list[tuple[int, int, int]]) -> Grid:
    waiting = iter(ranges)
    upcoming = next(waiting, None)
    active: dict[int, tuple[int, CellValue]] = {}
    for number, cells in rows:
        while upcoming is not None and upcoming[0] <= number:
            first, last, column = upcoming
            if first == number and column < len(cells):
                active[column] = (last, cells[column])
            upcoming = next(waiting, None)
        if not is_filled(cells):
            yield number, cells
            continue
        written = list(cells)
        for column, (last, value) in active.items():
            if number <= last and column < len(written) and written[column] in (None, ""):
                written[column] = value
        yield number, written
