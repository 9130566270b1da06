"""From the fields of a telegram to its value: one builder for plans, one for movements of each form.

The layouts are in ``grammar``, the readers of values in ``values``; what cannot be read is None and leaves a note.
"""

import re
from collections.abc import Callable, Mapping

from shared.telegrams import codes, grammar
from shared.telegrams.grammar import fold
from shared.telegrams.model import Kind, Movement, Note, Notes, Plan, Point, Telegram
from shared.telegrams.scanner import Field, Scan
from shared.telegrams.values.aircraft import callsign, craft, marks, sid
from shared.telegrams.values.coordinates import point
from shared.telegrams.values.operators import operator_kind
from shared.telegrams.values.times import day, duration, minute
from shared.telegrams.values.zones import field15

Fields = Mapping[str, str | None]
_NOTHING: tuple[None, Notes] = (None, ())
_NO_MARKS: tuple[tuple[str, ...], Notes] = ((), ())
_NO_CRAFT: tuple[tuple[None, None], Notes] = ((None, None), ())
_NO_FIELD15: tuple[tuple[None, None], Notes] = ((None, None), ())
_NAME_WORD = re.compile(r"[A-ZА-ЯЁ]{2,40}[0-9]{0,12}")


def build(one: Scan, notes: Notes) -> Telegram:
    """Read the fields of a telegram; ``notes`` are of the text it stands in."""
    return BUILDERS[one.word](_values(one.fields), notes + one.notes + _repeated(one.fields))


def _values(fields: list[Field]) -> dict[str, str | None]:
    """Give the values by name; the first of a name counts, marks of several ``REG/`` stand together."""
    read: dict[str, str | None] = {}
    for field in fields:
        if field.name not in read:
            read[field.name] = field.raw
        elif field.name == "REG":
            read["REG"] = f"{read['REG']}\n{field.raw}"
    return read


def _repeated(fields: list[Field]) -> Notes:
    """Note fields that stand twice and say different things."""
    first: dict[str, str] = {}
    return tuple(
        Note(codes.FIELD_REPEATED, field.name)
        for field in fields
        if field.name not in ("REG", "RMK", "OPR")
        and field.raw
        and first.setdefault(field.name, field.raw) != field.raw
    )


def _plan(kind: Kind, fields: Fields, notes: Notes) -> Plan:
    get = fields.get
    number, n1 = sid(raw) if (raw := get("SID")) is not None else _NOTHING
    on, n2 = day(raw) if (raw := get("DOF")) else _NOTHING
    at, n3 = minute(raw, on) if (raw := get("13t")) else _NOTHING
    lasting, n4 = duration(raw) if (raw := get("16t")) else _NOTHING
    (level, zone), n5 = field15(raw) if (raw := get("15")) else _NO_FIELD15
    dep, n6 = point(raw, f"{kind} DEP/") if (raw := get("DEP")) else _NOTHING
    dest, n7 = point(raw, f"{kind} DEST/") if (raw := get("DEST")) else _NOTHING
    stay, n8 = point(raw, "SHR DLE/") if (raw := get("DLE")) else _NOTHING
    (uav_type, count), n9 = craft(raw) if (raw := get("TYP")) else _NO_CRAFT
    regs, n10 = marks(raw) if (raw := get("REG")) else _NO_MARKS
    called, n11 = callsign(raw) if (raw := get("7")) else _NOTHING
    return Plan(
        kind,
        called,
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
        operator_kind(raw) if (raw := get("OPR")) else None,
        fold(status) if (status := prose(get("STS"))) else None,
        words(get("DEP")),
        words(get("DEST")),
        day(raw)[0] if (raw := get("filed day")) else None,
        minute(raw)[0] if (raw := get("filed time")) else None,
        notes + n1 + n2 + n3 + n4 + n5 + n6 + n7 + n8 + n9 + n10 + n11,
    )


def _naming(kind: Kind, fields: Fields, notes: Notes) -> Plan:
    """Read a delay or a cancellation: which plan it is about, and a delay's new time."""
    return _plan(kind, {name: raw for name, raw in fields.items() if name in _NAMING_FIELDS}, notes)


_NAMING_FIELDS = frozenset(["7", "13", "13t", "16", "DOF", "SID", "REG"])


def prose(raw: str | None) -> str | None:
    """Give free text on one line."""
    return raw.replace("\n", " ") or None if raw else None


def words(raw: str | None) -> str | None:
    """Give the words of a value (``ЕЛОВКА``, ``MR05512``) joined by blanks, look-alikes Latin; None without any."""
    return " ".join(_NAME_WORD.findall(fold(raw))) or None if raw else None


def name_of(raw: str | None, point: Point | None, notes: Notes) -> str | None:
    """Give the words that stand where a coordinate belongs; None if one was read or meant."""
    if raw is None or point is not None or any(note.code.startswith("COORD_") for note in notes):
        return None
    return words(raw)


def aerodrome(raw: str | None) -> str | None:
    """Give the index, or name, of an aerodrome; None for ``ZZZZ``."""
    if raw is None or raw == "ZZZZ":
        return None
    name = words(raw)
    return None if name is None or not name.strip("ZЗ ") else name


def stated_place(raw: str, source: str) -> tuple[Point | None, str | None, Notes]:
    """Read ADEP or ADARR: a coordinate, else the index or name of an aerodrome."""
    stated, notes = point(raw, source) if raw != "ZZZZ" else _NOTHING
    return stated, aerodrome(raw) if stated is None and not notes else None, notes


