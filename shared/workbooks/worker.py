"""The process that reads one workbook: it limits itself, reads, answers in frames and ends.

A file that brings it down takes nothing else along. Whatever the file is, it gets so much memory and processor time as
an honest file of its size needs several times over; who started the process tells from how it ended what is wrong.
"""

import gc
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import process_time
from typing import BinaryIO, Final

from shared.errors import WorkbookError
from shared.workbooks import protocol
from shared.workbooks.cells import Cells
from shared.workbooks.corrections import Corrections, write_rejects
from shared.workbooks.fork_server import serve
from shared.workbooks.protocol import HEADER, SheetColumns, Summary, Task
from shared.workbooks.reader import RejectPosition, WorkbookReader, WorkbookRow
from shared.workbooks.refusals import MIB, UnknownHeaders, refuse
from shared.workbooks.staging import PlacedRow, Staging

_BLOCK_ROWS: Final = 100
_BATCH_ROWS: Final = 2_500
_BATCH_CHARACTERS: Final = 2 * MIB


def main() -> None:
    """Fork a process at each request that does the task it is given (``fork_server``)."""
    serve(_read_one)


def _read_one() -> None:
    """Do the task that standard input names, and answer on standard output."""
    frames = Frames(os.fdopen(os.dup(1), "wb", buffering=0))
    os.dup2(2, 1)  # nothing else may write among the frames
    gc.disable()  # reading makes a hundred values a row and no cycles
    base = _peak_mib()
    try:
        task = Task(**json.loads(sys.stdin.buffer.read()))
        # Only what the task writes goes to disk, beside its own file.
        os.environ["TMPDIR"] = str(Path(task.out or task.path).parent)
        _limit(task)
        frames.send_json(protocol.STARTED, {"base_mib": base})
        if task.rejects is not None and task.out is not None:
            rejects = (RejectPosition(*row) for row in task.rejects)
            write_rejects(Path(task.path), rejects, Path(task.out), columns=_columns(task))
            frames.send_json(protocol.SUMMARY, {})
        else:
            summary = WorkbookRun(task, frames).run(base)
            frames.send_json(protocol.SUMMARY, summary._asdict() | {"period": _written(summary.period)})
    except WorkbookError as error:
        frames.send_json(protocol.REFUSED, _refused(error, base))
    except MemoryError:
        frames.send_json(protocol.REFUSED, _refused(refuse("WORKBOOK_TOO_LARGE"), base))
    except BrokenPipeError:
        return  # nobody listens any more
    except Exception as error:
        frames.send_json(protocol.FAULT, _fault(error))


def _columns(task: Task) -> tuple[SheetColumns, ...]:
    return tuple(SheetColumns(*each) for each in task.columns)


def _limit(task: Task) -> None:
    """Bound this process; where the platform knows a limit not, the others and the parent's clock remain."""
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_AS, _address_space() + task.memory_mib * MIB)
    _set_limit(resource.RLIMIT_CPU, int(process_time() + task.cpu_seconds) + 2)
    # To the millisecond, and without a handler, so that it ends what no line of Python would come back from.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, task.cpu_seconds)


