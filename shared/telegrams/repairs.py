"""Repairs of a text as a whole, before anything is read from it.

Each repair is a small class with a code and a method that gives the mended text; they are tried in the order of
``REPAIRS`` and each that changes something leaves a note. Cyrillic letters that look Latin are not replaced here: free
text is Russian. Blanks around the whole text and one beside a line break say nothing and leave no note.
"""

import html
import re
import unicodedata
from typing import NamedTuple, Protocol

from shared.telegrams import codes
from shared.telegrams.grammar import TITLE, TITLE_SPELLINGS, WORD_SPELLINGS, any_of, fold
from shared.telegrams.model import Note, Notes

_MARKS = range(0x0300, 0x0370)
"""Combining marks: what is left of them when letters are composed stands on no letter of a telegram."""
_ODD = {
    **dict.fromkeys([*range(9), *range(14, 28), 127, 0x00AD, 0x034F, 0x180E, 0xFEFF, *_MARKS]),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]),
    **dict.fromkeys([0x0009, 0x00A0, 0x1680, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)], " "),
    **dict.fromkeys([0x000B, 0x000C, 0x000D, 0x001C, 0x001D, 0x001E, 0x001F, 0x0085, 0x2028, 0x2029], "\n"),
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63], "-"),
    **{0xFF01 + i: chr(0x21 + i) for i in range(94)},
}
_CLEAN = re.compile(r"[0-9A-ZА-ЯЁ \n.,:;/+()№%=*!?\"'°\[\]-]*\Z")
"""Nothing in it to mend but blanks."""


class TextRepair(Protocol):
    """One thing that is mended in a whole text."""

    code: str

    def mend(self, text: str) -> str:
        """Give the mended text, or the same one."""


class Markup:
    """What programs leave that copy a text from a page or a dump: ``<br>``, ``&nbsp;``, the two letters ``\\n``."""

    code = codes.TEXT_MARKUP
    _breaks = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li)\b[^<>]{0,40}>|\\r\\n|\\[nr](?![a-z])|\\N(?=[-(])", re.IGNORECASE)
    _tags = re.compile(r"</?(?:b|i|u|span|font|td|table|tbody|strong|em)\b[^<>]{0,80}>", re.IGNORECASE)
    _blanks = re.compile(r"\\t|&nbsp;?", re.IGNORECASE)
    _entity = re.compile(
        r"&(?:quot|amp|lt|gt|apos|laquo|raquo|ndash|mdash|deg|#[0-9]{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE
    )

    def mend(self, text: str) -> str:
        """Make them what they stand for."""
        if "\\" not in text and "<" not in text and "&" not in text:
            return text
        text = self._blanks.sub(" ", self._tags.sub("", self._breaks.sub("\n", text)))
        return self._entity.sub(lambda entity: html.unescape(entity[0].lower()), text)


class OddCharacters:
    """Carriage returns, no-break and zero-width blanks, control characters, long dashes, full-width letters."""

    code = codes.TEXT_ODD_CHARACTERS
    _any = re.compile(f"[{re.escape(''.join(map(chr, _ODD)))}]")
    _combining = re.compile("[\u0300-\u036f]")

    def mend(self, text: str) -> str:
        """Make them line breaks, blanks, nothing and hyphens."""
        if not self._any.search(text):
            return text
        if self._combining.search(text):
            text = unicodedata.normalize("NFC", text)
        return text.replace("\r\n", "\n").translate(_ODD)


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
        return text if text.isupper() else OddCharacters().mend(text.upper())


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


class UpsideDown:
    """Lines from the bottom to the top, as a list that grows upwards is copied: the beginning is the last of them.

    Only where no doubt is left: one telegram, its end (``…)``) or its other keys above, nothing but its head below.
    """

    code = codes.TEXT_UPSIDE_DOWN
    _head = re.compile(
        rf"\((?:{any_of(WORD_SPELLINGS)})-[^()]{{1,40}}\Z"  # (SHR-ZZZZZ
        rf"|-{TITLE} (?:{any_of(TITLE_SPELLINGS)})\Z"  # -TITLE IDEP
    )

    def mend(self, text: str) -> str:
        """Turn them round."""
        last = text.rfind("\n") + 1
        if last == 0 or text[last] not in "(-" or not self._head.match(fold(text[last:])):
            return text
        above = text[:last].split("\n")[:-1]
        if text[last] == "(":
            upside_down = above[0].endswith(")") and "\n(" not in text[:last] and not text.startswith("(")
        else:
            upside_down = all(line.startswith("-") and not self._head.match(fold(line)) for line in above)
        return "\n".join([text[last:], *reversed(above)]) if upside_down else text


REPAIRS: tuple[TextRepair, ...] = (Markup(), OddCharacters(), XmlEscapes(), LowerCase(), Blanks(), UpsideDown())


class Repaired(NamedTuple):
    """A text that needs no more repair, and what was done to it."""

    text: str
    notes: Notes


def tidy(text: str) -> str:
    """Drop blanks around a text and one beside a line break: they say nothing."""
    text = text.strip()
    if "\n " in text or " \n" in text:
        text = text.replace(" \n", "\n").replace("\n ", "\n")
    return text


def repair(text: str) -> Repaired:
    """Mend a text; mending the result again changes nothing."""
    text = tidy(text)
    blanks = "  " in text or "\n\n" in text or "\n " in text or " \n" in text
    if not blanks and _CLEAN.match(text) and REPAIRS[-1].mend(text) == text:
        return Repaired(text, ())
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
