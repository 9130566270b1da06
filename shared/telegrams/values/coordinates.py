"""Coordinates as telegrams and tables spell them.

=======================  ==========================================================
``5957N02905E``          degrees and minutes: ``ddmm`` N|S ``dddmm`` E|W
``440846N0430829E``      with seconds: ``ddmmss`` N|S ``dddmmss`` E|W
``593731С0691935В``      Cyrillic hemispheres: С north, Ю south, В east, З west
``563258N0381503Е``      look-alikes: Cyrillic Е as E; Latin C and B as С and В
``564630N 0620220E``     blanks, line breaks, ``-``, ``/`` or ``,`` between and inside
``4408.5N04308.2E``      a decimal fraction of the last unit
``55.719444N 37.3055E``  decimal degrees, three digits or more behind the point
``55.7194, 37.3055``     the same without letters: latitude, longitude, north and east
``55°45'31"N 37°18'E``   signs of degree, minute and second
``55 45 31N 37 18 20E``  the same parted by blanks, ``-``, ``:`` or ``.``
``03006E6100N``          longitude first
``N5545E03825``          hemispheres first
``44°08'46" С.Ш. 043°08'29" В.Д.``  the Russian words for latitude and longitude, behind or before
``65.5, -169.75``        decimal degrees of any precision, where a minus tells the west of Chukotka
``5255N08753E0900``      followed by a stay (hhmm), which is no part of it
=======================  ==========================================================

Minutes and seconds are sixtieths. A number of digits other than 4 or 6 and 5 or 7, minutes or seconds of 60 and more, a
latitude over 90 or a longitude over 180 make no point. Where blanks allow two latitudes (``55 4310N03718E`` may be
55°43'10" or 43°10' behind a number) there is none either, unless all but one lie outside of Russia.
"""

import re
from typing import NamedTuple

from shared.telegrams import codes
from shared.telegrams.grammar import POINT, fold
from shared.telegrams.model import Degrees, Note, Notes, Point

