"""Coordinates as telegrams spell them.

====================  ==========================================================
``5957N02905E``       degrees and minutes: ``ddmm`` N|S ``dddmm`` E|W
``440846N0430829E``   with seconds: ``ddmmss`` N|S ``dddmmss`` E|W
``593731С0691935В``   Cyrillic hemispheres: С north, Ю south, В east, З west
``563258N0381503Е``   look-alikes: Cyrillic Е as E; Latin C and B as С and В
``564630N 0620220E``  blanks, line breaks, ``-``, ``/`` or ``,`` inside
``4408.5N04308.2E``   a decimal fraction of the last unit
``55°45'31"N …``      signs of degree, minute and second
``03006E6100N``       longitude first
``N5545E03825``       hemispheres first
``5255N08753E0900``   followed by a stay (hhmm), which is no part of it
====================  ==========================================================

Minutes and seconds are sixtieths. A number of digits other than 4 or 6 and 5 or 7, minutes or seconds of 60 and more, a
latitude over 90 or a longitude over 180 make no point: nothing is guessed.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.model import Note, Notes, Place
from shared.telegrams.text import repair, twin

_DIGITS = r"(?:[0-9O][ \n]?){%s}(?:[.,] ?(?:[0-9O][ \n]?){1,4})?"
_NORMAL = re.compile(
    rf"(?<![0-9])({_DIGITS % '2,10'})([NSCЮ])[ \n]?[-/,;]?[ \n]?({_DIGITS % '2,10'})([EWBЗ])"
    r"|(?<![0-9])([0-9]{5}|[0-9]{7})[ \n]?([EWBЗ])[ \n]?[-/,;]?[ \n]?([0-9]{4}|[0-9]{6})[ \n]?([NSCЮ])"
    r"|(?<![0-9A-ZА-Я])([NSCЮ])[ \n]?([0-9]{4}|[0-9]{6})[ \n]?[-/,;]?[ \n]?([EWBЗ])[ \n]?([0-9]{5}|[0-9]{7})"
    r"(?![0-9A-ZА-Я])"
)
PLAIN = re.compile(r"(?:([0-9]{4})N([0-9]{5})|([0-9]{6})N([0-9]{7}))E\Z")
"""How nearly all are written."""
_SIGNS = str.maketrans(dict.fromkeys("°º˚'′’‘`´\"″”“", None))
_SIGN = {"N": 1, "C": 1, "S": -1, "Ю": -1, "E": 1, "B": 1, "W": -1, "З": -1}
_BREAKS = str.maketrans(dict.fromkeys(" \n", None))
_ANYTHING = re.compile(r"[0-9]{4,}[ \n]?[A-ZА-Я]|[0-9]{4,}[ \n,;/-]+[0-9]{5,}|[0-9]{2,} ?[°º˚]|[0-9]{2}[.,][0-9]{3,}")
"""What is meant as a coordinate, whatever is wrong with it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One coordinate of a text: where it stands and what it says; ``place`` is None if that is impossible."""

    start: int
    end: int
    place: Place | None
    notes: Notes


class Impossible(Exception):
    """Digits that are no angle; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@lru_cache(maxsize=32_768)
def angle(digits: str, degrees: int, limit: int) -> float:
    """Give decimal degrees of ``dd…mm`` or ``dd…mmss``, the last unit with a fraction if there is a point.

    ``degrees`` is the number of digits the degrees take. Raises Impossible.
    """
    whole, _, fraction = digits.partition(".")
    if len(whole) not in (degrees + 2, degrees + 4) or not whole.isdecimal():
        raise Impossible(codes.COORD_UNREADABLE)
    minutes = float(whole[degrees : degrees + 2])
    seconds = float(whole[degrees + 2 :] or 0)
    if fraction:
        part = int(fraction) / 10 ** len(fraction)
        minutes, seconds = (minutes, seconds + part) if len(whole) == degrees + 4 else (minutes + part, seconds)
    value = int(whole[:degrees]) + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds >= 60 or value > limit:
        raise Impossible(codes.COORD_IMPOSSIBLE)
    return value


