"""The telegrams of a row's flight by what they are about.

SHR is the plan, CHG and DLA change it, CNL takes it back, DEP and ARR say what happened. The text decides which
telegram is which, not the column; plans count in the order of the texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from shared.flights import codes
from shared.flights.membership import members
from shared.flights.readings import Codes
from shared.telegrams.model import Kind, Movement, Plan, Telegram

T = TypeVar("T", Plan, Movement)


@dataclass(slots=True)
class Parts:
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
            _move(parts, telegram)
        elif telegram.kind is Kind.SHR:
            _file(parts, telegram)
        elif parts.plan is None and telegram.kind is not Kind.CNL:
            early.append(telegram)
        else:
            _change(parts, telegram)
    for change in early:
        _change(parts, change)
    return parts


def _move(parts: Parts, movement: Movement) -> None:
    is_dep = movement.kind is Kind.DEP
    earlier = parts.dep if is_dep else parts.arr
    if earlier is not None:
        parts.codes += (codes.ROW_REPEATED_TELEGRAM,)
        movement = over(earlier, movement)
    if is_dep:
        parts.dep = movement
    else:
        parts.arr = movement


def _file(parts: Parts, plan: Plan) -> None:
    """Take a SHR: over an earlier one, in place of one that was taken back."""
    earlier = parts.plan
    if earlier is None or parts.cancelled:
        parts.plan, parts.cancelled = plan, False
        return
    if earlier.kind is Kind.SHR:
        parts.codes += (codes.ROW_REPEATED_TELEGRAM,)
    parts.plan = over(earlier, plan)


def _change(parts: Parts, change: Plan) -> None:
    """Apply a change; of a cancellation, which changes nothing, only whom it is about counts."""
    plan = parts.plan
    parts.cancelled = parts.cancelled or change.kind is Kind.CNL
    if plan is None:
        parts.plan = change
    elif change.kind is Kind.CNL:
        parts.plan = replace(plan, callsign=plan.callsign or change.callsign, notes=plan.notes + change.notes)
    else:
        kind = change.kind if plan.kind is Kind.CNL else plan.kind
        parts.plan = replace(over(plan, change), kind=kind)


def over(old: T, new: T) -> T:
    """Lay a newer telegram over an older one: what it does not say stays."""
    said = {
        field.name: value
        for field in fields(new)
        if field.name != "notes" and (value := getattr(new, field.name)) is not None and value != ()
    }
    return replace(old, **said, notes=old.notes + new.notes)
