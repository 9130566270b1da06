"""From text to telegrams: the careful way, and the quick way for texts that are written as they should be."""

from dataclasses import replace

from shared.telegrams import chg, cnl, codes, dla  # noqa: F401  they register themselves
from shared.telegrams.canonical import quick
from shared.telegrams.envelopes import Piece, split
from shared.telegrams.errors import NotATelegram, SeveralTelegrams, TooLong
from shared.telegrams.fields import Field, values
from shared.telegrams.model import Note, Notes, Telegram
from shared.telegrams.registry import LAYOUTS
from shared.telegrams.text import Repaired, repair, twin

LONGEST = 100_000
"""Characters that are read at most; a cell of a workbook holds 32,767."""


def parse(text: str) -> Telegram:
    """Read one telegram.

    Raises TelegramError, and nothing else, if the text is none or holds several.
    """
    telegrams = parse_all(text)
    if len(telegrams) != 1:
        raise SeveralTelegrams(len(telegrams))
    return telegrams[0]


def parse_all(text: str) -> list[Telegram]:
    """Read every telegram of a text, in order.

    Raises NotATelegram if none begins in it, TooLong if the text is longer than any cell.
    """
    if len(text) > LONGEST:
        raise TooLong(len(text), LONGEST)
    read = quick(text)
    if read is not None:
        return [read]
    repaired = repair(text)
    if repaired.notes and (read := quick(repaired.text)) is not None:
        return [replace(read, notes=repaired.notes + read.notes)]
    return _careful(repaired, len(text))


def careful(text: str) -> list[Telegram]:
    """Read every telegram of a text by repairs and scans alone, as ``parse_all`` does for what is not canonical."""
    return _careful(repair(checked(text)), len(text))


def _careful(repaired: Repaired, length: int) -> list[Telegram]:
    pieces = split(repaired.text)
    if not pieces:
        raise NotATelegram(length)
    return [read_piece(piece, repaired.notes) for piece in pieces]


def checked(text: str) -> str:
    """Give the text. Raises TooLong if it is longer than any cell."""
    if len(text) > LONGEST:
        raise TooLong(len(text), LONGEST)
    return text


def read_piece(piece: Piece, notes: Notes) -> Telegram:
    """Read one telegram that is cut out; ``notes`` are of the text it was cut from."""
    layout = LAYOUTS[piece.word]
    fields = layout.scan(piece.text)
    return layout.build(values(fields), notes + piece.notes + _structure(piece.text, fields) + _repeated(fields))


def _structure(text: str, fields: list[Field]) -> Notes:
    """Note Cyrillic letters between values, where keys and hyphens stand."""
    at, notes = 0, []
    for one in fields:
        between = text[at : one.start].strip("- \n")
        if not between.isascii() and twin(between).isascii():
            notes.append(Note(codes.LETTERS_MIXED, between, twin(between)))
        at = max(at, one.end)
    return tuple(notes)


def _repeated(fields: list[Field]) -> Notes:
    """Note fields that stand twice and say different things; marks of several ``REG/`` are one list."""
    first: dict[str, str] = {}
    return tuple(
        Note(codes.FIELD_REPEATED, one.name)
        for one in fields
        if one.name not in ("REG", "RMK", "OPR") and one.raw and first.setdefault(one.name, one.raw) != one.raw
    )


def without_notes(telegram: Telegram) -> Telegram:
    """Give what the telegram says, without how it was read."""
    return replace(telegram, notes=())
