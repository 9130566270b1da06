"""Cells: what the readers of all kinds of files give, and its text, the form that rows promise."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

CellValue = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

Cells = dict[int, CellValue]
"""The filled cells of a row by their columns, from 0; blank ones are left out."""


class Merged(NamedTuple):
    """Cells of one column that are merged over several rows, by the numbers of the first and the last."""

    first_row: int
    last_row: int
    column: int


class Sheet(NamedTuple):
    """A sheet: its name and its filled rows, each with its number in the file from 1, in their order, once."""

    name: str
    hidden: bool
    rows: Iterator[tuple[int, Cells]]
    merged: tuple[Merged, ...] = ()


_EPOCH: Final = dt.date(1899, 12, 30)
_DAYS_TO_1904: Final = 1_462
_LAST_DAY: Final = 2_958_465
"""Excel's number of the last day of the year 9999."""
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
"""Excel's day numbers of 1954 and 2119: a number between them in a column of dates is a date without its format."""
# What no database text and no JSON can carry; the replacement character stays visible, so nothing goes silently.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_FIRST_YEAR: Final = 1900
_DAY_ZERO: Final = dt.datetime(1899, 12, 31)  # noqa: DTZ001  Excel's days know no zone
REPLACEMENT: Final = "\ufffd"


def text(value: CellValue) -> str | None:
    """Write a value as text, None for a blank one."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return None
    return _as_text(value)


def moment(value: CellValue, *, timed: bool) -> str | None:
    """Write a value of a column of dates or times; a bare number is read as Excel's day number.

    A day alone and a midnight are one number in Excel; ``timed`` says that the column is of times: it is midnight.
    """
    if isinstance(value, float | int) and not isinstance(value, bool) and _may_be_serial(value):
        value = date_from_serial(value)
    if isinstance(value, dt.date):
        return _as_text(_unified(value, timed=timed))
    return text(value)


def _may_be_serial(value: float) -> bool:
    return 0 <= value < 1 or _FIRST_SERIAL <= value < _LAST_SERIAL


def has_time(value: CellValue) -> bool:
    """Tell whether a value is a moment other than a midnight."""
    return isinstance(value, dt.datetime) and value.time() != dt.time()


def _unified(value: dt.date, *, timed: bool) -> dt.date | dt.datetime | dt.timedelta:
    exact = _to_second(value) if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    if exact.year <= _FIRST_YEAR:
        # More than a day in a column of hours: 24:00 is Excel's day 1.
        return exact - _DAY_ZERO
    return exact if timed or exact.time() != dt.time() else exact.date()


def date_from_serial(value: float, *, since_1904: bool = False) -> dt.date | dt.time | dt.timedelta | None:
    """Read a number as Excel's day number, to the second; None for a number that is no day of Excel's.

    A number below 1 is a time of day; what rounds to 24:00 is a duration of a day.
    """
    if not 0 <= value <= _LAST_DAY + 1:
        return None
    days, seconds = divmod(round(value * 86_400), 86_400)
    clock = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if value < 1:
        return dt.timedelta(days=1) if days else clock
    if since_1904:
        days += _DAYS_TO_1904
    elif days < 60:
        # Excel counts a 29 February 1900 that never was.
        days += 1
    if days > _LAST_DAY:
        return None
    day = _EPOCH + dt.timedelta(days=days)
    return dt.datetime.combine(day, clock) if seconds else day


def clean(value: str) -> str | None:
    """Give the text of a cell, None when it is blank; escapes are read, what cannot be stored is replaced."""
    if "_x" in value:
        value = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
    if not value or value.isspace():
        return None
    # Nearly every text is ASCII or Cyrillic without a NUL: encoding is the cheapest test for surrogates.
    if "\x00" in value or not (value.isascii() or _encodable(value)):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _as_text(value: int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
    match value:
        case bool():
            return "ИСТИНА" if value else "ЛОЖЬ"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case dt.datetime():
            return _to_second(value).isoformat()
        case dt.date():
            return value.isoformat()
        case dt.time():
            return _time_of_day(value)
        case dt.timedelta():
            return _hours(value)
    return str(value)


def _to_second(value: dt.datetime) -> dt.datetime:
    whole = value.replace(microsecond=0, tzinfo=None)
    return whole + dt.timedelta(seconds=1) if value.microsecond >= 500_000 and whole.year < dt.MAXYEAR else whole


def _time_of_day(value: dt.time) -> str:
    rounded = _to_second(dt.datetime.combine(_EPOCH, value.replace(tzinfo=None)))
    return rounded.time().isoformat() if rounded.date() == _EPOCH else "24:00:00"


def _hours(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
