"""Days and times as telegrams and tables spell them; everything is UTC.

====================  =======================================================
``250614``            day ``YYMMDD``; also ``20250614``, ``2025-06-14``, ``14.06.2025``, ``14/06/25``
``0540``              time ``hhmm``; also ``05:40``, ``05.40``, ``054000``, ``05:40:00``, ``0540Z``, ``0540 UTC``
``2400``              the end of the day
``2025-06-14 05:40``  a day with its time, as Excel writes it: gives either
``45822``, ``0.2361`` in tables: a serial number of Excel, a part of a day
====================  =======================================================

The whole of a time must be one: with МСК, AM, words or digits behind it there is none, never the digits that happen to
match. What is impossible (``0860``, ``2530``, ``250230``) is None, never today and never the nearest. Six digits of
which the first two may be the day of the field (``140540`` on the 14th) can be read in two ways and are none.
"""

import re
from datetime import date, timedelta

from shared.telegrams import codes
from shared.telegrams.grammar import fold
from shared.telegrams.model import MIDNIGHT, Note, Notes

MINUTES = {f"{hour:02}{minute:02}": hour * 60 + minute for hour in range(24) for minute in range(60)}
"""Minutes of the day by ``hhmm``: every time that is written as it should be, but for 2400."""

_DAY = re.compile(r"(?:(20)[ \n]?)?((?:[0-9O][ \n]?){5}[0-9O])(?![ \n]?[0-9O])")
_ISO = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})(?![0-9])")
_DOTTED = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4}|[0-9]{2})(?![0-9])")
_AFTER_DAY = re.compile(r"(?: ?(?:T(?=[0-9])|Г(?![А-Я])\.?))?[ ,;-]{0,3}")
_DAY_DIGITS = re.compile(r"([0-9]{6})[ \n]?([0-9]{4})\Z")
_SEPARATED = re.compile(r"([0-9O]{1,2})[ \n]?[:.,-][ \n]?([0-9O][ \n]?[0-9O])(?:[:.,][0-5][0-9](?:[.,][0-9]{1,6})?)?")
_PLAIN = re.compile(r"([0-9O][ \n]?[0-9O])[ \n]?([0-9O][ \n]?[0-9O])(?:[ \n]?([0-9O][ \n]?[0-9O]))?")
_UTC = re.compile(r"[ \n]?\(?(?:Z|З|UTC|YTЦ|GMT)\)?\Z")
_EDGES = " \n.,;()-"
_GAPS = str.maketrans({" ": None, "\n": None, "O": "0"})
_EPOCH = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)
"""Serial numbers of the days of this century: a smaller number is a number."""
_NO_YEARS = frozenset(["1899", "1900", "1904"])
"""Years in which Excel counts from: a time of day with one of them has no date."""
_YEARS = range(18, 50)
"""Years of this century, two digits, that a short date may have; a day ahead of its workbook is taken back later."""
_NUMBER = re.compile(r"[0-9]{1,6}\.[0-9]{1,15}\Z")
_LONGEST = 40
"""Characters of a value that are looked at."""

Clock = tuple[date | None, int | None]


class Unreadable(Exception):
    """A cell that holds no day or time."""


DAYS: dict[str, date] = {}
"""Days by how they are plainly written, kept once seen."""
_MOST_DAYS = 4_096


def day_of_digits(digits: str) -> date | None:
    """Give the day of ``YYMMDD``, None if there is no such day."""
    return _date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day(raw: str) -> tuple[date | None, Notes]:
    """Read a day; a time behind it says nothing here."""
    if (seen := DAYS.get(raw)) is not None:
        return seen, ()
    if len(raw) == 6 and raw.isdecimal() and raw.isascii() and (read := day_of_digits(raw)) and not _day_first(raw):
        if len(DAYS) < _MOST_DAYS:
            DAYS[raw] = read
        return read, ()
    text = fold(raw[:_LONGEST]).lstrip(" \n:")
    for pattern in (_ISO, _DOTTED):
        if match := pattern.match(text):
            read = None if _could_be_year_first(match) else _calendar(match, iso=pattern is _ISO)
            if read is None or read.year < 2000:
                return None, (Note(codes.DATE_IMPOSSIBLE, match[0]),)
            return read, (Note(codes.DATE_REWRITTEN, match[0], f"{read:%y%m%d}"),)
    if (both := _DAY_DIGITS.match(text)) and MINUTES.get(both[2]) is not None and (read := day_of_digits(both[1])):
        return read, (Note(codes.DATE_REWRITTEN, text, both[1]),)
    match = _DAY.match(text)
    if match is None:
        return None, (Note(codes.DATE_IMPOSSIBLE, raw[:12]),)
    digits = match[2].translate(_GAPS)
    read = day_of_digits(digits)
    if read is None or _day_first(digits):
        return None, (Note(codes.DATE_IMPOSSIBLE, match[0].strip()),)
    return read, _mended(match[0].strip(), f"{match[1] or ''}{digits}")


def _day_first(digits: str) -> bool:
    """Tell whether six digits are rather ``DDMMYY``: read as ``YYMMDD`` they lie before there were such telegrams."""
    return 1 <= int(digits[:2]) < _YEARS.start and int(digits[4:]) in _YEARS


def _could_be_year_first(match: "re.Match[str]") -> bool:
    """Tell whether a short date may be ``YY.MM.DD``, as days of telegrams are written, or has no likely year."""
    return len(match[1]) == len(match[3]) == 2 and not (int(match[1]) not in _YEARS and int(match[3]) in _YEARS)


