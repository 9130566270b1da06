"""The statistics as they are told: rows of the database, and the answers that the API and the reports are made of.

A model is both, wherever a row is told as it is: a field stands here once, and the API's description comes from it.
Durations are minutes, days those of the answer's clock, shares and growth percent; a share or mean of nothing is null.
Cancelled flights are in no number but ``cancelled``. ``docs/statistics.md`` has the formulas.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.stats.statements import Clock

Count = Annotated[int, Field(ge=0)]
Rank = Annotated[int, Field(ge=1)]
Code = Annotated[str, Field(examples=["RU-MOW"], description="ISO 3166-2, or the number of a region without a code")]
Name = Annotated[str, Field(examples=["Москва"])]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2025-01"])]
AreaSource = Literal["official", "polygon"]
Step = Literal["day", "week", "month"]
OperatorKind = Literal["state", "organisation", "entrepreneur", "person", "unknown"]

UNTOLD = "none"
"""How a type that was not told is named outside."""
Position = Annotated[
    list[float], Field(min_length=2, max_length=2, description="longitude and latitude", examples=[[37.6, 55.7]])
]


class Model(BaseModel):
    """A frozen value that holds what it names and nothing else."""

    # Built when a first answer needs it: a function that starts has a second, and few of these are asked for at once.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take from a row the columns that the model names; other columns are left."""
        return cls.model_validate({name: row[name] for name in cls.model_fields if name in row})


class PeriodCounted(Model):
    """The days counted: those asked for, cut to the days of the data."""

    first: date
    last: date
    days: Annotated[int, Field(ge=1)]


class RegionNamed(Model):
    """A region; the whole country, flights without a region included, is null in its place."""

    code: Code
    name: Name
    time_zone: Annotated[str, Field(description="IANA name", examples=["Europe/Moscow"])]


class Revision(Model):
    """The state of the data; the number grows with each load."""

    number: Count
    counted_at: datetime | None


class Answer(Model):
    """What the numbers are of."""

    period: PeriodCounted | None
    days_by: Annotated[Clock, Field(description="whose midnight ends a day: Moscow's, the flight's place's, UTC's")]
    region: RegionNamed | None
    type: Annotated[str | None, Field(description="null: all types; none: flights whose type is not told")]
    state: Annotated[Literal["flown"] | None, Field(description="null: planned and flown flights")]
    revision: Revision


class FlightTotals(Model):
    """Sums over a selection; flights = flown + planned."""

    flights: Count
    flown: Annotated[Count, Field(description="a DEP or an ARR stands behind it")]
    planned: Annotated[Count, Field(description="a plan alone")]
    cancelled: Count
    aircraft: Annotated[Count, Field(description="a flight that tells no number is one aircraft")]


class Totals(FlightTotals):
    """The row of sums that everything additive is told from."""

    with_dep: Count
    with_arr: Count
    near_border: Count
    outside: Count
    unplaced: Count
    by_state: Count
    by_organisation: Count
    by_entrepreneur: Count
    by_person: Count
    by_unknown: Count
    timed: Count
    minutes: Count
    plan_timed: Count
    plan_minutes: Count


class Duration(Model):
    """Minutes, over the flights whose duration is known."""

    flights: Count
    total_minutes: Count
    mean_minutes: float | None
    median_minutes: float | None

    @classmethod
    def over(cls, flights: int, minutes: int, median: float | None) -> Self:
        """Make it from the number of some flights, the sum of their minutes and the median."""
        return cls(flights=flights, total_minutes=minutes, mean_minutes=ratio(minutes, flights), median_minutes=median)


class Share(Model):
    """A number of flights and its share in percent."""

    count: Count
    share_percent: float | None

    @classmethod
    def within(cls, count: int, total: int, **names: Any) -> Self:
        """Make the share of ``count`` in ``total``; ``names`` are fields of a model that adds some."""
        return cls(count=count, share_percent=ratio(100 * count, total), **names)


class DaysSpread(Model):
    """Flights a day, over the days that have data; those without flights are included."""

    days: Annotated[Count, Field(description="of the period")]
    days_without_data: Annotated[Count, Field(description="that no workbook speaks of; they are in no other number")]
    zero_days: Annotated[Count, Field(description="with data and without flights")]
    mean: float | None
    median: float | None
    least: Count
    most: Count


class Peak(Model):
    """The most flights, and since when; the earliest of equals."""

    flights: Count
    at: datetime | None


class Peaks(Model):
    """The fullest clock hour, the fullest sixty minutes whenever they begin, the most flights in the air at once."""

    hour: Peak
    sliding_hour: Peak
    airborne: Peak


class MonthCounted(Model):
    """A whole month, also where the period cuts it; its numbers are null where none of its days has data.

    Growth of the sum is null unless each day of both months has data, that of the mean unless some day of both has.
    """

    month: Month
    complete: Annotated[bool, Field(description="each of its days has data")]
    days_with_data: Count
    flights: Count | None
    aircraft: Count | None
    minutes: Count | None
    mean_a_day: Annotated[float | None, Field(description="over the days with data")]
    month_before_has_data: bool
    year_before_has_data: bool
    growth_month_percent: Annotated[float | None, Field(description="of the sum, to the month before")]
    growth_year_percent: Annotated[float | None, Field(description="of the sum, to the same month a year ago")]
    growth_month_daily_percent: Annotated[float | None, Field(description="of the mean of a day with data")]
    growth_year_daily_percent: Annotated[float | None, Field(description="of the mean of a day with data")]


