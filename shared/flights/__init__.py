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

__all__ = [
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
