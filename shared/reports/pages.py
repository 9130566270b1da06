"""Pages as SVG: the picture of 1920 by 1080, and the sheets of the document in A4.

A page is text placed by hand and charts drawn from their descriptions; one renderer makes PNG and PDF of it.
"""

import textwrap
from collections.abc import Iterable, Sequence
from html import escape

from shared.reports import ReportData, drawing, russian
from shared.reports.charts import FONT, LIGHT, TITLES, Chart, describe

PICTURE = (1920, 1080)
_A4 = (595, 842)
MARGIN = 42
_ROWS_A_PAGE = 44

Column = tuple[str, float, str]
"""A column of a table: its title, where it stands, and how it is anchored."""


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


def sheets(data: ReportData, title: str, subtitle: str) -> list[str]:
    """Draw the sheets of the document: figures and charts, the regions, how complete the data is."""
    drawn = [_first(data, title, subtitle), _second(data)]
    items = data.get("items", ())
    for start in range(0, len(items), _ROWS_A_PAGE):
        drawn.append(_ranking(items[start : start + _ROWS_A_PAGE]))
    drawn.append(_last(data))
    return numbered(drawn, title)


def _first(data: ReportData, title: str, subtitle: str) -> list[str]:
    parts = [text(MARGIN, 66, title, 20, bold=True), text(MARGIN, 86, subtitle, 10, color="#51606e")]
    for index, (name, value) in enumerate(_figures(data)):
        x, y = MARGIN + (index % 2) * 260, 118 + (index // 2) * 20
        parts += [text(x, y, name, 10, color="#51606e"), text(x + 245, y, value, 10, bold=True, anchor="end")]
    y = 118 + (len(_figures(data)) + 1) // 2 * 20 + 16
    for chart in _charts(data)[:2]:
        parts += titled(chart, data, y, 235)
        y += 275
    return parts


def _second(data: ReportData) -> list[str]:
    parts, y = [], 56.0
    for chart in _charts(data)[2:5]:
        parts += titled(chart, data, y, 215)
        y += 250
    return parts


def _ranking(items: Sequence[ReportData]) -> list[str]:
    columns: list[Column] = [
        ("№", MARGIN + 14, "end"), ("Регион", MARGIN + 22, "start"), ("Полёты", 300, "end"), ("Доля", 345, "end"),
        ("Налёт, ч", 402, "end"), ("Медиана, мин", 466, "end"), ("Дней без полётов", 553, "end"),
    ]  # fmt: skip
    rows = [
        (
            str(item["rank"]), item["name"][:42], russian.number(item["flights"]),
            russian.percent(item["share_percent"]),
            russian.number(item["actual"]["total_minutes"] / 60), russian.number(item["actual"]["median_minutes"], 1),
            russian.number(item["zero_days"]),
        )
        for item in items
    ]  # fmt: skip
    return [text(MARGIN, 56, "Регионы", 14, bold=True), *table(columns, rows, 80)]


def _last(data: ReportData) -> list[str]:
    quality = data["quality"]
    shares = [
        ("Известно фактическое время вылета", quality["with_dep"]),
        ("Известно фактическое время посадки", quality["with_arr"]),
        ("Известна фактическая длительность", quality["with_duration"]),
        ("Точка вне границ регионов", quality["outside"]),
        ("Точка неизвестна", quality["unplaced"]),
    ]
    rows = [(name, russian.number(s["count"]), russian.percent(s["share_percent"])) for name, s in shares]
    rows.append(("Дата неизвестна (ни в одном периоде)", russian.number(quality["undated"]), ""))
    rows.append(("Отменённые планы", russian.number(quality["cancelled"]), ""))
    if quality["rows"]:
        rejected = quality["rows"]["rejected"]
        rows.append(
            ("Непрочитанные строки", russian.number(rejected["count"]), russian.percent(rejected["share_percent"]))
        )
    columns: list[Column] = [("Полнота данных", MARGIN, "start"), ("Число", 430, "end"), ("Доля", 520, "end")]
    parts = [text(MARGIN, 56, "Полнота данных и определения", 14, bold=True), *table(columns, rows, 80)]
    y = 80.0 + (len(rows) + 2) * 16 + 20
    for line in (*_DEFINITIONS, *russian.boundaries(data.get("boundaries"))):
        parts.append(text(MARGIN, y, line, 9, color="#51606e"))
        y += 14
    return parts


_DEFINITIONS = (
    "Число полётов: все планы и состоявшиеся полёты, кроме отменённых. Состоявшийся: есть вылет или посадка.",
    "День полёта: день фактического вылета, без него планового; чьи сутки, сказано под заголовком.",
    "Часы и дни недели: по местному времени места вылета. Прирост в среднем за сутки не зависит от длины месяца.",
    "Длительность: от фактического вылета до фактической посадки; плановая считается отдельно и сюда не входит.",
    "Медиана: половина полётов не длиннее. День без полётов: о дне есть данные, а полётов нет.",
    "Одновременно в воздухе: по полётам, у которых известны и вылет, и посадка. Доля: от всех полётов страны.",
    "Плотность: полётов на 1000 кв. км официальной площади региона, где её нет, площади по границам.",
)


def _figures(data: ReportData) -> list[tuple[str, str]]:
    totals, actual, spread, growth = data["totals"], data["actual"], data["spread"], data["growth"]
    peaks = data["peaks"]
    shown = [
        ("Полёты", russian.number(totals["flights"])),
        ("Состоявшиеся", russian.number(totals["flown"])),
        ("Средняя длительность", russian.hours(actual["mean_minutes"])),
        ("Налёт", f"{russian.number(actual['total_minutes'] / 60)}{russian.NO_BREAK}ч"),
        ("Полётов в сутки", russian.number(spread["mean"], 1)),
        ("Пик за час", russian.number(peaks["hour"]["flights"]) if peaks else "—"),
        ("Пик за 60 минут", russian.number(peaks["sliding_hour"]["flights"]) if peaks else "—"),
        ("Медиана длительности", russian.hours(actual["median_minutes"])),
        ("Одновременно в воздухе", russian.number(peaks["airborne"]["flights"]) if peaks else "—"),
        ("Дней без полётов", russian.number(spread["zero_days"])),
        ("Аппараты", russian.number(totals["aircraft"])),
    ]
    if growth:
        shown.append((f"К прошлому месяцу ({growth['month']})", russian.growth(growth["to_month_before_percent"])))
        shown.append(("то же в среднем за сутки", russian.growth(growth["to_month_before_daily_percent"])))
        shown.append((f"К году назад ({growth['month']})", russian.growth(growth["to_year_before_percent"])))
        shown.append(("то же в среднем за сутки", russian.growth(growth["to_year_before_daily_percent"])))
    if "density" in data:
        shown.append(("Полётов на 1000 кв. км", russian.number(data["density"]["flights_per_1000_km2"], 2)))
        shown.append(("то же в год", russian.number(data["density"]["a_year"], 2)))
        shown.append(("Место среди регионов", russian.number(data["place"]["rank"])))
    return shown


def _charts(data: ReportData) -> list[Chart]:
    if data["region"] is None:
        return [Chart.DAILY, Chart.REGIONS, Chart.HOURS, Chart.MONTHS, Chart.WEEK]
    return [Chart.DAILY, Chart.MONTHS, Chart.HOURS, Chart.WEEK, Chart.TYPES]


def titled(chart: Chart, data: ReportData, y: float, height: float) -> list[str]:
    """Draw a chart with its title, as wide as the page between its margins; ``y`` and ``height`` in points."""
    width = _A4[0] - 2 * MARGIN
    drawn = drawing.svg(describe(chart, data, 760, round(760 * height / width)))
    return [text(MARGIN, y, TITLES[chart], 12, bold=True), drawing.nested(drawn, MARGIN, y + 8, width, height)]


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], y: float) -> list[str]:
    """Write a table down from ``y``, a row each 16 points; a column is its name, its x in points and its anchor."""
    parts = [text(x, y, name, 8, color="#51606e", anchor=anchor) for name, x, anchor in columns]
    for row in rows:
        y += 16
        parts.append(f'<line x1="{MARGIN}" x2="{_A4[0] - MARGIN}" y1="{y - 11}" y2="{y - 11}" stroke="#e3e8ed"/>')
        parts += [text(x, y, value, 9, anchor=anchor) for (_, x, anchor), value in zip(columns, row, strict=True)]
    return parts


def heading(title: str, subtitle: str) -> list[str]:
    """Write the title and what a document is of, each on as many lines as it takes."""
    lines = textwrap.wrap(title, 52)
    parts = [text(MARGIN, 56 + 22 * index, line, 17, bold=True) for index, line in enumerate(lines)]
    top = 56 + 22 * len(lines)
    more = textwrap.wrap(subtitle, 105)
    return parts + [text(MARGIN, top + 13 * index, line, 9.5, color="#51606e") for index, line in enumerate(more)]


def wrapped(sentence: str, y: float, size: float) -> list[str]:
    """Write a sentence on as many lines as it takes, 14 points apart."""
    lines = textwrap.wrap(sentence, int(950 / size))
    return [text(MARGIN, y + 14 * index, line, size) for index, line in enumerate(lines)]


def numbered(drawn: Sequence[Sequence[str]], title: str) -> list[str]:
    """Put parts on pages of A4 with their numbers."""
    return [_page(*_A4, [*parts, _foot(n, len(drawn), title)]) for n, parts in enumerate(drawn, 1)]


def _foot(number: int, of: int, title: str) -> str:
    return text(MARGIN, 818, f"{title}. Страница {number} из {of}", 8, color="#51606e")


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
