"""The statistics put together as the API and the reports tell them: plain values that JSON can hold.

One function a page of the site, each reading everything from the connection it is given, so that a transaction around
it makes all numbers of a page agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from shared.db import Connection
from shared.stats import queries
from shared.stats.rows import Month, Peaks, Slot, Totals, TypeShare
from shared.stats.selection import Facts, Selection

Json = dict[str, Any]

UNTOLD = "none"
"""How a type that was not told is named outside."""
TOP = 10
DAY_PARTS = (("night", "ночь 00–06"), ("morning", "утро 06–12"), ("day", "день 12–18"), ("evening", "вечер 18–24"))
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
OPERATORS = {
    "state": "Государственный орган",
    "organisation": "Организация",
    "entrepreneur": "Индивидуальный предприниматель",
    "person": "Физическое лицо",
    "unknown": "Не указан",
}


async def overview(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Tell the key figures of the whole country or of one region, with the ten busiest regions."""
    ranked = await queries.ranking(conn, selection)
    return {
        **head(selection, known),
        **await _figures(conn, selection, known),
        "top": [
            {"rank": r.rank, "code": r.code, "name": r.name, "flights": r.flights, "share_percent": r.share_percent}
            for r in ranked[:TOP]
            if r.flights > 0
        ],
    }


