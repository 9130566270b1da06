"""When a row's flight was planned, took off and landed: moments, and the codes of what was doubtful."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.flights import flight_codes
from shared.flights.model import Codes, codes_of
from shared.telegrams.codes import DATE_IMPOSSIBLE, TIME_IMPOSSIBLE
from shared.telegrams.model import Kind, Movement, Plan

MINUTES = tuple(timedelta(minutes=i) for i in range(1441))
DAY = timedelta(days=1)
FAR = timedelta(days=31)
"""How far from the days a workbook speaks of a date may lie."""
EARLIEST = date(2010, 1, 1)
"""Before it nobody filed plans for drones: an earlier date is a slip of the pen or a program's beginning of time."""
_AHEAD = timedelta(days=366)
"""How long before its day a plan may be sent."""

Period = tuple[date, date]
_HALF_DAY = timedelta(hours=12)


class Plausible(NamedTuple):
    """The days that a workbook may speak of: ``first`` to ``last``; none is later than ``latest``."""

    first: date
    last: date
    latest: date

    def doubt(self, day: date | None) -> str | None:
        """Give the code that says why a date cannot be right; None if it can."""
        if day is None or self.first <= day <= self.last:
            return None
        return flight_codes.DATE_FAR if EARLIEST <= day <= self.latest else flight_codes.DATE_IMPLAUSIBLE


@lru_cache(maxsize=64)
def plausible_days(period: Period | None, sent: date | None) -> Plausible:
    """Give the days that a workbook may speak of.

    ``period`` are first and last day (UTC) of its rows without the strays, ``sent`` is the UTC day on which it was
    sent; either is None while it is not known.
    """
    latest = date.max if sent is None else _shifted(sent, _AHEAD)
    if period is None:
        return Plausible(EARLIEST, latest, latest)
    return Plausible(max(_shifted(period[0], -FAR), EARLIEST), min(_shifted(period[1], FAR), latest), latest)


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def planned(plan: Plan | None, plausible: Plausible) -> tuple[date | None, datetime | None, Codes]:
    """Give day and moment (UTC) of the plan and codes; DOF alone dates it, and a CNL alone plans nothing."""
    if plan is None:
        return None, None, ()
    day = plan.day
    seen = codes_of(plan.notes) if plan.notes else ()
    if doubt := plausible.doubt(day):
        return None, None, (*seen, doubt)
    if plan.kind is Kind.CNL:
        return day, None, seen
    if plan.minute is None and plan.kind is Kind.SHR and TIME_IMPOSSIBLE not in seen:
        seen += (flight_codes.PLAN_TIME_MISSING,)
    if day is None and DATE_IMPOSSIBLE not in seen:
        return None, None, (*seen, flight_codes.PLAN_DATE_MISSING)
    return day, moment(day, plan.minute), seen


def take_off(
    dep: Movement | None, plan_day: date | None, plan_dt: datetime | None, plausible: Plausible
) -> tuple[datetime | None, Codes]:
    """Give the actual take-off, UTC, beside its plan's day and moment, and codes; None without a DEP that says it."""
    if dep is None:
        return None, ()
    off, seen = _take_off(dep, plan_day, plausible)
    if off is not None and not dep.dated and _is_next_day(off, plan_dt):
        return off + DAY, (*seen, flight_codes.TAKE_OFF_NEXT_DAY)
    return off, seen


def landing(
    arr: Movement | None,
    dep_day: date | None,
    dep_dt: datetime | None,
    plan_day: date | None,
    plan_dt: datetime | None,
    plausible: Plausible,
) -> tuple[datetime | None, datetime | None, Codes]:
    """Give the take-off that an ARR of 2024 repeats, the landing, both UTC, and codes.

    ``dep_day`` is the day that DEP names, ``dep_dt`` its take-off; both and the plan's are None where they are unknown.
    """
    if arr is None:
        return None, None, ()
    on, day, seen = _landing(arr, dep_day, plan_day, plausible)
    if arr.dated and arr.day:
        return None, on, seen
    off = moment(day, arr.off)
    if off is not None and _is_next_day(off, plan_dt):
        off += DAY
        seen += (flight_codes.TAKE_OFF_NEXT_DAY,) if dep_dt is None else ()
    if on is not None and _earlier(on, off, dep_dt):
        on += DAY
        seen += (flight_codes.LANDING_NEXT_DAY,)
    return off, on, seen


def _take_off(dep: Movement, plan_day: date | None, plausible: Plausible) -> tuple[datetime | None, Codes]:
    """Give the actual take-off.

    A DEP of 2025 needs its ADD; one of 2024 has the day of the flight in DOF, or lacks it, and then the plan's serves.
    """
    day, seen = dep.day, codes_of(dep.notes) if dep.notes else ()
    if doubt := plausible.doubt(day):
        return None, (*seen, doubt)
    if day is None and DATE_IMPOSSIBLE not in seen:
        day = None if dep.dated else plan_day
        seen += (flight_codes.TAKE_OFF_DATE_FROM_PLAN if day else flight_codes.TAKE_OFF_DATE_MISSING,)
    if dep.minute is None and TIME_IMPOSSIBLE not in seen:
        seen += (flight_codes.TAKE_OFF_TIME_MISSING,)
    return moment(day, dep.minute), seen


def _landing(
    arr: Movement, dep_day: date | None, plan_day: date | None, plausible: Plausible
) -> tuple[datetime | None, date | None, Codes]:
    """Give the landing on the day that ARR names: ADA of 2025, of 2024 the day of the flight.

    Where that is missing, the day of DEP serves; one of 2024 may take that of SHR.
    """
    day, seen = arr.day, codes_of(arr.notes) if arr.notes else ()
    if day is None and DATE_IMPOSSIBLE not in seen:
        day = dep_day or (None if arr.dated else plan_day)
        seen += (flight_codes.LANDING_DATE_FROM_PLAN if day else flight_codes.LANDING_DATE_MISSING,)
    if arr.minute is None and TIME_IMPOSSIBLE not in seen:
        seen += (flight_codes.LANDING_TIME_MISSING,)
    if doubt := plausible.doubt(day):
        return None, None, (*seen, doubt)
    return moment(day, arr.minute), day, seen


def _is_next_day(off: datetime, plan_dt: datetime | None) -> bool:
    """Tell whether a take-off that has a time only is of the day after its plan's.

    DOF is the day of the planned take-off, so a plan of 2350 flown at 0010 would seem to start a day too early.
    """
    return plan_dt is not None and plan_dt - off > _HALF_DAY


def _earlier(on: datetime, off: datetime | None, dep_dt: datetime | None) -> bool:
    """Tell whether a landing that has a time only comes before its take-off, so that it is of the next day.

    The take-off in the same ARR decides, unless the landing follows that of DEP as it stands: then ARR's day is its
    own.
    """
    if dep_dt is not None and dep_dt <= on:
        return False
    return on < off if off is not None else dep_dt is not None


@lru_cache(maxsize=4_096)
def midnight(day: date) -> datetime:
    """Give the beginning of a day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment(day: date | None, minute: int | None) -> datetime | None:
    """Give the moment of a minute of a day; 1440 is the next midnight. None if either is unknown."""
    if day is None or minute is None:
        return None
    return midnight(day) + MINUTES[minute]
