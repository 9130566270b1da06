"""From the fields of a plan to its value; shared by SHR, CHG, DLA and CNL."""

import re
from collections.abc import Mapping
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.aircraft import craft, marks, sid
from shared.telegrams.coordinates import PLAIN, place
from shared.telegrams.fields import whole
from shared.telegrams.model import Kind, Note, Notes, Place, Plan, make_plan
from shared.telegrams.moments import day, duration, minute
from shared.telegrams.text import repair, twin
from shared.telegrams.zones import field15

_CALLSIGN = re.compile(r"[0-9A-ZА-Я]{1,10}(?:[ -][0-9A-Z]{1,7})?(?:[ \n,;]{1,2}(?=[A-Z-]*[0-9])[0-9A-Z-]{2,10}){0,3}\Z")
_WORD = re.compile(r"[A-ZА-ЯЁ]{2,}[0-9]*")
_NONE = "ZZZZZ"
"""The callsign of who has none."""
_SEEN_SID = re.compile(r"[0-9]{10}\Z")
_NOTHING: tuple[None, Notes] = (None, ())
_NO_MARKS: tuple[tuple[str, ...], Notes] = ((), ())
_NO_CRAFT: tuple[tuple[None, None], Notes] = ((None, None), ())


def plan(kind: Kind, fields: Mapping[str, str], notes: Notes = (), number: str | None = None) -> Plan:
    """Read every field; what cannot be read is None and leaves a note.

    ``number`` is the plan's, where it is known to be ten digits; otherwise that of ``SID/`` is read.
    """
    get = fields.get
    n1: Notes = ()
    if number is None:
        number, n1 = number_of(get("SID"))
    on, n2 = day(raw) if (raw := get("DOF")) else _NOTHING
    at, n3 = minute(raw) if (raw := get("13t")) else _NOTHING
    lasting, n4 = duration(raw) if (raw := get("16t")) else _NOTHING
    (level, zone), n5 = field15(raw) if (raw := get("15")) else ((None, None), ())
    dep, n6 = place(raw) if (raw := get("DEP")) else _NOTHING
    dest, n7 = place(raw) if (raw := get("DEST")) else _NOTHING
    stay, n8 = place(raw) if (raw := get("DLE")) else _NOTHING
    (uav_type, count), n9 = craft(raw) if (raw := get("TYP")) else _NO_CRAFT
    regs, n10 = marks(raw) if (raw := get("REG")) else _NO_MARKS
    callsign, n11 = callsign_of(get("7"))
    return make_plan(
        kind,
        callsign,
        number,
        on,
        at,
        lasting,
        get("13"),
        get("16"),
        level,
        zone,
        dep,
        dest,
        stay,
        uav_type,
        count,
        regs,
        prose(raw) or None if (raw := get("OPR")) else None,
        twin(prose(raw)) or None if (raw := get("STS")) else None,
        words(get("DEP")),
        words(get("DEST")),
        None,
        None,
        notes + n1 + n2 + n3 + n4 + n5 + n6 + n7 + n8 + n9 + n10 + n11,
    )


@lru_cache(maxsize=8_192)
def prose(raw: str) -> str:
    """Give free text on one line."""
    return repair(raw).text.replace("\n", " ")


def number_of(raw: str | None) -> tuple[str | None, Notes]:
    """Read the plan's number."""
    if raw is None:
        return _NOTHING
    if _SEEN_SID.match(raw):
        return raw, ()
    return sid(raw)


def callsign_of(raw: str | None) -> tuple[str | None, Notes]:
    """Read field 7, as written but for look-alikes."""
    if not raw:
        return _NOTHING
    if raw.isascii() and raw.isalnum():
        return raw, ()
    raw = raw.replace("\n", "").strip(" .,;:-")
    read = twin(raw)
    if _CALLSIGN.match(read) is None:
        return _NOTHING
    read = _NONE if whole(read) == _NONE else " ".join(read.split()) if read.isascii() else raw
    return read, (Note(codes.LETTERS_MIXED, raw, read),) if read != raw else ()


def place_of(raw: str | None) -> tuple[Place | None, Notes]:
    """Read a place, None for an absent one."""
    return place(raw) if raw else _NOTHING


def name_of(raw: str | None, place: Place | None, notes: Notes) -> str | None:
    """Give the words that stand where a coordinate belongs; None if one was read or meant."""
    if raw is None or place is not None or any(note.code.startswith("COORD_") for note in notes):
        return None
    return words(raw)


def aerodrome_of(raw: str | None, place: Place | None = None, notes: Notes = ()) -> str | None:
    """Give the index, or name, of an aerodrome; None for ``ZZZZ`` and for a coordinate."""
    name = name_of(raw, place, notes)
    return None if name is None or not name.strip("ZЗ ") else name


def words(raw: str | None) -> str | None:
    """Give the words of a value (``ЕЛОВКА``, ``MR05512``) joined by blanks, look-alikes Latin; None without any."""
    if raw is None or PLAIN.match(raw):
        return None
    return " ".join(_WORD.findall(twin(raw))) or None
