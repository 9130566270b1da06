"""What a statistic is asked about: a period, a region or the whole country, a type or all types."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

COUNTRY = -1
"""In place of a region: the whole country, flights without a region included."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the statistics stand on: the newest count, and the first and last UTC day of the data."""

    revision: int | None
    counted_at: datetime | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Region:
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
    """UTC days from ``first`` to ``last``, both included; ``last`` before ``first`` is no day at all.

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
        """Cut what was asked for to the days of the data: a day nobody sent data of is no day without flights."""
        if facts.first is None or facts.last is None:
            return cls.of(date(2000, 1, 2), date(2000, 1, 1))
        cut = cls.of(max(first or facts.first, facts.first), min(last or facts.last, facts.last))
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
    """A period, a region (None: the whole country) and a type (None: all; empty: not told)."""

    period: Period
    region: Region | None = None
    uav_type: str | None = None

    @property
    def region_id(self) -> int:
        """Give the region's number in the roll-ups."""
        return COUNTRY if self.region is None else self.region.region_id

    @property
    def sums(self) -> tuple[date, date, int, str | None]:
        """Give what statements that sum up take: outer first and last day, region, type."""
        return self.period.outer_first, self.period.outer_last, self.region_id, self.uav_type

    @property
    def series(self) -> tuple[date, date, int, str | None]:
        """Give what statements that go day by day take: first and last day, region, type."""
        return self.period.first, self.period.last, self.region_id, self.uav_type
