"""Telegrams of keys and values (2025, the form of ADEXP): where the values stand and what they say.

A key is a hyphen and a word at the beginning of a line; on one line, a hyphen and one of the known words behind a
blank.
"""

import re
from collections.abc import Mapping

from shared.telegrams.aircraft import marks
from shared.telegrams.fields import Field, broken, field, whole
from shared.telegrams.model import Kind, Movement, Notes, make_movement
from shared.telegrams.moments import day, minute
from shared.telegrams.plans import aerodrome_of, name_of, number_of, place_of
from shared.telegrams.text import twin

_KNOWN = (
    *("TITLE", "SID", "ADD", "ATD", "ADARRZ", "ADARR", "ADA", "ATA", "ADEPZ", "ADEP", "ADESZ", "ADES", "PAP", "REG"),
    *("ARCID", "ARCTYP", "DOF", "EOBD", "EOBT", "RMK", "COMMENT", "OPR"),
)
_UNHYPHENED = "REG|SID|ADD|ATD|ADA|ATA|ADEPZ|ADARRZ"
_KEY = re.compile(
    rf"(?:\A\(?|(?<=[ \n])|(?<=[0-9A-ZЗ]))-[ \n]?({'|'.join(map(broken, _KNOWN))})"
    r"(?![A-ZА-Я]|[ \n]Z{1,3}(?![0-9A-ZА-Я]))[ :/=]*"
    rf"|(?<=\n)- ?([A-Z]{{3,8}}) |(?<=\n)({_UNHYPHENED})[ :](?=[^\n]*[0-9])"
)
_NOTHING: tuple[None, Notes] = (None, ())


def scan(text: str) -> list[Field]:
    """Give the fields of a keyed telegram in a repaired text."""
    keys = list(_KEY.finditer(twin(text)))
    ends = [*[key.start() for key in keys], len(text)][1:]
    return [field(whole(key[1] or key[2] or key[3]), text, key.end(), end) for key, end in zip(keys, ends, strict=True)]


def movement(kind: Kind, fields: Mapping[str, str], notes: Notes) -> Movement:
    """Read a take-off from ADD, ATD, ADEP and ADEPZ, or a landing from ADA, ATA, ADARR and ADARRZ."""
    get = fields.get
    date_key, time_key, place_key = ("ADD", "ATD", "ADEP") if kind is Kind.DEP else ("ADA", "ATA", "ADARR")
    number, n1 = number_of(get("SID"))
    on, n2 = day(raw) if (raw := get(date_key)) else _NOTHING
    at, n3 = minute(raw) if (raw := get(time_key)) else _NOTHING
    precise, n4 = place_of(get(f"{place_key}Z"))
    stated, n5 = place_of(get(place_key))
    regs, n6 = marks(raw) if (raw := get("REG")) else ((), ())
    aerodrome = aerodrome_of(get(place_key), stated, n5)
    name = name_of(get(f"{place_key}Z"), precise, n4)
    is_dep = kind is Kind.DEP
    return make_movement(
        kind=kind,
        sid=number,
        day=on,
        minute=at,
        precise=precise,
        stated=stated,
        regs=regs,
        departure=aerodrome if is_dep else None,
        destination=None if is_dep else aerodrome,
        dep_name=name if is_dep else None,
        dest_name=None if is_dep else name,
        notes=notes + n1 + n2 + n3 + n4 + n5 + n6,
    )
