"""From readings to the flight: newer facts win, absent ones erase nothing, better sources go before newer ones."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from shared.flights import codes
from shared.flights.model import (
    Circle,
    Flight,
    FlightState,
    Named,
    OperatorKind,
    Point,
    Polygon,
    PositionSource,
    Reading,
    Zone,
    make_flight,
    make_reading,
)
from shared.flights.places import Chosen, choose

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_PROBLEMS = (("planned", "plan_problems"), ("departed", "dep_problems"), ("arrived", "arr_problems"))


def build(readings: Sequence[Reading], key: bytes | None = None) -> Flight:
    """Put all readings of one flight together, oldest first; a pure function of them and of their order.

    ``key`` is the flight's identity where it has one already, 16 bytes; else that of the first reading. It is not
    asked for again: rows that an earlier parser put together stay together. Raises ValueError without a reading.
    """
    if not readings:
        raise ValueError("a flight is built from at least one reading")
    identity = readings[0].key if key is None else key
    return _flight(readings[0] if len(readings) == 1 else merge(readings), identity)


def merge(readings: Sequence[Reading]) -> Reading:
    """Lay readings over one another, oldest first."""
    newest = readings[::-1]
    merged: dict[str, object] = {}
    for field in fields(Reading):
        said = (value for reading in newest if not _absent(value := getattr(reading, field.name)))
        merged[field.name] = next(said, getattr(newest[0], field.name))
    for present, problems in _PROBLEMS:
        merged[problems] = next((getattr(one, problems) for one in newest if getattr(one, present)), ())
    merged["row_problems"] = newest[0].row_problems
    merged["cancelled"] = _cancelled(newest)
    return make_reading(**merged)  # type: ignore[arg-type]


def _cancelled(newest: Sequence[Reading]) -> bool:
    """Tell whether the newest row that has a CNL, DEP or ARR cancels, and no newer row files another plan."""
    at = next((i for i, one in enumerate(newest) if one.cancelled or one.departed or one.arrived), None)
    if at is None or not newest[at].cancelled:
        return False
    before = {one.plan_dep_dt for one in newest[at:] if one.plan_dep_dt is not None}
    filed_again = {one.plan_dep_dt for one in newest[:at] if one.plan_dep_dt is not None} - before
    return not (before and filed_again)


def _absent(value: object) -> bool:
    return value is None or value is False or value == () or value is OperatorKind.UNKNOWN


def _flight(r: Reading, key: bytes) -> Flight:
    off = choose(r.dep, r.repeated_dep, r.named_dep, r.plan_dep, r.plan_dep_names)
    on = choose(r.arr, r.repeated_arr, r.named_arr, r.plan_arr, r.plan_arr_names)
    dep, arr = off.point, on.point
    position, source = dep, PositionSource.TAKE_OFF
    if position is None:
        position, source = _elsewhere(arr, r)
    dep_dt = r.dep_dt if r.departed else r.repeated_dep_dt
    arr_dt, plan_dt, planned = r.arr_dt, r.plan_dep_dt, r.plan_duration_min
    problems = r.plan_problems + r.dep_problems + r.arr_problems + r.row_problems
    lasted: int | None = None
    if dep_dt is not None and arr_dt is not None:
        lasted = (arr_dt - dep_dt) // _MINUTE
        if not 0 <= lasted <= 1440:
            problems += (codes.LANDING_BEFORE_TAKE_OFF if lasted < 0 else codes.DURATION_OVER_DAY,)
            lasted = lasted if lasted > 0 else None
    state = _state(r)
    problems += _of_places(off, on)
    problems += _doubts(r, state, position, dep_dt)
    return make_flight(
        key=key,
        state=state,
        sid=r.sid,
        callsign=r.callsign or r.moved_callsign,
        uav_type=r.uav_type,
        uav_count=r.uav_count,
        regs=r.regs or r.moved_regs,
        operator_kind=r.operator_kind,
        center=r.center,
        dep=dep,
        arr=arr,
        position=position,
        position_source=source,
        dep_dt=dep_dt,
        arr_dt=arr_dt,
        duration_min=lasted,
        plan_dep_dt=plan_dt,
        plan_arr_dt=plan_dt + timedelta(minutes=planned) if plan_dt is not None and planned is not None else None,
        plan_duration_min=planned,
        level_m=r.level_m,
        zone=r.zone,
        problems=tuple(sorted(set(problems))) if problems else (),
    )


def _state(r: Reading) -> FlightState:
    if r.departed or r.arrived:
        return FlightState.FLOWN
    return FlightState.CANCELLED if r.cancelled else FlightState.PLANNED


def _of_places(off: Chosen, on: Chosen) -> tuple[str, ...]:
    found = (
        (off.differs, codes.TAKE_OFF_PLACE_DIFFERS),
        (off.unknown, codes.TAKE_OFF_PLACE_UNKNOWN),
        (on.differs, codes.LANDING_PLACE_DIFFERS),
        (on.unknown, codes.LANDING_PLACE_UNKNOWN),
    )
    return tuple(code for applies, code in found if applies)


def _doubts(r: Reading, state: FlightState, position: Point | None, dep_dt: datetime | None) -> tuple[str, ...]:
    """Give the codes that only the whole flight shows."""
    doubts: tuple[str, ...] = ()
    if position is None:
        doubts += (codes.POSITION_MISSING,)
    if state is FlightState.FLOWN and r.cancelled:
        doubts += (codes.CANCELLED_YET_FLOWN,)
    if not r.departed and r.repeated_dep_dt is not None:
        doubts += (codes.TAKE_OFF_FROM_ARR,)
    if dep_dt is not None and r.plan_dep_dt is not None and abs(dep_dt - r.plan_dep_dt) > 2 * _DAY:
        doubts += (codes.DATES_DISAGREE,)
    return doubts


def _elsewhere(arr: Point | None, r: Reading) -> tuple[Point | None, PositionSource]:
    """Give the point that tells the region of a flight whose take-off is unknown."""
    if arr is not None:
        return arr, PositionSource.LANDING
    if r.stay is not None:
        return r.stay, PositionSource.ZONE
    center = _center(r.zone)
    return (center, PositionSource.ZONE) if center else (None, PositionSource.NONE)


def _center(zone: Zone | None) -> Point | None:
    if zone is None or isinstance(zone, Named):
        return None
    if isinstance(zone, Circle):
        return Point(zone.lat, zone.lon, "SHR ZONA")
    if not isinstance(zone, Polygon):
        return Point(*zone.points[0], "SHR route")
    corners = list(dict.fromkeys(zone.points))
    east = corners[0][1]
    turns = [(lon - east + 180) % 360 - 180 for _, lon in corners]
    lon = (east + sum(turns) / len(turns) + 180) % 360 - 180
    return Point(round(sum(lat for lat, _ in corners) / len(corners), 6), round(lon, 6), "SHR ZONA")
