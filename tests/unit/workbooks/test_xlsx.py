"""What Excel writes is read; what no program writes is refused, and the sentence says where."""

from pathlib import Path

import pytest

from shared.errors import WorkbookError
from shared.workbooks.reader import WorkbookReader, rows
from shared.workbooks.refusals import REFUSALS, Limits
from shared.workbooks.sources import Source
from shared.workbooks.xlsx_sheet import address
from tests.unit.workbooks.hostile import DATES, formulas, one_string, stray, styled
from tests.unit.workbooks.makers import HEADER, MAIN, ROW, cell, parts, row, sheet_xml, table, workbook, zipped


def cells_of_row(path: Path, number: int) -> dict[int, object]:
    """Give the cells of one row of the only sheet."""
    with Source(path) as source:
        (sheet,) = source.sheets()
        return dict(next(cells for at, cells in sheet.rows if at == number))


def test_every_refusal_has_a_prefix_and_a_sentence() -> None:
    assert all(code.startswith("WORKBOOK_") and sentence for code, sentence in REFUSALS.items())


def test_the_sentence_names_sheet_and_cell(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"«Result_1».*B3"):
        list(rows(formulas(tmp_path / "a.xlsx")))


def test_a_wide_sparse_sheet_is_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    filled = "".join(row(number, ROW) for number in range(2, 1_501))
    sheet = row(1, HEADER) + filled + f'<row r="190000">{cell("CZ190000", "примечание")}</row>'
    read = list(rows(workbook(tmp_path / "workbook", sheet)))
    assert len(read) == 1_500
    assert read[0].content == read[1_498].content
    assert read[1_499].number == 190_000


def test_cells_and_rows_without_addresses_are_read(tmp_path: Path) -> None:
    def bare(texts: tuple[str, ...]) -> str:
        return "<row>" + "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in texts) + "</row>"

    path = workbook(tmp_path / "a.xlsx", bare(HEADER) + bare(ROW) + bare(ROW))
    assert [one.number for one in rows(path)] == [2, 3]


def test_a_row_without_a_number_is_where_its_cells_are(tmp_path: Path) -> None:
    sheet = row(1, HEADER) + "".join(f"<row>{cell(f'B{number}', ROW[1])}</row>" for number in (5, 7))
    assert [one.number for one in rows(workbook(tmp_path / "a.xlsx", sheet))] == [5, 7]


def test_a_prefix_of_the_writers_choice(tmp_path: Path) -> None:
    sheet = (
        sheet_xml(table())
        .replace("xmlns=", "xmlns:x=")
        .replace("<", "<x:")
        .replace("<x:/", "</x:")
        .replace("<x:?", "<?")
    )
    (read,) = rows(zipped(tmp_path / "a.xlsx", parts({"Result_1": sheet})))
    assert read.number == 2


def test_calculated_formulas_and_empty_text_results_pass(tmp_path: Path) -> None:
    formulas = '<row r="3"><c r="B3" t="str"><f>A1</f><v>x</v></c><c r="C3" t="str"><f>A2</f><v></v></c></row>'
    path = workbook(tmp_path / "a.xlsx", table() + formulas)
    assert [one.number for one in rows(path)] == [2, 3]


def test_a_part_named_twice_by_two_sheets_is_refused(tmp_path: Path) -> None:
    content = parts({"Первый": sheet_xml(table()), "Второй": sheet_xml(table())})
    relations = content["xl/_rels/workbook.xml.rels"].replace(b"sheet2.xml", b"sheet1.xml")
    path = zipped(tmp_path / "a.xlsx", content | {"xl/_rels/workbook.xml.rels": relations})
    with pytest.raises(WorkbookError, match="WORKBOOK_BROKEN"):
        list(rows(path))


