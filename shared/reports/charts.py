"""The charts, each one Vega-Lite description: the page draws it, the reports draw it, from the same numbers.

A description carries its data, so it needs nothing else. ``data`` are answers of ``shared.stats.answers``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.reports import russian

Json = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
FONT = "Liberation Sans, Arial, sans-serif"
_WEEK = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
_STEPS = {"day": "полётов в сутки", "week": "полётов в неделю", "month": "полётов в месяц"}
_SPARSE: Json = {"labelAngle": 0, "labelOverlap": "parity", "labelSeparation": 4}
"""An axis of names that leaves out every second one, and again, until those left stand apart."""
_PARTS = ("ночь 00–06", "утро 06–12", "день 12–18", "вечер 18–24")


class Chart(StrEnum):
    """The charts there are."""

    DAILY = "daily"
    MONTHS = "months"
    REGIONS = "regions"
    HOURS = "hours"
    WEEK = "week"
    TYPES = "types"
    OPERATORS = "operators"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme."""

    ink: str
    faint: str
    bar: str
    line: str
    parts: tuple[str, str, str, str]
    ramp: tuple[str, str]


LIGHT = Palette(
    "#1b2733", "#d5dbe1", "#2f6db5", "#c2410c", ("#44337a", "#e0a100", "#2f6db5", "#b83280"), ("#eef4fb", "#0b3d78")
)
DARK = Palette(
    "#e6edf3", "#3a4652", "#6ea8e8", "#fb923c", ("#a78bfa", "#facc15", "#6ea8e8", "#f472b6"), ("#16212c", "#8cc4ff")
)
THEMES: Mapping[str, Palette] = {"light": LIGHT, "dark": DARK}

TITLES: Mapping[Chart, str] = {
    Chart.DAILY: "Полёты по дням",
    Chart.MONTHS: "Полёты по месяцам",
    Chart.REGIONS: "Десять регионов с наибольшим числом полётов",
    Chart.HOURS: "Полёты по часам местного времени",
    Chart.WEEK: "Дни недели и часы местного времени",
    Chart.TYPES: "Типы воздушных судов",
    Chart.OPERATORS: "Виды эксплуатантов",
    Chart.FORECAST: "Полёты по месяцам и прогноз с границами",
}


def describe(chart: Chart, data: Mapping[str, Any], width: int, height: int, palette: Palette = LIGHT) -> Json:
    """Give the description of a chart, ``width`` by ``height`` pixels of plot with axes around it."""
    body = _DRAWN[chart](data, palette)
    return {
        "$schema": SCHEMA,
        "description": TITLES[chart],
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": "transparent",
        "config": _config(palette),
        **body,
    }


def in_words(chart: Chart, data: Mapping[str, Any]) -> str:
    """Say what a chart shows to who cannot see it: its title, and its greatest values."""
    greatest = sorted(_counts(chart, data), key=lambda named: -named[1])[:3]
    listed = ", ".join(f"{name} {russian.number(count)}" for name, count in greatest if count)
    return f"Диаграмма: {TITLES[chart].lower()}. {f'Больше всего: {listed}.' if listed else 'Полётов нет.'}"


def _counts(chart: Chart, data: Mapping[str, Any]) -> list[tuple[str, int]]:
    match chart:
        case Chart.DAILY:
            return [(russian.day(each["day"]), each["flights"]) for each in data["days"]]
        case Chart.MONTHS | Chart.FORECAST:
            return [(russian.month(each["month"]), each["flights"] or 0) for each in data["months"]]
        case Chart.REGIONS:
            return [(each["name"], each["flights"]) for each in data.get("top") or data.get("items", ())]
        case Chart.HOURS:
            return [(f"с {hour:02d} до {hour + 1:02d} ч", count) for hour, count in enumerate(data["hours"])]
        case Chart.WEEK:
            hours = [(day, hour, n) for day, row in zip(_WEEK, data["week"], strict=True) for hour, n in enumerate(row)]
            return [(f"{day} с {hour:02d} ч", count) for day, hour, count in hours]
        case Chart.TYPES:
            return [(russian.uav_type(each["uav_type"]), each["flights"]) for each in data["types"]]
        case Chart.OPERATORS:
            return [(each["title"], each["count"]) for each in data["operators"]]


