"""What flights are narrowed by, beside a selection."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.stats.selection import Period

_MOMENT = "coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt)"
_LOCAL = f"({_MOMENT} AT TIME ZONE coalesce(f.time_zone, r.time_zone))"
_CONDITIONS = {
    "since": f"{_MOMENT} >= {{0}} AND f.day >= ({{0}} AT TIME ZONE 'UTC')::date",
    "until": f"{_MOMENT} < {{0}} AND f.day <= (({{0}} - interval '1 microsecond') AT TIME ZONE 'UTC')::date",
    "airborne": "f.dep_dt <= {0} AND f.arr_dt > {0}",
    "hour": f"date_part('hour', {_LOCAL}) = {{}}",
    "weekday": f"date_part('isodow', {_LOCAL}) = {{}}",
    "least_minutes": "f.duration_min >= {}",
    "most_minutes": "f.duration_min <= {}",
    "operator": "f.operator_kind = {}",
    "problem": "f.problems @> ARRAY[{}::text]",
    "match": "f.region_match = {}",
    "centre": "f.center = {}",
}
_REGIONS = (
    "(f.region_id IS NULL OR f.region_id = ANY (ARRAY("
    "SELECT g.id FROM core.regions AS g JOIN core.boundary_sets AS s ON s.id = g.set_id AND s.active"
    " WHERE {}))) AND "
)
"""Regions that a box may have flights of: a flight lies in its region or at most five kilometres from it, which is less
than a degree. There is an index by region and none by place."""
_NEAR = "g.geom && ST_Expand(ST_MakeEnvelope({}, {{1}}, {}, {{3}}, 4326), 1)"
_BOX = (
    _REGIONS.format(_NEAR.format("least({0}, {2})", "greatest({0}, {2})"))
    + "ST_X(f.position) BETWEEN least({0}, {2}) AND greatest({0}, {2}) AND ST_Y(f.position) BETWEEN {1} AND {3}",
    _REGIONS.format(_NEAR.format("{0}", "180") + " OR " + _NEAR.format("-180", "{2}"))
    + "(ST_X(f.position) >= {0} OR ST_X(f.position) <= {2}) AND ST_Y(f.position) BETWEEN {1} AND {3}",
)
"""A box that does not cross the 180th meridian, and one that does (its west lies east of its east, RFC 7946)."""
INSTANTS = frozenset({"since", "until"})
"""The conditions of which the roll-ups know how many flights a whole day keeps."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Conditions that a flight has to fulfil, all of them; None is no condition.

    ``since``, ``until`` and ``airborne`` are aware instants: of the take-off (actual, else planned, else the landing),
    from ``since`` to before ``until``; ``airborne`` asks for flights in the air at it. ``hour`` (0-23) and ``weekday``
    (1 is Monday) are local. ``box`` is west, south, east, north of the flight's position, WGS 84 degrees.
    """

    since: datetime | None = None
    until: datetime | None = None
    airborne: datetime | None = None
    hour: int | None = None
    weekday: int | None = None
    least_minutes: int | None = None
    most_minutes: int | None = None
    operator: str | None = None
    problem: str | None = None
    match: str | None = None
    centre: str | None = None
    box: tuple[float, float, float, float] | None = None

    @property
    def given(self) -> frozenset[str]:
        """Name the conditions."""
        return frozenset(field.name for field in fields(self) if getattr(self, field.name) is not None)

    def conditions(self, arguments_before: int) -> tuple[str, list[Any]]:
        """Give SQL that follows a condition on a flight ``f`` and its region ``r``, and its arguments.

        The first ``arguments_before`` arguments of the statement are its own.
        """
        parts, arguments = [], []
        for name, condition in _CONDITIONS.items():
            value = getattr(self, name)
            if value is not None:
                arguments.append(value)
                parts.append(condition.format(f"${arguments_before + len(arguments)}"))
        if self.match in ("outside", "none"):
            # Such a flight has no region, which an index tells.
            parts.append("f.region_id IS NULL")
        if self.box is not None:
            marks = [f"${arguments_before + len(arguments) + number}::float8" for number in range(1, 5)]
            parts.append(_BOX[self.box[0] > self.box[2]].format(*marks))
            arguments += self.box
        return "".join(f" AND {part}" for part in parts), arguments

    def within(self, period: Period) -> Period:
        """Cut a period to the days that instants leave, a day more to each side: days may be those of another clock."""
        first, last = period.first, period.last
        # A flight in the air at an instant took off a day before it at the earliest.
        begin, end = self.since or self.airborne, self.until or self.airborne
        if begin is not None:
            first = max(first, _day(begin, -2))
        if end is not None:
            last = min(last, _day(end, 1))
        return period if (first, last) == (period.first, period.last) else Period.of(first, last)


ALL = Narrowing()
"""No condition."""


def _day(moment: datetime, shift: int) -> date:
    try:
        return moment.date() + timedelta(days=shift)
    except OverflowError:
        return moment.date()


def midnight(moment: datetime, days_on: int) -> datetime:
    """Give the instant itself where it is a midnight of UTC, else the midnight before, or that so many days on."""
    moment = moment.astimezone(UTC)
    before = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return before if before == moment else before + timedelta(days=days_on)
