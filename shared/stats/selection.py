"""What a statistic is asked about: a period, a region or the whole country, a type or all types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self

from shared.stats.statements import Clock

Step = Literal["day", "week", "month"]
State = Literal["flown"]
"""Flights that have flown, and no plan alone."""
SERIES_DAYS: Mapping[Step, int] = {"day": 3_660, "week": 25_000, "month": 4_000_000}
"""The most days that a series tells one by one, by weeks, by months: some 3,600 points, so that an answer with a series
is never heavier than the gateway carries (2.5 MB). The last is longer than any period there is."""
COUNTRY = -1
"""In place of a region: the whole country, flights without a region included."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the statistics stand on: the newest count, and the days of the data by one clock.

    ``first`` and ``last`` are the bounds that a period asked for is cut to: the first and last plausible day, from 2010
    to the end of next year. ``usual_first`` and ``usual_last`` are the days that are meant where none are asked for:
    where the data are, without a few strays years away; None stands for the bounds. Without any dated flight there are
    no bounds.
    """

    revision: int | None
    counted_at: datetime | None
    first: date | None
    last: date | None
    usual_first: date | None = None
    usual_last: date | None = None
    clock: Clock = "utc"


@dataclass(frozen=True, slots=True)
class ActiveRegion:
    """A region of the active boundary set; ``code`` is ISO 3166-2, or its number where it has none.

    ``area_source`` is ``official`` (land area) or ``polygon`` (of the shape, where no official area is known).
    """

    region_id: int
    code: str
    name: str
    time_zone: str
    area_km2: float
    area_source: str


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included; ``last`` before ``first`` is no day at all.

    ``outer_first`` and ``outer_last`` hold the same flights: where the period ends with the data, they go on to the end
    of the year, so that whole years are read instead of many days.
    """

    first: date
    last: date
    outer_first: date
    outer_last: date

    @classmethod
    def of(cls, first: date, last: date) -> Self:
        """Take these days as they are."""
        return cls(first, last, first, last)

    @classmethod
    def within(cls, facts: Facts, first: date | None, last: date | None) -> Self:
        """Cut what was asked for to the days of the data: a day nobody sent data of is no day without flights.

        A side that was not asked for is the usual one, or the data's own bound where the other side lies beyond that.
        """
        if facts.first is None or facts.last is None:
            return cls.of(date(2000, 1, 2), date(2000, 1, 1))
        usual_first, usual_last = facts.usual_first or facts.first, facts.usual_last or facts.last
        if first is None:
            first = usual_first if last is None or last >= usual_first else facts.first
        if last is None:
            last = usual_last if first <= usual_last else facts.last
        cut = cls.of(max(first, facts.first), min(last, facts.last))
        if cut.days == 0:
            return cut
        outer_first = date(cut.first.year, 1, 1) if cut.first == facts.first else cut.first
        outer_last = date(cut.last.year, 12, 31) if cut.last == facts.last else cut.last
        return cls(cut.first, cut.last, outer_first, outer_last)

    @property
    def days(self) -> int:
        """Count the days."""
        return max(0, (self.last - self.first).days + 1)


@dataclass(frozen=True, slots=True)
class Selection:
    """A period, a region (None: the country), a type (None: all; empty: not told), a state (None: planned and flown).

    ``visible`` are the codes of the regions that a caller may see, None all of them; where it is a set, ranks, shares
    and sums over regions are those of its regions alone. ``clock`` says whose days the period's days are.
    """

    period: Period
    region: ActiveRegion | None = None
    uav_type: str | None = None
    visible: frozenset[str] | None = None
    clock: Clock = "utc"
    state: State | None = None

    @property
    def step(self) -> Step:
        """Give what a series over the period counts together: days, or longer spans where it would be too long."""
        return next(step for step, days in SERIES_DAYS.items() if self.period.days <= days)

    @property
    def region_id(self) -> int:
        """Give the region's number in the roll-ups."""
        return COUNTRY if self.region is None else self.region.region_id

    @property
    def sums(self) -> tuple[date, date, int, str | None, str | None]:
        """Give what statements that sum up take: outer first and last day, region, type, state."""
        return self.period.outer_first, self.period.outer_last, self.region_id, self.uav_type, self.state

    @property
    def series(self) -> tuple[date, date, int, str | None, str | None]:
        """Give what statements that go day by day take: first and last day, region, type, state."""
        return self.period.first, self.period.last, self.region_id, self.uav_type, self.state
