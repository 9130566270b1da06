"""Cells become text as promised, rows keep their numbers, other kinds of files are read or refused."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from shared.errors import WorkbookError
from shared.flights.model import TableRow, TelegramRow
from shared.workbooks.cells import CellValue, moment, text
from shared.workbooks.reader import WorkbookReader, rows
from shared.workbooks.refusals import Limits
from tests.unit.workbooks.makers import ARR, DEP, HEADER, ROW, SHR, row, table, workbook

EKATERINBURG = (
    "Дата, время вылета факт.",
    "Дата, время посадки факт.",
    "Место вылета",
    "Место посадки",
    "Район полетов (зона, маршрут)",
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        ("", None),
        (" \n\t", None),
        ("a_x000D_\nb", "a\r\nb"),
        ("_x000D_", None),
        ("a\x00b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("_x0000_b", "\ufffdb"),
        (7_772_251_137.0, "7772251137"),
        (5, "5"),
        (0.5, "0.5"),
        (1e20, "1e+20"),
        (True, "ИСТИНА"),
        (dt.datetime(2024, 1, 1, 9, 29, 59, 999_998), "2024-01-01T09:30:00"),  # noqa: DTZ001
        (dt.date(2024, 1, 1), "2024-01-01"),
        (dt.time(9, 30), "09:30:00"),
        (dt.time(23, 59, 59, 999_999), "24:00:00"),
        (dt.timedelta(hours=30), "30:00:00"),
        (dt.timedelta(minutes=-5), "-00:05:00"),
    ],
)
def test_values_as_text(value: CellValue, written: str | None) -> None:
    assert text(value) == written


@pytest.mark.parametrize(
    ("value", "timed", "written"),
    [
        (45_292.0, False, "2024-01-01"),
        (45_292, True, "2024-01-01T00:00:00"),
        (45_292.375, False, "2024-01-01T09:00:00"),
        (0.375, False, "09:00:00"),
        (0.0, True, "00:00:00"),
        (900.0, False, "900"),
        (dt.date(2024, 1, 1), True, "2024-01-01T00:00:00"),
        (dt.datetime(2024, 1, 1), False, "2024-01-01"),  # noqa: DTZ001
        (dt.datetime(1900, 1, 1, 6), True, "30:00:00"),  # noqa: DTZ001
        (dt.date(1900, 1, 1), True, "24:00:00"),
        ("01.01.2024", False, "01.01.2024"),
    ],
)
def test_moments_as_text(value: CellValue, timed: bool, written: str) -> None:
    assert moment(value, timed=timed) == written


def test_midnight_in_a_column_of_times_is_a_time(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Екатеринбург")
    sheet.append(EKATERINBURG)
    day = dt.datetime(2024, 5, 1)  # noqa: DTZ001
    sheet.append([day, day + dt.timedelta(hours=3), "5530N03710E", "5530N03710E", None])
    book.save(tmp_path / "a.xlsx")
    (first,) = rows(tmp_path / "a.xlsx")
    assert isinstance(first.content, TableRow)
    # Nothing but midnights in the first column: days. The other column has a time of day.
    assert (first.content.dep_time, first.content.arr_time) == ("2024-05-01", "2024-05-01T03:00:00")


def test_rows_keep_their_numbers_and_blank_ones_between_are_counted(tmp_path: Path) -> None:
    reader = WorkbookReader(workbook(tmp_path / "a.xlsx", row(4, HEADER) + row(6, ROW) + row(9, ROW) + row(20, [" "])))
    assert [one.number for one in reader.rows()] == [6, 9]
    assert (reader.rows_read, reader.blank_rows) == (5, 3)


def test_numbers_in_telegram_columns_become_text(tmp_path: Path) -> None:
    cells = row(1, HEADER) + '<row r="2"><c r="B2"><v>7772251137</v></c><c r="C2" t="b"><v>1</v></c></row>'
    (read,) = rows(workbook(tmp_path / "a.xlsx", cells))
    assert read.content == TelegramRow(None, "7772251137", "ИСТИНА", None)


def test_merged_centres_count_for_all_their_rows(tmp_path: Path) -> None:
    lines = (HEADER, ROW, (None, *ROW[1:]), (None, *ROW[1:]), (None, *ROW[1:]))
    path = workbook(
        tmp_path / "a.xlsx", table(lines), tail='<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>'
    )
    assert [one.content.center for one in rows(path)] == ["Московский"] * 3 + [None]


def test_merged_telegrams_are_not_copied(tmp_path: Path) -> None:
    lines = (HEADER, ROW, ("Московский", None, DEP, ARR))
    path = workbook(
        tmp_path / "a.xlsx", table(lines), tail='<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    )
    assert [isinstance(one.content, TelegramRow) and one.content.shr for one in rows(path)] == [SHR, None]


def test_nul_and_lone_surrogates_stay_visible(tmp_path: Path) -> None:
    (read,) = rows(workbook(tmp_path / "a.xlsx", table((HEADER, ("_xD800_", SHR, DEP, "a_x0000_b")))))
    assert read.content == TelegramRow("\ufffd", SHR, DEP, "a\ufffdb")


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", row(1, HEADER) + row(50, ROW))
    reader = WorkbookReader(path, Limits(rows=10))
    with pytest.raises(WorkbookError, match="WORKBOOK_TOO_MANY_ROWS"):
        list(reader.rows())


def test_the_share_read_grows_to_one(tmp_path: Path) -> None:
    reader = WorkbookReader(workbook(tmp_path / "a.xlsx", table([HEADER, *[ROW] * 3_000])))
    shares = [reader.share_read for _ in reader.rows()]
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert shares[-1] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv(encoding: str, delimiter: str, tmp_path: Path) -> None:
    def line(texts: tuple[str, ...]) -> str:
        return delimiter.join('"' + part.replace('"', '""') + '"' for part in texts) + "\r\n"

    path = tmp_path / "workbook"
    path.write_bytes((line(HEADER) + "\r\n" + line(ROW)).encode(encoding))
    assert [(row.sheet, row.number, row.content) for row in rows(path)] == [
        ("CSV", 3, TelegramRow("Московский", SHR, DEP, ARR)),
    ]


def ods(path: Path, body: str) -> Path:
    """Pack an OpenDocument spreadsheet of one table."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Самара">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def ods_cell(written: str, attributes: str = "") -> str:
    """Write a cell of text."""
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in written.split("\n"))
    return f"<table:table-cell {attributes}>{paragraphs}</table:table-cell>"