def _config(palette: Palette) -> Json:
    axis = {
        "labelColor": palette.ink,
        "titleColor": palette.ink,
        "gridColor": palette.faint,
        "domainColor": palette.faint,
        "tickColor": palette.faint,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    legend = {"labelColor": palette.ink, "titleColor": palette.ink, "labelFontSize": 12}
    return {"font": FONT, "axis": axis, "legend": legend, "view": {"stroke": None}, "text": {"color": palette.ink}}


def ticks(most: int) -> list[int]:
    """Give the ticks of an axis of counts: whole numbers from zero, some five, the last one not below ``most``.

    >>> ticks(1), ticks(7), ticks(10_410)
    ([0, 1], [0, 2, 4, 6, 8], [0, 5000, 10000, 15000])
    """
    unit = 10 ** max(0, len(str(most)) - 2)
    step = next(unit * factor for factor in (1, 2, 5, 10, 20, 50) if unit * factor * 5 >= most)
    return list(range(0, most + step, step)) if most else [0, 1]


def _count(values: Iterable[int | None], title: str | None = None) -> Json:
    # Vega's own ticks of small counts are halves, written as whole numbers twice; and an axis of counts begins at zero.
    marks = ticks(max((value for value in values if value), default=0))
    scale = {"domain": [0, marks[-1]], "nice": False, "clamp": True}
    return {"type": "quantitative", "title": title, "axis": {"format": ",d", "values": marks}, "scale": scale}


def _daily(data: Mapping[str, Any], palette: Palette) -> Json:
    # Nothing is drawn of a day that nothing is known of.
    values = [{"day": d["day"], "flights": d["flights"] if d["has_data"] else None} for d in data["days"]]
    flights = [value["flights"] for value in values]
    count = _count(flights, _STEPS[data["step"]])
    axis = {"format": "%d.%m.%y", "labelOverlap": "parity", "labelSeparation": 12}
    x = {"field": "day", "type": "temporal", "title": None, "scale": {"type": "utc"}, "axis": axis}
    mean = {"frame": [-6, 0], "window": [{"op": "mean", "field": "flights", "as": "mean"}]}
    counted = {
        "mark": {
            "type": "area",
            "color": palette.bar,
            "opacity": 0.35,
            "line": {"color": palette.bar, "strokeWidth": 1},
        },
        "encoding": {"x": x, "y": {"field": "flights", **count}},
    }
    # The mean of seven days evens out the week; longer steps hold whole weeks.
    week = {
        "transform": [mean],
        "mark": {"type": "line", "color": palette.line, "strokeWidth": 2},
        "encoding": {"x": x, "y": {**count, "field": "mean"}},
    }
    layers = [counted, week] if data["step"] == "day" else [counted]
    around = [None, *flights, None]
    neighbours = zip(around, values, around[2:], strict=False)
    alone = [value for before, value, after in neighbours if value["flights"] and before is None and after is None]
    if alone:
        # An area has no width over one day between days of which nothing is known.
        mark = {"type": "point", "filled": True, "color": palette.bar, "opacity": 1, "size": 40}
        encoding = {"x": x, "y": {"field": "flights", **count}}
        layers.append({"data": {"values": alone}, "mark": mark, "encoding": encoding})
    return {"data": {"values": values}, "layer": layers}


def _monthly(data: Mapping[str, Any], palette: Palette) -> Json:
    values = [{"month": m["month"] + "-01", "flights": m["flights"]} for m in data["months"]]
    x = {
        "field": "month",
        "type": "ordinal",
        "timeUnit": "utcyearmonth",
        "title": None,
        "axis": {"format": "%m.%y", **_SPARSE},
    }
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "color": palette.bar},
        "encoding": {"x": x, "y": {"field": "flights", **_count(value["flights"] for value in values)}},
    }


def _regions(data: Mapping[str, Any], palette: Palette) -> Json:
    rows = data.get("top") or data.get("items", ())
    return _ranked([(row["name"], row["flights"]) for row in rows[:10]], palette)


def _types(data: Mapping[str, Any], palette: Palette) -> Json:
    named = [(russian.uav_type(row["uav_type"]), row["flights"]) for row in data["types"]]
    return _ranked(named[:10], palette)


