"""What a statistic is asked about: a period, a region or the whole country, a type or all types.

Federal districts, the unit in which officials report, go by the ISO 3166-2 codes of their regions. Source: decree of
the President of 13 May 2000, no. 849, as amended to 4 November 2018 (Buryatia and Zabaykalsky Krai went to the Far
East) and of 28 July 2016 (Crimea and Sevastopol to the South). Four subjects have no code in ISO 3166-2; a region
without a known code is in no district.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, Self

from shared.stats.statements import Clock

_DISTRICTS: Mapping[str, str] = {
    "Центральный": "BEL BRY VLA VOR IVA KLU KOS KRS LIP MOS ORL RYA SMO TAM TVE TUL YAR MOW",
    "Северо-Западный": "KR KO ARK VLG KGD LEN MUR NGR PSK SPE NEN",
    "Южный": "AD KL KDA AST VGG ROS CR SEV",
    "Северо-Кавказский": "DA IN KB KC SE CE STA",
    "Приволжский": "BA ME MO TA UD CU PER KIR NIZ ORE PNZ SAM SAR ULY",
    "Уральский": "KGN SVE TYU CHE KHM YAN",
    "Сибирский": "AL TY KK ALT KYA IRK KEM NVS OMS TOM",
    "Дальневосточный": "BU SA ZAB KAM PRI KHA AMU MAG SAK YEV CHU",
}
_DISTRICT_OF: Mapping[str, str] = {f"RU-{code}": name for name, codes in _DISTRICTS.items() for code in codes.split()}
Step = Literal["day", "week", "month"]
State = Literal["flown"]
"""Flights that have flown, and no plan alone."""
SERIES_DAYS: Mapping[Step, int] = {"day": 3_660, "week": 25_000, "month": 4_000_000}
"""The most days that a series tells one by one, by weeks, by months: some 3,600 points, so that an answer with a series
is never heavier than the gateway carries (2.5 MB). The last is longer than any period there is."""
COUNTRY = -1
"""In place of a region: the whole country, flights without a region included."""
PeriodParts = tuple[list[str], list[date]]
"""Parts as statements take them (``{cover $1 $2}``): spans, with a minus before those taken away, and first days."""


def district(code: str) -> str | None:
    """Give the district of a region by its code; None for a code that no district has."""
    return _DISTRICT_OF.get(code)


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


class PeriodPart(NamedTuple):
    """A counted span of time of which a period is made up: added (sign 1) or taken away (-1)."""

    sign: Literal[1, -1]
    span: Literal["year", "month", "day"]
    start: date


def period_parts(first: date, last: date, *, taking_away: bool) -> list[PeriodPart]:
    """Make a period up of few counted spans: whole years, whole months, and days.

    Where it is fewer and spans may be taken away, a year or month goes in whole and what is not of the period is taken
    away again: sums come out the same, and no more than fifteen days are read of any month. The greatest or the number
    of different values needs spans that are added alone.
    """
    years = range(first.year, last.year + 1)
    return [part for year in years for part in _of_year(date(year, 1, 1), first, last, taking_away=taking_away)]


def _of_year(year: date, first: date, last: date, *, taking_away: bool) -> list[PeriodPart]:
    end = date(year.year, 12, 31)
    if first <= year and end <= last:
        return [PeriodPart(1, "year", year)]
    within = [part for month in _months(year.year) for part in _of_month(month, first, last, taking_away=taking_away)]
    if not taking_away or first > end or last < year:
        return within
    return min(within, _year_without_rest(PeriodPart(1, "year", year), end, first, last), key=len)


def _of_month(month: date, first: date, last: date, *, taking_away: bool) -> list[PeriodPart]:
    end = _end(month)
    if first <= month and end <= last:
        return [PeriodPart(1, "month", month)]
    begin, until = max(first, month), min(last, end)
    days = [PeriodPart(1, "day", begin + timedelta(days=n)) for n in range((until - begin).days + 1)]
    if not taking_away or not days:
        return days
    outside = [*range(month.day, begin.day), *range(until.day + 1, end.day + 1)]
    return min(
        days, [PeriodPart(1, "month", month), *(PeriodPart(-1, "day", month.replace(day=n)) for n in outside)], key=len
    )


def _year_without_rest(year: PeriodPart, end: date, first: date, last: date) -> list[PeriodPart]:
    """Give the year less what comes in it before ``first`` and after ``last``."""
    begin, one = year.start, timedelta(days=1)
    sides = [(begin, first - one)] if first > begin else []
    sides += [(last + one, end)] if last < end else []
    outside = [
        part for side in sides for month in _months(begin.year) for part in _of_month(month, *side, taking_away=True)
    ]
    return [year, *(PeriodPart(-1 if part.sign > 0 else 1, part.span, part.start) for part in outside)]


def _months(year: int) -> Iterator[date]:
    return (date(year, month, 1) for month in range(1, 13))


def _end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


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
    def parts(self) -> PeriodParts:
        """Give what sums over the period are made of; some of it is taken away."""
        return self._parts(taking_away=True)

    @property
    def whole_parts(self) -> PeriodParts:
        """Give what lies in the period and makes it up, nothing taken away: for peaks."""
        return self._parts(taking_away=False)

    def _parts(self, *, taking_away: bool) -> PeriodParts:
        if not self.days:
            return [], []
        parts = period_parts(self.outer_first, self.outer_last, taking_away=taking_away)
        return ["-" * (part.sign < 0) + part.span for part in parts], [part.start for part in parts]

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
    def sums(self) -> tuple[list[str], list[date], int, str | None, str | None]:
        """Give what statements that sum up take: parts of the period, region, type, state."""
        return *self.period.parts, self.region_id, self.uav_type, self.state

    @property
    def series(self) -> tuple[date, date, int, str | None, str | None]:
        """Give what statements that go day by day take: first and last day, region, type, state."""
        return self.period.first, self.period.last, self.region_id, self.uav_type, self.state
