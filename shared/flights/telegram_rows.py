"""From a row to what it says of its flight: the one door for rows of telegrams and of tables.

docs/flights.md has the rules.
"""

from collections.abc import Sequence
from datetime import date

from shared.flights import flight_codes, identity
from shared.flights.centers import blank, center, center_codes
from shared.flights.flight_times import Period, Plausible, Times, times
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
from shared.flights.places import place_name, point
from shared.flights.table_rows import read_table
from shared.telegrams.errors import TelegramError
from shared.telegrams.kinds import parse_all
from shared.telegrams.model import Kind, Movement, Named, Plan, Telegram
from shared.telegrams.values.operators import operator_kind

_OF_COLUMN = {"SHR": "SHR", "DEP": "DEP", "ARR": "ARR"}
_NO_PLAN = Plan(Kind.CNL)
_NO_DEP = Movement(Kind.DEP)
_NO_ARR = Movement(Kind.ARR)
_DEP = {kind: f"{kind} DEP/" for kind in Kind}
_DEST = {kind: f"{kind} DEST/" for kind in Kind}


def read(
    row: TelegramRow | TableRow, *, period: Period | None = None, sent: date | None = None
) -> Reading | Reject | None:
    """Read a row: a Reading, a Reject with a code if no flight is in it, None if it is empty.

    ``period`` are the days (UTC) the workbook speaks of, ``sent`` the one on which it was sent; a date far from the
    period, before 2010 or more than a year after ``sent`` is None and leaves a code. Neither changes identity.
    """
    plausible = Plausible(period, sent)
    if isinstance(row, TableRow):
        return read_table(row, plausible)
    cells = (("SHR", row.shr), ("DEP", row.dep), ("ARR", row.arr))
    telegrams: list[Telegram] = []
    notes: Codes = ()
    failed: str | None = None
    for column, text in cells:
        if text is None or (len(text) < 24 and blank(text)):
            continue
        try:
            found = parse_all(text)
        except TelegramError as error:
            failed = failed or error.code
            continue
        if len(found) > 1 or found[0].kind != column:
            notes += _misplaced(column, found)
        telegrams += found
    if not telegrams:
        return Reject(failed) if failed else None
    if failed:
        notes += (flight_codes.CELL_NOT_READ,)
    notes += center_codes(row.center)
    return join(telegrams, notes, center(row.center), (row.shr, row.dep, row.arr), plausible)


def _misplaced(column: str, found: list[Telegram]) -> Codes:
    """Say that a cell holds several telegrams, or one that belongs to another column."""
    if len(found) > 1:
        return (flight_codes.CELL_SEVERAL_TELEGRAMS,)
    kind = str(found[0].kind)
    return (flight_codes.CELL_WRONG_COLUMN,) if _OF_COLUMN.get(kind, column) != column else ()


def join(
    telegrams: Sequence[Telegram], row: Codes, center: str | None, texts: Sequence[str | None], plausible: Plausible
) -> Reading | Reject:
    """Put telegrams together; a Reject if none says anything of a flight. ``texts`` are the cells as they stand."""
    parts = sort(telegrams)
    plan, dep, arr = parts.plan or _NO_PLAN, parts.dep or _NO_DEP, parts.arr or _NO_ARR
    sid = parts.sid
    row += parts.codes
    if sid is None:
        if not _says(plan, dep, arr):
            return Reject(flight_codes.TELEGRAM_WITHOUT_FACTS)
        key = _natural(parts, texts)
        row += (flight_codes.SID_MISSING,)
    else:
        key = identity.by_number(sid)
    return _reading(parts, plan, dep, arr, key, sid, center, times(parts, plausible), row)


def _reading(
    parts: Parts,
    plan: Plan,
    dep: Movement,
    arr: Movement,
    key: bytes,
    sid: str | None,
    center: str | None,
    when: Times,
    row: Codes,
) -> Reading:
    """Make the reading; longer than a function should be because a reading has as many facts."""
    plan_day, plan_dt, dep_dt, off_dt, arr_dt, plan_codes, dep_codes, arr_codes = when
    is_plan = plan.kind is not Kind.CNL
    off = dep_dt or off_dt
    source = plan.kind if is_plan else Kind.SHR
    kind = operator_kind(plan.operator, plan.status) if plan.operator or plan.status else OperatorKind.UNKNOWN
    return Reading(
        key,
        off.date() if off else plan_day or (arr_dt.date() if arr_dt else None),
        is_plan,
        parts.dep is not None,
        parts.arr is not None,
        parts.cancelled,
        sid,
        plan.callsign,
        dep.callsign or arr.callsign,
        plan.uav_type,
        plan.uav_count,
        plan.regs,
        dep.regs or arr.regs,
        kind,
        center,
        point(dep.precise, "DEP ADEPZ") or point(dep.stated, "DEP ADEP"),
        point(plan.dep, _DEP[source]),
        point(dep.dep, "DEP DEP/") or point(arr.dep, "ARR DEP/"),
        point(arr.precise, "ARR ADARRZ") or point(arr.stated, "ARR ADARR"),
        point(plan.dest, _DEST[source]),
        point(arr.dest, "ARR DEST/") or point(dep.dest, "DEP DEST/"),
        place_name(dep.dep_name, dep.departure, arr.dep_name, arr.departure),
        place_name(arr.dest_name, arr.destination) if parts.arr else place_name(dep.dest_name, dep.destination),
        _names(plan, plan.departure, plan.dep_name),
        _names(plan, plan.destination, plan.dest_name),
        point(plan.stay, "SHR DLE/"),
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


def _names(plan: Plan, aerodrome: str | None, words: str | None) -> Texts:
    """Give everything by which a plan may name a place."""
    names = plan.zone.names if isinstance(plan.zone, Named) else ()
    if words:
        names = (words, *names)
    return (aerodrome, *names) if aerodrome else names


def _says(plan: Plan, dep: Movement, arr: Movement) -> bool:
    """Tell whether anything at all of a flight is known; a callsign alone is nothing."""
    if plan.sid or dep.sid or arr.sid:
        return True
    facts = (plan.day, plan.minute, plan.duration, plan.zone, plan.dep, plan.dest, plan.stay, plan.uav_type, plan.level)
    moves = [(m.day, m.minute, m.precise, m.stated, m.dep, m.dest, m.off) for m in (dep, arr)]
    known = any(fact is not None for fact in (*facts, *moves[0], *moves[1]))
    return known or bool(plan.regs or dep.regs or arr.regs)


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
