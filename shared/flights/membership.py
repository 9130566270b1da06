"""Which telegrams of a row are of the row's flight; docs/flights.md has the rules.

The row's number (``SID``) is that of its SHR, else the one that most telegrams name. A telegram of another number is of
another flight. One without a number belongs unless its callsign, aerodrome, time or day contradict.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from shared.flights import flight_codes
from shared.flights.model import Codes
from shared.flights.places import near
from shared.telegrams.codes import SID_UNREADABLE
from shared.telegrams.model import Kind, Movement, Note, Plan, Telegram

T = TypeVar("T", Plan, Movement)
_NO_CALLSIGN = "ZZZZZ"
_FAR_DAYS = 2
"""Days by which a take-off or landing without a number may differ from its plan."""
_SLIP_DEGREES = 0.05
_SLIP_MINUTES = 60
_DAY_MINUTES = 1440


class Members(NamedTuple):
    """The telegrams of the row's flight in the order of the texts, its number, and codes of those set aside."""

    telegrams: Sequence[Telegram]
    sid: str | None
    codes: Codes


def members(telegrams: Sequence[Telegram]) -> Members:
    """Choose the telegrams that are of the row's flight."""
    if (sid := _common_number(telegrams)) is not None:
        return Members(telegrams, sid, ())
    telegrams = _with_credible_numbers(telegrams)
    plans = [telegram for telegram in telegrams if telegram.kind is Kind.SHR]
    heads = [_head(telegrams, plans)]
    sid = heads[0].sid
    chosen: list[Telegram] = []
    row_codes: Codes = ()
    for telegram in telegrams:
        if all(_belongs(telegram, head, telegrams) for head in heads):
            chosen.append(telegram)
            if telegram.kind is Kind.SHR and telegram.sid is None:
                heads.append(telegram)
            if telegram.sid is not None and telegram.sid != sid:
                row_codes += (flight_codes.SID_MISMATCH,)
        elif telegram.kind is Kind.SHR:
            row_codes += (flight_codes.ROW_SEVERAL_FLIGHTS,)
        else:
            row_codes += (flight_codes.TELEGRAM_OF_ANOTHER_FLIGHT,)
    return Members(chosen, sid, row_codes)


def _common_number(telegrams: Sequence[Telegram]) -> str | None:
    """Give the number that all telegrams have, if it is one of digits and at most one of them is a SHR."""
    sid, plans = telegrams[0].sid, 0
    for telegram in telegrams:
        if telegram.sid != sid:
            return None
        plans += telegram.kind is Kind.SHR
    if sid is None or plans > 1 or not (sid.isdecimal() or len(telegrams) > 1 or plans):
        return None
    return sid


def _with_credible_numbers(telegrams: Sequence[Telegram]) -> Sequence[Telegram]:
    """Take the number from a telegram if it has letters (``VSTK0160``) and neither a SHR nor a second one says so."""
    if all(telegram.sid is None or telegram.sid.isdecimal() for telegram in telegrams):
        return telegrams
    count = Counter(telegram.sid for telegram in telegrams)
    return [
        telegram
        if telegram.sid is None or telegram.sid.isdecimal() or telegram.kind is Kind.SHR or count[telegram.sid] > 1
        else telegram._replace(sid=None, notes=(*telegram.notes, Note(SID_UNREADABLE, telegram.sid)))
        for telegram in telegrams
    ]


def _head(telegrams: Sequence[Telegram], plans: Sequence[Telegram]) -> Telegram:
    """Give the telegram that says which flight the row is of: a SHR, a numbered one before others.

    Of several the one that most take-offs and landings, then most changes agree with; then one that no CNL behind it
    takes back; then the first.
    """
    candidates = [plan for plan in plans if plan.sid] or [one for one in telegrams if one.sid] or plans or telegrams
    if len(candidates) == 1:
        return candidates[0]

    def weight(candidate: Telegram) -> tuple[int, int, bool]:
        agreeing = [one for one in telegrams if one is not candidate and _agrees(one, candidate, telegrams)]
        moves = sum(isinstance(one, Movement) for one in agreeing)
        changes = sum(one.kind is not Kind.CNL for one in agreeing) - moves
        return moves, changes, not _taken_back(candidate, agreeing, telegrams)

    return max(candidates, key=weight)


