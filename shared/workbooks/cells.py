"""Values of cells as text: the form that rows promise, whatever the reader or the file's writer made of them."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

CellValue = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

_EPOCH: Final = dt.date(1899, 12, 30)
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
    return _written(value)


def moment(value: CellValue, *, timed: bool) -> str | None:
    """Write a value of a column of dates or times; a bare number is read as Excel's day number.

    A day alone and a midnight are one number in Excel; ``timed`` says that the column is of times: it is midnight.
    """
    if isinstance(value, float | int) and not isinstance(value, bool):
        if 0 <= value < 1:
            return _written(_clock(value))
        if _FIRST_SERIAL <= value < _LAST_SERIAL:
            value = _from_serial(value)
    if isinstance(value, dt.date):
        return _written(_unified(value, timed=timed))
    return text(value)


def has_time(value: CellValue) -> bool:
    """Tell whether a value is a moment other than a midnight."""
    return isinstance(value, dt.datetime) and value.time() != dt.time()


def _unified(value: dt.date, *, timed: bool) -> dt.date | dt.datetime | dt.timedelta:
    exact = _to_second(value) if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    if exact.year <= _FIRST_YEAR:
        # More than a day in a column of hours: 24:00 is Excel's day 1.
        return exact - _DAY_ZERO
    return exact if timed or exact.time() != dt.time() else exact.date()


def is_filled(cells: Iterable[CellValue]) -> bool:
    """Tell whether a row holds anything but blanks."""
    return any(cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace()) for cell in cells)


def clean(value: str) -> str | None:
    """Give the text of a cell, None when it is blank; escapes are read, what cannot be stored is replaced."""
    if "_x" in value:
        value = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
    if not value or value.isspace():
        return None
    # Nearly every text is ASCII or Cyrillic without a NUL: encoding is the cheapest test for surrogates.
    if "\x00" in value or not _encodable(value):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written(value: int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
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
    # Days are floats in Excel, so a whole second comes out as .999997 or .000003.
    return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None)


def _time_of_day(value: dt.time) -> str:
    rounded = _to_second(dt.datetime.combine(_EPOCH, value.replace(tzinfo=None)))
    return rounded.time().isoformat() if rounded.date() == _EPOCH else "24:00:00"


def _hours(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _clock(value: float) -> dt.time:
    seconds = round(value * 86_400) % 86_400
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _from_serial(value: float) -> dt.datetime | dt.date:
    day = _EPOCH + dt.timedelta(days=int(value))
    if isinstance(value, int) or value.is_integer():
        return day
    seconds = round((value - int(value)) * 86_400)
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds)