def test_runs_are_one_text_and_phonetics_are_none(tmp_path: Path) -> None:
    rich = '<is><r><t>ZZ</t></r><rPh sb="0" eb="1"><t>ふ</t></rPh><r><t xml:space="preserve">ZZ &amp; </t></r></is>'
    path = stray(f'<c r="B9" t="inlineStr">{rich}</c>', 9)(tmp_path / "a.xlsx")
    assert cells_of_row(path, 9) == {1: "ZZZZ & "}
    shared = "<si><t>а</t></si><si><r><t>б</t></r><r><t>в</t></r><rPh><t>ふ</t></rPh></si>"
    path = one_string(shared, '<c r="A3" t="s"><v>1</v></c><c r="C3" t="s"><v>0</v></c>')(tmp_path / "b.xlsx")
    assert cells_of_row(path, 3) == {0: "бв", 2: "а"}


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd.mm.yyyy hh:mm", "2024-01-01 09:00:00"),
        ("[$-419]d mmmm yyyy", "2024-01-01 09:00:00"),
        ("[h]:mm", "45292 days, 9:00:00"),
        ('0.00" дн."', "45292.375"),
        (r"0\d", "45292.375"),
        ("General", "45292.375"),
        ("[Red]0.0", "45292.375"),
    ],
)
def test_formats_tell_dates_from_numbers(code: str, shown: str, tmp_path: Path) -> None:
    written = code.replace('"', "&quot;")
    styles = f'<numFmts><numFmt numFmtId="164" formatCode="{written}"/></numFmts>' + DATES.replace('"22"', '"164"')
    path = styled('<c r="B3" s="1"><v>45292.375</v></c>', styles)(tmp_path / "a.xlsx")
    assert str(cells_of_row(path, 3)[1]) == shown


def test_days_from_1904(tmp_path: Path) -> None:
    content = parts({"Result_1": sheet_xml(table() + '<row r="3"><c r="B3" s="1"><v>43830</v></c></row>')})
    book = content["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    styles = f'<styleSheet xmlns="{MAIN}">{DATES}</styleSheet>'.encode()
    path = zipped(tmp_path / "a.xlsx", content | {"xl/workbook.xml": book, "xl/styles.xml": styles})
    assert str(cells_of_row(path, 3)[1]) == "2024-01-01"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(unpacked_bytes=1_000), "WORKBOOK_TOO_BIG"),
        (Limits(parts=2), "WORKBOOK_BROKEN"),
        (Limits(directory_bytes=10), "WORKBOOK_BROKEN"),
        (Limits(sheets=0), "WORKBOOK_TOO_MANY_SHEETS"),
        (Limits(ratio=1, ratio_from_bytes=0), "WORKBOOK_ZIP_BOMB"),
        (Limits(tags=10, tags_per_packed_byte=0), "WORKBOOK_ZIP_BOMB"),
        (Limits(cell_characters=10), "WORKBOOK_CELL_TOO_LONG"),
        (Limits(sheet_name=3), "WORKBOOK_BROKEN"),
    ],
)
def test_limits_hold(limits: Limits, code: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as refused:
        list(WorkbookReader(workbook(tmp_path / "a.xlsx"), limits).rows())
    assert refused.value.code == code


def test_limits_hold_in_sum_over_sheets(tmp_path: Path) -> None:
    far = sheet_xml(table() + row(1_048_576, ROW))
    with pytest.raises(WorkbookError) as refused:
        list(rows(zipped(tmp_path / "a.xlsx", parts({f"Лист {number}": far for number in range(3)}))))
    assert refused.value.code == "WORKBOOK_TOO_MANY_ROWS"
    ranges = "<mergeCells>" + '<mergeCell ref="A2:A3"/>' * 3 + "</mergeCells>"
    merged = parts({f"Лист {number}": sheet_xml(table(), tail=ranges) for number in range(3)})
    with pytest.raises(WorkbookError) as refused:
        list(WorkbookReader(zipped(tmp_path / "b.xlsx", merged), Limits(merged=8)).rows())
    assert refused.value.code == "WORKBOOK_TOO_MANY_MERGED"


@pytest.mark.parametrize(
    ("row", "column", "written"), [(1, 0, "A1"), (12, 27, "AB12"), (1_048_576, 16_383, "XFD1048576")]
)
def test_addresses(row: int, column: int, written: str) -> None:
    assert address(row, column) == written
