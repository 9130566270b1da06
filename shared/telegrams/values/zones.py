"""Field 15: how high and where a flight goes.

``/ZONA MR076285/``                          a zone by name; ``/ZONA WR655 MR01649/`` two of them
``/ZONA R0,5 4408N04308E/``                  a circle: radius in km (``R002`` is 2 km), centre
``/ZONA 6837N08005E 6837N08007E …/``         a polygon, three points or more
``5509N03737E DCT 5511N03744E``              a route: points without ``ZONA``, or in it two points or a word for it

Names are upper-case Latin. Cyrillic ones are transliterated as the telegraph does (``МР`` MR, ``ВР`` WR). A corner that
cannot be read leaves no polygon: without it the area would be another.
"""

import re

from shared.telegrams import codes
from shared.telegrams.grammar import FIELD15, TRANSLITERATION, fold
from shared.telegrams.model import Circle, Degrees, Named, Note, Notes, Polygon, Route, Zone
from shared.telegrams.values.coordinates import Found, find, strict_corners, strict_degrees
from shared.telegrams.values.levels import Level, level, strict_level

_STRICT = re.compile(rf"{FIELD15.strict}\Z")
_WORD = re.compile(
    r"/?[ \n]?(?<![A-ZА-Я0-9])[ZЗ3][ \n]?[O0][ \n]?[NH][ \n]?[AE](?=[^A-ZА-Я]|\Z|[A-Z]{1,3}[0-9])[ \n:]{0,3}"
)
_RADIUS = re.compile(
    # R, RADIUS, РАДИУСОМ
    r"(?<![A-ZА-Я0-9])(?:RADIUS(?:OM)?|[RPР](?:AДИYC(?:OM)?)?)[ \n=]?"
    # 0,5, 500
    r"([0-9O]{1,5}(?:\n[0-9O]{1,2})?(?:[ \n]?[.,][ \n]?[0-9O]{1,3})?)"
    # KM, М
    r"[ \n]?(KM|КM|M|METP)?(?![A-ZА-Я0-9]|[.,][0-9])"
)
_LINE = re.compile(r"(?<![A-ZА-Я])(?:DCT|MAPШPYT|MARSHRUT|MAR[HЩ]RUT|ROUTE|TPACCA|TRASSA)(?![A-ZА-Я])")
"""Words that make a row of points a line, look-alikes Latin."""
_FAMILY = re.compile(r"(?:MR|WR|VR|KO|USP|USR|URR|UUP|UUR|ULP|ULR|UN[A-Z]|UH[A-Z]|UI[A-Z])[0-9]{1,8}[A-Z]?")
_PREFIX = re.compile(r"(?:MR|МР|MР|МR|WR|VR|ВР|BР|ВR|KO|КО|КO|KО|USP|USR|URR)")
_LOOSE = re.compile(r"[ \n,;+]+")
_GAP = re.compile(r"([ \n,;+]+)")
_LEFT = re.compile(r"[A-ZА-Я]{1,3}[0-9]{0,7}")
_RIGHT = re.compile(r"[A-ZА-Я]{0,2}[0-9]{1,8}")
_DASHED = re.compile(r"(?:MR|МР|MР|МR|WR|VR|ВР|BР|ВR)-[0-9]{3,6}")
_OWN_NAME = 4
"""Digits of a zone that is named by digits alone."""
_STRAY = re.compile(r"(?<![0-9])(?:[0-9]{4,12}[NSCЮ][0-9]*|[0-9]{5,12}[EWBЗ])")
"""Half of a point, its other half unreadable."""
_WHOLE = re.compile(r"(?:MR|WR|VR)[0-9]{3,}|KO[0-9]{2,}|[A-Z]{3}[0-9]{2,}")
_LETTERS = re.compile(r"[A-ZА-Я]*")
_KNOWN = {"МР": "MR", "MР": "MR", "МR": "MR", "ВР": "WR", "BР": "WR", "ВR": "WR", "WР": "WR", "VР": "VR"}
_KNOWN |= {"КО": "KO", "КO": "KO", "KО": "KO"}
_GAPS = str.maketrans(dict.fromkeys(" \n", None))
_WITHHELD = "…"
_LONGEST = 8_000
"""Characters of a zone at most: six hundred corners; the longest polygon seen has 113."""
_FAR_KM = 100.0

Field15 = tuple[Level | None, Zone | None]
Points = tuple[Degrees, ...]


def field15(raw: str) -> tuple[Field15, Notes]:
    """Read level and zone of field 15."""
    match = _STRICT.match(raw)
    if match is not None and (read := strict_field15(*match.groups())) is not None:
        return read, ()
    band, notes, end = level(fold(raw[:_LONGEST]))
    if len(raw) > _LONGEST:
        return (band, None), (*notes, Note(codes.ZONE_UNREADABLE, raw[end : end + 40]))
    area, more = route(raw[end:])
    return (band, area), notes + more


