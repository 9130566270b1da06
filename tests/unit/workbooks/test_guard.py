"""The guard refuses what would bring a reader down, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import WorkbookError
from shared.workbooks import REFUSALS, Limits, inspect, rows
from shared.workbooks.sheet_scan import address, position
from tests.unit.workbooks.hostile import HOSTILE
from tests.unit.workbooks.makers import HEADER, ROW, cell, parts, row, sheet_xml, table, workbook, zipped

ROOT = Path(__file__).parents[3]
_MEASURED = """
import json, resource, sys, time
from pathlib import Path
from shared.errors import WorkbookError
from shared.workbooks import inspect
bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
for name in sys.argv[1:]:
    started = time.process_time()
    try:
        inspect(Path(name))
        code, sentence, retryable = "let through", "", False
    except WorkbookError as error:
        code, sentence, retryable = error.code, error.sentence, error.retryable
    seconds = time.process_time() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - bare) / 1024
    print(json.dumps([Path(name).stem, [code, sentence, retryable, seconds, grown]]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, bool, float, float]]:
    """What one process, bounded in memory, answered to every hostile file."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = [str(maker(folder / f"{name}.xlsx")) for name, (maker, _) in HOSTILE.items()]
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED, *paths], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return dict(json.loads(line) for line in run.stdout.splitlines())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_bounds(
    name: str, answers: dict[str, tuple[str, str, bool, float, float]]
) -> None:
    code, sentence, retryable, seconds, mebibytes = answers[name]
    assert code == HOSTILE[name][1]
    assert "{" not in sentence
    assert sentence.endswith(".")
    assert not retryable
    assert seconds < 1
    assert mebibytes < 64, "more than the bare interpreter"


def test_the_sentence_names_sheet_and_cell(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"«Result_1».*XFD1048576"):
        inspect(HOSTILE["stray_xfd"][0](tmp_path / "a.xlsx"))


def test_every_refusal_has_a_prefix_and_a_sentence() -> None:
    assert all(code.startswith("WORKBOOK_") and sentence for code, sentence in REFUSALS.items())


def test_styled_blank_cells_up_to_the_edge_do_no_harm(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", table() + '<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert len(list(rows(path))) == 1


def test_a_wide_sparse_sheet_is_read_by_the_streaming_reader(tmp_path: Path) -> None:
    filled = "".join(row(number, ROW) for number in range(2, 1_501))
    path = workbook(
        tmp_path / "a.xlsx", row(1, HEADER) + filled + f'<row r="1501">{cell("XFD1501", "примечание")}</row>'
    )
    assert inspect(path).sheets[0].sparse
    read = list(rows(path))
    assert len(read) == 1_500
    assert read[0].content == read[1_498].content
    assert read[1_499].number == 1_501


def test_cells_without_addresses_are_read(tmp_path: Path) -> None:
    def bare(texts: tuple[str, ...]) -> str:
        return "<row>" + "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in texts) + "</row>"

    path = workbook(tmp_path / "a.xlsx", bare(HEADER) + bare(ROW) + bare(ROW))
    assert [row.number for row in rows(path)] == [2, 3]
    assert inspect(path).sheets[0].last_row == 3


def test_calculated_formulas_and_empty_text_results_pass(tmp_path: Path) -> None:
    formulas = '<row r="3"><c r="B3" t="str"><f>A1</f><v>x</v></c><c r="C3" t="str"><f>A2</f><v></v></c></row>'
    path = workbook(tmp_path / "a.xlsx", table() + formulas)
    assert [row.number for row in rows(path)] == [2, 3]


def test_a_part_named_twice_by_two_sheets_is_refused(tmp_path: Path) -> None:
    content = parts({"Первый": sheet_xml(table()), "Второй": sheet_xml(table())})
    relations = content["xl/_rels/workbook.xml.rels"].replace(b"sheet2.xml", b"sheet1.xml")
    path = zipped(tmp_path / "a.xlsx", content | {"xl/_rels/workbook.xml.rels": relations})
    with pytest.raises(WorkbookError, match="WORKBOOK_BROKEN"):
        inspect(path)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(unpacked_bytes=1_000), "WORKBOOK_TOO_BIG"),
        (Limits(parts=2), "WORKBOOK_BROKEN"),
        (Limits(directory_bytes=10), "WORKBOOK_BROKEN"),
        (Limits(sheets=0), "WORKBOOK_TOO_MANY_SHEETS"),
        (Limits(ratio=1, ratio_from_bytes=0), "WORKBOOK_ZIP_BOMB"),
    ],
)
def test_limits_hold(limits: Limits, code: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as refused:
        inspect(workbook(tmp_path / "a.xlsx"), limits)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("reference", "place"), [("A1", (1, 1)), ("AB12", (28, 12)), ("XFD1048576", (16_384, 1_048_576))]
)
def test_addresses(reference: str, place: tuple[int, int]) -> None:
    assert position(reference.encode()) == place
    assert address(place[1], place[0]) == reference