def _operators(data: Mapping[str, Any], palette: Palette) -> Json:
    return _ranked([(row["title"], row["count"]) for row in data["operators"]], palette)


def _ranked(rows: Sequence[tuple[str, int]], palette: Palette) -> Json:
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 260, "domain": False, "ticks": False},
    }
    label = {"type": "text", "align": "left", "dx": 4, "fontSize": 12}
    # Room for the longest bar's number.
    most = max((flights for _, flights in rows), default=0)
    x = {"field": "flights", **_count([most]), "scale": {"domain": [0, most * 1.15 or 1], "nice": False}}
    return {
        "data": {"values": [{"name": name, "flights": flights} for name, flights in rows]},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "color": palette.bar}},
            {"mark": label, "encoding": {"text": {"field": "flights", "type": "quantitative", "format": ",d"}}},
        ],
    }


def _hours(data: Mapping[str, Any], palette: Palette) -> Json:
    values = [{"hour": hour, "flights": n, "part": _PARTS[hour // 6]} for hour, n in enumerate(data["hours"])]
    scale = {"domain": list(_PARTS), "range": list(palette.parts)}
    return {
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "title": "час вылета", "axis": _SPARSE},
            "y": {"field": "flights", **_count(data["hours"])},
            "color": {
                "field": "part",
                "type": "nominal",
                "title": None,
                "scale": scale,
                "legend": {"orient": "top", "columns": 2},
            },
        },
    }


def _week(data: Mapping[str, Any], palette: Palette) -> Json:
    values = [
        {"weekday": _WEEK[day], "hour": hour, "flights": n}
        for day, hours in enumerate(data["week"])
        for hour, n in enumerate(hours)
    ]
    most = max((value["flights"] for value in values), default=0)
    scale = {"range": list(palette.ramp), "domain": [0, most or 1]}
    return {
        "data": {"values": values},
        "mark": "rect",
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "title": "час вылета", "axis": _SPARSE},
            "y": {"field": "weekday", "type": "ordinal", "sort": list(_WEEK), "title": None},
            "color": {
                "field": "flights",
                "type": "quantitative",
                "title": "полётов",
                "scale": scale,
                "legend": {"format": ",d", "values": [tick for tick in ticks(most) if tick <= most]},
            },
        },
    }


def _forecast(data: Mapping[str, Any], palette: Palette) -> Json:
    past = [
        {"month": each["month"] + "-01", "flights": each["flights"], "kind": "факт"} for each in data["history"][-24:]
    ]
    ahead = [
        {
            "month": each["month"] + "-01",
            "flights": each["flights"],
            "low": each["low"],
            "high": each["high"],
            "kind": "прогноз",
        }
        for each in data["months"]
    ]
    # The band opens at the last month that is known.
    opening = [
        {**last, "low": last["flights"], "high": last["flights"], "kind": "прогноз"} for last in past[-1:] if ahead
    ]
    values = [*past, *opening, *ahead]
    count = _count(value.get("high", value["flights"]) for value in values)
    x = {
        "field": "month", "type": "temporal", "title": None, "scale": {"type": "utc"},
        "axis": {"format": "%m.%y", "tickCount": "month", **_SPARSE},
    }  # fmt: skip
    scale = {"domain": ["факт", "прогноз"], "range": [palette.bar, palette.line]}
    color = {"field": "kind", "type": "nominal", "title": None, "scale": scale, "legend": {"orient": "top"}}
    band = {
        "transform": [{"filter": "datum.kind === 'прогноз'"}],
        "mark": {"type": "area", "color": palette.line, "opacity": 0.25},
        "encoding": {"x": x, "y": {"field": "low", **count}, "y2": {"field": "high"}},
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 2, "point": True},
        "encoding": {"x": x, "y": {"field": "flights", **count}, "color": color},
    }
    return {"data": {"values": values}, "layer": [band, line]}


_DRAWN: Mapping[Chart, Callable[[Mapping[str, Any], Palette], Json]] = {
    Chart.DAILY: _daily,
    Chart.MONTHS: _monthly,
    Chart.REGIONS: _regions,
    Chart.HOURS: _hours,
    Chart.WEEK: _week,
    Chart.TYPES: _types,
    Chart.OPERATORS: _operators,
    Chart.FORECAST: _forecast,
}
