"""From the fields of a DEP or ARR in brackets to its value (2024)."""

import re
from collections.abc import Mapping

from shared.telegrams.aircraft import marks
from shared.telegrams.fields import ID, LOOSE_ID, SSR, STOP, Field, field, first_key, items
from shared.telegrams.model import Kind, Movement, Notes, make_movement
from shared.telegrams.moments import day, duration, minute
from shared.telegrams.plans import aerodrome_of, callsign_of, name_of, number_of, place_of
from shared.telegrams.text import twin

_MORE = rf"(?:[ \n]?(?!-[ \n]?[A-Z]{{4}}[ \n]?/){STOP})?"
# Four letters before a slash are a key of field 18 (DEST/), not an aerodrome.
_BEGIN = r"(?:\([ \n]?){0,3}[A-Z](?:[ \n]?[A-Z]){2}[ \n]?[- \n][ \n]?"
_HEAD = re.compile(rf"{_BEGIN}({ID}){SSR}[ \n]?{STOP}{_MORE}{_MORE}")
_LOOSE = re.compile(rf"{_BEGIN}({LOOSE_ID}){SSR}[ \n]?{STOP}{_MORE}{_MORE}")
_NAME = re.compile(rf"{_BEGIN}([^\s()/-]{{0,10}})")
_NOTHING: tuple[None, Notes] = (None, ())


def scan(text: str) -> list[Field]:
    """Give the fields of a bracketed movement: 7, 13, then 16 (a diversion's aerodrome of landing counts), then 18."""
    like = twin(text)
    head = _HEAD.match(like) or _LOOSE.match(like) or _NAME.match(like)
    if head is None:
        return []
    fields = [field("7", text, *head.span(1))]
    groups = [i for i in range(2, head.re.groups, 2) if head[i]]
    for name, i in zip(("13", "16"), [*groups[:1], *groups[1:][-1:]], strict=False):
        fields += [field(name, text, *head.span(i)), field(f"{name}t", text, *head.span(i + 1))]
    start = first_key(like, head.end())
    return [*fields, *items(text, like, start, plan=False)]


def departure(fields: Mapping[str, str], notes: Notes) -> Movement:
    """Read a DEP: the time of field 13 is the take-off, what follows the destination is the planned duration."""
    at, n1 = minute(raw) if (raw := fields.get("13t")) else _NOTHING
    lasting, n2 = duration(raw) if (raw := fields.get("16t")) else _NOTHING
    return _movement(Kind.DEP, fields, at, None, lasting, notes + n1 + n2)


def arrival(fields: Mapping[str, str], notes: Notes) -> Movement:
    """Read an ARR: the time of field 13 is the take-off, that of field 17 the landing."""
    off, n1 = minute(raw) if (raw := fields.get("13t")) else _NOTHING
    at, n2 = minute(raw) if (raw := fields.get("16t")) else _NOTHING
    return _movement(Kind.ARR, fields, at, off, None, notes + n1 + n2)


def _movement(
    kind: Kind, fields: Mapping[str, str], at: int | None, off: int | None, lasting: int | None, notes: Notes
) -> Movement:
    get = fields.get
    callsign, n1 = callsign_of(get("7"))
    number, n2 = number_of(get("SID"))
    on, n3 = day(raw) if (raw := get("DOF")) else _NOTHING
    dep, n4 = place_of(get("DEP"))
    dest, n5 = place_of(get("DEST"))
    regs, n6 = marks(raw) if (raw := get("REG")) else ((), ())
    return make_movement(
        kind=kind,
        callsign=callsign,
        sid=number,
        day=on,
        minute=at,
        off=off,
        duration=lasting,
        dep=dep,
        dest=dest,
        regs=regs,
        dated=False,
        departure=aerodrome_of(get("13")),
        destination=aerodrome_of(get("16")),
        dep_name=name_of(get("DEP"), dep, n4),
        dest_name=name_of(get("DEST"), dest, n5),
        notes=notes + n1 + n2 + n3 + n4 + n5 + n6,
    )
