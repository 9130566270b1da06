"""Days, times and places as the cells of table sheets spell them; everything is taken as UTC.

Dates: ``2024-01-01``, ``01.01.2024``, ``01.01.24``, ``240101``, a serial number of Excel (``45292``). Times:
``09:00:00``, ``9:00``, ``0900``, ``900``, a part of a day (``0.375``). Both in one: an ISO date-time, ``01.01.2024
09:00``, ``45292.375``, ``2401010900``. Places: a coordinate as in telegrams, or two decimal numbers ``55.1234,
37.5678``; anything else is a name.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.coordinates import place
from shared.telegrams.model import MIDNIGHT, Note, Notes, Place
from shared.telegrams.text import repair

_EPOCH = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)
"""Serial numbers of the days of this century: a smaller number is a number."""
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ISO_T = re.compile(r"(?<=[0-9])T(?=[0-9])")
_NO_YEARS = frozenset(["1899", "1900", "1904"])
"""Years in which Excel counts from: a time of day with one of them has no date."""
_AFTER_DAY = re.compile(r" ?(?:Г(?![А-Я])\.?)?[ ,;-]*")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})(?!\d)")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?(?: ?(?:Z|UTC))?")
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+\.\d+")
_DECIMALS = re.compile(r"(-?\d{1,3}[.,]\d{2,})\s*[°NС]?\s*[,;/\s]\s*(-?\d{1,3}[.,]\d{2,})\s*[°EВ]?")

_BLANK = frozenset(["", "nan", "none", "null", "nat", "n/a", "#n/a", "nil", "нет", "н/д", "#н/д", "нет данных"])
_EDGES = " \t\r\n\u00a0\ufeff\u200b-–—−_."

Clock = tuple[date | None, int | None]


class Unreadable(Exception):
    """A cell that holds no day or time."""


@lru_cache(maxsize=8_192)
def clock(text: str) -> Clock:
    """Read a cell as a day, a minute of the day, or both. Raises Unreadable."""
    bare = " ".join(_ISO_T.sub(" ", text).split())
    for pattern in (_ISO, _DOTTED):
        if match := pattern.match(bare):
            rest = _AFTER_DAY.sub("", bare[match.end() :], count=1)
            if rest and match[1] in _NO_YEARS:
                return None, _minute(rest)
            return _day(match, iso=pattern is _ISO), _minute(rest) if rest else None
    if _DIGITS.fullmatch(bare):
        return _digits(bare)
    if _NUMBER.fullmatch(bare) and (serial := _serial(float(bare))):
        return serial
    return None, _minute(bare)


def _day(match: "re.Match[str]", *, iso: bool) -> date:
    first, second, third = (int(group) for group in match.groups())
    year, month, day = (first, second, third) if iso else (third, second, first)
    return _date(year + 2000 if year < 100 else year, month, day)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable from None


def _minute(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    hours, minutes = (int(match[1]), int(match[2])) if match else _hhmm(text)
    if minutes > 59 or hours * 60 + minutes > MIDNIGHT:
        raise Unreadable
    return hours * 60 + minutes


def _hhmm(text: str) -> tuple[int, int]:
    digits = text.removesuffix("Z")
    if not _DIGITS.fullmatch(digits) or len(digits) not in (3, 4):
        raise Unreadable
    return int(digits[:-2]), int(digits[-2:])


def _digits(text: str) -> Clock:
    if len(text) in (3, 4):
        return None, _minute(text)
    if len(text) == 5 and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text)), None
    if len(text) in (6, 10):
        day = _date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
        return day, _minute(text[6:]) if len(text) == 10 else None
    if len(text) == 8:
        return _date(int(text[:4]), int(text[4:6]), int(text[6:])), None
    raise Unreadable


def _serial(number: float) -> Clock | None:
    """Read a serial number of Excel: days since the end of 1899, the fraction a part of the day."""
    days, minutes = divmod(round(number * MIDNIGHT), MIDNIGHT)
    if days == 0:
        return None, minutes
    return (_EPOCH + timedelta(days=days), minutes) if days in _SERIALS else None


@lru_cache(maxsize=16_384)
def spot(text: str) -> tuple[Place | None, Notes]:
    """Read a cell as a place; a name gives None and no note."""
    found, notes = place(repair(text).text)
    match = None if found else _DECIMALS.search(text)
    if match is None:
        return found, notes
    lat, lon = (float(group.replace(",", ".")) for group in match.groups())
    if abs(lat) > 90 or abs(lon) > 180:
        return None, (Note(codes.COORD_IMPOSSIBLE, match[0]),)
    return Place(round(lat, 6), round(lon, 6)), (Note(codes.COORD_DECIMAL, match[0], ""),)


def blank(text: str) -> bool:
    """Tell whether a cell says nothing: blank, a dash, ``nan`` and the like."""
    bare = text.lower().replace("_x000d_", "").strip(_EDGES)
    return bare in _BLANK


@lru_cache(maxsize=1_024)
def center(text: str | None) -> str | None:
    """Give the centre's name with single blanks, None for a blank cell."""
    if text is None:
        return None
    name = text if text.isalpha() else " ".join(text.replace("\x00", "").split())
    return None if blank(name) else name
