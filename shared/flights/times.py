"""When a row's flight was planned, took off and landed: moments, and the codes of what was doubtful."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.flights import codes
from shared.flights.moments import DAY, Period, far, moment
from shared.flights.readings import Codes
from shared.telegrams.codes import DATE_IMPOSSIBLE
from shared.telegrams.model import Movement, Plan

Timed = tuple[datetime | None, Codes]


def near(day: date | None, period: Period | None) -> tuple[date | None, Codes]:
    """Give a day, or None if it lies far from the days the workbook speaks of."""
    return (None, (codes.DATE_FAR,)) if far(day, period) else (day, ())


def planned(plan: Plan, day: date | None, known: Codes) -> Timed:
    """Give the planned take-off; nothing but DOF dates it."""
    if day is None:
        missing = DATE_IMPOSSIBLE not in known and codes.DATE_FAR not in known
        return None, (codes.PLAN_DATE_MISSING,) if missing else ()
    return moment(day, plan.minute), ()


def take_off(dep: Movement, plan_day: date | None, period: Period | None) -> Timed:
    """Give the actual take-off.

    A DEP of 2025 needs its ADD; one of 2024 has the day of the flight in DOF, or lacks it, and then the plan's serves.
    """
    day, doubt = near(dep.day, period)
    if day is None and not doubt and not any(note.code == DATE_IMPOSSIBLE for note in dep.notes):
        if dep.dated or plan_day is None:
            doubt = (codes.TAKE_OFF_DATE_MISSING,)
        else:
            day, doubt = plan_day, (codes.TAKE_OFF_DATE_FROM_PLAN,)
    return moment(day, dep.minute), doubt


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a flight before its landing is read."""

    plan_day: date | None
    dep: Movement | None
    dep_dt: datetime | None


def landing(arr: Movement, known: Known, period: Period | None) -> tuple[datetime | None, datetime | None, Codes]:
    """Give the actual landing and the take-off that an ARR of 2024 repeats.

    An ARR of 2025 needs its ADA. One of 2024 has the day of the flight and a time: the first such time after the
    take-off.
    """
    day, doubt = near(arr.day, period)
    if day is None and not doubt and not any(note.code == DATE_IMPOSSIBLE for note in arr.notes):
        day = None if arr.dated else (known.dep and known.dep.day) or known.plan_day
        doubt = (codes.LANDING_DATE_FROM_PLAN if day else codes.LANDING_DATE_MISSING,)
        if far(day, period):
            day = None
    on = moment(day, arr.minute)
    if arr.dated:
        return on, None, doubt
    return _next(on, arr, known, doubt, moment(day, arr.off))


def _next(
    on: datetime | None, arr: Movement, known: Known, doubt: Codes, off: datetime | None
) -> tuple[datetime | None, datetime | None, Codes]:
    """Move a landing that has a time only to the day after, if it is earlier than the take-off of the same day."""
    if on is None or arr.minute is None:
        return None, off, doubt
    if known.dep_dt is not None and known.dep_dt <= on:
        return on, off, doubt
    earlier = on < off if off is not None else known.dep_dt is not None
    if earlier:
        return on + DAY, off, (*doubt, codes.LANDING_NEXT_DAY)
    return on, off, doubt
