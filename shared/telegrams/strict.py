"""Telegrams in the strict forms of the grammar: a whole one is one match, its values fall out of the groups.

The readers that every telegram's fields go to (``values``) read them or, where a group is a token's strict form, the
first step of such a reader. What does not match, or needs a second look, is None here and read by ``scanner`` and
``kinds``, which read what does match to the same values: a property test holds it.

Free text, from which nothing is read, may be as it likes: the text need not be repaired.
"""

import re
from collections.abc import Callable
from typing import Final

from shared.telegrams.grammar import (
    AERODROME,
    CALLSIGN,
    CLOCK,
    CRAFT,
    DAY,
    FIELD15,
    LEVELS,
    MARK_LIST,
    MARKS,
    PLACE,
    POINT,
    SID,
    ZONE,
    fold,
    maybe,
)
from shared.telegrams.kinds import aerodrome, name_of, prose, stated_place, words
from shared.telegrams.model import Kind, Movement, Notes, Plan, Point, Telegram
from shared.telegrams.scanner import missing_bracket
from shared.telegrams.values.aircraft import callsign, craft, marks, strict_marks
from shared.telegrams.values.coordinates import DEGREES, point
from shared.telegrams.values.operators import operator_kind
from shared.telegrams.values.times import DAYS, MINUTES, day, duration, minute
from shared.telegrams.values.zones import field15, strict_field15

_NEXT: Final = r"[ \n]?-"
_TEXT: Final = r"[0-9A-ZА-ЯЁ \n.,;+№%=*!?\"'-]*"
"""What a value of field 18 is written in; a colon may stand for the slash of a key, a bracket may end the telegram."""
_FIELD15_TEXT = rf"{LEVELS.strict}(?: {ZONE.strict}|(?: (?:DCT|{POINT.strict})){{1,40}})?|{ZONE.strict}"


def _item(key: str, value: str) -> str:
    """Give the pattern of an item of field 18 that may be missing."""
    return maybe(rf"{key}/{value}[ \n]")


_SHORT_PLAN = rf"-({CALLSIGN.strict}){_NEXT}({AERODROME.strict})({CLOCK.strict}){_NEXT}"
_PLAN = re.compile(
    # (SHR-ZZZZZ\n-ZZZZ0700\n-M0000/M0005 /ZONA R0,5 5957N02905E/\n-
    rf"\(?SHR{_SHORT_PLAN}(?:{FIELD15.strict}|({_FIELD15_TEXT})){_NEXT}"
    # ZZZZ0900\n-, of which the digits are a duration
    + maybe(rf"(?!ZONA)({AERODROME.strict})({CLOCK.strict}){_NEXT}")
    # field 18 begins with one of these keys
    + r"(?=D(?:EP|EST|LE|OF)/)"
    # DEP/5957N02905E, DEP/МЕСТО
    + _item("DEP", f"(?:({POINT.strict})|({_TEXT}))")
    + _item("DEST", f"(?:({POINT.strict})|({_TEXT}))")
    # DLE/5957N02905E 0030, where it stays
    + _item("DLE", f"({_TEXT})")
    # DOF/250201
    + _item("DOF", f"({DAY.strict})")
    # EET/UUYY0001, of which nothing is read
    + _item("EET", _TEXT)
    # OPR/ООО ВЫДУМКА
    + _item("OPR", f"({_TEXT})")
    # REG/0267J81 02K6660
    + _item("REG", f"(?:({MARK_LIST.strict})|({_TEXT}))")
    # STS/SAR
    + _item("STS", f"({_TEXT})")
    # TYP/BLA, TYP/2BLA
    + _item("TYP", f"(?:{CRAFT.strict}|({_TEXT}))")
    # the remark, or SID/7771445428) at the very end
    + rf"(?:RMK/|(?=SID/{SID.strict}\)?\Z))"
)
_NAMING = re.compile(
    # (DLA-ZZZZZ-ZZZZ0800-ZZZZ-DOF/250201
    rf"\((?:(CNL)|DLA){_SHORT_PLAN}({AERODROME.strict})(?:{CLOCK.strict})?{_NEXT}DOF/({DAY.strict})[ \n]"
    # RMK/МЕТЕО SID/7771445428)
    rf"(?:RMK/{_TEXT}[ \n])?SID/({SID.strict})\)\Z"
)
_BRACKETED = re.compile(
    # (DEP-ZZZZZ-ZZZZ0700-ZZZZ
    rf"\((?:(DEP)|ARR)-({CALLSIGN.strict})-({AERODROME.strict})({CLOCK.strict})-({AERODROME.strict})({CLOCK.strict})?"
    # -REG/012A345 DOF/240105 RMK/МР 1
    rf"{_NEXT}(?:REG/({_TEXT})[ \n])?DOF/({DAY.strict})(?:[ \n]RMK/{_TEXT})?"
    # DEP/5957N02905E DEST/5957N02905E)
    rf"(?:[ \n]{{1,2}}DEP/({POINT.strict}))?(?:[ \n]{{1,2}}DEST/({POINT.strict}))?\)\Z"
)


