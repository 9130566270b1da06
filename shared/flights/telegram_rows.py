"""From a row to what it says of its flight: the one door for rows of telegrams and of tables.

docs/flights.md has the rules.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeGuard

from shared.flights import flight_codes, identity
from shared.flights.centers import blank, center, center_codes
from shared.flights.flight_times import Period, Plausible, landing, planned, plausible_days, take_off
from shared.flights.membership import Parts, sort
from shared.flights.model import (
    Codes,
    OperatorKind,
    Reading,
    Reject,
    TableRow,
    TelegramRow,
    Texts,
)
from shared.flights.places import place_name
from shared.flights.table_rows import read_table
from shared.telegrams.errors import TelegramError
from shared.telegrams.model import Kind, Movement, Named, Plan, Telegram
from shared.telegrams.parsing import parse_loosely
from shared.telegrams.strict import read as read_strictly

_SHR, _DEP, _ARR = Kind.SHR, Kind.DEP, Kind.ARR
_LONGEST_BLANK = 24
_NO_PLAN = Plan(Kind.CNL)
_NO_DEP = Movement(Kind.DEP)
_NO_ARR = Movement(Kind.ARR)


def read(
    row: TelegramRow | TableRow, *, period: Period | None = None, sent: date | None = None
) -> Reading | Reject | None:
    """Read a row: a Reading, a Reject with a code if no flight is in it, None if it is empty.

    ``period`` are the days (UTC) the workbook speaks of, ``sent`` the one on which it was sent; a date far from the
    period, before 2010 or more than a year after ``sent`` is None and leaves a code. Neither changes identity.
    """
    plausible = plausible_days(period, sent)
    if isinstance(row, TableRow):
        return read_table(row, plausible)
    plan = read_strictly(row.shr) if row.shr is not None else None
    dep = read_strictly(row.dep) if row.dep is not None else None
    arr = read_strictly(row.arr) if row.arr is not None else None
    if (
        isinstance(plan, Plan)
        and plan.kind is _SHR
        and _is_of(dep, plan, _DEP, row.dep)
        and _is_of(arr, plan, _ARR, row.arr)
    ):
        parts = Parts(plan.sid, plan, dep, arr)
        name = center(row.center)
        codes = center_codes(row.center) if name is None else ()
        return _reading(parts, identity.by_number(plan.sid or ""), name, plausible, codes)
    return _read_cells(row, (plan, dep, arr), plausible)


def _is_of(move: Telegram | None, plan: Plan, kind: Kind, text: str | None) -> TypeGuard[Movement | None]:
    """Tell whether a cell holds what its column is for, of the plan's number, or nothing: so are nearly all."""
    return text is None if move is None else move.kind is kind and move.sid == plan.sid


def _read_cells(row: TelegramRow, strict: Sequence[Telegram | None], plausible: Plausible) -> Reading | Reject | None:
    """Read a row of any other kind; ``strict`` are the telegrams that have been read already."""
    texts = (row.shr, row.dep, row.arr)
    telegrams: list[Telegram] = []
    notes: Codes = ()
    failed: str | None = None
    for kind, text, telegram in zip((_SHR, _DEP, _ARR), texts, strict, strict=True):
        if text is None or (len(text) < _LONGEST_BLANK and blank(text)):
            continue
        try:
            found = [telegram] if telegram is not None else parse_loosely(text)
        except TelegramError as error:
            failed = failed or error.code
            continue
        notes += _misplaced(kind, found)
        telegrams += found
    if not telegrams:
        return Reject(failed) if failed else None
    if failed:
        notes += (flight_codes.CELL_NOT_READ,)
    return join(telegrams, notes + center_codes(row.center), center(row.center), texts, plausible)


def _misplaced(column: Kind, found: list[Telegram]) -> Codes:
    """Say that a cell holds several telegrams, or one that belongs to another column."""
    if len(found) > 1:
        return (flight_codes.CELL_SEVERAL_TELEGRAMS,)
    kind = found[0].kind
    return (flight_codes.CELL_WRONG_COLUMN,) if kind is not column and kind in (_SHR, _DEP, _ARR) else ()


def join(
    telegrams: Sequence[Telegram], row: Codes, center: str | None, texts: Sequence[str | None], plausible: Plausible
) -> Reading | Reject:
    """Put telegrams together; a Reject if none says anything of a flight. ``texts`` are the cells as they stand."""
    parts = sort(telegrams)
    row += parts.codes
    if parts.sid is not None:
        return _reading(parts, identity.by_number(parts.sid), center, plausible, row)
    if not _says(parts.plan or _NO_PLAN, parts.dep or _NO_DEP, parts.arr or _NO_ARR):
        return Reject(flight_codes.TELEGRAM_WITHOUT_FACTS)
    return _reading(parts, _natural(parts, texts), center, plausible, (*row, flight_codes.SID_MISSING))


