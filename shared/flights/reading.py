"""From a row to what it says: the one door for rows of telegrams and of tables."""

from shared.flights import codes
from shared.flights.blanks import blank, center
from shared.flights.joining import join
from shared.flights.moments import Period
from shared.flights.readings import Codes, Reading, Reject
from shared.flights.rows import TableRow, TelegramRow
from shared.flights.tables import read_table
from shared.telegrams.errors import TelegramError, TooLong
from shared.telegrams.model import Telegram
from shared.telegrams.reading import parse_all

_OF_COLUMN = {"SHR": "SHR", "DEP": "DEP", "ARR": "ARR"}


def read(row: TelegramRow | TableRow, *, period: Period | None = None) -> Reading | Reject | None:
    """Read a row: a Reading, a Reject with a code if no flight is in it, None if it is empty.

    ``period`` are the days (UTC) the workbook speaks of; a date far from it is None and leaves a code.
    """
    if isinstance(row, TableRow):
        return read_table(row, period)
    cells = (("SHR", row.shr), ("DEP", row.dep), ("ARR", row.arr))
    telegrams: list[Telegram] = []
    notes: Codes = ()
    failed: str | None = None
    for column, text in cells:
        if text is None or (len(text) < 24 and blank(text)):
            continue
        try:
            found = parse_all(text)
        except TelegramError as error:
            failed = failed or (
                codes.TELEGRAM_TOO_LONG if isinstance(error, TooLong) else codes.TELEGRAM_NOT_RECOGNISED
            )
            continue
        if len(found) > 1 or found[0].kind != column:
            notes += _misplaced(column, found)
        telegrams += found
    if not telegrams:
        return Reject(failed) if failed else None
    if failed:
        notes += (codes.CELL_NOT_READ,)
    return join(telegrams, notes, center(row.center), (row.shr, row.dep, row.arr), period)


def _misplaced(column: str, found: list[Telegram]) -> Codes:
    """Say that a cell holds several telegrams, or one that belongs to another column."""
    if len(found) > 1:
        return (codes.CELL_SEVERAL_TELEGRAMS,)
    kind = str(found[0].kind)
    return (codes.CELL_WRONG_COLUMN,) if _OF_COLUMN.get(kind, column) != column else ()
