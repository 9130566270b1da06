"""From readings to the flight: newer facts win, absent ones erase nothing, better sources go before newer ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.flights import flight_codes
from shared.flights.flight_times import MINUTES
from shared.flights.model import (
    Circle,
    Codes,
    Flight,
    FlightState,
    Named,
    OperatorKind,
    Point,
    Polygon,
    PositionSource,
    Reading,
    Zone,
)
from shared.flights.places import Chosen, choose

_TWO_DAYS = timedelta(days=2)
_FLOWN, _TAKE_OFF = FlightState.FLOWN, PositionSource.TAKE_OFF
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
    for name in Reading._fields:
        stated = (value for reading in newest if not _absent(value := getattr(reading, name)))
        merged[name] = next(stated, getattr(newest[0], name))
    for present, problems in _PROBLEMS:
        merged[problems] = next((getattr(one, problems) for one in newest if getattr(one, present)), ())
    merged["row_problems"] = newest[0].row_problems
    merged["cancelled"] = _cancelled(newest)
    return Reading(**merged)  # type: ignore[arg-type]


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


def _flight(reading: Reading, key: bytes) -> Flight:
    problems = reading.plan_problems + reading.dep_problems + reading.arr_problems + reading.row_problems
    dep, arr = reading.dep, reading.arr
    if dep is None:
        dep, more = _take_off_place(reading)
        problems += more
    if arr is None:
        arr, more = _landing_place(reading)
        problems += more
    position, source = dep, _TAKE_OFF
    if position is None:
        position, source = _elsewhere(arr, reading)
    dep_dt = reading.dep_dt if reading.departed else reading.arr_dep_dt
    arr_dt, plan_dt, planned = reading.arr_dt, reading.plan_dep_dt, reading.plan_duration_min
    duration: int | None = None
    if dep_dt is not None and arr_dt is not None:
        lasted = arr_dt - dep_dt
        duration = lasted.days * 1440 + lasted.seconds // 60
        if not 0 <= duration <= 1440:
            problems += (flight_codes.LANDING_BEFORE_TAKE_OFF if duration < 0 else flight_codes.DURATION_OVER_DAY,)
            duration = duration if duration > 0 else None
    state = _state(reading)
    problems += _doubts(reading, state, position, dep_dt)
    return Flight(
        key,
        state,
        reading.sid,
        reading.callsign or reading.movement_callsign,
        reading.uav_type,
        reading.uav_count,
        reading.regs or reading.movement_regs,
        reading.operator_kind,
        reading.center,
        dep,
        arr,
        position,
        source,
        dep_dt,
        arr_dt,
        duration,
        plan_dt,
        plan_dt + MINUTES[planned] if plan_dt is not None and planned is not None else None,
        planned,
        reading.level_m,
        reading.zone,
        tuple(sorted(set(problems))) if problems else (),
    )


def _state(reading: Reading) -> FlightState:
    if reading.departed or reading.arrived:
        return _FLOWN
    return FlightState.CANCELLED if reading.cancelled else FlightState.PLANNED


def _take_off_place(reading: Reading) -> tuple[Point | None, Codes]:
    at = choose(None, reading.bracketed_dep, reading.named_dep, reading.plan_dep, reading.plan_dep_names)
    return at.point, _place_codes(at, flight_codes.TAKE_OFF_PLACE_DIFFERS, flight_codes.TAKE_OFF_PLACE_UNKNOWN)


def _landing_place(reading: Reading) -> tuple[Point | None, Codes]:
    at = choose(None, reading.bracketed_arr, reading.named_arr, reading.plan_arr, reading.plan_arr_names)
    return at.point, _place_codes(at, flight_codes.LANDING_PLACE_DIFFERS, flight_codes.LANDING_PLACE_UNKNOWN)


def _place_codes(at: Chosen, differs: str, unknown: str) -> Codes:
    return ((differs,) if at.differs else ()) + ((unknown,) if at.unknown else ())


def _doubts(reading: Reading, state: FlightState, position: Point | None, dep_dt: datetime | None) -> tuple[str, ...]:
    """Give the codes that only the whole flight shows."""
    doubts: tuple[str, ...] = ()
    if position is None:
        doubts += (flight_codes.POSITION_MISSING,)
    if state is _FLOWN and reading.cancelled:
        doubts += (flight_codes.CANCELLED_YET_FLOWN,)
    if not reading.departed and reading.arr_dep_dt is not None:
        doubts += (flight_codes.TAKE_OFF_FROM_ARR,)
    if dep_dt is not None and reading.plan_dep_dt is not None and abs(dep_dt - reading.plan_dep_dt) > _TWO_DAYS:
        doubts += (flight_codes.DATES_DISAGREE,)
    return doubts


def _elsewhere(arr: Point | None, reading: Reading) -> tuple[Point | None, PositionSource]:
    """Give the point that tells the region of a flight whose take-off is unknown."""
    if arr is not None:
        return arr, PositionSource.LANDING
    if reading.dle is not None:
        return reading.dle, PositionSource.ZONE
    center = _center(reading.zone)
    return (center, PositionSource.ZONE) if center else (None, PositionSource.NONE)


def _center(zone: Zone | None) -> Point | None:
    if zone is None or isinstance(zone, Named):
        return None
    if isinstance(zone, Circle):
        return Point(zone.lat, zone.lon)
    if not isinstance(zone, Polygon):
        return Point(*zone.points[0])
    corners = list(dict.fromkeys(zone.points))
    east = corners[0][1]
    turns = [(lon - east + 180) % 360 - 180 for _, lon in corners]
    lon = (east + sum(turns) / len(turns) + 180) % 360 - 180
    return Point(round(sum(lat for lat, _ in corners) / len(corners), 6), round(lon, 6))