def _keyed(word: str, day: str, time: str, place: str) -> "re.Pattern[str]":
    return re.compile(
        # -TITLE IDEP
        f"-TITLE {word}"
        # -SID 7771445428
        + maybe(rf"\n-SID ({SID.strict})")
        # -ADD 250201
        + maybe(rf"\n-{day} ({DAY.strict})")
        # -ATD 0705
        + maybe(rf"\n-{time} ({CLOCK.strict})")
        # -ADEP ZZZZ
        + maybe(rf"\n-{place} (?:ZZZZ|({AERODROME.strict}|{POINT.strict}))")
        # -ADEPZ 5957N02905E
        + maybe(rf"\n-{place}Z (?:({POINT.strict})(?=\n|\Z)|({PLACE.strict}))")
        # -PAP 0
        + maybe(r"\n-PAP [0-9]{1,3}")
        # -REG 0267J81 02K6660
        + maybe(rf"\n-REG (?:({MARK_LIST.strict})|({MARKS.strict}))")
        + r"\Z"
    )


_TAKE_OFF, _LANDING = _keyed("IDEP", "ADD", "ATD", "ADEP"), _keyed("IARR", "ADA", "ATA", "ADARR")
_SECOND_BEGINS = re.compile(r"-[ \n]?[A-ZА-ЯЁ]")
"""What a second telegram cannot do without."""
_PARTED = re.compile(r"(?<=\))\n(?=\([A-Z]{3}-)")
_SID_KEY: Final = frozenset([" SID/", "\nSID/"])
_NOTHING: Final[tuple[None, Notes]] = (None, ())
_NO_MARKS: Final[tuple[tuple[str, ...], Notes]] = ((), ())
_NO_CRAFT: Final[tuple[tuple[None, None], Notes]] = ((None, None), ())
_SHR, _CNL, _DLA, _DEP, _ARR = Kind.SHR, Kind.CNL, Kind.DLA, Kind.DEP, Kind.ARR


def read(text: str) -> Telegram | None:
    """Read a text that is one telegram in the strict forms, blanks around it perhaps; None for any other."""
    text = text.strip()
    reader = _READERS.get(text[:4])
    return reader(text) if reader is not None else None


def read_all(text: str) -> list[Telegram] | None:
    """Read a text that is telegrams in the strict forms, each in brackets and beginning a line; None for any other."""
    telegrams = []
    for part in _PARTED.split(text):
        telegram = read(part)
        if telegram is None or not _in_brackets(part):
            return None
        telegrams.append(telegram)
    return telegrams


def _plan(text: str) -> Plan | None:
    """Read a SHR; longer than a function should be because a plan has as many fields."""
    match = _PLAN.match(text)
    if match is None:
        return None
    end = len(text) - 1 if text[-1] == ")" else len(text)
    number = text[end - 10 : end]
    if text[end - 15 : end - 10] not in _SID_KEY or not (number.isdecimal() and number.isascii()):
        return None
    closed = text[0] == "(" and text.find(")") == len(text) - 1
    if (not closed or text.find("(", 1) >= 0) and not _one_telegram(text, match.end(), end):
        return None
    (
        called, departure, at, levels, zones, radius, center, corners, track, other15, destination, lasting,
        dep_point, dep_text, dest_point, dest_text, hover, dof, operator, listed, reg, status, count, uav_type,
        other_type,
    ) = match.groups()  # fmt: skip
    notes: Notes = () if closed or _in_brackets(text) else (missing_bracket(text),)
    on = off = planned = dep = dest = stay = dep_name = dest_name = None
    if dof is None:
        if "DOF " in text:
            return None  # a day behind a blank, within another value
    elif (on := DAYS.get(dof)) is None:
        on, more = day(dof)
        notes += more
    if (off := MINUTES.get(at)) is None:
        off, more = minute(at, on)
        notes += more
    if lasting is not None and (planned := MINUTES.get(lasting)) is None:
        planned, more = duration(lasting)
        notes += more
    if levels is not None:
        read = strict_field15(levels, zones, radius, center, corners, track)
        if read is None:
            return None
        level, zone = read
    else:
        (level, zone), more = field15(other15)
        notes += more
    if dep_point is not None:
        dep = Point(*DEGREES[dep_point], "SHR DEP/")
    elif dep_text is not None:
        dep, more = point(dep_text.strip(), "SHR DEP/")
        dep_name, notes = words(dep_text), notes + more
    if dest_point is not None:
        dest = Point(*DEGREES[dest_point], "SHR DEST/")
    elif dest_text is not None:
        dest, more = point(dest_text.strip(), "SHR DEST/")
        dest_name, notes = words(dest_text), notes + more
    if hover:
        stay, more = point(hover.strip(), "SHR DLE/")
        notes += more
    number_of_craft: int | None
    if uav_type is not None:
        number_of_craft = int(count) if count is not None else 1
    else:
        (uav_type, number_of_craft), more = craft(other_type.strip()) if other_type else _NO_CRAFT
        notes += more
    if listed is None or (regs := strict_marks(listed)) is None:
        regs, more = marks((listed or reg).strip()) if listed or reg else _NO_MARKS
        notes += more
    if called != "ZZZZZ":
        called, more = callsign(called)
        notes += more
    return Plan(
        _SHR,
        called,
        number,
        on,
        off,
        planned,
        departure,
        destination,
        level,
        zone,
        dep,
        dest,
        stay,
        uav_type,
        number_of_craft,
        regs,
        operator_kind(operator) if operator else None,
        fold(status) if status is not None and (status := prose(status.strip())) else None,
        dep_name,
        dest_name,
        None,
        None,
        notes,
    )


