"""Telegrams of civil UAV flights: text in, values out. Standard library only.

``parse`` reads one telegram, ``parse_all`` all of a cell; only TelegramError leaves them. Each message type has a
module whose docstring is its layout: shr, chg, dla, cnl, dep, arr (in brackets), idep, iarr (keys and values).
"""

from shared.telegrams.errors import NotATelegram, SeveralTelegrams, TelegramError, TooLong
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
from shared.telegrams.reading import parse, parse_all

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
    "Zone",
    "parse",
    "parse_all",
]
