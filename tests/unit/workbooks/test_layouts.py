"""Sheets are recognised by their headers, whatever stands around them and however they are spelt."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from shared.errors import WorkbookError
from shared.flights.model import TableRow, TelegramRow
from shared.workbooks.layouts import LayoutKind, bare, field_of, stated_layout
from shared.workbooks.protocol import SheetColumns
from shared.workbooks.reader import WorkbookReader, rows, sheets
from shared.workbooks.refusals import UnknownHeaders
from tests.unit.workbooks.makers import ARR, DEP, HEADER, ROW, SHR, parts, row, sheet_xml, table, workbook, zipped

SAMARA = ("Дата, время вылета", "Дата, время посадки", "Место вылета", "Место посадки", "Район работы")


def save(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    """Write sheets with openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("SHR", "shr"),
        ("Сообщение SHR", "shr"),
        ("СООБЩЕНИЕ  shr\n", "shr"),
        ("SНR", "shr"),
        ("Планы полета БВС", "shr"),
        ("Планы_x000D_\nполета БВС", "shr"),
        ("Телеграмма PLN", "shr"),
        ("Сообщение DEP (факт)", "dep"),
        ("DЕР", "dep"),
        ("Центр ЕС ОрВД", "center"),
        ("центр ес орвд", "center"),
        ("Дата полёта", "date"),
        ("Дата полета", "date"),
        ("Т выл.факт", "dep_time"),
        ("Т выл. факт", "dep_time"),
        ("T выл факт", "dep_time"),
        ("Дата, время вылета факт.", "dep_time"),
        ("Дата, время\nпосадки", "arr_time"),
        ("Борт. номер ВС.", "reg"),
        ("Тип/ группа ВС", "uav_type"),
        ("А/В", "dep_name"),
        ("А/Н название", "arr_name"),
        ("АФТН АП вылета", "dep_place"),
        ("Район полетов (зона, маршрут)", "route"),
        ("№ п/п", None),
        ("Сообщения SHR, DEP и ARR", None),
        ("(DEP-ZZZZZ-ZZZZ0900-ZZZZ)", None),
        ("(SHR-ZZZZZ", None),
        ("Код", None),
        ("Что не так", None),
        ("Как исправить", None),
        ("Лист и строка в исходном файле", None),
        ("x" * 100 + " SHR", None),
    ],
)
def test_headers(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_headers_compare_as_letters_and_digits() -> None:
    assert bare("  Т. выл.  (ФАКТ) ") == bare("Твылфакт")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_columns_stand_in_any_order(order: tuple[int, ...], tmp_path: Path) -> None:
    lines = [[line[at] for at in order] for line in (HEADER, ROW)]
    (read,) = rows(workbook(tmp_path / "a.xlsx", table(lines)))
    assert read.content == TelegramRow("Московский", SHR, DEP, ARR)


def test_the_header_stands_below_titles_and_blank_rows(tmp_path: Path) -> None:
    cells = row(3, ["Отчёт SHR, DEP, ARR"]) + row(9, [None, *HEADER]) + row(12, [None, *ROW])
    read = list(rows(workbook(tmp_path / "a.xlsx", cells)))
    assert [one.number for one in read] == [12]
    assert read[0].content == TelegramRow(*ROW)


@pytest.mark.parametrize(
    ("name", "center"), [("Якутск", "Якутск"), (" Лист1 ", None), ("Result_1", None), ("Sheet 2", None)]
)
def test_the_sheets_name_serves_as_centre(name: str, center: str | None, tmp_path: Path) -> None:
    (read,) = rows(workbook(tmp_path / "a.xlsx", table((("SHR", "DEP", "ARR"), (SHR, DEP, ARR))), name=name))
    assert read.content == TelegramRow(center, SHR, DEP, ARR)


def test_a_column_of_telegrams_alone(tmp_path: Path) -> None:
    cells = row(1, ["Хабаровский центр"]) + row(2, ["Телеграмма PLN"]) + row(3, [SHR])
    (read,) = rows(workbook(tmp_path / "a.xlsx", cells, name="Хабаровск"))
    assert read.content == TelegramRow("Хабаровск", SHR, None, None)


def test_numbering_under_the_header_and_repeated_headers_are_no_rows(tmp_path: Path) -> None:
    numbers = tuple(str(number) for number in range(1, 5))
    path = workbook(tmp_path / "a.xlsx", table((HEADER, numbers, ROW, HEADER, ROW)))
    assert [one.number for one in rows(path)] == [3, 5]


def test_a_number_row_further_down_is_data(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", table((HEADER, ROW, ("1", "2", "3", "4"))))
    assert [one.number for one in rows(path)] == [2, 3]


def test_a_table_without_telegrams(tmp_path: Path) -> None:
    line = ("2024-01-01 09:00", "2024-01-01 10:00", "5530N03710E", "5531N03711E", "МР123")
    (read,) = rows(workbook(tmp_path / "a.xlsx", table((SAMARA, line)), name="Самара"))
    assert read.content == TableRow(
        center="Самара", dep_time=line[0], arr_time=line[1], dep_place=line[2], arr_place=line[3], route=line[4]
    )


def test_unknown_and_empty_sheets_are_reported(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        {"Result_1": (HEADER, ROW), "Заметки": (("прочее", "x"), ("y", "z"), ("y", "z")), "Лист1": ()},
    )
    read, unknown, empty = sheets(path)
    assert (read.layout, read.rows, read.header_row, read.reason) == (LayoutKind.TELEGRAMS, 1, 1, None)
    assert (unknown.layout, unknown.rows, unknown.reason) == (None, 0, "SHEET_NO_KNOWN_HEADER")
    assert (empty.rows, empty.reason) == (0, "SHEET_EMPTY")


def test_hidden_sheets_are_read_and_reported_as_hidden(tmp_path: Path) -> None:
    content = parts({"Result_1": sheet_xml(table())}, states={"Result_1": "veryHidden"})
    (report,) = sheets(zipped(tmp_path / "a.xlsx", content))
    assert (report.hidden, report.rows) == (True, 1)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((("SHR", "DEP", "SHR"), (SHR, DEP, SHR)), "WORKBOOK_DUPLICATE_HEADERS"),
        (((*SAMARA, "Место посадки"), ("1", "2", "3", "4", "5", "6")), "WORKBOOK_DUPLICATE_HEADERS"),
        ((("один", "два"), ("три", "четыре")), "WORKBOOK_NO_KNOWN_HEADER"),
        ((HEADER,), "WORKBOOK_EMPTY"),
        ((), "WORKBOOK_EMPTY"),
        (((" ", "\n"),), "WORKBOOK_EMPTY"),
    ],
)
def test_workbooks_without_a_usable_table_are_refused(
    lines: Sequence[Sequence[str]], code: str, tmp_path: Path
) -> None:
    with pytest.raises(WorkbookError) as refused:
        list(rows(workbook(tmp_path / "a.xlsx", table(lines))))
    assert refused.value.code == code


