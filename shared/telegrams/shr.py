"""SHR, the plan of a flight.

::

    (SHR-00725                                            7   callsign
    -ZZZZ0600                                             13  aerodrome (ZZZZ: none), planned take-off hhmm UTC
    -M0000/M0005 /ZONA R0,5 4408N04308E/                  15  speed, level, zone or route
    -ZZZZ0700                                             16  destination, planned DURATION hhmm; may be missing
    -DEP/4408N04308E DEST/4408N04308E DOF/250124          18  keys in any order
    OPR/… REG/00724,REG00725 STS/SAR TYP/BLA
    RMK/… SID/7772251137)                                     RMK/ is free text up to SID/

Field 16 is no clock time: where the two readings differ, the landing is take-off + duration.
"""

import re
from collections.abc import Mapping

from shared.telegrams.fields import ID, LOOSE_ID, SSR, STOP, Field, field, first_key, items, tail
from shared.telegrams.model import Kind, Notes, Plan
from shared.telegrams.plans import plan
from shared.telegrams.registry import layout
from shared.telegrams.text import twin

_BEGIN = r"(?:\([ \n]?){0,3}[A-Z](?:[ \n]?[A-Z]){2}[ \n]?[- \n][ \n]?"
_STOP = rf"(?:-|(?<=\n)(?=[A-ZА-Я]{{4}}[0-9O]{{4}}(?![0-9A-ZА-Я]))){STOP[1:]}"
"""Field 13, its hyphen missing perhaps."""
_HEAD = re.compile(rf"{_BEGIN}({ID}){SSR}[ \n]?{_STOP}")
_LOOSE = re.compile(rf"{_BEGIN}({LOOSE_ID}){SSR}[ \n]?{_STOP}")
_SKIPPING = re.compile(rf"{_BEGIN}({ID})-[^()]{{0,60}}?[ \n](?=-[ \n]?[A-ZА-Я]{{4}}[0-9O]{{4}}\n){_STOP}")
"""Fields 8 to 10, which a plan may have as in the form of ICAO, say nothing here."""
_NAME = re.compile(rf"{_BEGIN}([^\s()/-]{{0,10}})")


def scan(text: str) -> list[Field]:
    """Give the fields of a plan in a repaired text."""
    like = twin(text)
    head = _HEAD.match(like) or _LOOSE.match(like) or _SKIPPING.match(like) or _NAME.match(like)
    if head is None:
        return []
    names = ("7", "13", "13t")
    fields = [field(name, text, *head.span(i + 1)) for i, name in enumerate(names[: head.re.groups])]
    start = first_key(like, head.end())
    return [*fields, *tail(text, like, head.end(), start), *items(text, like, start, plan=True)]


@layout("SHR", scan)
@layout("PLN", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Plan:
    """Read a plan from its fields."""
    return plan(Kind.SHR, fields, notes)
