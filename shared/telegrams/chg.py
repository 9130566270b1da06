"""CHG, a plan changed.

::

    (CHG-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250101 SID/7772251137-13/ZZZZ0800-16/ZZZZ0200-18/DEP/… REG/…)
         7     13: as it was   18                      22: field number, slash, its new content

    (CHG-ZZZZZ                     the other way of writing it: the whole plan again, as a SHR
    -ZZZZ0800
    -M0000/M0020 /ZONA MR01649/
    -ZZZZ0200
    -DEP/… DOF/250101 … SID/7772251137)

Only what it names is changed; in the first form the old take-off is no news.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from shared.telegrams.fields import STOP, Field, field, items
from shared.telegrams.model import Kind, Notes, Plan
from shared.telegrams.moments import day, minute
from shared.telegrams.plans import plan
from shared.telegrams.registry import layout
from shared.telegrams.shr import scan as scan_plan
from shared.telegrams.text import twin

_CHANGE = re.compile(r"-[ \n]?(7|8|9|10|13|15|16|18)[ \n]?/")
_STOP = re.compile(rf"-?{STOP[1:]}")


def scan(text: str) -> list[Field]:
    """Give the fields of a change, the changed ones by their new content."""
    like = twin(text)
    changes = list(_CHANGE.finditer(like))
    if not changes:
        return scan_plan(text)
    head = scan_plan(text[: changes[0].start()])
    kept = [one for one in head if one.name not in ("13", "13t", "15", "16", "16t")]
    kept += [replace(one, name=f"filed {one.name}") for one in head if one.name in ("13t", "DOF")]
    ends = [change.start() for change in changes[1:]] + [len(text)]
    new: list[Field] = []
    for change, end in zip(changes, ends, strict=True):
        new += _changed(change[1], text, like, change.end(), end)
    named = {one.name for one in new}
    return [*(one for one in kept if one.name not in named), *new]


def _changed(number: str, text: str, like: str, start: int, end: int) -> list[Field]:
    if number == "18":
        return items(text[:end], like[:end], start, plan=True)
    if number == "15":
        return [field("15", text, start, end)]
    match = _STOP.match(like, start) if number in ("13", "16") else None
    if match is None:
        return []
    return [field(number, text, *match.span(1)), field(f"{number}t", text, *match.span(2))]


@layout("CHG", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Plan:
    """Read a change; a field it does not name is None."""
    change = plan(Kind.CHG, fields, notes)
    filed_minute, _ = minute(fields.get("filed 13t", ""))
    filed_day, _ = day(fields.get("filed DOF", ""))
    return replace(change, filed_day=filed_day, filed_minute=filed_minute)
