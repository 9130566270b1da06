"""What stands on the report: the picture of 1920 by 1080, and the parts of the document.

The picture is text placed by hand and charts drawn from their descriptions, as SVG.
"""

from collections.abc import Iterable
from html import escape

from shared.reports import ReportData, drawing, russian
from shared.reports.charts import FONT, LIGHT, TITLES, Chart, describe, in_words
from shared.reports.definitions import DEFINITIONS
from shared.reports.excel import district_rows
from shared.reports.paper import Figures, Heading, PaperTable, Paragraph, Part, Picture, Terms

PICTURE = (1920, 1080)
_WIDTH = 511
"""Between the margins of a page, points."""
_TERMS = (
    "flights", "flown", "aircraft", "mean", "minutes", "daily", "zero", "peak-hour", "peak-sliding", "peak-airborne",
    "growth", "share", "density", "district", "local", "utc",
)  # fmt: skip


def picture(data: ReportData, title: str, subtitle: str) -> str:
    """Draw key figures and four charts on one picture."""
    width, height = PICTURE
    parts = [text(60, 78, title, 40, bold=True), text(60, 118, subtitle, 22, color="#51606e")]
    for index, (name, value) in enumerate(_figures(data)[:6]):
        x = 60 + index * 302
        parts.append(f'<rect x="{x}" y="146" width="286" height="110" rx="10" fill="#eef3f8"/>')
        parts += [text(x + 18, 182, name, 18, color="#51606e"), text(x + 18, 232, value, 34, bold=True)]
    for index, chart in enumerate(_charts(data)[:4]):
        x, y = 60 + (index % 2) * 910, 320 + (index // 2) * 390
        parts.append(text(x, y - 22, TITLES[chart], 22, bold=True))
        # Drawn smaller than shown, so that the letters on the axes can be read on a projector.
        parts.append(drawing.nested(drawing.svg(describe(chart, data, 680, 262)), x, y, 880, 338))
    return _page(width, height, parts)


def parts(data: ReportData, title: str, subtitle: str, country: Picture | None) -> list[Part]:
    """Give the document: figures, the map (``country``), charts, the regions, how complete the data is, terms."""
    given: list[Part] = [Heading(title, 1), Paragraph(subtitle, 9.5), Figures(_figures(data))]
    if country is not None:
        given += [Heading("Полёты по регионам"), country._replace(height=250)]
    if data["totals"]["flights"]:
        for chart in _charts(data):
            given += charted(chart, data, 200)
    if data.get("items"):
        given += [Heading("Федеральные округа"), districts(data), Heading("Регионы"), _ranking(data["items"])]
    given += [Heading("Полнота данных"), _completeness(data["quality"])]
    given += [Heading("Определения"), Terms([(DEFINITIONS[key].name, DEFINITIONS[key].text) for key in _TERMS])]
    return given + [Paragraph(line, 9) for line in russian.boundaries(data.get("boundaries"))]


def charted(chart: Chart, data: ReportData, height: float, *, begins_page: bool = False) -> list[Part]:
    """Give a chart under its title, as wide as the page; ``height`` in points."""
    description = describe(chart, data, 760, round(760 * height / _WIDTH))
    # Office programs show what is clear as grey.
    drawn = drawing.svg({**description, "background": "#ffffff"})
    return [Heading(TITLES[chart], begins_page=begins_page), Picture(drawn, in_words(chart, data), height)]


def districts(data: ReportData) -> PaperTable:
    """Sum the regions up by federal district."""
    total = data["totals"]["flights"]
    rows = [
        (name, russian.number(flights), russian.percent(100 * flights / total if total else None, total),
         russian.number(minutes / 60))
        for name, flights, *_, minutes in district_rows(data["items"])
    ]  # fmt: skip
    return PaperTable(("Округ", "Полёты", "Доля", "Налёт, ч"), rows)


def _ranking(items: Iterable[ReportData]) -> PaperTable:
    head = ("№", "Регион", "Полёты", "Доля", "Налёт, ч", "Медиана", "Дней без полётов")
    rows = [
        (
            str(item["rank"]), item["name"], russian.number(item["flights"]),
            russian.percent(item["share_percent"]), russian.number(item["actual"]["total_minutes"] / 60),
            russian.hours(item["actual"]["median_minutes"]), russian.number(item["zero_days"]),
        )
        for item in items
    ]  # fmt: skip
    return PaperTable(head, rows, named=1)


def _completeness(quality: ReportData) -> PaperTable:
    shares = [
        ("Известно фактическое время вылета", quality["with_dep"]),
        ("Известно фактическое время посадки", quality["with_arr"]),
        ("Известна фактическая длительность", quality["with_duration"]),
        ("Точка у границы: вне регионов, не дальше 5 км", quality["near_border"]),
        ("Точка вне границ регионов", quality["outside"]),
        ("Точка неизвестна", quality["unplaced"]),
    ]
    rows = [(name, russian.number(s["count"]), russian.percent(s["share_percent"])) for name, s in shares]
    rows.append(("Дата неизвестна (ни в одном периоде)", russian.number(quality["undated"]), "—"))
    rows.append(("Отменённые планы", russian.number(quality["cancelled"]), "—"))
    if quality["rows"]:
        rejected = quality["rows"]["rejected"]
        share = russian.percent(rejected["share_percent"])
        rows.append(("Непрочитанные строки", russian.number(rejected["count"]), share))
    return PaperTable(("Показатель", "Число", "Доля"), rows)


def _figures(data: ReportData) -> list[tuple[str, str]]:
    totals, actual, spread, growth = data["totals"], data["actual"], data["spread"], data["growth"]
    peaks = data["peaks"]
    shown = [
        ("Полёты", russian.number(totals["flights"])),
        ("Состоявшиеся", russian.number(totals["flown"])),
        ("Средняя длительность", russian.hours(actual["mean_minutes"])),
        ("Налёт", f"{russian.number(actual['total_minutes'] / 60)}{russian.NO_BREAK}ч"),
        ("Полётов в сутки", russian.a_day(spread["mean"])),
        ("Пик за час", russian.number(peaks["hour"]["flights"]) if peaks else "—"),
        ("Пик за 60 минут", russian.number(peaks["sliding_hour"]["flights"]) if peaks else "—"),
        ("Медиана длительности", russian.hours(actual["median_minutes"])),
        ("Одновременно в воздухе", russian.number(peaks["airborne"]["flights"]) if peaks else "—"),
        ("Дней без полётов", russian.number(spread["zero_days"])),
        ("Аппараты в полётах", russian.number(totals["aircraft"])),
    ]
    if growth:
        month = russian.month(growth["month"])
        for to, name in (("month", "К прошлому месяцу"), ("year", "К году назад")):
            for key, what in ((f"to_{to}_before_percent", name), (f"to_{to}_before_daily_percent", f"{name} в сутки")):
                has_data = growth[f"{to}_before_has_data"]
                written = russian.growth(growth[key], growth["flights"], has_data=has_data)
                # Of too few flights nothing is told of growth, and a dash would only ask what is meant.
                shown += [(f"{what}, {month}", written)] if written != "—" else []
    if "density" in data:
        shown.append(("Полётов на 1000 кв. км", russian.number(data["density"]["flights_per_1000_km2"], 2)))
        shown.append(("Полётов на 1000 кв. км в год", russian.number(data["density"]["a_year"], 2)))
        shown.append(("Место среди регионов", russian.number(data["place"]["rank"])))
    return shown


def _charts(data: ReportData) -> list[Chart]:
    # One month would be one bar.
    months = [Chart.MONTHS] if len(data["months"]) > 1 else []
    if data["region"] is None:
        return [Chart.DAILY, Chart.REGIONS, Chart.HOURS, *months, Chart.WEEK]
    return [Chart.DAILY, *months, Chart.HOURS, Chart.WEEK, Chart.TYPES]


def text(
    x: float, y: float, text: str, size: float, *, bold: bool = False, color: str = LIGHT.ink, anchor: str = "start"
) -> str:
    """Write one line; ``x``, ``y`` and ``size`` in points."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{color}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )


def _page(width: int, height: int, parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    ground = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return f'{head} font-family="{FONT}">{ground}{"".join(parts)}</svg>'
