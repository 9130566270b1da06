"""Times of a flight: the plan's and the actual ones, as written and as meant. Everything is UTC."""

import random
from datetime import datetime, timedelta
from typing import Any, Final

from fly_potato.sample import shares

_DAY_MINUTES: Final = 1_440
_DURATIONS: Final = (12, 25, 40, 56, 75, 120, 180, 240, 360, 540, 720)


class Days:
    """The days that a sample speaks of."""

    def __init__(self, first: datetime, days: int) -> None:
        self._first = first
        self._days = days

    def draw(self, source: random.Random) -> datetime:
        """Draw the beginning of a day."""
        return self._first + timedelta(days=source.randrange(self._days))


def draw_times(source: random.Random, days: Days, telegrams: str, *, has_eet: bool, layout: str) -> dict[str, Any]:
    """Draw the times of a flight, as the fields of an Intent."""
    kind = shares.TIMES.pick(source)
    day = days.draw(source)
    if telegrams in ("cancelled", "delayed", "shr") or (layout == "2024" and kind in ("contradiction", "no_date")):
        kind = "plain"
    start, planned, late, lasted = _drawn(source, kind)
    if kind == "plan_2400":
        start = _DAY_MINUTES
    elif layout == "2024":
        # DEP gives hhmm of the plan's day and ARR hhmm alone.
        late = min(late, _DAY_MINUTES - 1 - start)
    plan_dep = day + timedelta(minutes=start)
    dep = plan_dep + timedelta(minutes=late)
    arr = dep + timedelta(minutes=lasted)
    fields = _meant(plan_dep, dep, arr, planned if has_eet else None)
    _spoil(source, kind, fields, day, layout)
    _settle(fields, telegrams, layout)
    if telegrams == "delayed":
        put_off = min(start + 90, _DAY_MINUTES - 1)
        fields["delayed_to"] = f"{put_off // 60:02}{put_off % 60:02}"
        fields["plan_dep"] = day + timedelta(minutes=put_off)
    return fields


def _drawn(source: random.Random, kind: str) -> tuple[int, int, int, int]:
    """Draw minute of the day, planned duration, delay and actual duration, in minutes."""
    if kind == "all_day":
        return 0, _DAY_MINUTES - 1, 0, source.choice((_DAY_MINUTES - 1, 720, 610))
    planned = 10 * source.randrange(3, 114)
    late = source.choice((0, 0, 0, 7, 13, 23, 55))
    if kind == "midnight":
        return source.randrange(1_260, 1_380, 10), 360, min(late, 23), source.randrange(200, 360)
    start = 10 * source.randrange(0, 120)
    lasted = min(planned, source.choice(_DURATIONS) + source.randrange(20))
    return start, planned, late, max(1, min(lasted, _DAY_MINUTES - 1 - start - late))


def _meant(plan_dep: datetime, dep: datetime, arr: datetime, eet: int | None) -> dict[str, Any]:
    return {
        "plan_written": f"{plan_dep:%H%M}",
        "plan_day": f"{plan_dep:%y%m%d}",
        "plan_dep": plan_dep,
        "eet": eet,
        "dep_day": f"{dep:%y%m%d}",
        "dep_written": f"{dep:%H%M}",
        "dep_dt": dep,
        "arr_day": f"{arr:%y%m%d}",
        "arr_written": f"{arr:%H%M}",
        "arr_dt": arr,
        "duration": None,
    }


def _spoil(source: random.Random, kind: str, fields: dict[str, Any], day: datetime, layout: str) -> None:
    """Write a time in one of the ways that must be caught."""
    if kind == "plan_2400":
        fields |= {"plan_written": "2400", "plan_day": f"{day:%y%m%d}", "plan_dep": day + timedelta(days=1)}
    elif kind == "no_date":
        fields |= {"plan_day": "", "plan_dep": None}
    elif kind == "impossible":
        if source.random() < 0.5 and layout == "2025":
            fields |= {"dep_day": source.choice(("251301", "250230")), "dep_dt": None}
        else:
            fields |= {"arr_written": source.choice(("2530", "0860")), "arr_dt": None}
    elif kind == "contradiction":
        arr = fields["dep_dt"] - timedelta(minutes=60)
        fields |= {"arr_day": f"{arr:%y%m%d}", "arr_written": f"{arr:%H%M}", "arr_dt": arr}


def _settle(fields: dict[str, Any], telegrams: str, layout: str) -> None:
    """Drop what the telegrams at hand do not say, then give the duration."""
    if telegrams in ("shr", "cancelled", "delayed"):
        fields |= {"dep_dt": None, "arr_dt": None}
    elif telegrams == "shr_dep":
        fields["arr_dt"] = None
    elif telegrams == "shr_arr" and layout == "2025":
        # ARR of 2024 repeats the take-off, the one of 2025 does not.
        fields["dep_dt"] = None
    if fields["dep_dt"] and fields["arr_dt"] and fields["arr_dt"] >= fields["dep_dt"]:
        fields["duration"] = (fields["arr_dt"] - fields["dep_dt"]) // timedelta(minutes=1)