_SEPARATOR = r"(?:[ \n]?(?:''|[°'\".,:-])[ \n]?|[ \n])"
_NUMBER = rf"[0-9O]{{1,10}}(?:{_SEPARATOR}[0-9O]{{1,10}}){{0,4}}(?:[ \n]?(?:''|[°'\"]))?"
_BETWEEN = r"[ \n]?[-/,;.]?[ \n]?"
_NORTH = r"([NSCЮ])(?:(?<=[CЮ])\.? ?Ш(?:\.|(?![A-ZА-Я])))?"
"""A hemisphere, perhaps ``С.Ш.``."""
_EAST = r"([EWBЗ])(?:(?<=[BЗ])\.? ?Д(?:\.|(?![A-ZА-Я])))?"
_COORDINATE = re.compile(
    # 5957N02905E, 59 57N 029 05E
    rf"(?<![0-9])(?:(?<![A-ZА-Я])|(?=[0-9]))(?:({_NUMBER})[ \n]?{_NORTH}{_BETWEEN}({_NUMBER})[ \n]?{_EAST}"
    # 02905E5957N
    rf"|({_NUMBER})[ \n]?{_EAST}{_BETWEEN}({_NUMBER})[ \n]?{_NORTH}(?!{_BETWEEN}[0-9O]))"
    # N5957E02905
    rf"|(?<![0-9A-ZА-Я]){_NORTH}[ \n]?({_NUMBER}){_BETWEEN}{_EAST}[ \n]?({_NUMBER})(?![0-9A-ZА-Я])"
)
_BARE = re.compile(
    # 59.951
    r"(?<![0-9.,])(-?[0-9]{1,3}[.,](?:[0-9]{3,12}[ \n]?°?|[0-9]{1,12}[ \n]?°))[ \n]?[,;/]?[ \n]?"
    # 29.085, 29.1°
    r"(-?[0-9]{1,3}[.,](?:[0-9]{3,12}[ \n]?°?|[0-9]{1,12}[ \n]?°))(?![0-9.,])"
    # 65.5, -169.75
    r"|(?<![0-9.,-])([0-9]{2}[.,][0-9]{1,12})[ \n]?[,;/]?[ \n]?(-1[678][0-9][.,][0-9]{1,12})(?![0-9.,])"
)
_STRICT = re.compile(rf"(?:{POINT.strict})\Z")
_STRICT_ANYWHERE = re.compile(POINT.strict)
_WITH_MINUTES = len("5957N02905E")
_SIGNED = re.compile(
    # 55°45'31"
    r"(?:\A|[ .,:-])([0-9]{1,3}) ?° ?"
    r"(?:([0-9]{1,2}(?:[.,][0-9]{1,6})?) ?'? ?(?:([0-9]{1,2}(?:[.,][0-9]{1,6})?) ?\"?)?)?\Z"
    # 55.7194°
    r"|(?:\A|[ :-])([0-9]{1,3}[.,][0-9]{1,12}) ?°\Z"
)
_SIGNS = str.maketrans({**dict.fromkeys("º˚⁰ᵒ∘", "°"), **dict.fromkeys("′’‘`´ʹʼ", "'"), **dict.fromkeys("″”“ʺ„", '"')})
_SIGN = {"N": 1, "C": 1, "S": -1, "Ю": -1, "E": 1, "B": 1, "W": -1, "З": -1}
_THREE = re.compile(r"(?<=[0-9])З(?=[0-9])")
"""A Cyrillic letter where only a digit can be meant."""
_PARTS = re.compile(r"[ :-]+")
_ANY_SIGN = re.compile("[°'\"]")
_ANY_GAP = re.compile("[ \n:-]")
_MEANT = re.compile(
    # 5957N; 5957 02905
    r"(?<![0-9])[0-9]{4,9}[ \n]?[A-ZА-Я]|(?<![0-9])[0-9]{4,9}[ \n,;/-]{1,3}[0-9]{5}"
    # 59°; 59.950
    r"|[0-9]{2} ?(?:[°º˚]|ГPAД)|[0-9]{2}[.,][0-9]{3}"
    # 59.57N, 59-57-00N
    r"|(?<![0-9])[0-9]{1,3}[.,:-][0-9]{1,3}[.,:-]?[0-9]{0,3} ?[NSCЮEWBЗ](?![A-ZА-Я])"
)
"""What is meant as a coordinate, whatever is wrong with it."""
_MEANT_DIGITS = 5
"""Digits from which a value is no mere name, whatever stands between them."""
_RUSSIA = (41.0, 82.0)
"""Latitudes between which Russia lies: they decide between two readings, never against a single one."""
_DEGREE_DECIMALS = 3
"""Digits behind the point from which degrees are decimal: ``55.43`` may be minutes."""
_IN_MINUTES = re.compile(r"([0-9]{4})N([0-9]{5})E")


class Found(NamedTuple):
    """One coordinate of a text: where it stands and what it says; ``degrees`` is None if that is no point."""

    start: int
    end: int
    degrees: Degrees | None
    notes: Notes


class _Angle(NamedTuple):
    """A reading of one half: decimal degrees, its digits, ``m``inutes, ``s``econds or ``d``ecimal degrees."""

    value: float
    digits: str
    unit: str
    skipped: int
    """Characters before it that belong to something else."""


