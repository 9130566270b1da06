"""A workbook read in a process of its own, seen from the process that wants its rows.

::

    started ──> limited, "started" ──> batches of rows ──> summary        read
       │              │
       │              ├─ a refusal, its memory, its time, its death ──> WorkbookError: the file's own end
       └─ never came ─┴─ killed from outside, silent ─────────────────> OutageError: the platform's, to be tried again

The process is forked from a fresh interpreter that has the reader loaded (``fork_server``), not from this one: threads
and connections of this one are not its business. It gets no variable of the environment but what an interpreter needs,
no descriptor but its two pipes, a session of its own.
"""

import errno
import json
import logging
import os
import select
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self

from shared.errors import OutageError, WorkbookError
from shared.workbooks import protocol
from shared.workbooks.forked import ForkedReading, forked
from shared.workbooks.protocol import HEADER, LONGEST_FRAME, Batch, Lines, SheetColumns, Summary, Task, headings_of
from shared.workbooks.refusals import MIB, UnknownHeaders, refuse

log = logging.getLogger(__name__)

_BASE_MEMORY_MIB: Final = 88
_MEMORY_BY_FILE_SIZE: Final = 16
"""Shared strings stand in memory packed; an honest file packs them to a tenth."""
_MOST_MEMORY_MIB: Final = 1_536
_REJECT_BYTES: Final = 600
_BASE_CPU_SECONDS: Final = 1.0
_CPU_SECONDS_BY_MIB: Final = 20.0
"""A mebibyte packed is at most some fifty thousand rows, which take five seconds."""
_SILENT_SECONDS: Final = 60.0
"""Beyond its processor time: how long a reading that the machine does not get round to may say nothing."""
_PIPE_BYTES: Final = 1 * MIB