def _bracketed(kind: Kind, fields: Fields, notes: Notes) -> Movement:
    """Read a DEP or ARR in brackets, 2024.

    The time of field 13 is the take-off; what follows the destination is the planned duration in a DEP, the landing in
    an ARR.
    """
    get = fields.get
    called, n1 = callsign(raw) if (raw := get("7")) else _NOTHING
    number, n2 = sid(raw) if (raw := get("SID")) is not None else _NOTHING
    on, n3 = day(raw) if (raw := get("DOF")) else _NOTHING
    off, n4 = minute(raw, on) if (raw := get("13t")) else _NOTHING
    raw = get("16t")
    if kind is Kind.DEP:
        lasting, n5 = duration(raw) if raw else _NOTHING
        at, repeated = off, None
    else:
        at, n5 = minute(raw) if raw else _NOTHING
        lasting, repeated = None, off
    dep, n6 = point(raw, f"{kind} DEP/") if (raw := get("DEP")) else _NOTHING
    dest, n7 = point(raw, f"{kind} DEST/") if (raw := get("DEST")) else _NOTHING
    regs, n8 = marks(raw) if (raw := get("REG")) else _NO_MARKS
    return Movement(
        kind,
        called,
        number,
        on,
        at,
        repeated,
        lasting,
        None,
        None,
        dep,
        dest,
        regs,
        False,
        aerodrome(get("13")),
        aerodrome(get("16")),
        name_of(get("DEP"), dep, n6),
        name_of(get("DEST"), dest, n7),
        notes + n1 + n2 + n3 + n4 + n5 + n6 + n7 + n8,
    )


def _keyed(kind: Kind, fields: Fields, notes: Notes) -> Movement:
    """Read a take-off from ADD, ATD, ADEP and ADEPZ, or a landing from ADA, ATA, ADARR and ADARRZ, 2025."""
    get = fields.get
    day_key, time_key, place_key = ("ADD", "ATD", "ADEP") if kind is Kind.DEP else ("ADA", "ATA", "ADARR")
    number, n1 = sid(raw) if (raw := get("SID")) is not None else _NOTHING
    on, n2 = day(raw) if (raw := get(day_key)) else _NOTHING
    at, n3 = minute(raw, on) if (raw := get(time_key)) else _NOTHING
    written = get(place_key + "Z")
    precise, n4 = point(written, f"{kind} {place_key}Z") if written else _NOTHING
    name = name_of(written, precise, n4)
    stated, index, n5 = stated_place(raw, f"{kind} {place_key}") if (raw := get(place_key)) else (None, None, ())
    regs, n6 = marks(raw) if (raw := get("REG")) else _NO_MARKS
    off = kind is Kind.DEP
    return Movement(
        kind,
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
        index if off else None,
        None if off else index,
        name if off else None,
        None if off else name,
        notes + n1 + n2 + n3 + n4 + n5 + n6,
    )


def _keyed_plan(kind: Kind, fields: Fields, notes: Notes) -> Plan:
    """Read a change, delay or cancellation in keys and values by the fields of a plan that its keys stand for."""
    named = {field: raw for key, field in _AS_FIELDS if (raw := fields.get(key))}
    return _plan(kind, named, notes)


_AS_FIELDS = (
    ("SID", "SID"),
    ("ARCID", "7"),
    ("DOF", "DOF"),
    ("EOBD", "DOF"),
    ("ETD", "13t"),
    ("EOBT", "13t"),
    ("TTLEET", "16t"),
    ("ADEPZ", "DEP"),
    ("ADESZ", "DEST"),
    ("ADARRZ", "DEST"),
    ("REG", "REG"),
    ("ARCTYP", "TYP"),
)
"""Keys of a plan in keys and values, and the fields that say the same in brackets; the later of two counts."""


def _builder(build_one: Callable[[Kind, Fields, Notes], Telegram], kind: Kind) -> Callable[[Fields, Notes], Telegram]:
    return lambda fields, notes: build_one(kind, fields, notes)


BUILDERS: dict[str, Callable[[Fields, Notes], Telegram]] = {
    **dict.fromkeys(("SHR", "PLN", "FPL"), _builder(_plan, Kind.SHR)),
    "CHG": _builder(_plan, Kind.CHG),
    **{word: _builder(_naming, Kind(word)) for word in ("DLA", "CNL")},
    **{f"I{word}": _builder(_keyed_plan, Kind(word)) for word in ("CHG", "DLA", "CNL")},
    **{word: _builder(_bracketed, Kind(word)) for word in ("DEP", "ARR")},
    **{f"I{word}": _builder(_keyed, Kind(word)) for word in ("DEP", "ARR")},
}
"""How the fields of each layout are read."""

READERS: dict[str, Callable[[str], tuple[object, Notes]]] = {
    "callsign": callsign,
    "minute": minute,
    "duration": duration,
    "field15": field15,
    "sid": sid,
    "marks": marks,
    "craft": craft,
    "day": day,
    "place": point,
}
"""Readers of values by the names that the grammar gives them."""


def reader_of(word: str, field: str) -> str | None:
    """Give the name of the reader of a field in a telegram of a word, None where nothing is read from it."""
    if word == "ARR" and field == "16t":
        return "minute"
    if field in grammar.NUMBERED:
        return grammar.NUMBERED[field]
    keys = grammar.KEYED if grammar.LAYOUTS[word].form is grammar.Form.KEYS else grammar.KEYS
    key = keys.get(field)
    return key.reader if key else None