class Growth(Model):
    """The growth of the last whole month; null to a month without data."""

    month: Month
    flights: Count
    month_before_has_data: bool
    year_before_has_data: bool
    to_month_before_percent: float | None
    to_year_before_percent: float | None
    to_month_before_daily_percent: Annotated[float | None, Field(description="of the mean of a day")]
    to_year_before_daily_percent: Annotated[float | None, Field(description="of the mean of a day")]


class DayPart(Share):
    """Flights of a quarter of the day, by local time; the first hour is in it, the last is not."""

    part: Literal["night", "morning", "day", "evening"]
    title: Annotated[str, Field(examples=["утро 06–12"])]


class Weekday(Share):
    """Flights of a weekday, by local time; 1 is Monday."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    title: Annotated[str, Field(examples=["понедельник"])]


class TypeShare(Model):
    """Flights of a type."""

    uav_type: Annotated[str, Field(examples=["BLA"], description="none where it was not told")]
    flights: Count
    aircraft: Count
    share_percent: float
    minutes: Count
    mean_minutes: float | None


class OperatorShare(Share):
    """Flights of a kind of operator."""

    kind: OperatorKind
    title: Annotated[str, Field(examples=["Организация"])]


class Day(Model):
    """A day, or a week or month under its first day."""

    day: date
    has_data: Annotated[bool, Field(description="false where no workbook speaks of the day: nothing is known of it")]
    flights: Count
    flown: Count
    planned: Count
    cancelled: Count
    aircraft: Count
    minutes: Count
    peak_hour: Count
    peak_sliding: Annotated[Count, Field(description="most flights that began within any sixty minutes")]
    peak_airborne: Count


class KeyFigures(Answer):
    """What is told first, of the whole country and of a region."""

    totals: FlightTotals
    actual: Duration
    plan: Duration
    spread: DaysSpread
    peaks: Annotated[Peaks | None, Field(description="null without flights")]
    months: list[MonthCounted]
    growth: Growth | None
    day_parts: list[DayPart]
    types: list[TypeShare]
    operators: list[OperatorShare]


class Busiest(Model):
    """One of the ten busiest regions."""

    rank: Rank
    code: Code
    name: Name
    flights: Annotated[int, Field(ge=1)]
    share_percent: float


class Overview(KeyFigures):
    """Key figures with the busiest regions."""

    top: Annotated[list[Busiest], Field(max_length=10)]


class HoursOfWeek(Model):
    """Flights by local hour of the day, weekday, hour of the week."""

    hours: Annotated[list[Count], Field(min_length=24, max_length=24, description="from 00:00 local time")]
    weekdays: Annotated[list[Weekday], Field(min_length=7, max_length=7)]
    week: Annotated[
        list[Annotated[list[Count], Field(min_length=24, max_length=24)]],
        Field(min_length=7, max_length=7, description="by weekday, from Monday, and hour"),
    ]
    day_parts: list[DayPart]


class RegionRank(Model):
    """A region's place among all."""

    rank: Rank
    regions: Rank
    share_percent: float


class Density(Model):
    """Flights per area: the official land area, or that of the polygon where no official one is known."""

    flights_per_1000_km2: Annotated[float, Field(description="over the whole period")]
    a_month: Annotated[
        float | None, Field(description="in a twelfth of 365.25 days, by the days with data; null without such")
    ]
    a_year: Annotated[float | None, Field(description="in 365.25 days, by the days with data; null without such")]
    area_km2: float
    area_source: AreaSource


class RegionPage(KeyFigures, HoursOfWeek):
    """Everything of one region."""

    place: RegionRank
    density: Density
    step: Annotated[Step, Field(description="what an item of days counts; longer steps where days would be too many")]
    days: list[Day]


class RegionCounts(FlightTotals):
    """What is told of a region among the others; density is flights per 1000 km2."""

    rank: Rank
    code: Code
    name: Name
    share_percent: float
    mean_a_day: float | None
    zero_days: Count
    peak_hour: Count
    peak_sliding: Annotated[Count, Field(description="most flights that began within any sixty minutes")]
    peak_airborne: Count
    density: float
    density_a_month: Annotated[
        float | None, Field(description="a month is a twelfth of 365.25 days, by the days with data")
    ]
    density_a_year: Annotated[float | None, Field(description="a year is 365.25 days, by the days with data")]
    area_source: AreaSource


class RankingRow(RegionCounts):
    """The row of the ranking."""

    timed: Count
    minutes: Count
    plan_timed: Count
    plan_minutes: Count


class RankedRegion(RegionCounts):
    """One region in the ranking."""

    district: Annotated[str | None, Field(examples=["Центральный"], description="federal district; null: none known")]
    actual: Duration
    plan: Duration