def _set_limit(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(limit, (value, hard))
    except (ValueError, OSError):
        return


def _address_space() -> int:
    """Tell what this process has mapped, in bytes; where nobody tells it, what it has touched at most."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return int(_peak_mib() * MIB)
    return pages * resource.getpagesize()


def _peak_mib() -> float:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, ValueError, IndexError):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def _refused(error: WorkbookError, base_mib: float) -> dict[str, object]:
    headings = error.headings if isinstance(error, UnknownHeaders) else ()
    peak_mib = max(0.0, _peak_mib() - base_mib)
    return {"code": error.code, "sentence": error.sentence, "peak_mib": peak_mib, "headings": headings}


def _fault(error: Exception) -> dict[str, object]:
    """Say what went wrong without a word of the file's."""
    places = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{Path(place.filename).name}:{place.lineno}" for place in reversed(places))
    # The writer of workbooks wraps what the disk says.
    causes = (error, error.__cause__, error.__context__, *error.args)
    number = next((cause.errno for cause in causes if isinstance(cause, OSError)), None)
    return {"type": type(error).__name__, "where": where, "errno": number}


def _written(period: tuple[date, date] | None) -> list[str] | None:
    return None if period is None else [day.isoformat() for day in period]


class Frames:
    """The way out."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def send(self, kind: bytes, payload: bytes) -> None:
        """Write a frame: its kind, the length of its bytes, its bytes."""
        view = memoryview(HEADER.pack(kind, len(payload)) + payload)
        while view:
            view = view[self._out.write(view) :]

    def send_json(self, kind: bytes, content: object) -> None:
        """Write a frame of JSON in UTF-8."""
        self.send(kind, json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace"))


class WorkbookRun:
    """One file on its way to lines of COPY."""

    def __init__(self, task: Task, frames: Frames) -> None:
        self._reader = WorkbookReader(Path(task.path), columns=_columns(task))
        self._staging = Staging(None if task.sent is None else date.fromisoformat(task.sent))
        self._frames = frames
        self._out = None if task.out is None else Path(task.out)
        self._corrections = None if self._out is None else Corrections(self._out)

    def run(self, base_mib: float) -> Summary:
        """Read the file to its end, sending batches; ``base_mib`` is the memory it had before, in MiB."""
        staging = self._staging
        for rows in _in_blocks(self._reader.rows()):
            placed = [
                PlacedRow(staging.rows_taken + n, row.sheet, row.number, row.content) for n, row in enumerate(rows)
            ]
            for index, code in staging.take(placed):
                self._correct(rows[index], code)
            if staging.rows_waiting >= _BATCH_ROWS or staging.characters_waiting >= _BATCH_CHARACTERS:
                self._send()
        self._send()
        if self._corrections is not None:
            with self._correcting():
                self._corrections.close()
        reports = self._reader.reports
        return Summary(
            rows_in=self._reader.rows_read,
            rows_empty=staging.rows_empty + self._reader.blank_rows,
            rows_rejected=staging.rows_rejected,
            period=staging.period(),
            unread_sheets=tuple(report.name for report in reports if report.reason == "SHEET_NO_KNOWN_HEADER"),
            problems=dict(sorted(staging.problems.items())),
            headings=self._reader.headings,
            peak_mib=max(0.0, _peak_mib() - base_mib),
        )

    def _correct(self, row: WorkbookRow, code: str) -> None:
        if self._corrections is not None:
            with self._correcting():
                self._corrections.add(row.region, row.number, row.cells, code)

    @contextmanager
    def _correcting(self) -> Iterator[None]:
        """Give corrections up where they cannot be written: rows matter more, and a reading of its own may do it."""
        try:
            yield
        except Exception:
            self._corrections = None
            if self._out is not None:
                self._out.unlink(missing_ok=True)

    def _send(self) -> None:
        lines = self._staging.lines()
        self._frames.send(protocol.ROWS, lines.rows)
        self._frames.send(protocol.FLIGHTS, lines.flights)
        self._frames.send(protocol.REJECTS, lines.rejects)
        progress = {"rows_read": self._reader.rows_read, "share_read": self._reader.share_read}
        self._frames.send_json(protocol.PROGRESS, progress)


def _in_blocks(rows: Iterator[WorkbookRow]) -> Iterator[list[WorkbookRow]]:
    """Gather rows; fewer where their cells are long, for a block is in memory and in a batch as a whole."""
    block: list[WorkbookRow] = []
    cells: Cells | None = None
    characters = length = 0
    for row in rows:
        block.append(row)
        # Rows that a file repeats are one and the same, maybe of thousands of cells, which are looked at once.
        if row.cells is not cells:
            cells = row.cells
            length = sum([len(cell) for cell in cells.values() if isinstance(cell, str)])
        characters += length
        if len(block) >= _BLOCK_ROWS or characters >= _BATCH_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block


if __name__ == "__main__":
    main()
