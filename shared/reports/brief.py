"""The brief: what stands on it, and its two pages as pictures of paper.

Key figures, findings in words, a map, districts or months, the source and lines to sign. A word processor and a
slide show get the same contents (``brief_office``).
"""

from collections.abc import Sequence

from shared.reports import ReportData, drawing, pages, russian
from shared.reports.charts import TITLES, Chart
from shared.reports.excel import district_rows

SIGNED = ("Составил: ____________________ / ____________________ /", "Дата: «____» ______________ 20___ г.")
SOURCE = "Источник: телеграммы SHR, DEP, ARR, присланные центрами ЕС ОрВД, в обработке Fly Potato"
WIDTH = 511
"""Between the margins of a page, points."""
TABLE_ROWS = 12
CHARTS = (Chart.DAILY, Chart.HOURS)


def figures(data: ReportData) -> list[tuple[str, str]]:
    """Give the key figures: name and value."""
    totals, actual, spread, peaks = data["totals"], data["actual"], data["spread"], data["peaks"]
    shown = [
        ("Полёты", russian.number(totals["flights"])),
        ("Состоявшиеся", russian.number(totals["flown"])),
        ("Только план", russian.number(totals["planned"])),
        ("Отменённые (сверх того)", russian.number(totals["cancelled"])),
        ("Налёт", f"{russian.number(actual['total_minutes'] / 60)}{russian.NO_BREAK}ч"),
        ("Средняя длительность", russian.hours(actual["mean_minutes"])),
        ("Полётов в сутки", russian.number(spread["mean"], 1)),
        ("Дней без полётов", f"{russian.number(spread['zero_days'])} из {russian.number(spread['days'])}"),
    ]
    if peaks:
        shown.append(("Пик за час", russian.number(peaks["hour"]["flights"])))
        shown.append(("Одновременно в воздухе", russian.number(peaks["airborne"]["flights"])))
    return shown


def findings(data: ReportData) -> list[str]:
    """Say what the numbers show: how many, where, when; the analyses of the period; what is ahead."""
    totals = data["totals"]
    if not totals["flights"]:
        return ["За период полётов нет."]
    analyses = data["analyses"]
    more = (_compared(analyses), _plans(analyses), _unusual(analyses), _ahead(analyses["forecast"]))
    return [_how_many(data), _where(data), _when(data), *filter(None, more)]


def _how_many(data: ReportData) -> str:
    totals, growth = data["totals"], data["growth"]
    text = f"За период {_flights(totals['flights'])}, из них состоялось {russian.number(totals['flown'])}."
    if growth is None:
        return text
    change = russian.growth(growth["to_month_before_percent"], growth["flights"])
    if change == "—":
        return text
    return f"{text} Последний полный месяц, {russian.month(growth['month'])}: {change} к месяцу раньше."


def _where(data: ReportData) -> str:
    total = data["totals"]["flights"]
    if data["region"] is not None:
        place = data["place"]
        share = russian.percent(place["share_percent"], total)
        return f"Место региона по числу полётов: {place['rank']} из {place['regions']}, доля в стране {share}."
    first = data["top"][:3]
    if not first:
        return "Ни у одного полёта место не попало в границы регионов."
    together = 100 * sum(item["flights"] for item in first) / total
    named = ", ".join(f"{item['name']} ({russian.number(item['flights'])})" for item in first)
    return f"Больше всего полётов: {named}; вместе {russian.percent(together, total)} всех."


def _when(data: ReportData) -> str:
    peaks, parts = data["peaks"], data["day_parts"]
    busiest = max(parts, key=lambda part: part["count"])
    share = russian.percent(busiest["share_percent"], data["totals"]["flights"])
    text = f"Чаще всего летают в {_ACCUSATIVE[busiest['part']]} по местному времени ({share})."
    if not peaks:
        return text
    at = russian.moment(peaks["hour"]["at"], data["days_by"])
    return f"Наибольшее число вылетов за час {russian.number(peaks['hour']['flights'])}, с {at}. {text}"


def _compared(analyses: ReportData) -> str:
    parts = []
    for name, to_what in (("comparison", "к периоду раньше"), ("comparison_year", "к тем же дням года раньше")):
        compared = analyses[name]
        if compared["now"] and compared["change_percent"] is not None:
            parts.append(f"{russian.growth(compared['change_percent'], compared['now']['flights'])} {to_what}")
    return f"Сравнение: {', '.join(parts)}." if parts else ""


def _plans(analyses: ReportData) -> str:
    whole, centers = analyses["plan_fact"]["whole"], analyses["centers"]["items"]
    lateness = whole["lateness"]
    parts = [f"не выполнено планов {russian.percent(whole['never_flown']['share_percent'], whole['flights'])}"]
    if lateness["flights"]:
        late = russian.percent(lateness["late"]["share_percent"], lateness["flights"])
        parts.append(f"вылетов позже плана больше чем на {analyses['plan_fact']['late_after']} мин {late}")
    text = f"План и факт: {', '.join(parts)}."
    placed = [item for item in centers if item["place"] is not None and item["score"] is not None]
    if len(placed) < 2:
        return text
    best, worst = placed[0], placed[-1]
    return (
        f"{text} Данные полнее всего у центра {best['center']} ({russian.number(best['score'], 1)} из 100), хуже всего"
        f" у центра {worst['center']} ({russian.number(worst['score'], 1)})."
    )


