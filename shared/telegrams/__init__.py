"""Telegrams of civil UAV flights: text in, values out. Standard library only.

``parse`` reads one telegram, ``parse_all`` all of a cell; only TelegramError leaves them. Each message type has a
layout in ``grammar``, where every word, token and key is said once.
"""

from shared.telegrams.errors import NotATelegram, SeveralTelegrams, TelegramError, TooLong, TooManyTelegrams
from shared.telegrams.kinds import parse, parse_all
from shared.telegrams.model import (
    Circle,
    Kind,
    Movement,
    Named,
    Note,
    Place,
    Plan,
    Polygon,
    Route,
    Telegram,
    Zone,
)

__all__ = [
    "Circle",
    "Kind",
    "Movement",
    "Named",
    "NotATelegram",
    "Note",
    "Place",
    "Plan",
    "Polygon",
    "Route",
    "SeveralTelegrams",
    "Telegram",
    "TelegramError",
    "TooLong",
    "TooManyTelegrams",
    "Zone",
    "parse",
    "parse_all",
]
