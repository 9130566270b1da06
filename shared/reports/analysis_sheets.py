"""The sheets of comparisons, plans and facts, centres, odd days, forecast and zones in the Excel report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from shared.db import Connection
from shared.reports import ReportData, russian
from shared.stats.anomalies import anomalies
from shared.stats.comparison import compare, last_whole_month
from shared.stats.data_quality import league
from shared.stats.forecast import forecast
from shared.stats.plan_fact import plan_fact
from shared.stats.selection import Facts, Period, Selection
from shared.stats.zone_shares import zones

_SIDES = {"more": "больше обычного", "fewer": "меньше обычного"}
_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")

_Row = tuple[Any, ...]


class SheetRows(NamedTuple):
    """A sheet: its title, the names of its columns with their widths, its rows."""

    title: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Any]]


async def gather_analyses(conn: Connection, selection: Selection, facts: Facts) -> dict[str, Any]:
    """Read what the sheets tell, as plain values.

    A report over all of the data has no period before it, so there the last whole month is compared.
    """
    compared, every_type = selection, replace(selection, uav_type=None)
    month = await last_whole_month(conn, facts)
    if month is not None and selection.period == Period.within(facts, None, None):
        compared = replace(selection, period=Period.within(facts, *month))
    answers = {
        "comparison": await compare(conn, compared, facts, "previous", None),
        "comparison_year": await compare(conn, compared, facts, "year", None),
        # Told of all states: plans never flown are the point of it.
        "plan_fact": await plan_fact(conn, replace(every_type, state=None), facts),
        "centers": await league(conn, every_type, facts),
        "anomalies": await anomalies(conn, selection, facts),
        "forecast": await forecast(conn, selection, facts),
        "zones": await zones(conn, every_type, facts),
    }
    return {name: answer.model_dump(mode="json") for name, answer in answers.items()}


def sheets(analyses: ReportData) -> Iterator[SheetRows]:
    """Give the sheets in their order."""
    yield _comparison("Сравнение", analyses["comparison"])
    yield _comparison("К прошлому году", analyses["comparison_year"])
    # Odd days follow every filter of the report; a sheet that follows fewer says so.
    narrowed = analyses["anomalies"]
    yield _noted(_plans(analyses["plan_fact"]), narrowed, analyses["plan_fact"])
    yield _noted(_centers(analyses["centers"]), narrowed, analyses["centers"])
    yield _anomalies(analyses["anomalies"])
    yield _forecast(analyses["forecast"])
    yield _noted(_zone_regions(analyses["zones"]), narrowed, analyses["zones"])
    yield _noted(_zone_names(analyses["zones"]), narrowed, analyses["zones"])


def _noted(sheet: SheetRows, narrowed: ReportData, data: ReportData) -> SheetRows:
    """Say at the end of a sheet which filter of the report it does not follow."""
    fewer = (("type", "все типы"), ("state", "полёты и планы"))
    counted = " и ".join(words for name, words in fewer if narrowed[name] != data[name])
    if not counted or not sheet.rows:
        return sheet
    # The first column may be one of numbers.
    place = (None,) * next(n for n, value in enumerate(sheet.rows[0]) if isinstance(value, str))
    return sheet._replace(rows=[*sheet.rows, (*place, f"Здесь посчитаны {counted}: отбор отчёта не действует")])


def _comparison(title: str, data: ReportData) -> SheetRows:
    now, before = ((_days(data[side]) if data[side] else "") for side in ("now", "before"))
    columns = [
        ("Регион", 42.0), (f"Было {before}".strip(), 24), (f"Стало {now}".strip(), 24), ("Изменение", 14),
        ("Рост, %", 12), ("Вклад в общий рост, п. п.", 18), ("Рост в сутки, %", 12),
    ]  # fmt: skip
    rows: list[_Row] = [
        (
            r["name"] or "Без региона", r["before"], r["flights"], r["change"], r["change_percent"], r["points"],
            r["change_daily_percent"],
        )
        for r in data["items"]
    ]  # fmt: skip
    if not data["now"]:
        return SheetRows(title, columns, rows)
    return SheetRows(title, columns, [*_compared(data, rows), *_lacking(data)])


def _compared(data: ReportData, rows: Sequence[_Row]) -> list[_Row]:
    """Put the sums before their parts, or behind those of the one region that a report is of."""
    growth = data["change_percent"]
    sums = (data["before"]["flights"], data["now"]["flights"], data["change"], growth, growth, None)
    means = (data["before"]["mean_a_day"], data["now"]["mean_a_day"], None, None, None, data["change_daily_percent"])
    if data["region"] is None:
        return [("Всего", *sums), ("В среднем за сутки с данными", *means), *rows]
    # The sums are those of all regions; a region without flights in both periods has no line of its own.
    none = [None if data[side]["flights"] is None else 0 for side in ("before", "now")]
    change = None if any(data[side]["days_without_data"] for side in ("before", "now")) else 0
    own = rows[0] if rows else (data["region"]["name"], *none, change, None, None, None)
    daily = [flights / days if days else None for flights, days in zip(own[1:3], _days_with_data(data), strict=True)]
    return [
        (*own[:-1], None),
        ("В среднем за сутки с данными", *daily, None, None, None, own[-1]),
        ("Для сравнения: все регионы", *sums),
        ("Все регионы, в среднем за сутки с данными", *means),
    ]


def _lacking(data: ReportData) -> list[_Row]:
    """Say why sums are not compared: a period that was sent in part is not less."""
    if not any(data[side]["days_without_data"] for side in ("before", "now")):
        return []
    lacking = ", ".join(
        f"{_days(data[side])} без данных дней {data[side]['days_without_data']} из {data[side]['days']}"
        for side in ("before", "now")
        if data[side]["days_without_data"]
    )
    return [(f"Суммы не сравниваются ({lacking}): сравнивайте средние за сутки с данными.",)]


def _days_with_data(data: ReportData) -> list[int]:
    return [data[side]["days"] - data[side]["days_without_data"] for side in ("before", "now")]


def _plans(data: ReportData) -> SheetRows:
    columns = [
        ("Центр или вид эксплуатанта", 40.0), ("Полёты", 12), ("Состоявшиеся", 14), ("Только план", 12),
        ("то же, %", 10), ("Отменённые", 12), ("Вылет без посадки", 14), ("то же, % состоявшихся", 14),
        ("Известно опоздание", 14),
        (f"Опоздали больше {data['late_after']} мин, %", 16), ("Опоздание, медиана, мин", 14),
        ("Девять из десяти не позже, мин", 16), ("Вылет дальше 12 ч от плана", 16), ("Известны обе длительности", 16),
        ("План, мин", 12), ("Факт, мин", 12), ("Дольше плана, %", 14),
    ]  # fmt: skip
    groups = [
        ("Всего", data["whole"]),
        *((f"Центр: {c['center'] or 'не указан'}", c) for c in data["centers"]),
        *((f"Эксплуатант: {o['title']}", o) for o in data["operators"]),
    ]
    rows = [
        (
            name, g["flights"], g["flown"], g["never_flown"]["count"], g["never_flown"]["share_percent"],
            g["cancelled"], g["unclosed"]["count"], g["unclosed"]["share_percent"], g["lateness"]["flights"],
            g["lateness"]["late"]["share_percent"], g["lateness"]["median_minutes"], g["lateness"]["ninetieth_minutes"],
            g["lateness"]["far_apart"], g["durations"]["flights"], g["durations"]["plan_minutes"],
            g["durations"]["minutes"], g["durations"]["longer_percent"],
        )
        for name, g in groups
    ]  # fmt: skip
    return SheetRows("План и факт", columns, rows)


def _centers(data: ReportData) -> SheetRows:
    columns = [
        ("Место", 8.0), ("Центр", 28), ("Оценка", 10), ("Полёты", 12), ("Строки книг", 12), ("Отклонено строк, %", 14),
        ("С замечаниями, %", 14), ("Без посадки, %", 14), ("Дней без полётов", 14), ("Чаще всего", 70),
    ]  # fmt: skip
    rows = [
        (
            c["place"], c["center"] or "Не указан", c["score"], c["flights"], c["rows"],
            c["rejected"]["share_percent"] if c["rejected"] else None, c["with_problems"]["share_percent"],
            c["no_landing"]["share_percent"], c["silent_days"]["count"],
            "; ".join(p["code"] for p in c["problems"][:3]),
        )
        for c in data["items"]
    ]  # fmt: skip
    return SheetRows("Центры", columns, [*rows, (None, f"Оценка: {data['formula']}")] if rows else rows)


def _anomalies(data: ReportData) -> SheetRows:
    columns = [
        ("День", 22.0), ("День недели", 16), ("Регион", 42), ("Полёты", 12), ("К обычному", 18), ("Обычно", 12),
        ("От", 12), ("До", 12),
    ]  # fmt: skip
    whole = data["region"]["name"] if data["region"] else "Вся страна"
    rows = [
        (
            date.fromisoformat(d["day"]), _WEEKDAYS[d["weekday"] - 1], d.get("name", whole), d["flights"],
            _SIDES[d["side"]], d["median"], d["low"], d["high"],
        )
        for d in [*data["days"], *data["regions"]]
    ]  # fmt: skip
    return SheetRows("Необычные дни", columns, rows)


def _forecast(data: ReportData) -> SheetRows:
    columns = [("Месяц", 20.0), ("Полёты", 14), ("От", 14), ("До", 14), ("В сутки", 14), ("Что это", 60)]
    rows: list[_Row] = [
        (russian.month(m["month"]), m["flights"], None, None, m["mean_a_day"], "факт") for m in data["history"]
    ]
    rows += [
        (russian.month(m["month"]), m["flights"], m["low"], m["high"], m["mean_a_day"], "прогноз")
        for m in data["months"]
    ]
    test = data["back_test"]
    rows.append((None, None, None, None, None, f"Способ: {data['method_title']}"))
    if test:
        error = f"Средняя ошибка на прошлом: {russian.percent(test['mape_percent'])}, прогнозов {test['forecasts']}"
        rows.append((None, None, None, None, None, error))
    return SheetRows("Прогноз", columns, rows)


def _zone_regions(data: ReportData) -> SheetRows:
    columns = [("Регион", 42.0), ("Полёты", 12), ("По площади зон", 16), ("Разница", 12), ("Зоны заходят", 14)]
    rows = [
        (r["name"] or "Вне регионов", r["flights"], r["by_area"], r["gained"], r["touching"]) for r in data["regions"]
    ]
    return SheetRows("Зоны по регионам", columns, rows)


def _zone_names(data: ReportData) -> SheetRows:
    return SheetRows("Зоны", [("Зона", 22.0), ("Полёты", 14)], [(z["name"], z["flights"]) for z in data["names"]])


def _days(period: ReportData) -> str:
    return f"{russian.day(period['first'])} – {russian.day(period['last'])}"
