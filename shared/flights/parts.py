"""The telegrams of one row by what they are about.

SHR is the plan, CHG and DLA change it, CNL takes it back, DEP and ARR say what happened. The text decides which
telegram is which, not the column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from shared.flights import codes
from shared.flights.readings import Codes
from shared.telegrams.model import Kind, Movement, Plan, Telegram

T = TypeVar("T", Plan, Movement)


@dataclass(slots=True)
class Parts:
    """A row's telegrams; of a repeated one the later facts stand."""

    plan: Plan | None = None
    """The plan as changed, or a lone CNL."""
    dep: Movement | None = None
    arr: Movement | None = None
    cancelled: bool = False
    codes: Codes = ()


def sort(telegrams: Sequence[Telegram]) -> Parts:
    """Sort telegrams into parts: plans first, then their changes in order."""
    parts = Parts()
    changes: list[Plan] = []
    for telegram in telegrams:
        if isinstance(telegram, Movement):
            if telegram.kind is Kind.DEP and parts.dep is None:
                parts.dep = telegram
            elif telegram.kind is Kind.ARR and parts.arr is None:
                parts.arr = telegram
            else:
                _repeat(parts, telegram)
        elif telegram.kind is Kind.SHR:
            _plan(parts, telegram)
        else:
            changes.append(telegram)
    for change in changes:
        parts.cancelled = parts.cancelled or change.kind is Kind.CNL
        if parts.plan is not None and (parts.plan.sid or change.sid) != (change.sid or parts.plan.sid):
            parts.codes += (codes.SID_MISMATCH,)
        parts.plan = change if parts.plan is None else _changed(parts.plan, change)
    return parts


def _repeat(parts: Parts, movement: Movement) -> None:
    parts.codes += (codes.ROW_REPEATED_TELEGRAM,)
    if movement.kind is Kind.DEP and parts.dep is not None:
        parts.dep = over(parts.dep, movement)
    elif parts.arr is not None:
        parts.arr = over(parts.arr, movement)


def _plan(parts: Parts, plan: Plan) -> None:
    known = parts.plan
    if known is None:
        parts.plan = plan
    elif known.sid and plan.sid and known.sid != plan.sid:
        parts.codes += (codes.ROW_SEVERAL_FLIGHTS,)
    else:
        parts.codes += (codes.ROW_REPEATED_TELEGRAM,)
        parts.plan = over(known, plan)


def _changed(plan: Plan, change: Plan) -> Plan:
    """Apply a change; of a cancellation, which changes nothing, only whom it is about counts."""
    if change.kind is Kind.CNL:
        notes = plan.notes + change.notes
        return replace(plan, callsign=plan.callsign or change.callsign, sid=plan.sid or change.sid, notes=notes)
    kind = change.kind if plan.kind is Kind.CNL else plan.kind
    return replace(over(plan, change), kind=kind, sid=plan.sid or change.sid)


def over(old: T, new: T) -> T:
    """Lay a newer telegram over an older one: what it does not say stays."""
    said = {
        field.name: value
        for field in fields(new)
        if field.name != "notes" and (value := getattr(new, field.name)) is not None and value != ()
    }
    return replace(old, **said, notes=old.notes + new.notes)
