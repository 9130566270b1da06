"""Rows of the sheets of 2024 that carry no telegrams: a column a fact, all of them of flights that took place."""

import re
from dataclasses import fields
from datetime import date, datetime

from shared.flights import flight_codes, identity
from shared.flights.centers import blank, center, center_codes
from shared.flights.flight_times import DAY, Plausible, moment
from shared.flights.model import Codes, Point, Reading, Reject, TableRow, codes_of
from shared.flights.places import place_name
from shared.telegrams.kinds import words
from shared.telegrams.model import Notes
from shared.telegrams.repairs import repair
from shared.telegrams.values.aircraft import callsign, craft, marks
from shared.telegrams.values.coordinates import point
from shared.telegrams.values.operators import operator_kind
from shared.telegrams.values.times import Unreadable, day_and_time, duration
from shared.telegrams.values.zones import route

_SID = re.compile(r"SID[ /:№]{1,3}([0-9]{10})(?![0-9])")
_LASTING = re.compile(r"[0-9]{2}:?[0-9]{2}(?::00)?")


def read_table(row: TableRow, plausible: Plausible) -> Reading | Reject | None:
    """Read a row of a table: None if it is empty, a Reject if neither day, time, place nor plan's number is in it."""
    cells = {field.name: _cell(getattr(row, field.name)) for field in fields(row)}
    if not any(text for name, text in cells.items() if name != "center"):
        return None
    # Identity, and whether the row says anything, are of what is written: implausible dates are taken back afterwards.
    day, off, on, problems = _times(cells, None)
    dep, n1 = _place(cells, "dep")
    arr, n2 = _place(cells, "arr")
    sid = _sid(cells)
    zone, n3 = route(cells["route"]) if cells["route"] else (None, ())
    if not (day or off or on or dep or arr or sid):
        return Reject(flight_codes.TABLE_ROW_WITHOUT_FACTS)
    (uav_type, count), n4 = craft(cells["uav_type"]) if cells["uav_type"] else ((None, None), ())
    regs, n5 = marks(cells["reg"]) if cells["reg"] else ((), ())
    called, n6 = callsign(cells["callsign"]) if cells["callsign"] else (None, ())
    key = identity.by_number(sid) if sid else _natural(cells, called, regs, day, off, dep)
    if any(plausible.doubt(date_) for date_ in (day, off and off.date(), on and on.date())):
        day, off, on, problems = _times(cells, plausible)
    problems += center_codes(row.center) + codes_of(n1 + n2 + n3 + n4 + n5 + n6)
    return Reading(
        key=key,
        day=off.date() if off else day,
        planned=False,
        departed=True,
        arrived=on is not None,
        cancelled=False,
        sid=sid,
        callsign=called,
        movement_callsign=None,
        uav_type=uav_type,
        uav_count=count,
        regs=regs,
        movement_regs=(),
        operator_kind=operator_kind(cells["owner"]),
        center=center(row.center),
        dep=dep,
        plan_dep=None,
        bracketed_dep=None,
        arr=arr,
        plan_arr=None,
        bracketed_arr=None,
        named_dep=place_name(words(cells["dep_place"]), words(cells["dep_name"])) if dep is None and not n1 else None,
        named_arr=place_name(words(cells["arr_place"]), words(cells["arr_name"])) if arr is None and not n2 else None,
        plan_dep_names=(),
        plan_arr_names=(),
        dle=None,
        dep_dt=off,
        arr_dep_dt=None,
        arr_dt=on,
        plan_dep_dt=None,
        plan_duration_min=_lasting(cells["eet"]),
        level_m=None,
        zone=zone,
        plan_problems=(),
        dep_problems=problems,
        arr_problems=(),
        row_problems=(),
    )


def _cell(text: str | None) -> str:
    """Give a cell as capitals with single blanks; a blank one as ''."""
    return "" if text is None or blank(text) else repair(text).text


def _times(
    cells: dict[str, str], plausible: Plausible | None
) -> tuple[date | None, datetime | None, datetime | None, Codes]:
    """Give the row's day, take-off and landing; a landing without a day is the first such time after the take-off."""
    problems: Codes = ()
    read: dict[str, tuple[date | None, int | None]] = {}
    for name, code in (
        ("date", flight_codes.TABLE_DATE_UNREADABLE),
        ("dep_time", flight_codes.TABLE_TIME_UNREADABLE),
        ("arr_time", flight_codes.TABLE_TIME_UNREADABLE),
    ):
        read[name] = (None, None)
        if cells[name]:
            try:
                read[name] = day_and_time(cells[name])
                if name != "date" and read[name][1] is None:
                    problems += (code,)
            except Unreadable:
                problems += (code,)
        if plausible is not None and (doubt := plausible.doubt(read[name][0])):
            read[name] = (None, None)
            problems += (doubt,)
    day = read["date"][0]
    dep_day, dep_minute = read["dep_time"]
    arr_day, arr_minute = read["arr_time"]
    off = moment(dep_day or day, dep_minute)
    on = moment(arr_day or dep_day or day, arr_minute)
    if arr_day is None and off is not None and on is not None and on < off:
        on += DAY
        problems += (flight_codes.LANDING_NEXT_DAY,)
    return dep_day or day or arr_day, off, on, problems


def _place(cells: dict[str, str], which: str) -> tuple[Point | None, Notes]:
    """Give the first point that the place's or the name's cell holds."""
    notes: Notes = ()
    for name in (f"{which}_place", f"{which}_name"):
        if cells[name]:
            place, more = point(cells[name], f"TABLE {name}")
            notes += more
            if place is not None:
                return place, notes
    return None, notes


def _sid(cells: dict[str, str]) -> str | None:
    match = _SID.search(f"{cells['remarks']} {cells['route']}")
    return match[1] if match else None


def _lasting(text: str) -> int | None:
    """Read a planned duration; the column may hold a list of borders instead, which says nothing."""
    return duration(text)[0] if _LASTING.fullmatch(text) else None


def _natural(
    cells: dict[str, str],
    called: str | None,
    regs: tuple[str, ...],
    day: date | None,
    off: datetime | None,
    dep: Point | None,
) -> bytes:
    where = f"{dep.lat} {dep.lon}" if dep else identity.letters(cells["dep_place"] + cells["dep_name"])
    if (day is None and off is None) or not (regs or where):
        return identity.by_text(list(cells.values()))
    return identity.by_nature(("table", called, regs, day, off, where))