@lru_cache(maxsize=65_536)
def place(raw: str) -> tuple[Place | None, Notes]:
    """Give the first point that can be read in a value; names around it are skipped."""
    plain = PLAIN.match(raw)
    if plain is not None:
        lat, lon = plain[1] or plain[3], plain[2] or plain[4]
        try:
            return Place(round(angle(lat, 2, 90), 6), round(angle(lon, 3, 180), 6)), ()
        except Impossible as error:
            return None, (Note(error.code, raw),)
    mended = repair(raw)
    point, notes = _first(mended.text)
    return point, mended.notes + notes


def _first(raw: str) -> tuple[Place | None, Notes]:
    found = find(raw)
    good = next((one for one in found if one.place), None)
    if good is None:
        return None, found[0].notes if found else _nothing(raw)
    notes = tuple(note for one in found[: found.index(good)] for note in one.notes) + good.notes
    if len(found) > 1:
        notes += (Note(codes.COORD_SEVERAL, " ".join(raw[one.start : one.end] for one in found)),)
    return good.place, notes


def _nothing(raw: str) -> Notes:
    """Say that something meant as a coordinate could not be read; a mere name is no fault."""
    return (Note(codes.COORD_UNREADABLE, raw),) if _ANYTHING.search(twin(raw)) else ()


def find(raw: str) -> list[Found]:
    """Give all coordinates of a text in order, readable or not."""
    text = twin(raw)
    bare = text.translate(_SIGNS)
    if bare != text:
        return [_signed(one) for one in find(bare)]
    return [_read(match, raw) for match in _NORMAL.finditer(text)]


def _signed(one: Found) -> Found:
    return Found(one.start, one.end, one.place, (*one.notes, Note(codes.COORD_SIGNS, "", "")))


def _read(match: "re.Match[str]", raw: str) -> Found:
    lat, north, lon, east, lon2, east2, lat2, north2, north3, lat3, east3, lon3 = match.groups()
    start, notes = match.start(), []
    if lat2:
        lat, north, lon, east = lat2, north2, lon2, east2
        notes.append(codes.COORD_SWAPPED)
    elif lat3:
        lat, north, lon, east = lat3, north3, lon3, east3
        notes.append(codes.COORD_LETTER_FIRST)
    else:
        lon = _clean(lon)
        taken = _latitude(lat, lon)
        start, lat = match.start() + len(lat) - len(taken), _clean(taken)
    written = raw[start : match.end()]
    try:
        point = Place(round(_SIGN[north] * angle(lat, 2, 90), 6), round(_SIGN[east] * angle(lon, 3, 180), 6))
    except Impossible as error:
        return Found(start, match.end(), None, (Note(error.code, written),))
    now = f"{lat}{'N' if _SIGN[north] > 0 else 'S'}{lon}{'E' if _SIGN[east] > 0 else 'W'}"
    notes += _marks(written, lat, lon)
    return Found(start, match.end(), point, tuple(_note(code, written, now) for code in notes))


def _note(code: str, was: str, now: str) -> Note:
    return Note(code, was) if code == codes.COORD_MIXED_PRECISION else Note(code, was, now)


def _clean(digits: str) -> str:
    return digits.translate(_BREAKS).replace("O", "0").replace(",", ".")


def _latitude(raw: str, lon: str) -> str:
    """Give the part of a run of digits and blanks that is the latitude.

    ``12 6044N03334E`` has a number before its latitude, ``56 3258N0381503E`` a blank inside it: the last groups that
    make as many digits as the longitude's precision asks for are taken, else all of it.
    """
    wanted = 6 if len(lon.partition(".")[0]) == 7 else 4
    pieces = re.split(r"(?<=[ \n])", raw)
    for i in range(len(pieces) - 1, -1, -1):
        tail = "".join(pieces[i:])
        if len(_clean(tail).partition(".")[0]) == wanted:
            return tail
    return raw


def _marks(written: str, lat: str, lon: str) -> list[str]:
    """Name what was unusual about a readable coordinate."""
    seen = []
    if not written.isascii() or "C" in written or "B" in written:
        seen.append(codes.COORD_CYRILLIC)
    if " " in written or "\n" in written:
        seen.append(codes.VALUE_BROKEN)
    if "O" in twin(written):
        seen.append(codes.LETTER_O_FOR_ZERO)
    if "." in lat or "." in lon:
        seen.append(codes.COORD_DECIMAL)
    if len(lon.partition(".")[0]) != len(lat.partition(".")[0]) + 1:
        seen.append(codes.COORD_MIXED_PRECISION)
    return seen