async def region(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Tell everything of one region: its place among all, the key figures, its days, hours."""
    if selection.region is None:
        raise TypeError("a region is needed")
    code = selection.region.code
    ranked = await queries.ranking(conn, selection)
    place = next(r for r in ranked if r.code == code)
    return {
        **head(selection, known),
        **await _figures(conn, selection, known),
        "place": {"rank": place.rank, "regions": len(ranked), "share_percent": place.share_percent},
        "density": _density(place.density, selection.region.area_km2, place.area_source),
        "step": selection.step,
        "days": _days(await queries.daily(conn, selection)),
        **_hours(await queries.slots(conn, selection)),
    }


async def regions(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Rank all regions, the busiest first."""
    ranked = await queries.ranking(conn, selection)
    medians = await queries.ranking_medians(conn, selection)
    placed = sum(r.flights for r in ranked)
    # The sums of the whole country are not for a caller who may see some regions only.
    country = (await queries.totals(conn, selection)).flights if selection.visible is None else placed
    items = []
    for r in ranked:
        median = medians.get(r.code)
        items.append(
            {
                "rank": r.rank,
                "code": r.code,
                "name": r.name,
                "flights": r.flights,
                "flown": r.flown,
                "planned": r.planned,
                "cancelled": r.cancelled,
                "aircraft": r.aircraft,
                "share_percent": r.share_percent,
                "actual": _duration(r.timed, r.minutes, median.median_minutes if median else None),
                "plan": _duration(r.plan_timed, r.plan_minutes, median.plan_median_minutes if median else None),
                "mean_a_day": r.mean_a_day,
                "zero_days": r.zero_days,
                "peak_hour": r.peak_hour,
                "peak_airborne": r.peak_airborne,
                "density": r.density,
                "area_source": r.area_source,
            }
        )
    return {
        **head(selection, known),
        "flights": country,
        "without_region": country - placed,
        "items": items,
    }


async def daily(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Tell every day and every month of the period."""
    return {
        **head(selection, known),
        "spread": asdict(await queries.days_spread(conn, selection)),
        "step": selection.step,
        "days": _days(await queries.daily(conn, selection)),
        "months": _months(await queries.monthly(conn, selection, known)),
    }


async def hourly(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Tell the local hours of the day and of the week."""
    return {**head(selection, known), **_hours(await queries.slots(conn, selection))}


async def types(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Tell types and operators' kinds."""
    return {
        **head(selection, known),
        "types": _types(await queries.types(conn, selection)),
        "operators": operators(await queries.totals(conn, selection)),
    }


async def quality(conn: Connection, selection: Selection, known: Facts) -> Json:
    """Tell how complete the data is; rejected rows have no region and no type, so they are told of the whole only."""
    sums = await queries.totals(conn, selection)
    whole = selection.region is None and selection.uav_type is None
    first, last = selection.period.first, selection.period.last
    rows = await queries.rows_read(conn, first, last) if whole else None
    rejects = await queries.rejects(conn, first, last) if whole else []
    return {
        **head(selection, known),
        "flights": sums.flights,
        "with_dep": _share(sums.with_dep, sums.flights),
        "with_arr": _share(sums.with_arr, sums.flights),
        "with_duration": _share(sums.timed, sums.flights),
        "coastal": _share(sums.coastal, sums.flights),
        "outside": _share(sums.outside, sums.flights),
        "unplaced": _share(sums.unplaced, sums.flights),
        "cancelled": sums.cancelled,
        "undated": await queries.undated(conn, selection),
        "rows": None
        if rows is None
        else {
            "workbooks": rows.workbooks,
            "read": rows.rows,
            "repeated": rows.repeated,
            "rejected": _share(rows.rejected, rows.rows),
        },
        "rejects": [asdict(each) for each in rejects],
    }


async def _figures(conn: Connection, selection: Selection, known: Facts) -> Json:
    sums = await queries.totals(conn, selection)
    medians = await queries.medians(conn, selection)
    months = await queries.monthly(conn, selection, known)
    slots = await queries.slots(conn, selection)
    return {
        "totals": {
            "flights": sums.flights,
            "flown": sums.flown,
            "planned": sums.planned,
            "cancelled": sums.cancelled,
            "aircraft": sums.aircraft,
        },
        "actual": _duration(sums.timed, sums.minutes, medians.median_minutes),
        "plan": _duration(sums.plan_timed, sums.plan_minutes, medians.plan_median_minutes),
        "spread": asdict(await queries.days_spread(conn, selection)),
        "peaks": _peaks(await queries.peaks(conn, selection)),
        "months": _months(months),
        "growth": _growth(months),
        "day_parts": day_parts(slots),
        "types": _types(await queries.types(conn, selection)),
        "operators": operators(sums),
    }


def head(selection: Selection, known: Facts) -> Json:
    """Say what the numbers are of: the days counted, the region, the type, and the state of the data."""
    period, place = selection.period, selection.region
    return {
        "period": {"first": _iso(period.first), "last": _iso(period.last), "days": period.days}
        if period.days
        else None,
        "region": None if place is None else {"code": place.code, "name": place.name, "time_zone": place.time_zone},
        "type": UNTOLD if selection.uav_type == "" else selection.uav_type,
        "revision": {"number": known.revision or 0, "counted_at": _iso(known.counted_at)},
    }


def operators(sums: Totals) -> list[Json]:
    """Tell flights by operator's kind."""
    counted = {kind: int(getattr(sums, f"by_{kind}")) for kind in OPERATORS}
    return [{"kind": kind, "title": OPERATORS[kind], **_share(counted[kind], sums.flights)} for kind in OPERATORS]


def day_parts(slots: Iterable[Slot]) -> list[Json]:
    """Fold hours of the week into the four parts of the day."""
    counted = [0, 0, 0, 0]
    for slot in slots:
        counted[slot.slot % 24 // 6] += slot.flights
    total = sum(counted)
    return [
        {"part": part, "title": title, **_share(flights, total)}
        for (part, title), flights in zip(DAY_PARTS, counted, strict=True)
    ]


def _hours(slots: Sequence[Slot]) -> Json:
    week = [0] * 168
    for slot in slots:
        week[slot.slot] = slot.flights
    total = sum(week)
    return {
        "hours": [sum(week[hour::24]) for hour in range(24)],
        "weekdays": [
            {"weekday": n + 1, "title": title, **_share(sum(week[n * 24 : n * 24 + 24]), total)}
            for n, title in enumerate(WEEKDAYS)
        ],
        "week": [week[n * 24 : n * 24 + 24] for n in range(7)],
        "day_parts": day_parts(slots),
    }


def _duration(flights: int, minutes: int, median: float | None) -> Json:
    mean = _ratio(minutes, flights)
    return {"flights": flights, "total_minutes": minutes, "mean_minutes": mean, "median_minutes": median}


def _share(flights: int, total: int) -> Json:
    return {"count": flights, "share_percent": _ratio(100 * flights, total)}


def _ratio(part: int, whole: int) -> float | None:
    # Half up at the second digit, as the database rounds; floats would round some halves down.
    return (200 * part + whole) // (2 * whole) / 100 if whole else None


def _density(value: float, area_km2: float, source: str) -> Json:
    return {"flights_per_1000_km2": value, "area_km2": area_km2, "area_source": source}


def _peaks(peaks: Peaks) -> Json | None:
    if peaks.peak_hour is None:
        return None
    return {
        "hour": {"flights": peaks.peak_hour, "at": _iso(peaks.peak_hour_at)},
        "airborne": {"flights": peaks.peak_airborne or 0, "at": _iso(peaks.peak_airborne_at)},
    }


def _types(rows: Iterable[TypeShare]) -> list[Json]:
    return [{**asdict(row), "uav_type": row.uav_type or UNTOLD} for row in rows]


def _months(rows: Iterable[Month]) -> list[Json]:
    return [{**asdict(row), "month": f"{row.month:%Y-%m}"} for row in rows]


def _growth(months: Sequence[Month]) -> Json | None:
    complete = [month for month in months if month.complete]
    if not complete:
        return None
    last = complete[-1]
    return {
        "month": f"{last.month:%Y-%m}",
        "flights": last.flights,
        "to_month_before_percent": last.growth_month_percent,
        "to_year_before_percent": last.growth_year_percent,
    }


def _days(rows: Iterable[Any]) -> list[Json]:
    return [{**asdict(row), "day": _iso(row.day)} for row in rows]


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
