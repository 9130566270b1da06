"""The workbook of corrections: what a person needs to correct a row, nothing of anybody, and it can be sent again."""

import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from shared.flights import Reject, build, read
from shared.flights.model import TableRow, TelegramRow
from shared.problems import PROBLEMS, ProblemKind
from shared.telegrams.redaction import WITHHELD, redact
from shared.workbooks.corrections import ADDED_HEADERS, write_rejects
from shared.workbooks.kept_text import SEE_SOURCE
from shared.workbooks.reader import GUIDE_SHEET, RejectPosition, rows, sheets
from tests.unit.workbooks.makers import ARR, DEP, HEADER, ROW, SHR, table, workbook
from tests.unit.workbooks.test_layouts import SAMARA, save

CODE = "TELEGRAM_NOT_RECOGNISED"
NAMES = ("ВЫДУМКИН", "ИВАН", "+70000000000", "СЪЕМКА", "Выдумкин")
BROKEN = ("Московский", "ПОЛЕТ НЕ ВЫПОЛНЯЛСЯ, ВЫДУМКИН +70000000000", None, None)


def corrections(source: Path, rejects: Sequence[RejectPosition]) -> Path:
    """Write the corrections beside their source."""
    out = source.with_name("rejects.xlsx")
    write_rejects(source, rejects, out)
    return out


