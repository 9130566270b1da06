"""Flights: what rows of telegrams or tables say, put together. Pure; docs/flights.md has the rules on one page.

``read`` gives what one row says, ``build`` the flight that all rows of it make together.
"""

from shared.flights.assembly import build
from shared.flights.model import (
    Flight,
    FlightState,
    OperatorKind,
    Point,
    PositionSource,
    Reading,
    Reject,
    Row,
    TableRow,
    TelegramRow,
)
from shared.flights.telegram_rows import read

PARSER_REVISION = 1
"""Stands at each load. Raise it when rows are read otherwise than by the revision released before: ``fly-potato
reread`` reads loads of an older one anew. A test ties it to the golden readings."""

__all__ = [
    "PARSER_REVISION",
    "Flight",
    "FlightState",
    "OperatorKind",
    "Point",
    "PositionSource",
    "Reading",
    "Reject",
    "Row",
    "TableRow",
    "TelegramRow",
    "build",
    "read",
]
