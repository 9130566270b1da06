"""Field 15: where a flight goes.

``/ZONA MR076285/``                          a zone by name; ``/ZONA WR655 MR01649/`` two of them
``/ZONA R0,5 4408N04308E/``                  a circle: radius in km (``R002`` is 2 km), centre
``/ZONA 6837N08005E 6837N08007E …/``         a polygon, three points or more
``5509N03737E DCT 5511N03744E``              a route: points without ``ZONA``, or in it two points or a word for it

Names are upper-case Latin. Cyrillic ones are transliterated as the telegraph does (``МР`` MR, ``ВР`` WR).
"""

import re
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.coordinates import Found, Impossible, angle, find
from shared.telegrams.levels import Level, level
from shared.telegrams.model import Circle, Named, Note, Notes, Polygon, Route, Zone
from shared.telegrams.text import repair, twin

_USUAL = re.compile(r"M([0-9]{4})(?:/M([0-9]{4}))?(?: /ZONA ([A-Z]{2}[A-NP-Z]?[0-9]{1,8})/)?\Z")
"""How four out of five are written: a band of levels, a zone by its name."""
_RING = re.compile(r"M([0-9]{4})/M([0-9]{4}) /ZONA ([0-9]{4}N[0-9]{5}E(?:[ \n][0-9]{4}N[0-9]{5}E){2,})/\Z")
"""How nearly all polygons are written."""
_WORD = re.compile(r"/?[ \n]*(?<![A-ZА-Я0-9])[ZЗ3][ \n]?[O0][ \n]?[NH][ \n]?A(?=[^A-ZА-Я]|\Z|[A-Z]{1,3}[0-9])[ \n:]*")
_RADIUS = re.compile(
    r"(?<![A-ZА-Я0-9])(?:RADIUS(?:OM)?|[RPР](?:AДИYC(?:OM)?)?)[ \n=]?"
    r"([0-9O]{1,5}(?:\n[0-9O]{1,2})?(?:[ \n]?[.,][ \n]?[0-9O]{1,3})?)"
    r"[ \n]?(KM|КM|M|METP)?(?![A-ZА-Я0-9]|[.,][0-9])"
)
_LINE = re.compile(r"(?<![A-ZА-Я])(?:DCT|MAPШPYT|MARSHRUT|MAR[HЩ]RUT|ROUTE|TPACCA|TRASSA)(?![A-ZА-Я])")
"""Words that make a row of points a line, look-alikes Latin."""
_FAMILY = re.compile(r"(?:MR|WR|VR|KO|USP|USR|URR|UUP|UUR|ULP|ULR|UN[A-Z]|UH[A-Z]|UI[A-Z])[0-9]{1,8}[A-Z]?")
_PREFIX = re.compile(r"(?:MR|МР|MР|МR|WR|VR|ВР|BР|ВR|KO|КО|КO|KО|USP|USR|URR)")
_LOOSE = re.compile(r"[ \n,;+]+")
_BREAKS = str.maketrans(dict.fromkeys(" \n", None))
_GAP = re.compile(r"([ \n,;+]+)")
_LEFT = re.compile(r"[A-ZА-Я]{1,3}[0-9]{0,7}")
_RIGHT = re.compile(r"[A-ZА-Я]{0,2}[0-9]{1,8}")
_DASHED = re.compile(r"(?:MR|МР|MР|МR|WR|VR|ВР|BР|ВR)-[0-9]{3,6}")
_OWN_NAME = 4
"""Digits of a zone that is named by digits alone."""
_STRAY = re.compile(r"[0-9]{4,}[NSCЮ][0-9]*|[0-9]{5,}[EWBЗ]")
"""Half of a point, its other half unreadable."""
_WHOLE = re.compile(r"(?:MR|WR|VR)[0-9]{3,}|KO[0-9]{2,}|[A-Z]{3}[0-9]{2,}")
_KNOWN = {"МР": "MR", "MР": "MR", "МR": "MR", "ВР": "WR", "BР": "WR", "ВR": "WR", "WР": "WR", "VР": "VR"}
_KNOWN |= {"КО": "KO", "КO": "KO", "KО": "KO"}
_TELEGRAPH = str.maketrans("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЬЫЪЭЮЯ", "ABWGDEVZIJKLMNOPRSTUFHC4-QXYXEUA")
_FAR_KM = 100.0

Field15 = tuple[Level | None, Zone | None]


@lru_cache(maxsize=32_768)
def field15(raw: str) -> tuple[Field15, Notes]:
    """Read level and zone of field 15."""
    usual = _USUAL.match(raw)
    if usual is not None and (usual[2] or usual[1]) >= usual[1]:
        band = int(usual[1]) * 10, int(usual[2] or usual[1]) * 10
        return (band, Named((usual[3],)) if usual[3] else None), ()
    ring = _RING.match(raw)
    if ring is not None and ring[2] >= ring[1]:
        try:
            return ((int(ring[1]) * 10, int(ring[2]) * 10), Polygon(tuple(map(_corner, ring[3].split())))), ()
        except Impossible:
            pass  # said below, point by point
    mended = repair(raw)
    high, notes, end = level(twin(mended.text))
    area, more = _area(mended.text[end:])
    return (high, area), mended.notes + notes + more


def _corner(raw: str) -> tuple[float, float]:
    """Give latitude and longitude of ``ddmmNdddmmE``. Raises Impossible."""
    return round(angle(raw[:4], 2, 90), 6), round(angle(raw[5:10], 3, 180), 6)


@lru_cache(maxsize=4_096)
def route(raw: str) -> tuple[Zone | None, Notes]:
    """Read a zone or a route from a text that is nothing else, as table sheets have it."""
    return _area(raw)


