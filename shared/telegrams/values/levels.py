"""Field 15, first part: speed and level.

``K0040`` and ``N0020`` are speeds and say nothing here. A level is ``M0015`` or ``S1130`` (tens of metres, four
digits), ``F050`` or ``A010`` (hundreds of feet, three digits); ``M0000/M0005`` is a band, ``M0005/M030`` one that lacks
a zero, ``K0300M3000`` a level glued to a speed. The ends of a band are parted by ``/``, ``-``, a blank or another sign,
or by nothing. Whatever else stands before the zone or the first point and looks like a level makes the whole
unreadable: half a band is no level.
"""

import re
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.model import Note, Notes

_SPEED = re.compile(r"[-\s]*(?:[KN][0-9O]{4}|M[0-9O]{3}(?=[ ]?[MSFA][0-9O]))?[ \n]?")
_DIGITS = r"((?:[0-9O][ \n]?){2,3}[0-9O])"
_BAND = re.compile(
    # M0005
    rf"(M|S|FL?|A)[ \n]?{_DIGITS}(?![0-9])"
    # /M0030, -0030, M0030
    rf"(?:(?:[ \n]?[/\\:;,.…_|–-]{{1,4}}[ \n]?|[ \n]?(?=[MSFA]))(M|S|FL?|A)?[ \n]?{_DIGITS}(?![0-9NSCЮ]))?"
)
_ODD = re.compile(
    # GND/M0030; 50-300M
    r"(?:GND|SFC|AGL|[MSFAC]L?)[ ]?/?[ ]?(?:[MSFA] ?)?[0-9]|[0-9]{1,4}(?: ?[-/] ?[0-9]{1,4})? ?M(?![A-ZА-Я])"
)
_REST = re.compile(
    r"[^/0-9A-ZА-Я\n -]*[ \n]?(?:[/\\:;,.…_|–-][ \n]?)*(?:[MSFA][0-9O]{0,5}(?![0-9A-ZА-Я])|[0-9]{3,4}(?![0-9NSCЮ/]))"
)
_LATER = re.compile(r"[^/]{0,60}?(?<![0-9A-ZА-Я])[MSFA][0-9O]{3,4}(?![0-9A-ZА-Я])")
"""A level behind other words, as in ``M0005 ДО M0030``."""
_GAPS = str.maketrans({" ": None, "\n": None, "O": "0"})
_WIDTH = {"M": 4, "S": 4, "F": 3, "A": 3}

Level = tuple[int, int]


@lru_cache(maxsize=4_096)
def strict_level(band: str) -> Level | None:
    """Give the levels of ``M0005/M0030`` or ``M0005``.

    None if they have two units, digits that are not the unit's, or the first is the higher.
    """
    low, _, high = band.partition("/")
    high = high or low
    if low[0] != high[0] or high < low or not len(low) == len(high) == _WIDTH[low[0]] + 1:
        return None
    bottom, top = _metres(low[0], low[1:]), _metres(high[0], high[1:])
    return None if bottom is None or top is None else (bottom, top)


def level(text: str) -> tuple[Level | None, Notes, int]:
    """Read the level at the beginning of field 15 (look-alikes already Latin); give also where it ends."""
    start = _SPEED.match(text)
    at = start.end() if start else 0
    match = _BAND.match(text, at)
    if match is None:
        doubt = _ODD.match(text, at)
        return None, (Note(codes.LEVEL_UNREADABLE, text[at : at + 12]),) if doubt else (), at
    unit, low, unit2, high = match.groups()
    bottom = _metres(unit[0], low)
    short = _is_short(unit, low, unit2, high or "")
    top = _metres((unit2 or unit)[0], f"0{high}" if short else high) if high else bottom
    if bottom is None or top is None or _REST.match(text, match.end()) or _LATER.match(text, match.end()):
        return None, (Note(codes.LEVEL_UNREADABLE, match[0]),), match.end()
    notes = _mended(match[0], low, high or "")
    if short:
        notes += (Note(codes.LEVEL_SHORT, match[0], f"{unit}{low}/{unit}0{high}"),)
    if bottom > top:
        return (top, bottom), (*notes, Note(codes.LEVEL_SWAPPED, match[0])), match.end()
    return (bottom, top), notes, match.end()


def _is_short(unit: str, low: str, unit2: str | None, high: str) -> bool:
    """Tell whether the upper end lacks one of its zeros (``M0005/M030``): as a whole it is above the lower one."""
    whole = low.isdecimal() and high.isdecimal() and unit == unit2 and unit in "MS"
    return whole and len(low) == 4 and len(high) == 3 and high[0] == "0" != high[1] and int(high) > int(low)


def _mended(was: str, *numbers: str) -> Notes:
    if all(number.isdecimal() for number in numbers if number):
        return ()
    code = codes.LETTER_O_FOR_ZERO if "O" in was else codes.VALUE_BROKEN
    return (Note(code, was, was.translate(_GAPS)),)


def _metres(unit: str, raw: str) -> int | None:
    digits = raw.translate(_GAPS)
    if len(digits) != _WIDTH[unit]:
        return None
    return int(digits) * 10 if unit in "MS" else _feet(digits)


def _feet(digits: str) -> int:
    return round(int(digits) * 30.48)
