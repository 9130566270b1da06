"""A workbook on disk becomes staged records, chunk by chunk, with everything counted on the way.

Pure apart from reading the file: it runs in a thread beside the event loop, which meanwhile sends the chunk before.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from shared.flights import Reject, TableRow, TelegramRow, build, read
from shared.ingest.staging import Place, Record, flight_record, reject_record, row_record, when
from shared.workbooks import Row

CHUNK_ROWS = 10_000
LEAST_SPREAD = timedelta(days=335)
"""A date less than about a year from the rest is believed: plans of another season do stand in a month's workbook."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The records of up to ``CHUNK_ROWS`` rows, for ``stage_rows``, ``stage_flights`` and ``stage_rejects``."""

    rows: list[Record]
    flights: list[Record]
    rejects: list[Record]


@dataclass(slots=True)
class Tally:
    """What has been read so far."""

    rows_in: int = 0
    rows_empty: int = 0
    rows_rejected: int = 0
    days: Counter[date] = field(default_factory=Counter)
    unread_sheets: list[str] = field(default_factory=list)
    """Sheets that are filled and have no header that we know."""

    @property
    def staged(self) -> int:
        """Tell how many rows speak of a flight."""
        return self.rows_in - self.rows_empty - self.rows_rejected

    def period(self) -> tuple[date, date] | None:
        """Tell the days that the workbook speaks of: around its median, as wide as half of its rows are, twice over.

        Quartiles, because a slip of the pen must not widen the period it is measured against.
        """
        total = self.days.total()
        if not total:
            return None
        ordered = sorted(self.days.items())
        low, middle, high = (_quantile(ordered, total * part) for part in (0.25, 0.5, 0.75))
        spread = max(LEAST_SPREAD, 2 * (high - low))
        return _shift(middle, -spread), _shift(middle, spread)


def _quantile(ordered: list[tuple[date, int]], rank: float) -> date:
    seen = 0
    for day, times in ordered:
        seen += times
        if seen >= rank:
            return day
    return ordered[-1][0]


def _shift(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def next_chunk(rows: Iterator[Row], tally: Tally, sent: date, size: int = CHUNK_ROWS) -> Chunk | None:
    """Read up to ``size`` rows of a workbook sent on that UTC day; None at its end."""
    chunk = Chunk([], [], [])
    taken = 0
    for row in islice(rows, size):
        taken += 1
        take(Place(tally.rows_in, row.sheet, row.number), row.content, tally, chunk, sent)
    return chunk if taken else None


def take(place: Place, content: TelegramRow | TableRow, tally: Tally, chunk: Chunk, sent: date) -> None:
    """Read one row into a chunk, and count it."""
    tally.rows_in += 1
    reading = read(content, sent=sent)
    if reading is None:
        tally.rows_empty += 1
        return
    if isinstance(reading, Reject):
        tally.rows_rejected += 1
        chunk.rejects.append(reject_record(place, reading.code, content))
        return
    flight = build((reading,))
    day, _ = when(flight)
    if day is not None:
        tally.days[day] += 1
    chunk.rows.append(row_record(place, flight.key, content))
    chunk.flights.append(flight_record(place.ordinal, flight))
