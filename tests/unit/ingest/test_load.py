"""Whatever ends a load, its reading ends with it, and no thread waits for it any more."""

import asyncio
import os
import threading
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from shared.ingest import load
from shared.workbooks.child import ReadingProcess, read_workbook
from tests.unit.workbooks.makers import HEADER, ROW, table, workbook


async def staged(process: ReadingProcess) -> int:
    """Stage a workbook to its end; give the number of batches."""
    async with aclosing(load._staged(None, process)) as batches:  # type: ignore[arg-type]
        return sum([1 async for _ in batches])


@pytest.fixture
def process(tmp_path: Path) -> ReadingProcess:
    return read_workbook(workbook(tmp_path / "a.xlsx", table((HEADER, *[ROW] * 9_000))))


def check_ended(process: ReadingProcess) -> None:
    """The process is gone, and so is whoever waited for it."""
    process.close()
    # One that was ended before it was forked never was, and has no number.
    if (pid := process._process.pid) is not None:
        with pytest.raises(ProcessLookupError):
            os.killpg(pid, 0)
    assert [thread for thread in threading.enumerate() if thread.name.startswith("asyncio_")] == []


def test_every_batch_is_staged(process: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = 0

    async def stage(conn: Any, batch: Any) -> None:
        nonlocal lines
        lines += batch.rows.count(b"\n")

    monkeypatch.setattr(load, "stage", stage)
    assert asyncio.run(staged(process)) > 1
    assert lines == process.summary.rows_in == 9_000
    check_ended(process)


def test_a_fault_while_staging_ends_the_reading(process: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stage(conn: Any, batch: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(load, "stage", stage)
    with pytest.raises(ConnectionError):
        asyncio.run(staged(process))
    check_ended(process)


@pytest.mark.parametrize("seconds", [0.0, 0.3, 2.0])
def test_a_deadline_ends_the_reading(seconds: float, process: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stage(conn: Any, batch: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(load, "stage", stage)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(staged(process), seconds))
    check_ended(process)
