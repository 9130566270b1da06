"""A text cut into telegrams and their fields, each with the value that is read from it."""

from collections.abc import Callable
from dataclasses import dataclass

from fly_potato.explain.labels import FIELDS, TELEGRAMS
from fly_potato.explain.wording import metres, minutes, point, zone
from shared.telegrams import NotATelegram, Telegram
from shared.telegrams.aircraft import craft, marks
from shared.telegrams.coordinates import place
from shared.telegrams.envelopes import split
from shared.telegrams.fields import Field
from shared.telegrams.model import Note
from shared.telegrams.moments import day, duration, minute
from shared.telegrams.plans import callsign_of, number_of
from shared.telegrams.reading import checked, read_piece
from shared.telegrams.registry import LAYOUTS
from shared.telegrams.text import repair
from shared.telegrams.zones import field15

Reader = Callable[[str], tuple[object, tuple[Note, ...]]]


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """One field: its name and what that means, its text, the value read (None: nothing is read from it), its notes."""

    name: str
    label: str
    text: str
    value: str | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class ExplainedTelegram:
    """One telegram: what it is, its fields in the order written, and what was done to its text as a whole."""

    kind: str
    label: str
    fields: tuple[ExplainedField, ...]
    notes: tuple[Note, ...]
    telegram: Telegram


def explain(text: str) -> list[ExplainedTelegram]:
    """Explain every telegram of a text. Raises TelegramError if none begins in it."""
    mended = repair(checked(text))
    pieces = split(mended.text)
    if not pieces:
        raise NotATelegram(len(text))
    explained = []
    for piece in pieces:
        telegram = read_piece(piece, mended.notes)
        fields = tuple(_explained(field, piece.word) for field in LAYOUTS[piece.word].scan(piece.text))
        of_fields = {note for field in fields for note in field.notes}
        rest = tuple(note for note in telegram.notes if note not in of_fields)
        explained.append(ExplainedTelegram(piece.word, TELEGRAMS[piece.word], fields, rest, telegram))
    return explained


def _explained(field: Field, word: str) -> ExplainedField:
    label = FIELDS.get(field.name, field.name)
    if field.name == "16t" and word == "ARR":
        label = "время посадки"
    reader = _READERS.get("13t" if label == "время посадки" else field.name)
    if reader is None or not field.raw:
        return ExplainedField(field.name, label, field.raw, None, ())
    value, notes = reader(field.raw)
    return ExplainedField(field.name, label, field.raw, str(value) if value is not None else None, notes)


def _place(raw: str) -> tuple[object, tuple[Note, ...]]:
    found, notes = place(raw)
    return point(found.lat, found.lon) if found else None, notes


def _field15(raw: str) -> tuple[object, tuple[Note, ...]]:
    (level, area), notes = field15(raw)
    return "; ".join(text for text in (metres(level), zone(area)) if text) or None, notes


def _day(raw: str) -> tuple[object, tuple[Note, ...]]:
    read, notes = day(raw)
    return f"{read:%d.%m.%Y}" if read else None, notes


def _minute(raw: str) -> tuple[object, tuple[Note, ...]]:
    read, notes = minute(raw)
    return f"{read // 60:02}:{read % 60:02}" if read is not None else None, notes


def _duration(raw: str) -> tuple[object, tuple[Note, ...]]:
    read, notes = duration(raw)
    return minutes(read), notes


def _craft(raw: str) -> tuple[object, tuple[Note, ...]]:
    (kind, count), notes = craft(raw)
    return f"{kind} × {count if count is not None else '?'}" if kind else None, notes


def _marks(raw: str) -> tuple[object, tuple[Note, ...]]:
    read, notes = marks(raw)
    return ", ".join(read) or None, notes


_READERS: dict[str, Reader] = {
    "7": callsign_of,
    "13t": _minute,
    "15": _field15,
    "16t": _duration,
    "SID": number_of,
    "REG": _marks,
    "TYP": _craft,
    **dict.fromkeys(("DOF", "ADD", "ADA"), _day),
    **dict.fromkeys(("ATD", "ATA"), _minute),
    **dict.fromkeys(("DEP", "DEST", "DLE", "ADEP", "ADEPZ", "ADARR", "ADARRZ"), _place),
}
