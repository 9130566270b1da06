"""Files made at random by their structure are read or refused with a code, by the reader and by its process."""

from pathlib import Path

import pytest

from fly_potato.commands.workbooks import check_workbook
from shared.errors import WorkbookError
from shared.workbooks.reader import WorkbookReader
from shared.workbooks.refusals import REFUSALS
from tests.fuzz.hostile_workbooks import make

BY_THE_READER = range(1_000, 2_500)
BY_ITS_PROCESS = range(100, 115)


def test_the_reader_reads_or_refuses(tmp_path: Path) -> None:
    outcomes: set[str | None] = set()
    for seed in BY_THE_READER:
        reader = WorkbookReader(make(tmp_path / "workbook", seed))
        try:
            last: dict[str, int] = {}
            for row in reader.rows():
                assert row.number > last.get(row.sheet, 0), seed
                last[row.sheet] = row.number
            outcomes.add(None)
        except WorkbookError as error:
            outcomes.add(error.code)
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
    assert outcomes <= {None, *REFUSALS}
    assert outcomes >= {None, "WORKBOOK_BROKEN", "WORKBOOK_AMBIGUOUS", "WORKBOOK_CELL_TOO_LONG", "WORKBOOK_TOO_WIDE"}


@pytest.mark.parametrize("seed", BY_ITS_PROCESS)
def test_its_process_does_so_within_bounds(seed: int, tmp_path: Path) -> None:
    report = check_workbook(make(tmp_path / "workbook", seed))
    assert report["outcome"] == "read" or report["code"] in REFUSALS
    assert report["code"] not in ("WORKBOOK_UNREADABLE", "WORKBOOK_TOO_SLOW", "WORKBOOK_TOO_LARGE")
    assert float(str(report["peak_mib_above_base"])) < 128
