"""Two periods side by side, with each region's part in the change."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.db import Connection
from shared.stats import queries
from shared.stats.answers import head
from shared.stats.models import Answer, Code, Count, Model, Name, ratio, rounded
from shared.stats.selection import Facts, Period, Selection
from shared.stats.statements import STATEMENTS

Against = Literal["previous", "year", "chosen"]
Days = tuple[date, date]
"""First and last day of a period."""


class ComparedPeriod(Model):
    """One of the two periods."""

    first: date
    last: date
    days: Count
    days_without_data: Annotated[Count, Field(description="that no workbook speaks of")]
    flights: Annotated[Count | None, Field(description="null where none of its days has data")]
    mean_a_day: Annotated[float | None, Field(description="over the days with data")]


class ComparedRegion(Model):
    """What a region, or the flights without one, adds to the change."""

    code: Annotated[Code | None, Field(description="null: the flights without a region")]
    name: Name | None
    flights: Count | None
    before: Count | None
    change: Annotated[int | None, Field(description="null where a day of either period has no data")]
    change_percent: Annotated[
        float | None, Field(description="null where there was nothing before, or a day of either has no data")
    ]
    change_daily_percent: Annotated[float | None, Field(description="of the mean of a day with data")]
    points: Annotated[
        float | None,
        Field(description="percentage points that it adds to change_percent of the whole; they add up to it exactly"),
    ]


class Comparison(Answer):
    """Two periods, and what each region has to do with the difference; the largest parts first.

    Nothing is told of a period without any day with data, and no change of the sums where a day of either has none:
    what was sent in part is not less. The mean of a day with data is compared all the same.
    """

    against: Annotated[Against, Field(description="what the second period is to the first")]
    now: ComparedPeriod | None
    before: ComparedPeriod | None
    change: int | None
    change_percent: float | None
    change_daily_percent: Annotated[float | None, Field(description="of the mean of a day with data")]
    items: list[ComparedRegion]


async def last_whole_month(conn: Connection, facts: Facts) -> Days | None:
    """Give the last month between the first and last usual day of the data each of whose days has data."""
    first, last = facts.usual_first or facts.first, facts.usual_last or facts.last
    if first is None or last is None:
        return None
    reported = await queries.months_reported(conn, Selection(Period.of(first, last), clock=facts.clock), first, last)
    whole = next((month for month in reversed(reported) if month.whole), None)
    return None if whole is None else (whole.month, whole.month + timedelta(days=whole.days - 1))


def period_before(first: date, last: date) -> Days:
    """Give the period of the same length right before: as many months for whole months, else as many days."""
    if first.day == 1 and _ends_month(last):
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        return _months_earlier(first, months), first - timedelta(days=1)
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def year_before(first: date, last: date) -> Days:
    """Give the same days a year ago; a period of whole months stays one."""
    return _months_earlier(first, 12), _months_earlier(last, 12, to_end=_ends_month(last) and first.day == 1)


async def compare(
    conn: Connection, selection: Selection, facts: Facts, against: Against, chosen: Days | None
) -> Comparison:
    """Compare the selection's period with the one before, with that of a year ago, or with a chosen one.

    Of a selection with a region its line alone is told; the sums are those of all regions that the caller may see.
    """
    period = selection.period
    if not period.days:
        return Comparison(
            **_head(selection, facts), against=against, now=None, before=None, change=None, change_percent=None,
            change_daily_percent=None, items=[],
        )  # fmt: skip
    other = chosen or (period_before if against == "previous" else year_before)(period.first, period.last)
    base = _with_data(Period.of(*other), facts)
    rows = await conn.fetch(
        STATEMENTS[selection.clock]["comparison"],
        *period.parts, *base.parts, selection.uav_type, selection.state,
    )  # fmt: skip
    counted = {row["region_id"]: (row["flights"], row["before"]) for row in rows}
    seen = [
        (place.region_id, place.code, place.name)
        for place in await queries.regions(conn)
        if selection.visible is None or place.code in selection.visible
    ]
    places: list[tuple[str | None, str | None, int, int]] = [
        (code, name, *counted.get(region_id, (0, 0))) for region_id, code, name in seen
    ]
    if selection.visible is None:
        places.append((None, None, *counted.get(0, (0, 0))))
    now = await _period(conn, selection, period, sum(place[2] for place in places))
    before = await _period(conn, selection, base, sum(place[3] for place in places), other)
    return _comparison(selection, facts, against, now, before, [place for place in places if place[2] or place[3]])


def contributions(changes: Sequence[int], before: int) -> list[float] | None:
    """Share the growth of a sum out among its parts, in percentage points of two digits that add up to it exactly.

    Each part gets its exact points rounded down to hundredths; what is then missing to the rounded whole goes to those
    that lost most by rounding, a hundredth each. None where there was nothing before.
    """
    if not before:
        return None
    floors = [divmod(10_000 * change, before) for change in changes]
    missing = rounded(10_000 * sum(changes), before) - sum(floor for floor, _ in floors)
    lost_most = sorted(range(len(floors)), key=lambda n: (-floors[n][1], n))[:missing]
    return [(floor + (n in set(lost_most))) / 100 for n, (floor, _) in enumerate(floors)]


def _comparison(
    selection: Selection,
    facts: Facts,
    against: Against,
    now: ComparedPeriod,
    before: ComparedPeriod,
    places: Sequence[tuple[str | None, str | None, int, int]],
) -> Comparison:
    comparable = not (now.days_without_data or before.days_without_data)
    changes = [flights - earlier for _, _, flights, earlier in places]
    points = contributions(changes, before.flights or 0) if comparable else None
    items = [
        ComparedRegion(
            code=code, name=name,
            flights=None if now.flights is None else flights, before=None if before.flights is None else earlier,
            change=changes[n] if comparable else None,
            change_percent=ratio(100 * changes[n], earlier) if comparable else None,
            change_daily_percent=_daily_growth(now, before, flights, earlier),
            points=points[n] if points else None,
        )
        for n, (code, name, flights, earlier) in enumerate(places)
    ]  # fmt: skip
    if selection.region is not None:
        items = [item for item in items if item.code == selection.region.code]
    flights, earlier = now.flights or 0, before.flights or 0
    return Comparison(
        **_head(selection, facts),
        against=against,
        now=now,
        before=before,
        change=flights - earlier if comparable else None,
        change_percent=ratio(100 * (flights - earlier), earlier) if comparable else None,
        change_daily_percent=_daily_growth(now, before, flights, earlier),
        items=sorted(items, key=_greatness),
    )


def _daily_growth(now: ComparedPeriod, before: ComparedPeriod, flights: int, earlier: int) -> float | None:
    days, earlier_days = now.days - now.days_without_data, before.days - before.days_without_data
    return ratio(100 * (flights * earlier_days - earlier * days), earlier * days)


def _greatness(item: ComparedRegion) -> tuple[int, str]:
    # Where there is no change to tell, the side that has more.
    changed = max(item.flights or 0, item.before or 0) if item.change is None else item.change
    return -abs(changed), item.name or ""


def _head(selection: Selection, facts: Facts) -> dict[str, Any]:
    return dict(head(selection, facts))


def _with_data(period: Period, facts: Facts) -> Period:
    """Cut a period to the days of the data; what lies beyond holds no flight, however long it is."""
    if facts.first is None or facts.last is None:
        return period
    return Period.of(max(period.first, facts.first), min(period.last, facts.last))


async def _period(
    conn: Connection, selection: Selection, counted: Period, flights: int, requested: Days | None = None
) -> ComparedPeriod:
    first, last = requested or (counted.first, counted.last)
    days = (last - first).days + 1
    reported = len(await queries.days_reported(conn, selection.clock, counted.first, counted.last))
    return ComparedPeriod(
        first=first, last=last, days=days, days_without_data=days - reported,
        flights=flights if reported else None, mean_a_day=ratio(flights, reported),
    )  # fmt: skip


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _months_earlier(day: date, months: int, *, to_end: bool = False) -> date:
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    longest = monthrange(year, month + 1)[1]
    return date(year, month + 1, longest if to_end else min(day.day, longest))
