"""What goes through a delivery, and what becomes of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

from shared.errors import FlyPotatoError
from shared.workbooks.protocol import SheetColumns, SheetHeadings

STEPS = ("fetch", "read", "merge", "deliver")
"""The steps of a load whose seconds are told."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A workbook on disk, and what is known of it before it is opened."""

    upload: UUID
    key: str
    sha256: bytes
    """What the workbook is known by: of its bytes, and of the columns that its sender names."""
    source_at: datetime
    """How old its facts are, UTC."""
    workbook: Path
    lease: timedelta
    """How long who works on it may go without a sign of life."""
    fetch_seconds: float = 0.0
    columns: tuple[SheetColumns, ...] = ()
    """What its sender says of some of its sheets."""

    @property
    def corrections(self) -> Path:
        """Name the file beside it for the workbook of its rejected rows."""
        return self.workbook.with_name("rejects.xlsx")


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """Rows of a workbook and where each of them went: in = empty + repeated + rejected + new + updated + unchanged."""

    rows_in: int = 0
    rows_empty: int = 0
    rows_repeated: int = 0
    rows_rejected: int = 0
    flights_new: int = 0
    flights_updated: int = 0
    flights_unchanged: int = 0
    flights_outside: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one delivery.

    ``loaded``: this delivery put the workbook in. ``duplicate``: the same bytes were in before, or the upload has
    ended already. ``busy``: a living delivery has the same bytes in hand and is the one that finishes. ``failed``:
    nothing of the workbook is in. ``withdrawn``: it was, and has been taken back.
    """

    kind: Literal["loaded", "duplicate", "busy", "failed", "withdrawn"]
    load_id: int | None = None
    counts: LoadCounts = field(default_factory=LoadCounts)
    error: FlyPotatoError | None = None
    """Why it failed."""
    headings: tuple[SheetHeadings, ...] = ()
    """What stands on unread sheets in the place of a header."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took."""

    @property
    def error_code(self) -> str | None:
        """Give the code of the error, if any."""
        return self.error.code if self.error else None