def cells_of(path: Path) -> dict[str, list[list[str | None]]]:
    """Read every sheet as openpyxl sees it."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            [None if value is None else str(value) for value in line] for line in sheet.iter_rows(values_only=True)
        ]
        for sheet in book.worksheets
    }


def test_layout_and_notes(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", table((HEADER, ROW, BROKEN, ROW, BROKEN)))
    found = cells_of(corrections(source, [RejectPosition("Result_1", 3, CODE), RejectPosition("Result_1", 5, CODE)]))
    assert list(found) == ["Result_1", GUIDE_SHEET]
    header, first, second = found["Result_1"]
    assert header == [*HEADER, *ADDED_HEADERS]
    problem = PROBLEMS[CODE]
    assert first == ["Московский", SEE_SOURCE, None, None, CODE, problem.meaning, problem.mend, "Result_1, строка 3"]
    assert second[-1] == "Result_1, строка 5"
    assert len(found[GUIDE_SHEET]) > 3


def test_the_header_keeps_its_row_and_columns_their_places(tmp_path: Path) -> None:
    lines = [("Сведения Выдумкина", None), (), ("№ п/п", None, "ARR", "DEP", "SHR"), ("1", "х", ARR, DEP, SHR)]
    source = save(tmp_path / "a.xlsx", {"Магадан": lines})
    found = cells_of(corrections(source, [RejectPosition("Магадан", 4, CODE)]))["Магадан"]
    assert found[0] == found[1] == [None] * 9
    assert found[2][:5] == ["№ п/п", "", "ARR", "DEP", "SHR"]
    assert found[3][:2] == [WITHHELD, WITHHELD]
    assert found[3][2] == ARR


def test_nobody_is_in_it(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", table((HEADER, ROW, BROKEN)))
    out = corrections(source, [RejectPosition("Result_1", 2, CODE), RejectPosition("Result_1", 3, CODE)])
    text = "\n".join(cell or "" for lines in cells_of(out).values() for line in lines for cell in line)
    assert not [name for name in NAMES if name in text]
    for needed in ("5530N03710E", "250301", "7779000001", "0A12345", "MR012345", "-ZZZZ0600", "M0005/M0030"):
        assert needed in text


def test_a_withheld_row_still_says_its_flight(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", table((HEADER, ROW)))
    (again,) = rows(corrections(source, [RejectPosition("Result_1", 2, CODE)]))
    (before,) = rows(source)
    was, now = read(before.content), read(again.content)
    assert was is not None
    assert now is not None
    assert not isinstance(was, Reject)
    assert not isinstance(now, Reject)
    first, second = build([was]), build([now])
    for fact in (
        "key",
        "state",
        "sid",
        "dep",
        "arr",
        "dep_dt",
        "arr_dt",
        "plan_dep_dt",
        "zone",
        "level_m",
        "regs",
        "uav_type",
    ):
        assert getattr(first, fact) == getattr(second, fact), fact


def test_a_corrected_row_is_read_when_it_is_sent_again(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", table((HEADER, BROKEN)))
    out = corrections(source, [RejectPosition("Result_1", 2, CODE)])
    book = openpyxl.load_workbook(out)
    book["Result_1"]["B2"] = SHR
    book.save(out)
    (read_again,) = rows(out)
    assert read_again.content == TelegramRow("Московский", SHR, None, None)
    assert isinstance(read(read_again.content), type(read(TelegramRow(*ROW))))
    first, guide = sheets(out)
    assert (first.rows, guide.reason) == (1, "SHEET_IS_GUIDE")


def test_a_table_keeps_its_layout(tmp_path: Path) -> None:
    line = ("31.02.2024 25:00", "вчера", "5530N03710E у Выдумкина", "ZZZZ", "МР12345 тел. +70000000000")
    source = workbook(tmp_path / "a.xlsx", table((SAMARA, line)), name="Самара")
    (read_again,) = rows(corrections(source, [RejectPosition("Самара", 2, "TABLE_ROW_WITHOUT_FACTS")]))
    assert read_again.content == TableRow(
        center="Самара",
        dep_time="31.02.2024 25:00",
        arr_time=WITHHELD,
        dep_place=f"5530N03710E {WITHHELD}",
        arr_place="ZZZZ",
        route=f"МР12345 {WITHHELD}",
    )


def test_a_name_in_the_column_of_centres_is_withheld(tmp_path: Path) -> None:
    lines = (HEADER, ("Петровский", *ROW[1:]), ("Санкт-Петербургский", *ROW[1:]))
    source = workbook(tmp_path / "a.xlsx", table(lines))
    out = corrections(source, [RejectPosition("Result_1", 2, CODE), RejectPosition("Result_1", 3, CODE)])
    assert [one.content.center for one in rows(out)] == [WITHHELD, "Санкт-Петербургский"]


def test_every_rejecting_code_has_its_sentences(tmp_path: Path) -> None:
    codes = [code for code, problem in PROBLEMS.items() if problem.kind is ProblemKind.REJECT]
    source = workbook(tmp_path / "a.xlsx", table((HEADER, *[BROKEN] * len(codes))))
    out = corrections(source, [RejectPosition("Result_1", number, code) for number, code in enumerate(codes, start=2)])
    lines = cells_of(out)["Result_1"][1:]
    assert [line[4] for line in lines] == codes
    assert all(re.search("[а-я]", line[5] or "") and re.search("[а-я]", line[6] or "") for line in lines)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (SHR, None),
        ("ДАННЫХ НЕТ, ВЫДУМКИН", WITHHELD),
        (
            "ЗЦЗЦ 0754\nФФ ВЫДУМКИН\n(SHR-ВЫДУМКИН\n-ZZZZ0600\n-DEP/5530N03710E ВЫДУМКИНО DOF/250301)\nНННН ИВАН",
            "(SHR-…\n-ZZZZ0600\n-DEP/5530N03710E ЪЪRHL DOF/250301)",
        ),
        (
            "(DEP-ZZZZZ-ZZZZ0900-ZZZZ\n-REG/0A12345 DOF/240101 RMK/ВЫДУМКИН DEP/5509N03737E DEST/5509N03737E)",
            "(DEP-ZZZZZ-ZZZZ0900-ZZZZ\n-REG/0A12345 DOF/240101 RMK/… DEP/5509N03737E DEST/5509N03737E)",
        ),
        (
            "-TITLE IARR\n-SID 7779000001\n-ATA 2575\n-ADARRZ ВЫДУМКИНО 5530N03710E\n-REG 0A12345, RA-0938G ВЫДУМКИН",
            "-TITLE IARR\n-SID 7779000001\n-ATA 2575\n-ADARRZ ЪЪRHL 5530N03710E\n-REG 0A12345, RA-0938G …",
        ),
        (
            "(SHR-ZZZZZ -ZZZZ0600 -OPR/ООО ВЫДУМКА ТЕЛ 8(000)0000000 SID/77790\n00001)",
            "(SHR-ZZZZZ -ZZZZ0600 -OPR/ООО … SID/77790\n00001)",
        ),
        ("(SHR-ZZZZZ-ZZZZ0600 +7 900 000-00-12 ВЫДУМКИН)", "(SHR-ZZZZZ-ZZZZ0600 …)"),
        (
            "(SHR-ZZZZZ\n-ZZZZ0600\n-REG/80000000000 TYP/ИВАН STS/SAR EET/ULLL0001)",
            "(SHR-ZZZZZ\n-ZZZZ0600\n-REG/… TYP/… STS/SAR EET/ULLL0001)",
        ),
    ],
)
def test_what_is_shown_of_a_telegram(written: str, shown: str | None) -> None:
    kept = redact(written)
    if shown is not None:
        assert kept == shown
    assert not [name for name in NAMES if name in kept]
    assert redact(kept) == kept
