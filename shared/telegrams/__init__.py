"""Telegrams of civil UAV flights: text in, values out. Standard library only.

``parse_all`` reads all telegrams of a cell; only TelegramError leaves them. Each message type has a
layout in ``grammar``, where every word, token and key is said once.
"""

from shared.telegrams.errors import NotATelegram, TelegramError, TooLong, TooManyTelegrams
from shared.telegrams.model import (
    Circle,
    Kind,
    Movement,
    Named,
    Note,
    Plan,
    Point,
    Polygon,
    Route,
    Telegram,
    Zone,
)
from shared.telegrams.parsing import parse_all

__all__ = [
    "Circle",
    "Kind",
    "Movement",
    "Named",
    "NotATelegram",
    "Note",
    "Plan",
    "Point",
    "Polygon",
    "Route",
    "Telegram",
    "TelegramError",
    "TooLong",
    "TooManyTelegrams",
    "Zone",
    "parse_all",
]