def _taken_back(plan: Telegram, agreeing: Sequence[Telegram], telegrams: Sequence[Telegram]) -> bool:
    at = next(i for i, one in enumerate(telegrams) if one is plan)
    behind = [one for one in telegrams[at + 1 :] if any(one is other for other in agreeing)]
    return bool(behind) and behind[-1].kind is Kind.CNL


def _belongs(telegram: Telegram, head: Telegram, telegrams: Sequence[Telegram]) -> bool:
    return telegram is head or _agrees(telegram, head, telegrams) or _slip(telegram, head, telegrams)


def _agrees(telegram: Telegram, head: Telegram, telegrams: Sequence[Telegram]) -> bool:
    if telegram.sid is not None and head.sid is not None:
        return telegram.sid == head.sid
    return not contradicts(telegram, head, telegrams)


def contradicts(telegram: Telegram, head: Telegram, telegrams: Sequence[Telegram]) -> bool:
    """Tell whether callsign, field 13 or day show that a telegram without a number is of another flight."""
    if _other_aerodrome(telegram.departure, head.departure):
        return True
    if isinstance(telegram, Movement) or isinstance(head, Movement):
        return _other_callsign(telegram.callsign, head.callsign) or _apart(telegram.day, head.day) > _FAR_DAYS
    if _differ(_bare(telegram.callsign), [_bare(head.callsign)]):
        return True
    if telegram.kind is Kind.DLA:
        return _apart(telegram.day, head.day) > 1
    if telegram.kind is Kind.CHG:
        return _differ(telegram.filed_day, [head.day]) or _differ(telegram.filed_minute, [head.minute])
    versions = _versions(head, telegrams) if telegram.kind is Kind.CNL else [head]
    minutes = [version.minute for version in versions]
    return _differ(telegram.day, [version.day for version in versions]) or _differ(telegram.minute, minutes)


def _versions(head: Plan, telegrams: Sequence[Telegram]) -> list[Plan]:
    """Give a plan with its changes and later filings: a CNL may name any of their times."""
    others = [other for other in telegrams if isinstance(other, Plan) and other.kind is not Kind.CNL]
    return [head, *(other for other in others if other is not head and _agrees(other, head, telegrams))]


def _differ(value: object, expected: Sequence[object]) -> bool:
    stated = [one for one in expected if one is not None]
    return value is not None and bool(stated) and value not in stated


def _apart(one: date | None, other: date | None) -> int:
    return abs((one - other).days) if one is not None and other is not None else 0


def _bare(callsign: str | None) -> str | None:
    return callsign.replace("-", "") if callsign else None


def _other_callsign(one: str | None, other: str | None) -> bool:
    """Tell whether two callsigns differ; DEP and ARR may lack one (ZZZZZ) or leave out what stands before a mark."""
    if not one or not other or _NO_CALLSIGN in (one, other):
        return False
    one, other = one.replace("-", ""), other.replace("-", "")
    return one not in other and other not in one


def _other_aerodrome(one: str | None, other: str | None) -> bool:
    return bool(one and other) and one != other and "ZZZZ" not in (one, other)


def _slip(telegram: Telegram, head: Telegram, telegrams: Sequence[Telegram]) -> bool:
    """Tell whether a DEP or ARR is of the SHR's flight although a digit of its number is wrong.

    Neighbouring plans have neighbouring numbers, so day, time and place must all be those of the plan, and no telegram
    of the row may have either number for its own.
    """
    if not (isinstance(telegram, Movement) and isinstance(head, Plan) and _one_slip(telegram.sid, head.sid)):
        return False
    for other in telegrams:
        own = other.sid == head.sid and other.kind is telegram.kind
        if own or (other.sid == telegram.sid and isinstance(other, Plan)):
            return False
    return _in_time(telegram, head) and _in_place(telegram, head)


