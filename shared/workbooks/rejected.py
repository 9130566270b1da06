"""A row that could not become a flight."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """Where the row stands in its file and why it was rejected; never its text."""

    sheet: str
    number: int
    """The row's number in Excel, from 1."""
    code: str
    """A code of ``shared.flights.problems``."""