def _unusual(analyses: ReportData) -> str:
    days = analyses["anomalies"]["days"]
    if not days:
        return ""
    most = max(days, key=lambda each: abs(each["flights"] - each["median"]))
    return (
        f"Дней, непохожих на свой день недели: {russian.number(len(days))}; сильнее всех {russian.day(most['day'])}:"
        f" {_flights(most['flights'])} при обычных {russian.number(most['median'])}."
    )


def _ahead(forecast: ReportData) -> str:
    months = [
        f"{russian.month(each['month'])} {russian.number(each['flights'])} (от {russian.number(each['low'])} до"
        f" {russian.number(each['high'])})"
        for each in forecast["months"]
    ]
    return f"Прогноз: {'; '.join(months)}." if months else ""


_ACCUSATIVE = {"night": "ночные часы", "morning": "утренние часы", "day": "дневные часы", "evening": "вечерние часы"}


def doubts(data: ReportData) -> str:
    """Say what of the data is to be taken with care."""
    quality = data["quality"]
    parts = [
        ("без известной посадки", data["totals"]["flights"] - quality["with_arr"]["count"]),
        ("вне границ регионов", quality["outside"]["count"]),
        ("без места", quality["unplaced"]["count"]),
        ("без даты, ни в одном периоде", quality["undated"]),
    ]
    listed = ", ".join(f"{name} {russian.number(count)}" for name, count in parts if count)
    remark = f"О данных: полётов {listed}." if listed else "О данных: замечаний, меняющих числа, нет."
    return " ".join([remark, *russian.boundaries(data.get("boundaries"))])


def table(data: ReportData) -> tuple[str, tuple[str, ...], list[tuple[str, ...]]]:
    """Give a table's title, head and rows: districts of the country, or months of a region."""
    rows: list[tuple[str, ...]]
    if "items" in data:
        total = data["totals"]["flights"]
        rows = [
            (name, russian.number(flights), russian.percent(100 * flights / total if total else None, total),
             russian.number(minutes / 60))
            for name, flights, *_, minutes in district_rows(data["items"])
        ]  # fmt: skip
        return "Федеральные округа", ("Округ", "Полёты", "Доля", "Налёт, ч"), rows
    months = data["months"][-TABLE_ROWS:]
    rows = [
        (russian.month(month["month"]), russian.number(month["flights"]), russian.number(month["mean_a_day"], 1),
         russian.growth(month["growth_month_percent"], month["flights"]))
        for month in months
    ]  # fmt: skip
    return "Месяцы", ("Месяц", "Полёты", "В сутки", "К месяцу раньше"), rows


def _flights(count: int) -> str:
    tail = count % 100
    word = (
        "полётов"
        if 11 <= tail <= 14
        else {1: "полёт", 2: "полёта", 3: "полёта", 4: "полёта"}.get(count % 10, "полётов")
    )
    return f"{russian.number(count)} {word}"


def sheets(data: ReportData, title: str, subtitle: str, picture: str) -> list[str]:
    """Draw the two pages; ``picture`` is the map as SVG."""
    sentences, end = _findings(data, 276)
    first = [*pages.heading(title, subtitle), *_figures(data, 148), *sentences]
    first.append(drawing.nested(picture, pages.MARGIN, end, WIDTH, 706 - end))
    first += pages.wrapped(doubts(data), 722, 9)
    second = []
    for index, chart in enumerate(CHARTS):
        second += pages.titled(chart, data, 56 + index * 215, 180)
    name, head, rows = table(data)
    top = 56 + len(CHARTS) * 215
    second.append(pages.text(pages.MARGIN, top, name, 12, bold=True))
    places = (pages.MARGIN, 300, 400, 553)
    columns = [(column, x, "end" if x > pages.MARGIN else "start") for column, x in zip(head, places, strict=True)]
    second += pages.table(columns, rows, top + 18)
    second += pages.wrapped(SOURCE, 748, 9)
    second += [pages.text(pages.MARGIN, 772 + 16 * index, line, 10) for index, line in enumerate(SIGNED)]
    return pages.numbered([first, second], title)


def _figures(data: ReportData, top: float) -> list[str]:
    parts = []
    for index, (name, value) in enumerate(figures(data)):
        x, y = pages.MARGIN + (index % 2) * 262, top + (index // 2) * 22
        parts += [
            pages.text(x, y, name, 10, color="#51606e"),
            pages.text(x + 245, y, value, 11, bold=True, anchor="end"),
        ]
    return parts


def _findings(data: ReportData, top: float) -> tuple[list[str], float]:
    """Draw the findings; gives where they end too."""
    parts = [pages.text(pages.MARGIN, top, "Главное", 12, bold=True)]
    y = top + 18.0
    for number, sentence in enumerate(findings(data), 1):
        lines = pages.wrapped(f"{number}. {sentence}", y, 10)
        parts += lines
        y += 14 * len(lines) + 5
    return parts, y


def chart_pictures(data: ReportData) -> Sequence[tuple[str, bytes]]:
    """Draw the charts as PNG, each with its title."""
    from shared.reports.charts import describe

    drawn = []
    for chart in CHARTS:
        description = {**describe(chart, data, 760, 280), "background": "#ffffff"}
        drawn.append((TITLES[chart], drawing.png(drawing.svg(description), 1520)))
    return drawn
