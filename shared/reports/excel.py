"""The statistics as an Excel workbook with charts that Excel draws itself, from the cells beside them."""

import io
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from shared.reports import ReportData, russian
from shared.reports.analysis_sheets import sheets
from shared.reports.definitions import DEFINITIONS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LETTERS = "Calibri"
"""Where a font has no name, programs take one of their own for the head alone."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook(data: ReportData, title: str, subtitle: str, picture: bytes | None = None) -> bytes:
    """Write the workbook: figures with the map (``picture``, PNG), regions, days, hours, types, completeness, terms."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title, book.properties.creator = title, "Fly Potato"
    first = book.active
    if first is not None:
        book.remove(first)
    _summary(book, data, title, subtitle, picture)
    if "items" in data:
        _regions(book, data)
        _districts(book, data)
    _days(book, data)
    _months(book, data)
    _hours(book, data)
    _kinds(book, data)
    _quality(book, data["quality"])
    _problems(book, data["doubts"])
    for title, columns, rows in sheets(data["analyses"]):
        # A head alone would look as if something were lost.
        shown = rows or [("За период таких нет",)]
        _sheet(book, title, [name for name, _ in columns], shown, [width for _, width in columns])
    terms = [(d.name, d.text) for d in DEFINITIONS.values()]
    terms += [("Границы регионов", line) for line in russian.boundaries(data.get("boundaries"))]
    _sheet(book, "Определения", ("Показатель", "Что это"), terms, (30, 110))
    _wrapped(book["Определения"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _wrapped(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment

    for number, row in enumerate(sheet.iter_rows(min_row=2), 2):
        for column, cell in enumerate(row):
            side, indent = ("left", 1) if column and isinstance(cell.value, str) else (None, 0)
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=side, indent=indent)
        _tall(sheet, number)


def _tall(sheet: "Worksheet", row: int) -> None:
    """Make a row as high as its longest text needs: not every program does so by itself."""
    from openpyxl.utils import get_column_letter

    lines = 1
    for index, cell in enumerate(sheet[row], 1):
        width = sheet.column_dimensions[get_column_letter(index)].width - (1 if index == 1 else 3)
        lines = max(lines, len(textwrap.wrap(str(cell.value or ""), max(1, int(width)))))
    sheet.row_dimensions[row].height = 15 * lines


def _summary(book: "Workbook", data: ReportData, title: str, subtitle: str, picture: bytes | None) -> None:
    from openpyxl.drawing.image import Image
    from openpyxl.styles import Alignment, Font

    totals, spread, peaks = data["totals"], data["spread"], data["peaks"]
    rows: list[tuple[str, Any]] = [
        ("Полёты", totals["flights"]),
        ("из них состоявшиеся", totals["flown"]),
        ("из них только план", totals["planned"]),
        ("Отменённые", totals["cancelled"]),
        ("Аппараты", totals["aircraft"]),
    ]
    for name, key in (("Фактическая", "actual"), ("Плановая", "plan")):
        durations = data[key]
        rows += [
            (f"{name} длительность известна, полётов", durations["flights"]),
            (f"{name} длительность всего, мин", durations["total_minutes"]),
            (f"{name} длительность в среднем, мин", durations["mean_minutes"]),
            (f"{name} длительность, медиана, мин", durations["median_minutes"]),
        ]
    rows += [
        ("Полётов в сутки в среднем", spread["mean"]),
        ("Полётов в сутки, медиана", spread["median"]),
        ("Полётов в сутки, наименьшее", spread["least"]),
        ("Полётов в сутки, наибольшее", spread["most"]),
        ("Дней без полётов", spread["zero_days"]),
        ("Дней, о которых нет данных", spread["days_without_data"]),
        ("Наибольшее число полётов за час", peaks["hour"]["flights"] if peaks else None),
        ("в час, начало", russian.moment(peaks["hour"]["at"], data["days_by"]) if peaks else None),
        ("Наибольшее число полётов за любые 60 минут", peaks["sliding_hour"]["flights"] if peaks else None),
        ("с момента", russian.moment(peaks["sliding_hour"]["at"], data["days_by"]) if peaks else None),
        ("Наибольшее число полётов одновременно в воздухе", peaks["airborne"]["flights"] if peaks else None),
        ("с момента", russian.moment(peaks["airborne"]["at"], data["days_by"]) if peaks else None),
    ]
    if "density" in data:
        rows.append(("Полётов на 1000 кв. км", data["density"]["flights_per_1000_km2"]))
        rows.append(("Полётов на 1000 кв. км в месяц", data["density"]["a_month"]))
        rows.append(("Полётов на 1000 кв. км в год", data["density"]["a_year"]))
        rows.append(("Место среди регионов", data["place"]["rank"]))
    sheet = _sheet(book, "Сводка", (title, ""), rows, (52, 22))
    sheet.insert_rows(2)
    sheet["A2"] = subtitle
    sheet["A1"].font = Font(name=_LETTERS, bold=True, size=14)
    sheet["A1"].alignment = sheet["A2"].alignment = Alignment(wrap_text=False)
    sheet.row_dimensions[1].height = 20
    sheet.freeze_panes = sheet.auto_filter.ref = None
    sheet.print_title_rows = None
    _printed_once(sheet)
    if picture:
        image = Image(io.BytesIO(picture))
        image.width, image.height = 760, 428
        sheet.add_image(image, "D4")


def _printed_once(sheet: "Worksheet") -> None:
    sheet.print_area = f"A1:P{max(sheet.max_row, 30)}"
    sheet.page_setup.fitToHeight = 1


def _regions(book: "Workbook", data: ReportData) -> None:
    names = (
        "Место", "Код", "Регион", "Полёты", "Состоявшиеся", "Только план", "Отменённые", "Аппараты", "Доля, %",
        "Налёт, мин", "Средняя длительность, мин", "Медиана, мин", "Средняя плановая, мин", "Медиана плановая, мин",
        "Полётов в сутки", "Дней без полётов", "Пик за час", "Пик за 60 минут", "Одновременно в воздухе",
        "Полётов на 1000 кв. км", "то же в месяц", "то же в год", "Площадь",
    )  # fmt: skip
    rows = [
        (
            r["rank"], r["code"], r["name"], r["flights"], r["flown"], r["planned"], r["cancelled"], r["aircraft"],
            r["share_percent"], r["actual"]["total_minutes"], r["actual"]["mean_minutes"],
            r["actual"]["median_minutes"],
            r["plan"]["mean_minutes"], r["plan"]["median_minutes"], r["mean_a_day"], r["zero_days"], r["peak_hour"],
            r["peak_sliding"], r["peak_airborne"], r["density"], r["density_a_month"], r["density_a_year"],
            "официальная" if r["area_source"] == "official" else "по границам",
        )
        for r in data["items"]
    ]  # fmt: skip
    sheet = _sheet(book, "Регионы", names, rows, (8, 10, 36, *[14] * 20))
    _bars(sheet, "D", len(rows))
    _chart(sheet, "bar", "Полёты: десять первых регионов", (3, 4), min(10, len(rows)), "Y2")


def _districts(book: "Workbook", data: ReportData) -> None:
    names = ("Федеральный округ", "Полёты", "Состоявшиеся", "Только план", "Отменённые", "Аппараты", "Налёт, мин")
    rows = district_rows(data["items"])
    sheet = _sheet(book, "Округа", names, rows, (28, *[15] * 6))
    _bars(sheet, "B", len(rows))


def district_rows(items: Iterable[ReportData]) -> list[tuple[Any, ...]]:
    """Sum up regions by federal district, the busiest first: flights, flown, planned, cancelled, aircraft, minutes."""
    sums: dict[str, list[int]] = {}
    for item in items:
        if item["district"] is not None:
            totals = sums.setdefault(item["district"], [0] * 6)
            counts = [item[name] for name in ("flights", "flown", "planned", "cancelled", "aircraft")]
            for index, value in enumerate([*counts, item["actual"]["total_minutes"]]):
                totals[index] += value
    return sorted(((name, *counts) for name, counts in sums.items()), key=lambda row: -row[1])


def _days(book: "Workbook", data: ReportData) -> None:
    # Of a long period every row is a week or a month.
    first = {"day": "День", "week": "Неделя с", "month": "Месяц с"}[data["step"]]
    names = (
        first, "Полёты", "Состоявшиеся", "Только план", "Отменённые", "Аппараты", "Налёт, мин", "Пик за час",
        "Пик за 60 минут", "Одновременно в воздухе", "Есть данные",
    )  # fmt: skip
    rows = [
        (
            date.fromisoformat(d["day"]), d["flights"], d["flown"], d["planned"], d["cancelled"], d["aircraft"],
            d["minutes"], d["peak_hour"], d["peak_sliding"], d["peak_airborne"], "да" if d["has_data"] else "нет",
        )
        for d in data["days"]
    ]  # fmt: skip
    sheet = _sheet(book, "Дни", names, rows, (14, *[14] * 10))
    _chart(sheet, "line", "Полёты по дням", (1, 2), len(rows), "M2")


def _months(book: "Workbook", data: ReportData) -> None:
    names = (
        "Месяц",
        "Полёты",
        "Аппараты",
        "Налёт, мин",
        "В среднем за сутки",
        "К прошлому месяцу, %",
        "то же в среднем за сутки, %",
        "К году назад, %",
        "то же в среднем за сутки, %",
        "Весь месяц в данных",
        "Дней с данными",
    )
    rows = [
        (russian.month(m["month"]), m["flights"], m["aircraft"], m["minutes"], m["mean_a_day"],
         m["growth_month_percent"], m["growth_month_daily_percent"], m["growth_year_percent"],
         m["growth_year_daily_percent"], _whole(m), m["days_with_data"])
        for m in data["months"]
    ]  # fmt: skip
    sheet = _sheet(book, "Месяцы", names, rows, (18, *[16] * 10))
    _chart(sheet, "col", "Полёты по месяцам", (1, 2), len(rows), "M2")


def _whole(month: ReportData) -> str:
    if month["complete"]:
        return "да"
    return "нет" if month["days_with_data"] else russian.NO_DATA


def _hours(book: "Workbook", data: ReportData) -> None:
    names = ("Час (местное время)", "Полёты", *[w["title"] for w in data["weekdays"]])
    rows = [
        (f"{hour:02d}–{hour + 1:02d}", n, *[day[hour] for day in data["week"]]) for hour, n in enumerate(data["hours"])
    ]
    sheet = _sheet(book, "Часы", names, rows, (20, *[14] * 8))
    _chart(sheet, "col", "Полёты по часам местного времени", (1, 2), 24, "K2")
    for part in data["day_parts"]:
        sheet.append([part["title"], part["count"]])


def _kinds(book: "Workbook", data: ReportData) -> None:
    names = ("Тип", "Полёты", "Аппараты", "Доля, %", "Налёт, мин", "Средняя длительность, мин")
    rows = [
        (russian.uav_type_in_words(t["uav_type"]), t["flights"], t["aircraft"], t["share_percent"],
         t["minutes"], t["mean_minutes"])
        for t in data["types"]
    ]  # fmt: skip
    sheet = _sheet(book, "Типы", names, rows, (18, *[16] * 5))
    _chart(sheet, "bar", "Полёты по типам", (1, 2), len(rows), "H2")
    kinds = [(o["title"], o["count"], o["share_percent"]) for o in data["operators"]]
    _chart(
        _sheet(book, "Эксплуатанты", ("Вид", "Полёты", "Доля, %"), kinds, (36, 14, 14)),
        "bar",
        "Эксплуатанты",
        (1, 2),
        5,
        "E2",
    )


def _problems(book: "Workbook", doubts: ReportData) -> None:
    names = ("Вид", "Замечание", "Как исправить", "Полётов", "Без даты", "Код")
    kinds = {"loss": "значение потеряно", "doubt": "под сомнением", "repair": "исправлено при чтении", None: ""}
    rows = [
        (kinds[p["kind"]], p["explanation"], p["mend"], p["flights"], p["undated"], p["code"])
        for p in sorted(doubts["problems"], key=lambda each: list(kinds).index(each["kind"]))
    ]
    _wrapped(_sheet(book, "Замечания", names, rows, (22, 70, 50, 12, 12, 26)))


def _quality(book: "Workbook", quality: ReportData) -> None:
    names = {
        "with_dep": "Известно фактическое время вылета", "with_arr": "Известно фактическое время посадки",
        "with_duration": "Известна фактическая длительность",
        "near_border": "Точка у границы: вне регионов, не дальше 5 км",
        "outside": "Точка вне границ регионов", "unplaced": "Точка неизвестна",
    }  # fmt: skip
    rows: list[tuple[Any, ...]] = [("Полёты", quality["flights"], None)]
    rows += [(title, quality[key]["count"], quality[key]["share_percent"]) for key, title in names.items()]
    rows += [
        ("Дата неизвестна (ни в одном периоде)", quality["undated"], None),
        ("Отменённые", quality["cancelled"], None),
    ]
    if quality["rows"]:
        read, rejected = quality["rows"], quality["rows"]["rejected"]
        rows += [
            ("Книги", read["workbooks"], None),
            ("Строки", read["read"], None),
            ("Повторы строк", read["repeated"], None),
        ]
        rows.append(("Непрочитанные строки", rejected["count"], rejected["share_percent"]))
    _sheet(book, "Полнота", ("Показатель", "Число", "Доля, %"), rows, (46, 14, 14))


def _sheet(
    book: "Workbook", title: str, names: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]
) -> "Worksheet":
    """Add a sheet with a head and rows: formats by the column's name and values, filters, and how it prints."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(names))
    for row in rows:
        sheet.append([_cell(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(name=_LETTERS, bold=True, size=11)
        cell.fill = PatternFill("solid", fgColor="E7EFFA")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(bottom=Side("thin", color="A9B6C4"))
    for row in sheet.iter_rows(min_row=2):
        for column, (cell, name) in enumerate(zip(row, names, strict=False)):
            cell.number_format = _number_format(name, cell.value)
            if column and isinstance(cell.value, str):
                # A word would touch the number on its left.
                cell.alignment = Alignment(horizontal="left", indent=1)
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    _tall(sheet, 1)
    sheet.freeze_panes = "A2"
    if sheet.max_row > 1:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{sheet.max_row}"
    _printed(sheet, len(names))
    return sheet


def _number_format(name: str, value: Any) -> str:
    if isinstance(value, date):
        return "dd.mm.yyyy"
    if isinstance(value, float):
        return "#,##0.0" if "%" in name else "#,##0.00"
    return "#,##0" if isinstance(value, int) else "General"


def _printed(sheet: "Worksheet", columns: int) -> None:
    """Print in landscape A4, as wide as a page, the head on every page; charts beside the rows stay on the screen."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{get_column_letter(columns)}{sheet.max_row}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("Fly Potato"), center=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P из &N")
    )