_VARIABLES: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
"""What an interpreter may need to start at all; nothing of ours is among them."""
_WORKER: Final = "shared.workbooks.worker"
_START: Final = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {_WORKER} import main; main()"
_OUT_OF_TIME: Final = frozenset({signal.SIGPROF, signal.SIGXCPU})
_FROM_OUTSIDE: Final = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT})
_DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class ReadingProcess:
    """A process that reads one workbook; ``batches`` first, then ``summary``. Closing it ends the process."""

    def __init__(self, task: Task) -> None:
        """Start the process.

        Raises:
            OutageError: ``READER_NOT_STARTED``.
        """
        self._silent_seconds = task.cpu_seconds + _SILENT_SECONDS
        self._base_mib: float | None = None
        self._memory_mib = task.memory_mib
        self._peak_mib = 0.0
        self._summary: Summary | None = None
        self._process = _started(task)

    def __enter__(self) -> Self:
        """Give the process itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """End the process."""
        self.close()

    @property
    def summary(self) -> Summary:
        """Tell what the file came to, after its last batch."""
        if self._summary is None:
            raise RuntimeError("the file has not been read to its end")
        return self._summary

    @property
    def peak_mib(self) -> float:
        """Tell how much memory the file took at its highest, above what the loaded reader has; after the end."""
        return self._peak_mib

    @property
    def cpu_seconds(self) -> float:
        """Tell how much processor time the process took; after the end."""
        return self._process.cpu_seconds

    def batches(self) -> Iterator[Batch]:
        """Yield the file's rows.

        Raises:
            WorkbookError: the file is refused, whatever it did to the process.
            OutageError: the process was not started, was killed from outside or is not served by the machine.
        """
        while (batch := self.next_batch()) is not None:
            yield batch

    def next_batch(self) -> Batch | None:
        """Wait for the next rows; None after the last. Raises as ``batches``."""
        payloads: dict[bytes, bytes] = {}
        while True:
            kind, payload = self._frame()
            if kind in (protocol.ROWS, protocol.FLIGHTS, protocol.REJECTS):
                payloads[kind] = payload
                continue
            content: dict[str, Any] = json.loads(payload)
            if kind == protocol.STARTED:
                self._base_mib = content["base_mib"]
            elif kind == protocol.PROGRESS:
                lines = Lines(payloads[protocol.ROWS], payloads[protocol.FLIGHTS], payloads[protocol.REJECTS])
                return Batch(lines, content["rows_read"], content["share_read"])
            elif kind == protocol.SUMMARY:
                self._end()
                self._summary = _summary(content)
                self._peak_mib = self._summary.peak_mib
                return None
            else:
                raise self._refusal(kind, content)

    def kill(self) -> None:
        """End the process, whatever it is at; who waits for its next batch in another thread is told so."""
        self._process.kill()

    def close(self) -> None:
        """End the process and give back what it held; nobody may be waiting for it any more."""
        self.kill()
        self._end()

    def _frame(self) -> tuple[bytes, bytes]:
        kind, length = HEADER.unpack(self._bytes(HEADER.size))
        if length > LONGEST_FRAME:
            self.close()
            raise refuse("WORKBOOK_UNREADABLE")
        return kind, self._bytes(length)

    def _bytes(self, length: int) -> bytes:
        pipe = self._process.stdout
        pieces: list[bytes] = []
        deadline = monotonic() + self._silent_seconds
        while length:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - monotonic()))
            if not ready:
                self.close()
                raise OutageError(
                    "READER_SILENT", "Чтение книги остановилось: машина занята. Загрузка повторится сама."
                )
            piece = os.read(pipe.fileno(), min(length, _PIPE_BYTES))
            if not piece:
                raise self._death()
            pieces.append(piece)
            length -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _death(self) -> Exception:
        """Tell whose fault it is that the process has ended without a word."""
        status = self._end()
        if self._base_mib is None:
            log.error("A reading did not start.", extra={"code": "READER_NOT_STARTED", "status": status})
            return OutageError("READER_NOT_STARTED", "Чтение книги не запустилось. Загрузка повторится сама.")
        if -status in _OUT_OF_TIME:
            return refuse("WORKBOOK_TOO_SLOW")
        if -status in _FROM_OUTSIDE:
            log.error("A reading was killed.", extra={"code": "READER_KILLED", "status": status})
            return OutageError("READER_KILLED", "Чтение книги прервано извне. Загрузка повторится сама.")
        log.error("A workbook brought its reader down.", extra={"code": "WORKBOOK_UNREADABLE", "status": status})
        return refuse("WORKBOOK_UNREADABLE")

    def _refusal(self, kind: bytes, content: dict[str, Any]) -> Exception:
        self._end()
        if kind == protocol.REFUSED:
            self._peak_mib = content["peak_mib"]
            if content["headings"]:
                return UnknownHeaders(headings_of(content["headings"]))
            return WorkbookError(content["code"], content["sentence"])
        if content.get("errno") in _DISK_FULL:
            return OSError(content["errno"], os.strerror(content["errno"]))
        cause = f"{content.get('type')} at {content.get('where')}"
        log.error("Reading a workbook failed: %s.", cause, extra={"code": "WORKBOOK_UNREADABLE"})
        if self._base_mib is None:
            return OutageError("READER_NOT_STARTED", "Чтение книги не запустилось. Загрузка повторится сама.")
        return refuse("WORKBOOK_UNREADABLE")

    def _end(self) -> int:
        """Wait for the process, which has ended or is about to, and note what it took."""
        if self._process.returncode is None:
            self._process.wait()
            used_mib = self._process.peak_rss / (MIB if sys.platform == "darwin" else 1024) - (self._base_mib or 0.0)
            self._peak_mib = min(max(0.0, used_mib), self._memory_mib)
        self._process.stdin.close()
        self._process.stdout.close()
        return self._process.wait()


def read_workbook(
    path: Path, *, sent: date | None = None, columns: tuple[SheetColumns, ...] = (), corrections: Path | None = None
) -> ReadingProcess:
    """Start reading a workbook; ``sent`` is the day (UTC) on which it came, ``columns`` what its sender says of sheets.

    ``corrections`` is where the workbook of its rejected rows goes. No file is there where none was rejected, or where
    it could not be written beside the reading; ``write_corrections`` does it afterwards.

    Raises as ``ReadingProcess``.
    """
    written = None if sent is None else sent.isoformat()
    out = None if corrections is None else str(corrections)
    return ReadingProcess(_task(path)._replace(sent=written, columns=columns, out=out))


def write_corrections(
    source: Path, rejects: Sequence[tuple[str, int, str]], out: Path, columns: tuple[SheetColumns, ...] = ()
) -> None:
    """Write the workbook of corrections of a file: ``rejects`` are sheet, number and code of each rejected row.

    ``columns`` are those that it was read with.

    Raises as ``ReadingProcess.batches``; ``OSError`` when the disk is full.
    """
    task = _task(source)
    memory_mib = min(_MOST_MEMORY_MIB, task.memory_mib + len(rejects) * _REJECT_BYTES // MIB)
    task = task._replace(out=str(out), rejects=tuple(rejects), memory_mib=memory_mib, columns=columns)
    with ReadingProcess(task) as process:
        for _ in process.batches():
            pass


def _task(path: Path) -> Task:
    """Give a file what an honest one of its size needs several times over."""
    size_mib = path.stat().st_size / MIB
    return Task(
        path=str(path.absolute()),
        memory_mib=min(_MOST_MEMORY_MIB, int(_BASE_MEMORY_MIB + _MEMORY_BY_FILE_SIZE * size_mib)),
        cpu_seconds=_BASE_CPU_SECONDS + _CPU_SECONDS_BY_MIB * size_mib,
    )


def _started(task: Task) -> ForkedReading:
    paths = [os.path.abspath(path) for path in sys.path]
    command = [_interpreter(), "-I", "-S", "-B", "-X", "utf8", "-c", _START, json.dumps(paths)]
    environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    try:
        process = forked(command, environment)
    except OSError as error:
        log.error("A reading did not start.", exc_info=error, extra={"code": "READER_NOT_STARTED"})
        sentence = "Чтение книги не запустилось. Загрузка повторится сама."
        raise OutageError("READER_NOT_STARTED", sentence) from error
    try:
        with process.stdin:
            process.stdin.write(json.dumps(task._asdict()).encode())
    except BrokenPipeError:
        pass  # it has ended already; whoever reads its answer learns how
    return process


def _interpreter() -> str:
    """Find this interpreter's program; a host that embeds Python may name itself or nothing."""
    base = getattr(sys, "_base_executable", None)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, base, os.path.join(sys.exec_prefix, "bin", version), shutil.which(version)):
        if candidate and os.path.basename(candidate).startswith("python") and os.access(candidate, os.X_OK):
            return candidate
    raise OutageError("READER_NOT_STARTED", "На этой машине не найден интерпретатор Python для чтения книги.")


def _summary(content: dict[str, Any]) -> Summary:
    if not content:
        return Summary(0, 0, 0, None, (), {}, 0.0)
    period = content["period"]
    days = None if period is None else (date.fromisoformat(period[0]), date.fromisoformat(period[1]))
    unread, headings = tuple(content["unread_sheets"]), headings_of(content["headings"])
    return Summary(**(content | {"period": days, "unread_sheets": unread, "headings": headings}))
