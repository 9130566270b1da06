"""A list of flights for a spreadsheet: CSV that a Russian Excel opens as it stands, and Excel's own."""

import csv
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from shared.problems import PROBLEMS
from shared.reports import russian
from shared.stats.answers import OPERATORS
from shared.stats.flight_pages import FlightRow
from shared.stats.selection import district

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOSCOW = ZoneInfo("Europe/Moscow")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OPERATORS: Mapping[str, str] = {str(kind): title for kind, title in OPERATORS.items()}
STATES = {"planned": "только план", "flown": "выполнен", "cancelled": "отменён"}
MATCHES = {"inside": "внутри границ", "near_border": "у границы", "outside": "вне границ", "none": "место неизвестно"}
SOURCES = {"take_off": "вылет", "landing": "посадка", "zone": "зона", "none": "нет"}
_TIME, _DAY, _DEGREES = "dd.mm.yyyy hh:mm", "dd.mm.yyyy", "0.000000"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its title, how a flight's value is found, its width in characters, Excel's format of numbers."""

    title: str
    value: Callable[[FlightRow], Any]
    width: int = 14
    number_format: str | None = None


def _moment(value: datetime | None) -> datetime | None:
    # Excel knows no time zones; the title says whose time it is.
    return None if value is None else value.astimezone(_MOSCOW).replace(tzinfo=None)


COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("День", lambda row: row.day, 12, _DAY),
    ListColumn("Состояние", lambda row: STATES[row.state]),
    ListColumn("Тип", lambda row: russian.uav_type_in_words(row.uav_type or "none"), 20),
    ListColumn("Аппаратов", lambda row: row.uav_count, 10),
    ListColumn("Эксплуатант", lambda row: _OPERATORS.get(row.operator_kind, row.operator_kind), 24),
    ListColumn("Код региона", lambda row: row.region, 10),
    ListColumn("Регион", lambda row: row.region_name, 34),
    ListColumn("Округ", lambda row: district(row.region or ""), 18),
    ListColumn("Привязка", lambda row: MATCHES[row.region_match], 16),
    ListColumn("Место взято из", lambda row: SOURCES[row.position_source], 12),
    ListColumn("Широта", lambda row: row.lat, 12, _DEGREES),
    ListColumn("Долгота", lambda row: row.lon, 12, _DEGREES),
    ListColumn("Вылет, МСК", lambda row: _moment(row.dep_dt), 17, _TIME),
    ListColumn("Посадка, МСК", lambda row: _moment(row.arr_dt), 17, _TIME),
    ListColumn("Длительность, мин", lambda row: row.duration_min, 13, "#,##0"),
    ListColumn("Вылет по плану, МСК", lambda row: _moment(row.plan_dep_dt), 17, _TIME),
    ListColumn("Посадка по плану, МСК", lambda row: _moment(row.plan_arr_dt), 17, _TIME),
    ListColumn("По плану, мин", lambda row: row.plan_duration_min, 10, "#,##0"),
    ListColumn("Высота от, м", lambda row: row.level_lower_m, 10, "#,##0"),
    ListColumn("Высота до, м", lambda row: row.level_upper_m, 10, "#,##0"),
    ListColumn("Замечания", lambda row: " ".join(row.problems), 40),
    ListColumn("Ключ полёта", lambda row: str(row.key), 38),
)


async def write_csv(pages: AsyncIterator[Sequence[FlightRow]], path: Path) -> int:
    """Write every flight as a line, ``;`` between, decimal commas, a byte order mark; give how many there are."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="", errors="surrogatepass") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow([column.title for column in COLUMNS])
        async for page in pages:
            out.writerows([_text(column.value(row)) for column in COLUMNS] for row in page)
            count += len(page)
    return count


async def write_xlsx(pages: AsyncIterator[Sequence[FlightRow]], path: Path, title: str, subtitle: str) -> int:
    """Write every flight as a row with its number formats, and the meaning of each code on a sheet of its own.

    Prints in landscape A4, as wide as a page, with its head on every page. Gives how many flights there are.
    """
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(path, options) as book:
        book.set_properties({"title": title, "author": "Fly Potato"})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = [
            book.add_format({"num_format": column.number_format}) if column.number_format else None
            for column in COLUMNS
        ]
        sheet = book.add_worksheet("Полёты")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.set_footer("&LFly Potato&C&P из &N&R" + subtitle[:150].replace("&", "&&"))
        for index, column in enumerate(COLUMNS):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, column.title, head)
        count, codes = 0, set[str]()
        async for page in pages:
            for row in page:
                count += 1
                codes.update(row.problems)
                for index, column in enumerate(COLUMNS):
                    _write(sheet, count, index, column.value(row), formats[index])
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
        _notes(book, title, subtitle, sorted(codes & PROBLEMS.keys()))
    return count


def _write(sheet: "Worksheet", row: int, column: int, value: Any, number_format: "Format | None") -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, number_format)
    elif isinstance(value, str):
        # A text cell of its own kind: no program takes it for a formula.
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value, number_format)


def _notes(book: "Workbook", title: str, subtitle: str, codes: Sequence[str]) -> None:
    sheet = book.add_worksheet("О списке")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, title)
    sheet.write_string(1, 0, subtitle)
    sheet.write_string(3, 0, "Замечание")
    sheet.write_string(3, 1, "Что это значит")
    for line, code in enumerate(codes, 4):
        sheet.write_string(line, 0, code)
        sheet.write_string(line, 1, f"{PROBLEMS[code].meaning} {PROBLEMS[code].mend}")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
