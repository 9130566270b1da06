"""The statistics as typed rows, one a SQL file of the same name; ``docs/statistics.md`` has the formulas.

Durations are minutes, days UTC, shares and growth percent. Cancelled flights are in no number but ``cancelled``.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a period (``totals.sql``)."""

    flights: int
    flown: int
    planned: int
    cancelled: int
    aircraft: int
    with_dep: int
    with_arr: int
    coastal: int
    outside: int
    unplaced: int
    by_state: int
    by_organisation: int
    by_entrepreneur: int
    by_person: int
    by_unknown: int
    timed: int
    minutes: int
    plan_timed: int
    plan_minutes: int


@dataclass(frozen=True, slots=True)
class Medians:
    """Exact medians of durations (``medians.sql``)."""

    median_minutes: float | None
    plan_median_minutes: float | None


@dataclass(frozen=True, slots=True)
class Peaks:
    """The fullest UTC clock hour, and the most flights in the air at once (``peaks.sql``); the earliest of equals.

    Peaks do not add up over types, so they are counted over all types together only; with a type they are None.
    """

    peak_hour: int | None
    peak_hour_at: datetime | None
    peak_airborne: int | None
    peak_airborne_at: datetime | None


@dataclass(frozen=True, slots=True)
class DaysSpread:
    """Flights a day, days without flights included (``days_spread.sql``)."""

    days: int
    zero_days: int
    mean: float | None
    median: float | None
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day (``daily.sql``)."""

    day: date
    flights: int
    flown: int
    planned: int
    cancelled: int
    aircraft: int
    minutes: int
    peak_hour: int | None
    peak_airborne: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month with its growth (``monthly.sql``); ``complete`` when the data holds all its days."""

    month: date
    complete: bool
    flights: int
    aircraft: int
    minutes: int
    growth_month_percent: float | None
    growth_year_percent: float | None


@dataclass(frozen=True, slots=True)
class RankedRegion:
    """One region in the ranking (``ranking.sql``); density is flights per 1000 km2."""

    rank: int
    code: str
    name: str
    flights: int
    flown: int
    planned: int
    cancelled: int
    aircraft: int
    share_percent: float
    mean_minutes: float | None
    minutes: int
    timed: int
    plan_mean_minutes: float | None
    plan_minutes: int
    plan_timed: int
    mean_a_day: float | None
    zero_days: int
    peak_hour: int | None
    peak_airborne: int | None
    density: float
    area_source: str


@dataclass(frozen=True, slots=True)
class RegionMedians:
    """The medians of one region (``ranking_medians.sql``)."""

    code: str
    median_minutes: float | None
    plan_median_minutes: float | None


@dataclass(frozen=True, slots=True)
class Slot:
    """One local hour of the week (``slots.sql``); 0 is Monday from 00:00 to 01:00."""

    slot: int
    flights: int


@dataclass(frozen=True, slots=True)
class TypeShare:
    """One type (``types.sql``); an empty ``uav_type`` is a type not told."""

    uav_type: str
    flights: int
    aircraft: int
    share_percent: float
    minutes: int
    mean_minutes: float | None


@dataclass(frozen=True, slots=True)
class RowsRead:
    """What became of the workbooks' rows (``rows_read.sql``)."""

    workbooks: int
    rows: int
    rejected: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rejected rows of one code (``rejects.sql``)."""

    code: str
    rows: int
