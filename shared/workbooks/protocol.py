"""What the process that starts a reading and the process that reads say to each other.

The request is one JSON document on standard input. The answers are frames on standard output: a kind of one byte, the
payload's length, the payload. A length beyond ``LONGEST_FRAME`` is no frame.

A reading is asked of the fork server by one byte with three descriptors; on the last of them, a socket, the reading
tells its pid, and its keeper, once it is written to, how the reading ended.
"""

import struct
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

HEADER: Final = struct.Struct(">cI")
LONGEST_FRAME: Final = 64 * 1024 * 1024

REQUEST: Final = b"r"
REQUEST_DESCRIPTORS: Final = 3
"""A pipe to read the task from, one to write frames to, the control socket."""
PID: Final = struct.Struct("=i")
END: Final = struct.Struct("=iqd")
"""Wait status, highest memory as ``ru_maxrss`` tells it, processor seconds."""

STARTED: Final = b"s"
"""JSON ``{"base_mib"}``: the reader is loaded and limited, the file not yet opened."""
ROWS: Final = b"r"
"""Lines of COPY for ``stage_rows``."""
FLIGHTS: Final = b"f"
"""Lines of COPY for ``stage_flights``."""
REJECTS: Final = b"j"
"""Lines of COPY for ``stage_rejects``."""
PROGRESS: Final = b"p"
"""JSON ``{"rows_read", "share_read"}``: ends a batch."""
SUMMARY: Final = b"d"
"""JSON of ``Summary``: the file has been gone through to its end."""
REFUSED: Final = b"e"
"""JSON ``{"code", "sentence", "peak_mib", "headings"}``: the file is refused."""
FAULT: Final = b"x"
"""JSON ``{"type", "where", "errno"}``: an error of ours; never its text, which may be a cell's."""


class SheetColumns(NamedTuple):
    """What the sender of a workbook says of one of its sheets: which columns (from 0) hold which fields.

    ``row`` is the number of the header's row as Excel has it; 0: there is none, the first row is data.
    """

    sheet: str
    row: int
    columns: Mapping[str, int]


class FoundColumn(NamedTuple):
    """A column of a sheet without a known header: its title where it has one, the field that its cells look like."""

    column: int
    title: str | None
    guess: str | None


class SheetHeadings(NamedTuple):
    """What stands in the place of a header on a sheet that has no known one; ``row`` as in ``SheetColumns``."""

    sheet: str
    row: int
    columns: tuple[FoundColumn, ...]


class Task(NamedTuple):
    """What is to be done with a file: read it, or where ``rejects`` are given write these rows' corrections alone."""

    path: str
    memory_mib: int
    """Address space above what the loaded reader has."""
    cpu_seconds: float
    """Processor time above what loading the reader took."""
    sent: str | None = None
    """The day (UTC, ISO) on which the file was sent: what lies far behind it is not believed."""
    out: str | None = None
    """Where the workbook of corrections goes; None: none is wanted."""
    rejects: tuple[tuple[str, int, str], ...] | None = None
    """Sheet, number and code of each rejected row, of a file that has been read before."""
    columns: tuple[SheetColumns, ...] = ()
    """What the sender says of sheets; the others go by their headers."""


class Lines(NamedTuple):
    """Rows ready for the staging tables, as COPY takes them in text format."""

    rows: bytes
    flights: bytes
    rejects: bytes


class Batch(NamedTuple):
    """Some thousand rows, and how far the reading is."""

    lines: Lines
    rows_read: int
    share_read: float
    """Of the file, from 0 to 1."""


class Summary(NamedTuple):
    """What a file came to."""

    rows_in: int
    """Rows below headers, blank ones too."""
    rows_empty: int
    rows_rejected: int
    period: tuple[date, date] | None
    """The days (UTC) that the workbook speaks of; a date far from them is not believed."""
    unread_sheets: tuple[str, ...]
    """Filled sheets without a header that is known."""
    problems: Mapping[str, int]
    """Rows by the codes of what is wrong with them, rejected ones included."""
    peak_mib: float
    """Memory above what the loaded reader has, at its highest."""
    headings: tuple[SheetHeadings, ...] = ()
    """What stands on the unread sheets in the place of a header."""

    @property
    def rows_staged(self) -> int:
        """Tell how many rows speak of a flight."""
        return self.rows_in - self.rows_empty - self.rows_rejected


def headings_of(content: Iterable[Any]) -> tuple[SheetHeadings, ...]:
    """Read headings back from JSON."""
    return tuple(
        SheetHeadings(sheet, row, tuple(FoundColumn(*each) for each in found)) for sheet, row, found in content
    )