def _in_brackets(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


def _one_telegram(text: str, remark: int, end: int) -> bool:
    """Tell whether brackets, as of a telephone, stand in the remark alone and no telegram begins there.

    Where the closing bracket of the telegram alone is missing, no other may be there.
    """
    if text.find("(", 1, remark) >= 0 or text.find(")", 0, remark) >= 0:
        return False
    behind = text[remark:end]
    if text[0] == "(" and text[-1] != ")" and ("(" in behind or ")" in behind):
        return False
    return behind.isupper() and _SECOND_BEGINS.search(behind) is None and not _ended(behind)


def _ended(text: str) -> bool:
    """Tell whether the mark of a telegram's end (НННН) or beginning (ЗЦЗЦ) may stand in a text."""
    if not text.isascii():
        text = text.replace("Н", "H").replace("С", "C")
    return "HHHH" in text or "NNNN" in text or "ZCZC" in text or "ЗЦЗЦ" in text


def _naming(text: str) -> Plan | None:
    """Read a DLA or CNL: which plan it is about, and a delay's new time."""
    match = _NAMING.match(text)
    if match is None:
        return None
    cancelled, called, departure, at, destination, dof, number = match.groups()
    on, n1 = day(dof)
    off, n2 = minute(at, on)
    called, n3 = callsign(called)
    kind = _CNL if cancelled else _DLA
    return Plan(kind, called, number, on, off, None, departure, destination, notes=n1 + n2 + n3)


def _bracketed_movement(text: str) -> Movement | None:
    """Read a DEP or ARR of 2024."""
    match = _BRACKETED.match(text)
    if match is None:
        return None
    is_dep, called, departure, first, destination, second, reg, dof, dep_point, dest_point = match.groups()
    called, n1 = callsign(called)
    on, n2 = day(dof)
    off, n3 = minute(first, on)
    if is_dep:
        kind, at, repeated = _DEP, off, None
        lasting, n4 = duration(second) if second is not None else _NOTHING
    else:
        kind, lasting, repeated = _ARR, None, off
        at, n4 = minute(second) if second is not None else _NOTHING
    regs, n5 = marks(reg.strip()) if reg else _NO_MARKS
    return Movement(
        kind,
        called,
        None,
        on,
        at,
        repeated,
        lasting,
        None,
        None,
        Point(*DEGREES[dep_point], f"{kind} DEP/") if dep_point is not None else None,
        Point(*DEGREES[dest_point], f"{kind} DEST/") if dest_point is not None else None,
        regs,
        False,
        aerodrome(departure),
        aerodrome(destination),
        None,
        None,
        n1 + n2 + n3 + n4 + n5,
    )


def _keyed_movement(text: str) -> Movement | None:
    """Read an IDEP or IARR."""
    is_dep = text.startswith("-TITLE IDEP")
    match = _TAKE_OFF.match(text) if is_dep else _LANDING.match(text)
    if match is None:
        return None
    number, digits, time, place, exact, written, listed, reg = match.groups()
    if (place is not None or written is not None or reg is not None) and _ended(text):
        return None
    notes: Notes = ()
    on = at = precise = stated = index = name = None
    if digits is not None and (on := DAYS.get(digits)) is None:
        on, notes = day(digits)
    if time is not None and (at := MINUTES.get(time)) is None:
        at, more = minute(time, on)
        notes += more
    if exact is not None:
        precise = Point(*DEGREES[exact], "DEP ADEPZ" if is_dep else "ARR ADARRZ")
    elif written is not None:
        precise, more = point(written, "DEP ADEPZ" if is_dep else "ARR ADARRZ")
        name, notes = name_of(written, precise, more), notes + more
    if place is not None:
        stated, index, more = stated_place(place, "DEP ADEP" if is_dep else "ARR ADARR")
        notes += more
    regs = strict_marks(listed) if listed is not None else ()
    if reg is not None or regs is None:
        regs, more = marks(reg or listed)
        notes += more
    return Movement(
        _DEP if is_dep else _ARR,
        None,
        number,
        on,
        at,
        None,
        None,
        precise,
        stated,
        None,
        None,
        regs,
        True,
        index if is_dep else None,
        None if is_dep else index,
        name if is_dep else None,
        None if is_dep else name,
        notes,
    )


_READERS: Final[dict[str, Callable[[str], Telegram | None]]] = {
    **dict.fromkeys(("(SHR", "SHR-"), _plan),
    **dict.fromkeys(("(CNL", "(DLA"), _naming),
    **dict.fromkeys(("(DEP", "(ARR"), _bracketed_movement),
    "-TIT": _keyed_movement,
}
"""Readers by how a text begins."""