def _reading(parts: Parts, key: bytes, center: str | None, plausible: Plausible, row: Codes) -> Reading:
    """Make the reading; longer than a function should be because a reading has as many facts."""
    plan, dep, arr = parts.plan or _NO_PLAN, parts.dep or _NO_DEP, parts.arr or _NO_ARR
    plan_day, plan_dt, plan_codes = planned(parts.plan, plausible)
    dep_dt, dep_codes = take_off(parts.dep, plan_day, plan_dt, plausible)
    off_dt, arr_dt, arr_codes = landing(parts.arr, dep.day, dep_dt, plan_day, plan_dt, plausible)
    is_plan = plan.kind is not Kind.CNL
    off = dep_dt or off_dt
    zones = plan.zone.names if isinstance(plan.zone, Named) else ()
    named_dep = named_arr = None
    if dep.dep_name or dep.departure or arr.dep_name or arr.departure:
        named_dep = place_name(dep.dep_name, dep.departure, arr.dep_name, arr.departure)
    if arr.dest_name or arr.destination or dep.dest_name or dep.destination:
        last = arr if parts.arr else dep
        named_arr = place_name(last.dest_name, last.destination)
    return Reading(
        key,
        off.date() if off else plan_day or (arr_dt.date() if arr_dt else None),
        is_plan,
        parts.dep is not None,
        parts.arr is not None,
        parts.cancelled,
        parts.sid,
        plan.callsign,
        dep.callsign or arr.callsign,
        plan.uav_type,
        plan.uav_count,
        plan.regs,
        dep.regs or arr.regs,
        _operator(plan),
        center,
        dep.precise or dep.stated,
        plan.dep,
        dep.dep or arr.dep,
        arr.precise or arr.stated,
        plan.dest,
        arr.dest or dep.dest,
        named_dep,
        named_arr,
        _names(plan.departure, plan.dep_name, zones),
        _names(plan.destination, plan.dest_name, zones),
        plan.stay,
        dep_dt,
        off_dt,
        arr_dt,
        plan_dt,
        plan.duration if plan.duration is not None else dep.duration,
        plan.level,
        plan.zone,
        plan_codes if is_plan else (),
        dep_codes,
        arr_codes,
        row if is_plan else row + plan_codes,
    )


def _names(aerodrome: str | None, words: str | None, zones: Texts) -> Texts:
    """Give the names that a plan has for a place."""
    if words:
        zones = (words, *zones)
    return (aerodrome, *zones) if aerodrome else zones


def _operator(plan: Plan) -> OperatorKind:
    """Give the kind of operator that OPR/ names, else the one that STS/ tells."""
    if plan.operator is not None and plan.operator is not OperatorKind.UNKNOWN:
        return plan.operator
    return OperatorKind.STATE if plan.status and "STATE" in plan.status else OperatorKind.UNKNOWN


def _says(plan: Plan, dep: Movement, arr: Movement) -> bool:
    """Tell whether anything at all of a flight is known; a callsign alone is nothing."""
    if plan.sid or dep.sid or arr.sid:
        return True
    facts = (plan.day, plan.minute, plan.duration, plan.zone, plan.dep, plan.dest, plan.stay, plan.uav_type, plan.level)
    moves = [(m.day, m.minute, m.precise, m.stated, m.dep, m.dest, m.off) for m in (dep, arr)]
    has_fact = any(fact is not None for fact in (*facts, *moves[0], *moves[1]))
    return has_fact or bool(plan.regs or dep.regs or arr.regs)


def _natural(parts: Parts, texts: Sequence[str | None]) -> bytes:
    """Give the identity of a flight without a number: by its facts if they tell day or place, else by its text."""
    plan, dep, arr = parts.plan, parts.dep, parts.arr
    if plan is not None and (plan.day or plan.dep):
        facts: tuple[object, ...] = (
            plan.callsign,
            plan.regs,
            plan.day,
            plan.minute,
            plan.duration,
            plan.dep,
            plan.dest,
            plan.zone,
        )
        return identity.by_nature(("plan", *facts))
    if dep is not None and (dep.day or dep.precise or dep.dep):
        return identity.by_nature(("off", dep.callsign, dep.regs, dep.day, dep.minute, dep.precise or dep.dep))
    if arr is not None and arr.off is not None and (arr.day or arr.dep):
        return identity.by_nature(("off", arr.callsign, arr.regs, arr.day, arr.off, arr.dep))
    if arr is not None and (arr.day or arr.precise or arr.dest):
        return identity.by_nature(("on", arr.callsign, arr.regs, arr.day, arr.minute, arr.precise or arr.dest))
    return identity.by_text(texts)
