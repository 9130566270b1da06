"""Days unlike their weekday: flights of a day against the same weekday of the eight weeks before it.

The middle is the median, the scatter the median distance from it (MAD), so that an odd day neither moves the one nor
hides in the other. Numbers as small as a region's scatter by chance alone, so the scatter is never taken for less than
that of chance: 0.6745 times the square root of the median (of one flight at least), the MAD of a Poisson count.
Days that no workbook speaks of are no odd days, nor does any day stand against them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from shared.db import Connection
from shared.stats import queries
from shared.stats.answers import head
from shared.stats.models import Answer, Code, Count, Model, Name
from shared.stats.selection import Facts, Selection

WEEKS = 8
"""Weeks before a day whose same weekday it stands against."""
LEAST = 4
"""Of them so many at least must have data."""
USUAL_K = 5.0
REGION_DAYS = 92
"""The latest days of a period in which each region is judged beside the country."""
LONGEST_DAYS = 3_660
_CHANCE = 0.6745
_EPOCH = date(1970, 1, 1)


class Anomaly(Model):
    """A day with far more or fewer flights than its weekday has."""

    day: date
    weekday: Annotated[int, Field(ge=1, le=7, description="1 is Monday")]
    side: Literal["more", "fewer"]
    flights: Count
    median: Annotated[float, Field(description="of the same weekday of the weeks before")]
    mad: Annotated[float, Field(description="median distance from it, that of chance at least")]
    low: Annotated[float, Field(description="median - k * mad, 0 at least")]
    high: Annotated[float, Field(description="median + k * mad")]


class RegionAnomaly(Anomaly):
    """Such a day of a region."""

    code: Code
    name: Name


class Anomalies(Answer):
    """Odd days of the selection, the latest first; without a region those of each region beside them."""

    k: Annotated[float, Field(description="how many median distances from the median a day is odd")]
    weeks: Annotated[int, Field(description="how many weeks before a day it stands against", examples=[WEEKS])]
    judged_days: Annotated[Count, Field(description="days of the period with data and with enough before them")]
    unjudged_days: Annotated[Count, Field(description="days without data, or with too little before them")]
    days: list[Anomaly]
    regions_from: Annotated[date | None, Field(description="first day in which regions are judged; null: none is")]
    regions: list[RegionAnomaly]


class OddDay(NamedTuple):
    """A day far from the median; days are numbers since 1970-01-01."""

    day: int
    flights: int
    median: float
    mad: float


async def anomalies(conn: Connection, selection: Selection, facts: Facts, k: float = USUAL_K) -> Anomalies:
    """Find the days that are odd by ``k`` (``odd_ones``). Of a very long period the latest ten years are judged."""
    period = selection.period
    first = max(period.first, period.last - timedelta(days=LONGEST_DAYS - 1))
    # A workbook may speak of days before the first flight, but there the data begin.
    begins = max(_back(first, timedelta(weeks=WEEKS)), facts.first or first)
    reported = {(day - _EPOCH).days for day in await queries.days_reported(conn, selection.clock, begins, period.last)}
    counts = await queries.day_counts(conn, selection, begins, period.last, selection.region_id)
    judged = stand_against(reported, first, period.last)
    odd = odd_ones(counts.get(selection.region_id, {}), judged, k)
    by_region: list[RegionAnomaly] = []
    regions_from = None
    if selection.region is None and selection.visible is None and period.days:
        regions_from = max(first, period.last - timedelta(days=REGION_DAYS - 1))
        by_region = await _of_regions(
            conn, selection, stand_against(reported, regions_from, period.last), regions_from, k
        )
    return Anomalies(
        **dict(head(selection, facts)),
        k=k,
        weeks=WEEKS,
        judged_days=len(judged),
        unjudged_days=period.days - len(judged),
        days=[Anomaly(**_members(day, k)) for day in reversed(odd)],
        regions_from=regions_from,
        regions=by_region,
    )


def stand_against(reported: set[int], first: date, last: date) -> list[tuple[int, list[int]]]:
    """List the days that can be judged, in order, each with the days of its weekday that it stands against.

    Days are numbers since 1970-01-01; ``reported`` are those with data.
    """
    judged = []
    for day in range((first - _EPOCH).days, (last - _EPOCH).days + 1):
        past = [each for each in range(day - 7 * WEEKS, day, 7) if each in reported]
        if day in reported and len(past) >= LEAST:
            judged.append((day, past))
    return judged


def odd_ones(counts: Mapping[int, int], judged: Sequence[tuple[int, list[int]]], k: float) -> list[OddDay]:
    """Pick the odd days; a day without a count has no flights."""
    odd_days = []
    for day, before in judged:
        past = sorted([counts.get(each, 0) for each in before])
        flights, median = counts.get(day, 0), _median(past)
        chance = _CHANCE * sqrt(max(median, 1.0))
        # The scatter is that of chance at least, so most days need none worked out.
        if abs(flights - median) > k * chance:
            mad = max(chance, _median(sorted([abs(each - median) for each in past])))
            if abs(flights - median) > k * mad:
                odd_days.append(OddDay(day, flights, median, mad))
    return odd_days


async def _of_regions(
    conn: Connection, selection: Selection, judged: Sequence[tuple[int, list[int]]], first: date, k: float
) -> list[RegionAnomaly]:
    before = _back(first, timedelta(weeks=WEEKS))
    counts = await queries.day_counts(conn, selection, before, selection.period.last, None)
    odd = [
        (day, place)
        for place in await queries.regions(conn)
        for day in odd_ones(counts.get(place.region_id, {}), judged, k)
    ]
    odd.sort(key=lambda each: (-each[0].day, each[1].name))
    return [RegionAnomaly(**_members(day, k), code=place.code, name=place.name) for day, place in odd]


def _members(odd: OddDay, k: float) -> dict[str, Any]:
    day = _EPOCH + timedelta(days=odd.day)
    return {
        "day": day,
        "weekday": day.isoweekday(),
        "side": "more" if odd.flights > odd.median else "fewer",
        "flights": odd.flights,
        "median": odd.median,
        "mad": round(odd.mad, 2),
        "low": round(max(0.0, odd.median - k * odd.mad), 2),
        "high": round(odd.median + k * odd.mad, 2),
    }


def _median(ordered: Sequence[float]) -> float:
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _back(day: date, by: timedelta) -> date:
    return day - by if day - date.min > by else date.min
