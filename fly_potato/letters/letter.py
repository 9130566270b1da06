"""A dead letter, wherever it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared.errors import FlyPotatoError
from shared.runtime.events import ObjectMessage, TimerMessage, messages


class LetterError(FlyPotatoError):
    """A dead letter that cannot be read or sent again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One event that nobody could deliver; ``tries`` and ``fault`` are of its last deliveries, where they are kept."""

    id: str
    at: datetime
    what: str
    event: Mapping[str, Any] = field(repr=False)
    tries: int | None = None
    fault: str = ""
    receipt: str = field(default="", repr=False)


class LetterBox(Protocol):
    """Where dead letters lie."""

    def letters(self) -> list[Letter]:
        """List them, the oldest first."""

    def send_again(self, letter: Letter) -> str:
        """Have one delivered again; say what became of it. Raises LetterError where it stays dead."""


def letter(body: str, name: str, **more: Any) -> Letter:
    """Read an event as a queue or a file keeps it: whole, or its one message alone.

    Raises:
        LetterError: ``LETTER_UNREADABLE``.
    """
    try:
        told = json.loads(body)
        event = told if "messages" in told else {"messages": [told]}
        (message,) = messages(event)
    except (ValueError, TypeError, FlyPotatoError):
        sentence = f"Письмо {name} не похоже на событие триггера: его разбирает человек, повторить его нельзя."
        raise LetterError("LETTER_UNREADABLE", sentence) from None
    metadata = message.event_metadata
    return Letter(metadata.event_id, metadata.created_at, _what(message), event, **more)


def _what(message: object) -> str:
    match message:
        case ObjectMessage():
            return message.details.key
        case TimerMessage():
            return f"задание {message.details.payload or message.details.trigger_id}"
    return type(message).__name__