def _bars(sheet: "Worksheet", column: str, rows: int) -> None:
    """Lay a bar as long as its number behind each cell of a column."""
    from openpyxl.formatting.rule import DataBar, FormatObject, Rule

    if rows:
        bar = Rule("dataBar", dataBar=DataBar(cfvo=[FormatObject("num", 0), FormatObject("max")], color="FF5F98D2"))
        sheet.conditional_formatting.add(f"{column}2:{column}{rows + 1}", bar)


def _cell(value: Any) -> Any:
    # A name from outside must not become a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _chart(sheet: "Worksheet", kind: str, title: str, columns: tuple[int, int], rows: int, at: str) -> None:
    from openpyxl.chart import BarChart, LineChart, Reference

    if rows == 0:
        return
    names, values = columns
    chart: BarChart | LineChart = LineChart() if kind == "line" else BarChart()
    if isinstance(chart, BarChart):
        chart.type = kind
        chart.gapWidth = 40
    chart.title, chart.legend = title, None
    chart.width, chart.height = 26, 12
    # Newer Excel hides the axes of a chart that does not say it wants them.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.numFmt = "#,##0"
    if kind == "line":
        chart.x_axis.number_format = "dd.mm.yy"
    if kind == "bar":
        chart.x_axis.scaling.orientation = "maxMin"
    chart.add_data(Reference(sheet, min_col=values, min_row=1, max_row=rows + 1), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=names, min_row=2, max_row=rows + 1))
    sheet.add_chart(chart, at)
