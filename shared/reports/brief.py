"""The brief: what stands on its two pages.

Key figures, findings in words, a map, districts or months, the source and lines to sign. PDF, a word processor and a
slide show get the same (``paper``, ``brief_office``).
"""

from shared.reports import ReportData, pages, russian
from shared.reports.charts import Chart
from shared.reports.paper import Figures, Findings, Heading, PaperTable, Paragraph, Part, Picture, Signatures

SIGNED = ("Составил: ____________________ / ____________________ /", "Дата: «____» ______________ 20___ г.")
SOURCE = "Источник: телеграммы SHR, DEP, ARR, присланные центрами ЕС ОрВД, в обработке Fly Potato"
TABLE_ROWS = 12
CHARTS = (Chart.DAILY, Chart.HOURS)
_ACCUSATIVE = {"night": "ночные часы", "morning": "утренние часы", "day": "дневные часы", "evening": "вечерние часы"}


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
        ("Полётов в сутки", russian.a_day(spread["mean"])),
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
    more = (_compared(data), _plans(data), _unusual(analyses), _ahead(analyses["forecast"]))
    return [*filter(None, (_how_many(data), _where(data), _when(data), *more))]


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
        text = f"Место региона по числу полётов: {place['rank']} из {place['regions']}"
        if total < russian.FEW:
            return f"{text}."
        return f"{text}, доля в стране {russian.percent(place['share_percent'])}."
    first = data["top"][:3]
    if not first:
        return "Ни у одного полёта место не попало в границы регионов."
    together = 100 * sum(item["flights"] for item in first) / total
    named = ", ".join(f"{item['name']} ({russian.number(item['flights'])})" for item in first)
    return f"Больше всего полётов: {named}; вместе {russian.percent(together, total)} всех."


def _when(data: ReportData) -> str:
    peaks, total = data["peaks"], data["totals"]["flights"]
    busiest = max(data["day_parts"], key=lambda part: part["count"])
    texts = []
    if peaks:
        at = russian.moment(peaks["hour"]["at"], data["days_by"])
        texts.append(f"Наибольшее число вылетов за час {russian.number(peaks['hour']['flights'])}, с {at}.")
    if total >= russian.FEW:
        share = russian.percent(busiest["share_percent"])
        texts.append(f"Чаще всего летают в {_ACCUSATIVE[busiest['part']]} по местному времени ({share}).")
    return " ".join(texts)


def _compared(data: ReportData) -> str:
    parts, days = [], ""
    for name, to_what in (("comparison", "к периоду раньше"), ("comparison_year", "к тем же дням года раньше")):
        compared, now = data["analyses"][name], data["analyses"][name]["now"]
        if not now:
            continue
        # Its sums are the whole country's; of a region its own line stands alone among the items.
        whole = {"flights": now["flights"], "before": compared["before"]["flights"]}
        for line in compared["items"] if data["region"] else [whole]:
            change = _grown(line, now, compared["before"])
            parts += [f"{change} {to_what}"] if change else []
        if (now["first"], now["last"]) != (data["period"]["first"], data["period"]["last"]):
            days = f" за {russian.day(now['first'])} – {russian.day(now['last'])}"
    return f"Сравнение{days}: {', '.join(parts)}." if parts else ""


def _grown(line: ReportData, now: ReportData, before: ReportData) -> str:
    """Say how a sum grew; its mean of a day with data where a period has days without; nothing of few or of none."""
    days, earlier = (period["days"] - period["days_without_data"] for period in (now, before))
    if not (days and earlier and line["before"]):
        return ""
    partly = now["days_without_data"] or before["days_without_data"]
    scale = earlier / days if partly else 1
    change = russian.growth(100 * (line["flights"] * scale / line["before"] - 1), line["flights"])
    if change == "—" or not partly:
        return change.replace("—", "")
    return f"{change} в сутки, по дням с данными,"


def _plans(data: ReportData) -> str:
    analyses = data["analyses"]
    whole, centers = analyses["plan_fact"]["whole"], analyses["centers"]["items"]
    lateness = whole["lateness"]
    if whole["flights"] < russian.FEW:
        return ""
    parts = [f"не выполнено планов {russian.percent(whole['never_flown']['share_percent'], whole['flights'])}"]
    if lateness["flights"] >= russian.FEW:
        late = russian.percent(lateness["late"]["share_percent"], lateness["flights"])
        parts.append(f"вылетов позже плана больше чем на {analyses['plan_fact']['late_after']} мин {late}")
    narrowed = data["type"] is not None or data["state"] is not None
    text = f"План и факт{', все типы, полёты и планы' if narrowed else ''}: {', '.join(parts)}."
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


def table(data: ReportData) -> tuple[str, PaperTable]:
    """Give a table under its title: districts of the country, or months of a region."""
    if "items" in data:
        return "Федеральные округа", pages.districts(data)
    rows = [
        (f"{russian.month(month['month'])}{'' if month['complete'] or not month['days_with_data'] else ', не весь'}",
         russian.number(month["flights"]) if month["days_with_data"] else russian.NO_DATA,
         russian.number(month["mean_a_day"], 1),
         russian.growth(month["growth_month_percent"], month["flights"], has_data=month["month_before_has_data"]))
        for month in data["months"][-TABLE_ROWS:]
    ]  # fmt: skip
    return "Месяцы", PaperTable(("Месяц", "Полёты", "В сутки", "К месяцу раньше"), rows)


def _flights(count: int) -> str:
    tail = count % 100
    word = (
        "полётов"
        if 11 <= tail <= 14
        else {1: "полёт", 2: "полёта", 3: "полёта", 4: "полёта"}.get(count % 10, "полётов")
    )
    return f"{russian.number(count)} {word}"


def parts(data: ReportData, title: str, subtitle: str, country: Picture | None) -> list[Part]:
    """Give what stands on the two pages, in the order it is read; ``country`` is the map."""
    first: list[Part] = [
        Heading(title, 1),
        Paragraph(subtitle, 9.5),
        Figures(figures(data)),
        Heading("Главное"),
        Findings(findings(data)),
    ]
    if country is not None:
        first += [Heading("Полёты по регионам"), country]
    first.append(Paragraph(doubts(data)))
    second: list[Part] = []
    # Charts and tables of nothing would say nothing on a page of their own.
    if data["totals"]["flights"]:
        for chart in CHARTS:
            second += pages.charted(chart, data, 185, begins_page=not second)
        name, listed = table(data)
        second += [Heading(name), listed]
    return [*first, *second, Signatures((SOURCE, *SIGNED))]
