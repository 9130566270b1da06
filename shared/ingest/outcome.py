"""What became of one workbook."""

from dataclasses import dataclass, field
from typing import Literal

from shared.errors import FlyPotatoError


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a workbook and where each of them went."""

    rows_in: int = 0
    rows_empty: int = 0
    rows_repeated: int = 0
    rows_rejected: int = 0
    flights_new: int = 0
    flights_updated: int = 0
    flights_unchanged: int = 0
    flights_outside: int = 0

    @property
    def accounted(self) -> bool:
        """Tell whether every row in is a flight, a repetition, a reject or empty."""
        flights = self.flights_new + self.flights_updated + self.flights_unchanged
        return self.rows_in == self.rows_empty + self.rows_repeated + self.rows_rejected + flights


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one delivery.

    ``loaded``: this delivery put the workbook in. ``duplicate``: the same bytes were in before. ``busy``: a living
    delivery has the same bytes in hand and is the one that finishes. ``failed``: the workbook cannot be read;
    trying again would fail again. ``ignored``: not an object that we load.
    """

    kind: Literal["loaded", "duplicate", "busy", "failed", "ignored"]
    load_id: int | None = None
    counts: Counts = field(default_factory=Counts)
    error: FlyPotatoError | None = None
    """Why it failed."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took."""

    @property
    def error_code(self) -> str | None:
        """Give the code of the error, if any."""
        return self.error.code if self.error else None