def test_ods(tmp_path: Path) -> None:
    body = (
        f"<table:table-row>{''.join(ods_cell(title) for title in EKATERINBURG)}</table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        "<table:table-row>"
        '<table:table-cell office:value-type="date" office:date-value="2024-01-01T09:00:00"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/>'
        + ods_cell("5530N03710E", 'table:number-columns-repeated="2"')
        + ods_cell("МР1<text:s/>и\nдругие")
        + '<table:table-cell table:number-columns-repeated="16379"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048571"><table:table-cell/></table:table-row>'
    )
    read = list(rows(ods(tmp_path / "a.ods", body)))
    assert [one.number for one in read] == [4]
    assert read[0].content == TableRow(
        center="Самара",
        dep_time="2024-01-01T09:00:00",
        arr_time="09:30:00",
        dep_place="5530N03710E",
        arr_place="5530N03710E",
        route="МР1 и\nдругие",
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            '<table:table-row table:number-rows-repeated="1000000">' + ods_cell("x") + "</table:table-row>",
            "TOO_MANY_ROWS",
        ),
        (
            "<table:table-row>" + ods_cell("x", 'table:number-columns-repeated="16385"') + "</table:table-row>",
            "TOO_WIDE",
        ),
        ("<table:table-row>", "BROKEN"),
    ],
)
def test_hostile_ods(body: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=f"WORKBOOK_{code}"):
        list(rows(ods(tmp_path / "a.ods", body)))


def test_a_string_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", table() + '<row r="3"><c r="A3" t="s"><v>нет</v></c></row>')
    with pytest.raises(WorkbookError, match="WORKBOOK_BROKEN"):
        list(rows(path))