def _area(raw: str) -> tuple[Zone | None, Notes]:
    words = list(_WORD.finditer(twin(raw)))
    if not words:
        return _unmarked(raw)
    bodies = []
    for word, following in zip(words, [*words[1:], None], strict=True):
        bodies += _bodies(raw[word.end() : following.start() if following else len(raw)])
    body = " ".join(body for body in bodies if body)
    return _read(body) if body else (None, ())


def _bodies(raw: str) -> list[str]:
    """Give what one ``ZONA`` encloses, and names that follow its closing slash."""
    first, *rest = (piece.strip() for piece in raw.split("/"))
    if rest and _RADIUS.search(twin(first)) and not find(first) and find(rest[0]):
        first = f"{first} {rest.pop(0)}"
    while rest and _points_alone(first) and _points_alone(rest[0]):
        first = f"{first} {rest.pop(0)}"
    return [first, *(piece for piece in rest if _FAMILY.fullmatch(name(piece)[0]))]


def _points_alone(text: str) -> bool:
    found = find(text)
    return bool(found) and not _without(text, found).strip(" \n,;")


def _unmarked(raw: str) -> tuple[Zone | None, Notes]:
    """Read points of a route, or names between slashes whose ``ZONA`` is missing."""
    found = find(raw)
    if found and (raw.lstrip().startswith("/") or _RADIUS.search(twin(_without(raw, found)))):
        area, notes = _read(" ".join(raw.replace("/", " ").split()))
        return area, (*notes, Note(codes.ZONE_WORD_MISSING, raw[:24], "ZONA"))
    points = tuple((one.place.lat, one.place.lon) for one in found if one.place)
    notes = _unreadable(found)
    if points:
        return Route(points), notes
    pieces = [piece.strip() for piece in raw.split("/")]
    names = [name(piece)[0] for piece in pieces if _FAMILY.fullmatch(name(piece)[0])]
    if names:
        return Named(tuple(dict.fromkeys(names))), (Note(codes.ZONE_WORD_MISSING, "/".join(names), "ZONA"),)
    return None, notes


def _read(body: str) -> tuple[Zone | None, Notes]:
    joined: list[Note] = []
    body = _rejoined(body, joined)
    found = find(body)
    points = tuple((one.place.lat, one.place.lon) for one in found if one.place)
    rest = _without(body, found)
    radius = _RADIUS.search(twin(rest))
    notes = (*joined, *_unreadable(found))
    if found and (stray := _STRAY.search(twin(rest))):
        notes += (Note(codes.ZONE_POINT_UNREADABLE, stray[0]),)
    if radius and found:
        return _circle(radius, points, notes)
    if radius:
        rest = rest[: radius.start()] + rest[radius.end() :]
    if len(points) > 1:
        return (Route(points) if len(points) == 2 or _LINE.search(twin(rest)) else Polygon(points)), notes
    names, more = _names(rest)
    if names and not points:
        return Named(names), notes + more
    return None, (*notes, *more, Note(codes.ZONE_UNREADABLE, body[:40]))


def _circle(
    radius: "re.Match[str]", points: tuple[tuple[float, float], ...], notes: Notes
) -> tuple[Zone | None, Notes]:
    if not points:
        return None, (*notes, Note(codes.ZONE_UNREADABLE, radius[0].strip()))
    size = float(radius[1].replace("O", "0").replace(",", ".").translate(_BREAKS))
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
        if one.place is None:
            notes += [Note(codes.ZONE_POINT_UNREADABLE, note.was) for note in one.notes]
        else:
            notes += one.notes
    return tuple(dict.fromkeys(notes))


def _names(text: str) -> tuple[tuple[str, ...], Notes]:
    names: list[str] = []
    notes: list[Note] = []
    tokens = [piece for token in _LOOSE.split(text.strip()) for piece in _parted(token.strip(".:()\"'-"), notes)]
    tokens = [token for token in tokens if token]
    for token in _glued(tokens, notes):
        if len(token) < 2 or len(token) > 24:
            notes += [Note(codes.ZONE_NAME_DOUBTFUL, token[:24])] if any(map(str.isdecimal, token)) else []
            continue
        read, more = name(token)
        names.append(read)
        notes += more
    return tuple(dict.fromkeys(names)), tuple(notes)


def _rejoined(body: str, notes: list[Note]) -> str:
    """Put names together that a blank or a line break cut; four digits behind a whole name are a name of their own."""
    pieces = _GAP.split(body)
    joined = pieces[:1]
    for gap, word in zip(pieces[1::2], pieces[2::2], strict=True):
        if gap in " \n" and _are_halves(joined[-1], word):
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


@lru_cache(maxsize=4_096)
def name(token: str) -> tuple[str, Notes]:
    """Give a zone's name in Latin letters."""
    if token.isascii():
        zeros = token[:2] + token[2:].replace("O", "0")
        if zeros != token and _WHOLE.fullmatch(zeros):
            return zeros, (Note(codes.LETTER_O_FOR_ZERO, token, zeros),)
        return token, ()
    letters = re.match(r"[A-ZА-Я]*", token)
    prefix = letters[0] if letters else ""
    known = _KNOWN.get(prefix)
    if known is not None and token[len(prefix) :].isascii():
        read = known + token[len(prefix) :]
        return read, (Note(codes.ZONE_NAME_CYRILLIC, token, read),)
    mixed = any("A" <= letter <= "Z" for letter in token)
    alike = twin(token)
    read = alike if mixed and _FAMILY.fullmatch(alike) else token.translate(_TELEGRAPH)
    return read, (
        Note(codes.ZONE_NAME_CYRILLIC, token, read),
        *((Note(codes.ZONE_NAME_DOUBTFUL, token),) if mixed else ()),
    )