def _calendar(match: "re.Match[str]", *, iso: bool) -> date | None:
    first, second, third = (int(group) for group in match.groups())
    year, month, number = (first, second, third) if iso else (third, second, first)
    return _date(year + 2000 if year < 100 else year, month, number)


def minute(raw: str, on: date | None = None) -> tuple[int | None, Notes]:
    """Read a time as the minute of its day, 1440 for 2400; ``on`` is the day of the field beside it."""
    if (quick := MINUTES.get(raw)) is not None:
        return quick, ()
    value, notes = _minute(raw, on)
    if value is None:
        return None, (Note(codes.TIME_IMPOSSIBLE, raw.strip()[:12]),)
    return value, (*notes, Note(codes.TIME_2400, "2400", "0000+1")) if value == MIDNIGHT else notes


def duration(raw: str) -> tuple[int | None, Notes]:
    """Read a planned duration ``hhmm`` as minutes, at most 1440."""
    if (quick := MINUTES.get(raw)) is not None:
        return quick, ()
    value, notes = _time(fold(raw[:_LONGEST]).strip(_EDGES), None, seconds=False)
    return value, notes if value is not None else (Note(codes.EET_IMPOSSIBLE, raw.strip()[:12]),)


def _minute(raw: str, on: date | None) -> tuple[int | None, Notes]:
    text = fold(raw.strip()[:_LONGEST]).strip(_EDGES)
    for pattern in (_ISO, _DOTTED):
        if (match := pattern.match(text)) and (rest := _AFTER_DAY.sub("", text[match.end() :], count=1)):
            if _calendar(match, iso=pattern is _ISO) is None:
                return None, ()
            value, notes = _time(rest, None, seconds=True)
            return value, notes or ((Note(codes.VALUE_BROKEN, text, rest),) if value is not None else ())
    if both := _DAY_DIGITS.match(text):
        value = MINUTES.get(both[2]) if day_of_digits(both[1]) else None
        return value, (Note(codes.VALUE_BROKEN, text, both[2]),)
    return _time(text, on, seconds=True)


def _time(text: str, on: date | None, *, seconds: bool) -> tuple[int | None, Notes]:
    """Read what is a time and nothing else; ``seconds`` allows six digits."""
    bare = _UTC.sub("", text)
    if match := _SEPARATED.fullmatch(bare):
        hours, minutes = match[1].translate(_GAPS), match[2].translate(_GAPS)
    elif match := _PLAIN.fullmatch(bare):
        hours, minutes = match[1].translate(_GAPS), match[2].translate(_GAPS)
        last = match[3].translate(_GAPS) if match[3] else ""
        if last and not (seconds and int(last) < 60 and not _is_day(hours, minutes + last, on)):
            return None, ()
    else:
        return None, ()
    if int(minutes) > 59 or int(hours) * 60 + int(minutes) > MIDNIGHT:
        return None, ()
    read = f"{int(hours):02}{minutes}"
    return int(hours) * 60 + int(minutes), _mended(bare, read)


def _is_day(number: str, rest: str, on: date | None) -> bool:
    """Tell whether six digits may be ``ddhhmm``, the way of headings: the day fits and what follows is a time."""
    if rest not in MINUTES:
        return False
    return int(number) == on.day if on is not None else int(number) > 0


def _mended(was: str, now: str) -> Notes:
    if was == now:
        return ()
    code = codes.LETTER_O_FOR_ZERO if "O" in was else codes.VALUE_BROKEN
    return (Note(code, was, now),)


def day_and_time(text: str) -> Clock:
    """Read a cell of a table (capitals, single blanks) as a day, a minute of the day, or both. Raises Unreadable."""
    bare = " ".join(fold(text[:_LONGEST]).split())
    for pattern in (_ISO, _DOTTED):
        if match := pattern.match(bare):
            rest = _AFTER_DAY.sub("", bare[match.end() :], count=1)
            if rest and match[1] in _NO_YEARS:
                return None, _cell_minute(rest)
            read = _calendar(match, iso=pattern is _ISO)
            if read is None:
                raise Unreadable
            return read, _cell_minute(rest) if rest else None
    if bare.isdecimal() and bare.isascii():
        return _digits(bare)
    if _NUMBER.match(bare) and (serial := _serial(float(bare))):
        return serial
    return None, _cell_minute(bare)


def _cell_minute(text: str) -> int:
    if len(text) == 3 and text.isdecimal():
        text = f"0{text}"
    value, _ = _time(text, None, seconds=False)
    if value is None:
        raise Unreadable
    return value


def _digits(text: str) -> Clock:
    if len(text) in (3, 4):
        return None, _cell_minute(text)
    if len(text) == 5 and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text)), None
    read = day_of_digits(text[:6]) if len(text) in (6, 10) else None
    if len(text) == 8:
        read = _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if read is None:
        raise Unreadable
    return read, _cell_minute(text[6:]) if len(text) == 10 else None


def _serial(number: float) -> Clock | None:
    """Read a serial number of Excel: days since the end of 1899, the fraction a part of the day."""
    days, minutes = divmod(round(number * MIDNIGHT), MIDNIGHT)
    if days == 0:
        return None, minutes
    return (_EPOCH + timedelta(days=days), minutes) if days in _SERIALS else None