def strict_field15(
    levels: str,
    names: str | None,
    radius: str | None,
    center: str | None,
    corners: str | None,
    track: str | None,
) -> Field15 | None:
    """Give level and zone of the groups of ``FIELD15.strict``; None for what needs a second look."""
    band = strict_level(levels)
    if band is None:
        return None
    if names is not None:
        return band, Named((names,) if " " not in names else tuple(dict.fromkeys(names.split())))
    if center is not None and radius is not None:
        size = float(radius.replace(",", "."))
        return (band, Circle(size, *strict_degrees(center))) if 0 < size <= _FAR_KM else None
    if corners is not None:
        return band, Polygon(strict_corners(corners))
    if track is not None:
        return band, Route(strict_corners(track))
    return band, None


def route(raw: str) -> tuple[Zone | None, Notes]:
    """Read a zone or a route from a text that is nothing else, as table sheets have it."""
    raw = raw[:_LONGEST]
    words = list(_WORD.finditer(fold(raw)))
    if not words:
        return _unmarked(raw)
    ends = [*(word.start() for word in words[1:]), len(raw)]
    bodies = [body for word, end in zip(words, ends, strict=True) for body in _bodies(raw[word.end() : end])]
    body = " ".join(body for body in bodies if body)
    return _read(body) if body else (None, ())


def _bodies(raw: str) -> list[str]:
    """Give what one ``ZONA`` encloses, and names that follow its closing slash."""
    first, *rest = (piece.strip() for piece in raw.split("/"))
    taken = 0
    if rest and _RADIUS.search(fold(first)) and not find(first) and find(rest[0]):
        first, taken = f"{first} {rest[0]}", 1
    elif rest and _points_alone(first):
        while taken < len(rest) and _points_alone(rest[taken]):
            taken += 1
        first = " ".join([first, *rest[:taken]])
    return [first, *(piece for piece in rest[taken:] if _FAMILY.fullmatch(name(piece)[0]))]


def _points_alone(text: str) -> bool:
    found = find(text)
    return bool(found) and not _without(text, found).strip(" \n,;")


def _unmarked(raw: str) -> tuple[Zone | None, Notes]:
    """Read points of a route, or names between slashes whose ``ZONA`` is missing."""
    found = find(raw)
    if found and (raw.lstrip().startswith("/") or _RADIUS.search(fold(raw))):
        area, notes = _read(" ".join(raw.replace("/", " ").split()))
        return area, (*notes, Note(codes.ZONE_WORD_MISSING, raw[:24], "ZONA"))
    points, notes = _points(found), _unreadable(found)
    if points and len(points) == len(found):
        return Route(points), notes
    pieces = [piece.strip() for piece in raw.split("/")]
    names = [name(piece)[0] for piece in pieces if _FAMILY.fullmatch(name(piece)[0])]
    if names:
        return Named(tuple(dict.fromkeys(names))), (Note(codes.ZONE_WORD_MISSING, "/".join(names)[:40], "ZONA"),)
    return None, notes


def _points(found: list[Found]) -> Points:
    return tuple(one.degrees for one in found if one.degrees)


def _read(body: str) -> tuple[Zone | None, Notes]:
    joined: list[Note] = []
    body = _rejoined(body, joined)
    radius = _RADIUS.search(fold(body))
    # The number of a radius must not be taken for degrees of the point behind it.
    bare = f"{body[: radius.start()]};{body[radius.end() :]}" if radius else body
    found = find(bare)
    points = _points(found)
    rest = _without(bare, found)
    notes = (*joined, *_unreadable(found))
    stray = _STRAY.search(fold(rest)) if found else None
    if stray:
        notes += (Note(codes.ZONE_POINT_UNREADABLE, stray[0]),)
    if radius and found:
        return _circle(radius, points, notes)
    if len(points) > 1 and len(points) == len(found) and not stray:
        return (Route(points) if len(points) == 2 or _LINE.search(fold(rest)) else Polygon(points)), notes
    names, more = _names(rest)
    if names and not found:
        return Named(names), notes + more
    return None, (*notes, *more, Note(codes.ZONE_UNREADABLE, body[:40]))


def _circle(radius: "re.Match[str]", points: Points, notes: Notes) -> tuple[Zone | None, Notes]:
    if not points:
        return None, (*notes, Note(codes.ZONE_UNREADABLE, radius[0].strip()))
    size = float(radius[1].replace("O", "0").replace(",", ".").translate(_GAPS))
    if radius[2] in ("M", "METP"):
        size /= 1000
        notes += (Note(codes.ZONE_RADIUS_METRES, radius[0].strip(), f"{size:g} km"),)
    if size == 0:
        return None, (*notes, Note(codes.ZONE_UNREADABLE, radius[0].strip()))
    if size > _FAR_KM:
        notes += (Note(codes.ZONE_RADIUS_DOUBTFUL, radius[0].strip()),)
    if len(points) > 1:
        notes += (Note(codes.ZONE_SEVERAL, f"{len(points)} points"),)
    return Circle(size, *points[0]), notes