def test_a_header_after_the_first_filled_rows_is_not_found(tmp_path: Path) -> None:
    lines = [("строка",)] * 15 + [HEADER, ROW]
    with pytest.raises(WorkbookError, match="WORKBOOK_NO_KNOWN_HEADER"):
        list(rows(workbook(tmp_path / "a.xlsx", table(lines))))


def test_what_stands_in_the_place_of_a_header_is_told_without_what_may_name_people(tmp_path: Path) -> None:
    titled = ["Центр", "Текст плана", "Вылет", "Иванов 89000000000"]
    path = save(
        tmp_path / "a.xlsx",
        {"Планы": [["Сводка"], titled, ["Московский", SHR, DEP, "Петров"]], "Без шапки": [[SHR, None, DEP]]},
    )
    with pytest.raises(UnknownHeaders) as refused:
        list(rows(path))
    planned, bare_sheet = refused.value.headings
    assert (planned.sheet, planned.row) == ("Планы", 2)
    assert [tuple(each) for each in planned.columns] == [
        (0, "Центр", "center"), (1, "Текст плана", "shr"), (2, "Вылет", "dep"), (3, None, None),
    ]  # fmt: skip
    assert (bare_sheet.row, [tuple(each) for each in bare_sheet.columns]) == (0, [(0, None, "shr"), (2, None, "dep")])


def test_a_sender_names_the_columns(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", {"Планы": [["кто", "что"], ["Московский", SHR]], "Без шапки": [[SHR, None, DEP]]})
    columns = [SheetColumns("Планы", 1, {"center": 0, "shr": 1}), SheetColumns("Без шапки", 0, {"shr": 0, "dep": 2})]
    assert [(one.sheet, one.number, one.content) for one in WorkbookReader(path, columns=columns).rows()] == [
        ("Планы", 2, TelegramRow("Московский", SHR, None, None)),
        ("Без шапки", 1, TelegramRow("Без шапки", SHR, DEP, None)),
    ]


@pytest.mark.parametrize("columns", [{"dep": 0}, {"shr": 0, "dep": 0}, {"shr": 0, "pilot": 1}, {"date": 0, "reg": 1}])
def test_columns_that_make_no_flight_are_none(columns: dict[str, int]) -> None:
    assert stated_layout(columns, {}) is None
