"""Repairs of a text as a whole, before anything is read from it.

Each repair is a small class with a code and a method that gives the mended text; they are tried in the order of
``REPAIRS`` and each that changes something leaves a note. Cyrillic letters that look Latin are not replaced here: free
text is Russian. Where structure is read, :func:`twin` gives the same text with look-alikes made Latin, character by
character, so that places in one are places in the other.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from shared.telegrams import codes
from shared.telegrams.model import Note, Notes

_TWINS = tuple(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True))
_ODD = {
    **dict.fromkeys([*range(9), *range(14, 28), 127, 0x00AD, 0x034F, 0x180E, 0xFEFF]),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]),
    **dict.fromkeys([0x0009, 0x00A0, 0x1680, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)], " "),
    **dict.fromkeys([0x000B, 0x000C, 0x000D, 0x001C, 0x001D, 0x001E, 0x001F, 0x0085, 0x2028, 0x2029], "\n"),
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFF0D], "-"),
}


def twin(text: str) -> str:
    """Give the text with Cyrillic letters that look Latin made Latin; the length stays."""
    if text.isascii():
        return text
    # One replacement a letter takes a quarter of the time of str.translate.
    for cyrillic, latin in _TWINS:
        text = text.replace(cyrillic, latin)
    return text


class TextRepair(Protocol):
    """One thing that is mended in a whole text."""

    code: str

    def mend(self, text: str) -> str:
        """Give the mended text, or the same one."""


class OddCharacters:
    """Carriage returns, no-break and zero-width blanks, control characters, long dashes."""

    code = codes.TEXT_ODD_CHARACTERS
    _any = re.compile(f"[{re.escape(''.join(map(chr, _ODD)))}]")

    def mend(self, text: str) -> str:
        """Make them line breaks, blanks, nothing and hyphens."""
        return text.replace("\r\n", "\n").translate(_ODD) if self._any.search(text) else text


class XmlEscapes:
    """``_x000D_``, left by programs that write a carriage return into a workbook."""

    code = codes.TEXT_XML_ESCAPES
    _escape = re.compile(r"_x00(?:0[9AD]|A0)_", re.IGNORECASE)

    def mend(self, text: str) -> str:
        """Make them line breaks."""
        return self._escape.sub("\n", text) if "_" in text else text


class LowerCase:
    """Small letters: telegrams have capitals only."""

    code = codes.TEXT_LOWER_CASE

    def mend(self, text: str) -> str:
        """Make them capitals."""
        return text if text.isupper() else text.upper()


class Blanks:
    """Indentation, runs of blanks, blank lines."""

    code = codes.TEXT_BLANKS
    _runs = re.compile(r"  +")
    _lines = re.compile(r" ?\n[ \n]*")

    def mend(self, text: str) -> str:
        """Leave one blank between words and one break between lines."""
        if "  " in text:
            text = self._runs.sub(" ", text)
        if "\n " in text or " \n" in text or "\n\n" in text:
            text = self._lines.sub("\n", text)
        return text.strip()


REPAIRS: tuple[TextRepair, ...] = (OddCharacters(), XmlEscapes(), LowerCase(), Blanks())


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text that needs no more repair, and what was done to it."""

    text: str
    notes: Notes


def repair(text: str) -> Repaired:
    """Mend a text; mending the result again changes nothing."""
    notes: list[Note] = []
    for step in REPAIRS:
        mended = step.mend(text)
        if mended != text:
            notes.append(Note(step.code, *_difference(text, mended)))
            text = mended
    return Repaired(text, tuple(notes))


def _difference(was: str, now: str) -> tuple[str, str]:
    """Give the first few characters that differ."""
    at = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    return was[at : at + 8], now[at : at + 8]
