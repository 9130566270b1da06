"""Days and times as telegrams spell them; everything is UTC.

Days are ``YYMMDD`` (``YYYYMMDD`` is read too), times ``hhmm`` with ``2400`` for the end of the day, planned durations
``hhmm`` of at most a day. What is impossible (``0860``, ``2530``, ``250230``) is None, never today and never the
nearest.
"""

import re
from datetime import date
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.model import MIDNIGHT, Note, Notes
from shared.telegrams.text import repair, twin

_DAY = re.compile(r"[ \n]*(?:(20)[ \n]?)?((?:[0-9O][ \n]?){5}[0-9O])(?![ \n]?[0-9O])")
_TIME = re.compile(r"[ \n]*([0-9O][ \n]?[0-9O])[ \n]?[:.]?[ \n]?([0-9O][ \n]?[0-9O])(?![ \n]?[0-9O])")
_BREAKS = str.maketrans({" ": None, "\n": None, "O": "0"})


@lru_cache(maxsize=4_096)
def day(raw: str) -> tuple[date | None, Notes]:
    """Read a day."""
    mended = repair(raw)
    read, notes = _day(mended.text)
    return read, mended.notes + notes


def _day(raw: str) -> tuple[date | None, Notes]:
    match = _DAY.match(twin(raw))
    if match is None:
        return None, (Note(codes.DATE_IMPOSSIBLE, raw[:12]),)
    digits = match[2].translate(_BREAKS)
    try:
        read = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None, (Note(codes.DATE_IMPOSSIBLE, match[0].strip()),)
    return read, _mended(raw[: match.end()].strip(), f"{match[1] or ''}{digits}")


@lru_cache(maxsize=8_192)
def minute(raw: str) -> tuple[int | None, Notes]:
    """Read a time as the minute of its day, 1440 for 2400."""
    value, notes = _hhmm(raw)
    if value == MIDNIGHT:
        return value, (*notes, Note(codes.TIME_2400, "2400", "0000+1"))
    return value, notes if value is not None else (Note(codes.TIME_IMPOSSIBLE, raw.strip()[:12]),)


@lru_cache(maxsize=8_192)
def duration(raw: str) -> tuple[int | None, Notes]:
    """Read a planned duration as minutes, at most 1440."""
    value, notes = _hhmm(raw)
    return value, notes if value is not None else (Note(codes.EET_IMPOSSIBLE, raw.strip()[:12]),)


def _hhmm(raw: str) -> tuple[int | None, Notes]:
    match = _TIME.match(twin(raw))
    if match is None:
        return None, ()
    hours, minutes = int(match[1].translate(_BREAKS)), int(match[2].translate(_BREAKS))
    if minutes > 59 or hours * 60 + minutes > MIDNIGHT:
        return None, ()
    return hours * 60 + minutes, _mended(raw[: match.end()].strip(), f"{hours:02}{minutes:02}")


def _mended(was: str, now: str) -> Notes:
    if was == now:
        return ()
    code = codes.LETTER_O_FOR_ZERO if "O" in twin(was) else codes.VALUE_BROKEN
    return (Note(code, was, now),)
