"""A text cut into telegrams and their fields, each with the value that is read from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.explain.labels import FIELDS, KINDS, metres, minutes, point, zone
from shared.problems import PROBLEMS
from shared.telegrams import Note, Point, Telegram
from shared.telegrams.grammar import LAYOUTS
from shared.telegrams.kinds import READERS, build, reader_of
from shared.telegrams.parsing import scan_all
from shared.telegrams.scanner import Field
from shared.telegrams.values.aircraft import Craft
from shared.telegrams.values.zones import Field15

Words = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """One field: its name and what that means, its text, the value read (None: nothing is read from it), its notes.

    ``start`` and ``end`` count the characters of the telegram's text.
    """

    name: str
    label: str
    text: str
    value: str | None
    notes: tuple[Note, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ExplainedTelegram:
    """One telegram: what it is, its fields in the order written, and what was done to its text as a whole.

    ``text`` is what was read, after repairs of the text as a whole.
    """

    kind: str
    label: str
    text: str
    fields: tuple[ExplainedField, ...]
    notes: tuple[Note, ...]
    telegram: Telegram


def explain(text: str) -> list[ExplainedTelegram]:
    """Explain every telegram of a text. Raises TelegramError if none begins in it."""
    scans, mended = scan_all(text)
    explained = []
    for scan in scans:
        telegram = build(scan, mended)
        fields = tuple(_explained(field, scan.word) for field in scan.fields)
        of_fields = {note for field in fields for note in field.notes}
        rest = tuple(note for note in telegram.notes if note not in of_fields)
        explained.append(ExplainedTelegram(scan.word, LAYOUTS[scan.word].title, scan.text, fields, rest, telegram))
    return explained


def kind_of(code: str) -> str:
    """Say in Russian how much a code takes away."""
    return KINDS[PROBLEMS[code].kind]


def codes_in(telegrams: Iterable[ExplainedTelegram]) -> set[str]:
    """Give the codes of all notes."""
    return {
        note.code
        for telegram in telegrams
        for notes in (telegram.notes, *(field.notes for field in telegram.fields))
        for note in notes
    }


def _explained(field: Field, word: str) -> ExplainedField:
    reader = reader_of(word, field.name)
    label = FIELDS.get(field.name, field.name)
    if field.name == "16t" and reader == "minute":
        label = "время посадки"
    if reader is None or not field.raw or (reader not in READERS and reader != "aerodrome"):
        return ExplainedField(field.name, label, field.raw, None, (), field.start, field.end)
    value, notes = READERS["place" if reader == "aerodrome" else reader](field.raw)
    words = _WORDS.get(reader, str)
    shown = None if value is None else words(value)
    return ExplainedField(field.name, label, field.raw, shown, notes, field.start, field.end)


def _clock(read: int) -> str:
    return f"{read // 60:02}:{read % 60:02}"


def _day(read: date) -> str:
    return f"{read:%d.%m.%Y}"


def _place(read: Point) -> str:
    return point(read.lat, read.lon)


def _field15(read: Field15) -> str | None:
    return "; ".join(text for text in (metres(read[0]), zone(read[1])) if text) or None


def _craft(read: Craft) -> str | None:
    kind, count = read
    return f"{kind} × {count if count is not None else '?'}" if kind else None


def _marks(read: tuple[str, ...]) -> str | None:
    return ", ".join(read) or None


_WORDS: dict[str, Words] = {
    "minute": _clock,
    "duration": minutes,
    "day": _day,
    "place": _place,
    "aerodrome": _place,
    "field15": _field15,
    "craft": _craft,
    "marks": _marks,
}
"""How values are worded, by their reader."""
