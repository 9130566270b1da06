"""The statistics put together as the API and the reports tell them.

One function an answer, each reading everything from the connection it is given, so that a transaction around it makes
all numbers of an answer agree.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from shared.db import Connection
from shared.stats import queries
from shared.stats.medians import Medians, duration_medians, duration_medians_by_region
from shared.stats.models import (
    UNTOLD,
    Answer,
    Busiest,
    Completeness,
    Daily,
    DayPart,
    Density,
    Duration,
    FlightTotals,
    Growth,
    Hourly,
    KeyFigures,
    MonthCounted,
    OperatorShare,
    Overview,
    Peak,
    Peaks,
    PeriodCounted,
    RankedRegion,
    Ranking,
    RankingRow,
    RegionNamed,
    RegionPage,
    RegionRank,
    Revision,
    RowsRead,
    Share,
    Totals,
    Types,
    Weekday,
)
from shared.stats.queries import PeakRow
from shared.stats.selection import Facts, Selection, district

TOP = 10
DAY_PARTS: Mapping[Literal["night", "morning", "day", "evening"], str] = {
    "night": "ночь 00–06",
    "morning": "утро 06–12",
    "day": "день 12–18",
    "evening": "вечер 18–24",
}
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
OPERATORS: Mapping[Literal["state", "organisation", "entrepreneur", "person", "unknown"], str] = {
    "state": "Государственный орган",
    "organisation": "Организация",
    "entrepreneur": "Индивидуальный предприниматель",
    "person": "Физическое лицо",
    "unknown": "Не указан",
}


async def overview(conn: Connection, selection: Selection, facts: Facts) -> Overview:
    """Give the key figures of the whole country or of one region, with the ten busiest regions."""
    ranked = await queries.ranking(conn, selection)
    figures = await _figures(conn, selection, facts)
    return Overview(**_fields(figures), top=[Busiest.of(dict(row)) for row in ranked[:TOP] if row.flights > 0])


async def region(conn: Connection, selection: Selection, facts: Facts) -> RegionPage:
    """Give everything of one region: its place among all, the key figures, its days, hours."""
    if selection.region is None:
        raise TypeError("a region is needed")
    ranked = await queries.ranking(conn, selection)
    row = next(row for row in ranked if row.code == selection.region.code)
    figures = _fields(await _figures(conn, selection, facts))
    hours = _hours(await queries.slots(conn, selection))
    return RegionPage(
        **{**figures, **hours},
        place=RegionRank(rank=row.rank, regions=len(ranked), share_percent=row.share_percent),
        density=Density(
            flights_per_1000_km2=row.density,
            a_month=row.density_a_month,
            a_year=row.density_a_year,
            area_km2=selection.region.area_km2,
            area_source=row.area_source,
        ),
        step=selection.step,
        days=await queries.daily(conn, selection),
    )


async def regions(conn: Connection, selection: Selection, facts: Facts) -> Ranking:
    """Rank the regions that the caller may see, the busiest first."""
    ranked = await queries.ranking(conn, selection)
    medians = await duration_medians_by_region(conn, selection)
    placed = sum(row.flights for row in ranked)
    # The sums of the whole country are not for a caller who may see some regions only.
    country = (await queries.totals(conn, selection)).flights if selection.visible is None else placed
    return Ranking(
        **_head(selection, facts),
        flights=country,
        without_region=country - placed,
        items=[_ranked(row, medians[row.code]) for row in ranked],
    )


async def daily(conn: Connection, selection: Selection, facts: Facts) -> Daily:
    """Give every day and every month of the period."""
    return Daily(
        **_head(selection, facts),
        spread=await queries.days_spread(conn, selection),
        step=selection.step,
        days=await queries.daily(conn, selection),
        months=await queries.monthly(conn, selection, facts),
    )


async def hourly(conn: Connection, selection: Selection, facts: Facts) -> Hourly:
    """Give the local hours of the day and of the week."""
    return Hourly(**_head(selection, facts), **_hours(await queries.slots(conn, selection)))


async def types(conn: Connection, selection: Selection, facts: Facts) -> Types:
    """Give types and kinds of operators."""
    return Types(
        **_head(selection, facts),
        types=await queries.types(conn, selection),
        operators=operators(await queries.totals(conn, selection)),
    )


async def quality(conn: Connection, selection: Selection, facts: Facts) -> Completeness:
    """Give how complete the data is."""
    sums = await queries.totals(conn, selection)
    whole = selection.region is None and selection.uav_type is None and selection.state is None
    first, last = selection.period.first, selection.period.last
    return Completeness(
        **_head(selection, facts),
        flights=sums.flights,
        with_dep=Share.within(sums.with_dep, sums.flights),
        with_arr=Share.within(sums.with_arr, sums.flights),
        with_duration=Share.within(sums.timed, sums.flights),
        near_border=Share.within(sums.near_border, sums.flights),
        outside=Share.within(sums.outside, sums.flights),
        unplaced=Share.within(sums.unplaced, sums.flights),
        cancelled=sums.cancelled,
        undated=await queries.undated(conn, selection),
        rows=_rows(await queries.rows_read(conn, first, last)) if whole else None,
        rejects=await queries.rejects(conn, first, last) if whole else [],
    )


async def _figures(conn: Connection, selection: Selection, facts: Facts) -> KeyFigures:
    sums = await queries.totals(conn, selection)
    medians = await duration_medians(conn, selection)
    months = await queries.monthly(conn, selection, facts)
    return KeyFigures(
        **_head(selection, facts),
        totals=FlightTotals.of(dict(sums)),
        actual=Duration.over(sums.timed, sums.minutes, medians.median_minutes),
        plan=Duration.over(sums.plan_timed, sums.plan_minutes, medians.plan_median_minutes),
        spread=await queries.days_spread(conn, selection),
        peaks=_peaks(await queries.peaks(conn, selection)),
        months=months,
        growth=_growth(months),
        day_parts=day_parts(await queries.slots(conn, selection)),
        types=await queries.types(conn, selection),
        operators=operators(sums),
    )


def head(selection: Selection, facts: Facts) -> Answer:
    """Say what the numbers are of: the days counted, the region, the type, and the state of the data."""
    period, place = selection.period, selection.region
    return Answer(
        period=PeriodCounted(first=period.first, last=period.last, days=period.days) if period.days else None,
        region=None if place is None else RegionNamed(code=place.code, name=place.name, time_zone=place.time_zone),
        days_by=selection.clock,
        type=UNTOLD if selection.uav_type == "" else selection.uav_type,
        state=selection.state,
        revision=Revision(number=facts.revision or 0, counted_at=facts.counted_at),
    )


def operators(sums: Totals) -> list[OperatorShare]:
    """Give flights by kind of operator."""
    return [
        OperatorShare.within(getattr(sums, f"by_{kind}"), sums.flights, kind=kind, title=title)
        for kind, title in OPERATORS.items()
    ]


def day_parts(slots: Mapping[int, int]) -> list[DayPart]:
    """Fold hours of the week into the four parts of the day."""
    counted = [0, 0, 0, 0]
    for slot, flights in slots.items():
        counted[slot % 24 // 6] += flights
    return [
        DayPart.within(flights, sum(counted), part=part, title=title)
        for (part, title), flights in zip(DAY_PARTS.items(), counted, strict=True)
    ]


def _fields(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in type(answer).model_fields}


def _head(selection: Selection, facts: Facts) -> dict[str, Any]:
    return _fields(head(selection, facts))


def _ranked(row: RankingRow, medians: Medians) -> RankedRegion:
    return RankedRegion.of(
        {
            **dict(row),
            "district": district(row.code),
            "actual": Duration.over(row.timed, row.minutes, medians.median_minutes),
            "plan": Duration.over(row.plan_timed, row.plan_minutes, medians.plan_median_minutes),
        }
    )


def _hours(slots: Mapping[int, int]) -> dict[str, Any]:
    week = [[slots.get(day * 24 + hour, 0) for hour in range(24)] for day in range(7)]
    total = sum(map(sum, week))
    return {
        "hours": [sum(day[hour] for day in week) for hour in range(24)],
        "weekdays": [
            Weekday.within(sum(day), total, weekday=number, title=title)
            for number, (day, title) in enumerate(zip(week, WEEKDAYS, strict=True), 1)
        ],
        "week": week,
        "day_parts": day_parts(slots),
    }


def _peaks(row: PeakRow) -> Peaks | None:
    if row.peak_hour is None:
        return None
    return Peaks(
        hour=Peak(flights=row.peak_hour, at=row.peak_hour_at),
        sliding_hour=Peak(flights=row.peak_sliding or 0, at=row.peak_sliding_at),
        airborne=Peak(flights=row.peak_airborne or 0, at=row.peak_airborne_at),
    )


def _growth(months: Sequence[MonthCounted]) -> Growth | None:
    last = next((month for month in reversed(months) if month.complete), None)
    if last is None:
        return None
    return Growth(
        month=last.month,
        flights=last.flights or 0,
        month_before_has_data=last.month_before_has_data,
        year_before_has_data=last.year_before_has_data,
        to_month_before_percent=last.growth_month_percent,
        to_year_before_percent=last.growth_year_percent,
        to_month_before_daily_percent=last.growth_month_daily_percent,
        to_year_before_daily_percent=last.growth_year_daily_percent,
    )


def _rows(read: queries.LoadedRows) -> RowsRead:
    return RowsRead(
        workbooks=read.workbooks,
        read=read.rows,
        repeated=read.repeated,
        rejected=Share.within(read.rejected, read.rows),
    )