def _without(body: str, found: list[Found]) -> str:
    pieces, at = [], 0
    for one in found:
        pieces.append(body[at : one.start])
        at = one.end
    return " ".join([*pieces, body[at:]])


def _unreadable(found: list[Found]) -> Notes:
    """Keep what was noted of each point; one that is none is a loss of the zone, not of the flight's place."""
    notes: list[Note] = []
    for one in found:
        if one.degrees is None:
            notes += [Note(codes.ZONE_POINT_UNREADABLE, note.was) for note in one.notes]
        else:
            notes += one.notes
    return tuple(dict.fromkeys(notes))


def _names(text: str) -> tuple[tuple[str, ...], Notes]:
    """Give the names of zones; a word without a digit beside a name with one is no zone."""
    read: dict[str, Notes] = {}
    notes: list[Note] = []
    tokens = [piece for token in _LOOSE.split(text.strip()) for piece in _parted(token.strip(".:()\"'-"), notes)]
    for token in _glued([token for token in tokens if token], notes):
        digits = any(map(str.isdecimal, token))
        if 2 <= len(token) <= 24 and token != _WITHHELD:
            latin, more = name(token)
            read.setdefault(latin, more)
        elif digits or token == _WITHHELD:
            notes.append(Note(codes.ZONE_NAME_DOUBTFUL, token[:24]))
    numbered = [latin for latin in read if any(map(str.isdecimal, latin))]
    if numbered and len(numbered) < len(read):
        notes.append(Note(codes.ZONE_NAME_DOUBTFUL, "…"))
        read = {latin: read[latin] for latin in numbered}
    return tuple(read), (*notes, *(note for more in read.values() for note in more))


def _rejoined(body: str, notes: list[Note]) -> str:
    """Put names together that a blank or a line break cut; four digits behind a whole name are a name of their own."""
    pieces = _GAP.split(body)
    joined = pieces[:1]
    for gap, word in zip(pieces[1::2], pieces[2::2], strict=True):
        if gap in " \n" and len(joined[-1]) < 11 and len(word) < 11 and _are_halves(joined[-1], word):
            notes.append(Note(codes.VALUE_BROKEN, f"{joined[-1]}{gap}{word}", joined[-1] + word))
            joined[-1] += word
        else:
            joined += [gap, word]
    return "".join(joined)


def _are_halves(first: str, second: str) -> bool:
    if not (_LEFT.fullmatch(first) and _RIGHT.fullmatch(second) and _FAMILY.fullmatch(name(first + second)[0])):
        return False
    if not _WHOLE.fullmatch(name(first)[0]):
        return True
    return second.isdecimal() and len(second) < _OWN_NAME and not first.startswith(("KO", "КО"))


def _parted(token: str, notes: list[Note]) -> list[str]:
    """Drop a hyphen inside a name, part names that one joins."""
    if "-" not in token:
        return [token]
    if _DASHED.fullmatch(token):
        notes.append(Note(codes.VALUE_BROKEN, token, token.replace("-", "")))
        return [token.replace("-", "")]
    pieces = token.split("-")
    return pieces if all(_FAMILY.fullmatch(name(piece)[0]) for piece in pieces) else [token]


def _glued(tokens: list[str], notes: list[Note]) -> list[str]:
    """Put ``MR`` and ``076285`` together where a blank came between them."""
    glued: list[str] = []
    for token in tokens:
        if glued and token.isdecimal() and _PREFIX.fullmatch(glued[-1]):
            notes.append(Note(codes.VALUE_BROKEN, f"{glued[-1]} {token}", f"{glued[-1]}{token}"))
            glued[-1] += token
        else:
            glued.append(token)
    return glued


def name(token: str) -> tuple[str, Notes]:
    """Give a zone's name in Latin letters."""
    if token.isascii():
        zeros = token[:2] + token[2:].replace("O", "0")
        if zeros != token and _WHOLE.fullmatch(zeros):
            return zeros, (Note(codes.LETTER_O_FOR_ZERO, token, zeros),)
        return token, ()
    letters = _LETTERS.match(token)
    prefix = letters[0] if letters else ""
    latin = _KNOWN.get(prefix)
    if latin is not None and token[len(prefix) :].isascii():
        read = latin + token[len(prefix) :]
        return read, (Note(codes.ZONE_NAME_CYRILLIC, token, read),)
    mixed = any(letter.isascii() and letter.isalpha() for letter in token)
    alike = fold(token)
    read = alike if mixed and _FAMILY.fullmatch(alike) else token.translate(TRANSLITERATION)
    return read, (
        Note(codes.ZONE_NAME_CYRILLIC, token, read),
        *((Note(codes.ZONE_NAME_DOUBTFUL, token),) if mixed else ()),
    )