class _Minutes(dict[str, float]):
    """Degrees by the digits ``ddmm`` or ``dddmm``, kept once seen: there are 16,200 of them."""

    def __missing__(self, digits: str) -> float:
        number = int(digits)
        degrees = ((number - number // 100 * 40) * 300_000 + 9) // 18 / 1_000_000
        self[digits] = degrees
        return degrees


_MINUTES = _Minutes()


class _Degrees(dict[str, Degrees]):
    """Degrees by a text in the strict form (``POINT.strict``), which is always a point; kept once seen.

    A row says its place four times, and many rows the same. Digits name nobody.
    """

    most = 65_536

    def __missing__(self, raw: str) -> Degrees:
        if len(self) >= self.most:
            self.clear()
        degrees = self[raw] = strict_degrees(raw)
        return degrees


DEGREES = _Degrees()


def strict_degrees(raw: str) -> Degrees:
    """Give the degrees of a text in the strict form.

    ``ddmmss`` are 3600 dd + 60 mm + ss seconds. Whole numbers are rounded as fractions are: none lies half way.
    """
    if len(raw) == _WITH_MINUTES:
        return _MINUTES[raw[:4]], _MINUTES[raw[5:10]]
    lat, lon = int(raw[:6]), int(raw[7:14])
    return (
        ((lat - lat // 100 * 40 - lat // 10_000 * 2_400) * 5_000 + 9) // 18 / 1_000_000,
        ((lon - lon // 100 * 40 - lon // 10_000 * 2_400) * 5_000 + 9) // 18 / 1_000_000,
    )


def strict_corners(raw: str) -> tuple[Degrees, ...]:
    """Give the degrees of several points in the strict form, whatever stands between them."""
    corners = _IN_MINUTES.findall(raw)
    if len(corners) == raw.count("N"):
        return tuple([(_MINUTES[lat], _MINUTES[lon]) for lat, lon in corners])
    return tuple([strict_degrees(point[0]) for point in _STRICT_ANYWHERE.finditer(raw)])


def angle(digits: str, width: int, limit: int) -> float | None:
    """Give decimal degrees of ``dd…mm`` or ``dd…mmss``, the last unit with a fraction if there is a point.

    ``width`` is the number of digits the degrees take. None if minutes, seconds or the whole are too large.
    """
    whole, _, fraction = digits.partition(".")
    minutes, seconds = float(whole[width : width + 2]), float(whole[width + 2 :] or 0)
    if fraction:
        part = int(fraction) / 10 ** len(fraction)
        minutes, seconds = (minutes, seconds + part) if len(whole) == width + 4 else (minutes + part, seconds)
    value = int(whole[:width]) + minutes / 60 + seconds / 3600
    return None if minutes >= 60 or seconds >= 60 or value > limit else value


def point(raw: str, source: str = "") -> tuple[Point | None, Notes]:
    """Give the first point that can be read in a value; names around it are skipped. ``source`` is its field."""
    if _STRICT.match(raw):
        return Point(*DEGREES[raw], source), ()
    found = find(raw)
    good = next((one for one in found if one.degrees), None)
    if good is None or good.degrees is None:
        return None, found[0].notes if found else _nothing(raw)
    notes = tuple(note for one in found[: found.index(good)] for note in one.notes) + good.notes
    if len(found) > 1:
        notes += (Note(codes.COORD_SEVERAL, " ".join(raw[one.start : one.end] for one in found)),)
    return Point(*good.degrees, source), notes


def _nothing(raw: str) -> Notes:
    """Say that something meant as a coordinate could not be read; a mere name is no fault."""
    meant = _MEANT.search(fold(raw)) or sum(map(str.isdecimal, raw[:200])) >= _MEANT_DIGITS
    return (Note(codes.COORD_UNREADABLE, raw[:40]),) if meant else ()


def meant(raw: str) -> tuple[int, int] | None:
    """Give where something stands that is meant as a coordinate, however wrong; for texts in which none is found."""
    match = _MEANT.search(fold(raw))
    return match.span() if match else None


def find(raw: str) -> list[Found]:
    """Give all coordinates of a text in order, readable or not; degrees without letters only where no others are."""
    text = fold(raw)
    if not text.isascii():
        text = _THREE.sub("3", text.translate(_SIGNS))
    found = [_read(match, raw) for match in _COORDINATE.finditer(text)]
    return found or [_bare(match, raw) for match in _BARE.finditer(text)]


def _bare(match: "re.Match[str]", raw: str) -> Found:
    lat, lon = (float(half.rstrip(" \n°").replace(",", ".")) for half in match.groups() if half)
    written = raw[match.start() : match.end()]
    if abs(lat) > 90 or abs(lon) > 180:
        return Found(*match.span(), None, (Note(codes.COORD_IMPOSSIBLE, written),))
    return Found(*match.span(), (round(lat, 6), round(lon, 6)), (Note(codes.COORD_DECIMAL, written, ""),))


def _read(match: "re.Match[str]", raw: str) -> Found:
    lat, north, lon, east, lon2, east2, lat2, north2, north3, lat3, east3, lon3 = match.groups()
    order: tuple[str, ...] = ()
    if lat:
        # Most corners of a zone are written plainly, and a zone may have a hundred of them.
        if (len(lat), len(lon)) in ((4, 5), (6, 7)) and lat.isdecimal() and lon.isdecimal():
            return _plain(match, raw, lat, north, lon, east)
        second, second_code = _half(lon, 3, 180, whole=True)
        first, first_code = _half(lat, 2, 90, whole=False, other=second, after_word=_after_word(match))
    elif lat2:
        order = (codes.COORD_SWAPPED,)
        north, east = north2, east2
        first, first_code = _half(lat2, 2, 90, whole=True)
        second, second_code = _half(lon2, 3, 180, whole=False, other=first)
    else:
        order = (codes.COORD_LETTER_FIRST,)
        north, east = north3, east3
        first, first_code = _half(lat3, 2, 90, whole=True)
        second, second_code = _half(lon3, 3, 180, whole=True)
    if first is None or second is None:
        written = raw[match.start() : match.end()]
        return Found(*match.span(), None, (Note(first_code or second_code, written),))
    start = match.start() + (second.skipped if lat2 else first.skipped)
    degrees = (round(_SIGN[north] * first.value, 6) + 0.0, round(_SIGN[east] * second.value, 6) + 0.0)
    return Found(start, match.end(), degrees, _notes(raw[start : match.end()], north, first, east, second, order))


def _plain(match: "re.Match[str]", raw: str, lat: str, north: str, lon: str, east: str) -> Found:
    written = raw[match.start() : match.end()]
    strict = f"{lat}N{lon}E"
    north_angle: float | None
    east_angle: float | None
    if _STRICT.match(strict):
        north_angle, east_angle = strict_degrees(strict)
    else:
        north_angle, east_angle = angle(lat, 2, 90), angle(lon, 3, 180)
    if north_angle is None or east_angle is None:
        return Found(*match.span(), None, (Note(codes.COORD_IMPOSSIBLE, written),))
    degrees = (round(_SIGN[north] * north_angle, 6) + 0.0, round(_SIGN[east] * east_angle, 6) + 0.0)
    if len(written) == len(lat) + len(lon) + 2 and north in "NS" and east in "EW" and written.isascii():
        return Found(*match.span(), degrees, ())
    unit = "m" if len(lat) == 4 else "s"
    notes = _notes(written, north, _Angle(north_angle, lat, unit, 0), east, _Angle(east_angle, lon, unit, 0), ())
    return Found(*match.span(), degrees, notes)


def _after_word(match: "re.Match[str]") -> bool:
    """Tell whether a word stands before: a number behind it may be a house or a site."""
    return match.string[: match.start()].rstrip(" \n№N")[-1:].isalpha()


def _half(
    number: str, width: int, limit: int, *, whole: bool, other: _Angle | None = None, after_word: bool = False
) -> tuple[_Angle | None, str]:
    """Read a latitude (``width`` 2) or a longitude (3), else give the code of what is wrong.

    ``whole``: all of the number belongs to it; otherwise numbers before it may be of something else, and ``other``, the
    other half, helps to tell.
    """
    text = number.replace("O", "0").replace("\n", " ").replace("''", '"')
    if "°" in text:
        return _signed(text, limit)
    text = text.replace("'", "").replace('"', "").strip()
    parts = _PARTS.split(text.replace(",", ".").replace(". ", "."))
    if len(parts) == 1 and parts[0].count(".") > 1:
        parts = parts[0].split(".")
    readings, impossible = _readings(parts, width, limit, whole=whole)
    if not readings:
        return None, codes.COORD_IMPOSSIBLE if impossible else codes.COORD_UNREADABLE
    chosen = readings[0] if len(readings) == 1 else _chosen(readings, parts, width, other, after_word=after_word)
    if chosen is None:
        return None, codes.COORD_UNREADABLE
    skipped = sum(map(len, parts[: chosen.skipped])) + chosen.skipped
    return chosen._replace(skipped=skipped if chosen.skipped else 0), ""


def _signed(text: str, limit: int) -> tuple[_Angle | None, str]:
    match = _SIGNED.search(text)
    if match is None:
        return None, codes.COORD_UNREADABLE
    whole, minutes, seconds, decimal = (group and group.replace(",", ".") for group in match.groups())
    skipped = match.start(4 if decimal else 1)
    if decimal:
        value = float(decimal)
        return (None, codes.COORD_IMPOSSIBLE) if value > limit else (_Angle(value, decimal, "d", skipped), "")
    value = int(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    if float(minutes or 0) >= 60 or float(seconds or 0) >= 60 or value > limit:
        return None, codes.COORD_IMPOSSIBLE
    digits = f"{int(whole):0{2 if limit == 90 else 3}}{_two(minutes)}{_two(seconds) if seconds else ''}"
    return _Angle(value, digits, "s" if seconds else "m", skipped), ""


def _two(number: str | None) -> str:
    whole, point, fraction = (number or "0").partition(".")
    return f"{int(whole):02}{point}{fraction}"


def _readings(parts: list[str], width: int, limit: int, *, whole: bool) -> tuple[list[_Angle], bool]:
    """Give every way in which the last parts of a number make an angle, and whether one makes an impossible one."""
    readings: list[_Angle] = []
    impossible = False
    for i in range(1 if whole else len(parts)):
        tail = parts[i:]
        if any("." in part for part in tail[:-1]):
            continue
        bare = tail[-1].partition(".")
        digits = "".join(tail)
        if len(tail) == 1 and len(bare[0]) <= width and len(bare[2]) >= _DEGREE_DECIMALS:
            value: float | None = float(tail[0])
            unit = "d"
            value = value if value is not None and value <= limit else None
        elif _grouped(tail, width) or len(digits.partition(".")[0]) in (width + 2, width + 4):
            digits = digits.rjust(len(digits) + width - len(tail[0]), "0") if _grouped(tail, width) else digits
            value = angle(digits, width, limit)
            unit = "m" if len(digits.partition(".")[0]) == width + 2 else "s"
        else:
            continue
        impossible = impossible or value is None
        if value is not None:
            readings.append(_Angle(value, digits, unit, i))
    return readings, impossible


def _grouped(parts: list[str], width: int) -> bool:
    """Tell whether degrees, minutes and perhaps seconds stand in parts of their own."""
    if len(parts) not in (2, 3) or not 2 <= len(parts[0]) <= width:
        return False
    return all(len(part.partition(".")[0]) == 2 for part in parts[1:])


def _chosen(
    readings: list[_Angle], parts: list[str], width: int, other: _Angle | None, *, after_word: bool
) -> _Angle | None:
    """Decide between several readings, the longest first, or give None."""
    if readings[0].skipped == 0 and _grouped(parts, width) and not after_word:
        return readings[0]
    if width == 2:
        inside = [one for one in readings if _RUSSIA[0] <= one.value <= _RUSSIA[1]]
        readings = inside or readings
    if len(readings) == 1:
        return readings[0]
    longest = readings[0]
    alike = other is not None and longest.unit == other.unit and all(one.unit != other.unit for one in readings[1:])
    return longest if alike and not after_word else None


def _notes(written: str, north: str, lat: _Angle, east: str, lon: _Angle, order: tuple[str, ...]) -> Notes:
    """Name what was unusual about a readable coordinate."""
    seen = [*order]
    ascii_only = written.isascii()
    if "C" in written or "B" in written or not (ascii_only or "".join(filter(str.isalpha, written)).isascii()):
        seen.append(codes.COORD_CYRILLIC)
    if _ANY_SIGN.search(written if ascii_only else written.translate(_SIGNS)):
        seen.append(codes.COORD_SIGNS)
    elif _ANY_GAP.search(written):
        seen.append(codes.VALUE_BROKEN)
    if "O" in written or "О" in written:
        seen.append(codes.LETTER_O_FOR_ZERO)
    if "." in lat.digits or "." in lon.digits:
        seen.append(codes.COORD_DECIMAL)
    if lat.unit != lon.unit:
        seen.append(codes.COORD_MIXED_PRECISION)
    now = f"{lat.digits}{'N' if _SIGN[north] > 0 else 'S'}{lon.digits}{'E' if _SIGN[east] > 0 else 'W'}"
    return tuple(
        Note(code, written) if code == codes.COORD_MIXED_PRECISION else Note(code, written, now) for code in seen
    )