class Ranking(Answer):
    """The regions, the busiest first; shares are of ``flights``, which those without a region are part of."""

    flights: Count
    without_region: Count
    items: list[RankedRegion]


class Daily(Answer):
    """Days and months."""

    spread: DaysSpread
    step: Annotated[Step, Field(description="what an item of days counts; longer steps where days would be too many")]
    days: list[Day]
    months: list[MonthCounted]


class Hourly(Answer, HoursOfWeek):
    """Local hours."""


class Types(Answer):
    """Types and kinds of operators."""

    types: list[TypeShare]
    operators: list[OperatorShare]


class RowsRead(Model):
    """What became of the rows of the workbooks that speak of the period."""

    workbooks: Count
    read: Count
    repeated: Count
    rejected: Share


class RejectedCount(Model):
    """Rejected rows of one code."""

    code: Annotated[str, Field(examples=["TELEGRAM_NOT_RECOGNISED"])]
    rows: Annotated[int, Field(ge=1)]


class Completeness(Answer):
    """How complete the data is; rejected rows have no region and no type, so they are told of the whole only."""

    flights: Count
    with_dep: Share
    with_arr: Share
    with_duration: Share
    near_border: Share
    outside: Share
    unplaced: Share
    cancelled: Count
    undated: Annotated[Count, Field(description="flights whose day is not known, whatever the period")]
    rows: RowsRead | None
    rejects: list[RejectedCount]


class GeoPoint(Model):
    """A GeoJSON point."""

    type: Literal["Point"]
    coordinates: Position


class FlightProperties(Model):
    """One flight, without anything that tells a person; times UTC, durations minutes, levels metres."""

    day: date | None
    state: Literal["planned", "flown", "cancelled"]
    uav_type: Annotated[str | None, Field(examples=["BLA"])]
    uav_count: int | None
    operator_kind: str
    region: Annotated[str | None, Field(examples=["RU-MOW"])]
    region_name: Annotated[str | None, Field(examples=["Москва"])]
    region_match: Literal["inside", "near_border", "outside", "none"]
    position_source: Literal["take_off", "landing", "zone", "none"]
    dep: Position | None
    arr: Position | None
    dep_dt: datetime | None
    arr_dt: datetime | None
    duration_min: int | None
    plan_dep_dt: datetime | None
    plan_arr_dt: datetime | None
    plan_duration_min: int | None
    level_lower_m: int | None
    level_upper_m: int | None
    problems: Annotated[list[str], Field(description="codes of repairs and doubts", examples=[["COORD_SWAPPED"]])]


class FlightFeature(Model):
    """A flight as a GeoJSON feature; its point is the one that gives the region."""

    type: Literal["Feature"]
    id: UUID
    geometry: GeoPoint | None
    properties: FlightProperties


class FlightIdentity(Model):
    """What names a flight and its aircraft: for those who may send workbooks, where it stands."""

    sid: Annotated[str | None, Field(description="number of the flight plan", examples=["7771234567"])]
    callsign: str | None
    regs: Annotated[list[str], Field(description="registrations of the aircraft")]


class FlightInFull(FlightProperties):
    """One flight with its zone, as the plan gives it; ``identity`` is null for who may not send workbooks."""

    id: UUID
    position: Position | None
    zone: Annotated[dict[str, Any] | None, Field(description="circle, polygon or named zone; kilometres and degrees")]
    time_zone: Annotated[str | None, Field(description="IANA name, of the place")]
    centre: Annotated[str | None, Field(description="centre that the workbook names", examples=["Московский"])]
    identity: FlightIdentity | None


class FlightsCounted(Answer):
    """How many flights a list holds."""

    flights: Count


class FlightPage(Model):
    """A GeoJSON FeatureCollection of flights; ``next`` is the cursor of the page after, null on the last."""

    type: Literal["FeatureCollection"]
    next: str | None
    features: list[FlightFeature]


class RegionProperties(Model):
    """What a shape is of."""

    code: Code
    name: Name
    area_km2: float


class Shape(Model):
    """A GeoJSON polygon or several."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: Annotated[
        list[list[Any]], Field(examples=[[[[38.7, 44.9], [39.7, 44.9], [39.8, 44.3], [38.7, 44.9]]]])
    ]


class RegionFeature(Model):
    """A region as a GeoJSON feature."""

    type: Literal["Feature"]
    id: Code
    properties: RegionProperties
    geometry: Shape


class BoundarySource(Model):
    """Where the boundaries come from; show the attribution."""

    name: str
    source: str
    licence: str
    attribution: str


class RegionShapes(Model):
    """A GeoJSON FeatureCollection of the regions."""

    type: Literal["FeatureCollection"]
    source: BoundarySource | None
    features: list[RegionFeature]


def ratio(part: int, whole: int) -> float | None:
    """Divide, rounded at the second digit; floats would round some halves down."""
    return rounded(100 * part, whole) / 100 if whole else None


def rounded(part: int, whole: int) -> int:
    """Divide and round to a whole number, a half away from nothing, as the database rounds."""
    nearest = (2 * abs(part) + whole) // (2 * whole)
    return nearest if part >= 0 else -nearest