def _one_slip(one: str | None, other: str | None) -> bool:
    """Tell whether two numbers differ by one digit or by two neighbours swapped."""
    if one is None or other is None or len(one) != len(other):
        return False
    at = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(at) == 2:
        first, second = at
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(at) == 1


def _in_time(move: Movement, plan: Plan) -> bool:
    if move.day is None or plan.day is None or move.minute is None or plan.minute is None:
        return False
    after = (move.day - plan.day).days * _DAY_MINUTES + move.minute - plan.minute
    return -_SLIP_MINUTES <= after <= (plan.duration or 0) + _SLIP_MINUTES


def _in_place(move: Movement, plan: Plan) -> bool:
    stated = move.precise or move.stated or (move.dep if move.kind is Kind.DEP else move.dest)
    planned = plan.dep if move.kind is Kind.DEP else plan.dest
    return stated is not None and planned is not None and near(stated, planned, _SLIP_DEGREES)


class Parts(NamedTuple):
    """What the telegrams of a row's flight say; of a repeated one the later facts stand."""

    sid: str | None
    plan: Plan | None = None
    """The plan as changed, or a lone CNL."""
    dep: Movement | None = None
    arr: Movement | None = None
    cancelled: bool = False
    """A CNL stands behind the last SHR."""
    codes: Codes = ()


def sort(telegrams: Sequence[Telegram]) -> Parts:
    """Sort the telegrams of the row's flight into parts; those of other flights leave a code only."""
    chosen, sid, row_codes = members(telegrams)
    parts = Parts(sid, codes=row_codes)
    early: list[Plan] = []
    for telegram in chosen:
        if isinstance(telegram, Movement):
            parts = _move(parts, telegram)
        elif telegram.kind is Kind.SHR:
            parts = _file(parts, telegram)
        elif parts.plan is None and telegram.kind is not Kind.CNL:
            early.append(telegram)
        else:
            parts = _change(parts, telegram)
    for change in early:
        parts = _change(parts, change)
    return parts


def _move(parts: Parts, movement: Movement) -> Parts:
    is_dep = movement.kind is Kind.DEP
    earlier = parts.dep if is_dep else parts.arr
    if earlier is not None:
        parts = parts._replace(codes=(*parts.codes, flight_codes.ROW_REPEATED_TELEGRAM))
        movement = over(earlier, movement)
    return parts._replace(dep=movement) if is_dep else parts._replace(arr=movement)


def _file(parts: Parts, plan: Plan) -> Parts:
    """Take a SHR: over an earlier one, in place of one that was taken back."""
    earlier = parts.plan
    if earlier is None or parts.cancelled:
        return parts._replace(plan=plan, cancelled=False)
    repeated = (flight_codes.ROW_REPEATED_TELEGRAM,) if earlier.kind is Kind.SHR else ()
    return parts._replace(plan=over(earlier, plan), codes=parts.codes + repeated)


def _change(parts: Parts, change: Plan) -> Parts:
    """Apply a change; of a cancellation, which changes nothing, only whom it is about counts."""
    plan = parts.plan
    cancelled = parts.cancelled or change.kind is Kind.CNL
    if plan is None:
        return parts._replace(plan=change, cancelled=cancelled)
    if change.kind is Kind.CNL:
        changed = plan._replace(callsign=plan.callsign or change.callsign, notes=plan.notes + change.notes)
    else:
        changed = over(plan, change)._replace(kind=change.kind if plan.kind is Kind.CNL else plan.kind)
    return parts._replace(plan=changed, cancelled=cancelled)


def over(old: T, new: T) -> T:
    """Lay a newer telegram over an older one: what it does not say stays."""
    said: dict[str, Any] = {
        name: value
        for name, value in zip(new._fields, new, strict=True)
        if name != "notes" and value is not None and value != ()
    }
    return old._replace(**said, notes=old.notes + new.notes)
