"""Where telegrams begin and end in a cell.

Around a telegram stand AFTN headings (``ЗЦЗЦ ПАД000 0754``, ``ФФ УНКУЗДЗЬ``, ``290754 УНКУЗДЗИ``) and the end mark
``НННН``; a cell may hold several telegrams. A text that is one pair of brackets from end to end is one telegram,
whatever words it holds; otherwise a telegram begins where its head does: ``(SHR-…`` at the beginning of a line, the
word, a callsign and field 13 anywhere, or ``-TITLE``.
"""

import re
from dataclasses import dataclass

from shared.telegrams import codes
from shared.telegrams.fields import ID, PLACE, SSR, broken, whole
from shared.telegrams.model import Note, Notes
from shared.telegrams.text import twin

_WORDS = "SHR|DEP|ARR|CHG|CNL|DLA|PLN"
_CUT_WORDS = "|".join(map(broken, _WORDS.split("|")))
_START = re.compile(
    rf"(?:(?<=\A)|(?<=\n))(?:\([ \n]?){{1,3}}(?P<line>{_CUT_WORDS})"
    r"(?:[ \n]?-|[ \n](?=[0-9A-ZА-Я]{1,10}[ \n]?-[ \n]?[A-ZА-Я]{4}))"
    rf"|(?<![A-ZА-Я0-9/(])\(? ?(?P<head>{_WORDS})[ \n]?-[ \n]?{ID}{SSR}[ \n]?-[ \n]?{PLACE}(?:[ \n]?[0-9O]|[ \n]?-)"
    r"|(?:\A\( ?)?(?<![A-ZА-Я])-[ \n]?TITLE[ :\n]+I?(?P<title>DEP|ARR|CNL)(?![A-ZА-Я])"
)
_UNTITLED = re.compile(r"(?:\A\(?|(?<=[ \n]))-[ ]?(ADD|ATD|ADEPZ?|ADA|ATA|ADARRZ?)[ :]")
_END = re.compile(r"(?<![A-ZА-Я0-9])(?:HHHH|NNNN|ЗЦЗЦ|ZCZC)(?![A-ZА-Я0-9])")
_HEADING = re.compile(r"(?:ЗЦЗЦ|ZCZC|[ФГДKCSFDG]{2} |HHHH|NNNN|[0-9]{6} [A-ZА-Я]{6,8})")


@dataclass(frozen=True, slots=True)
class Piece:
    """One telegram cut out of a cell: the word of its layout, its text, what was noted of its surroundings."""

    word: str
    text: str
    notes: Notes


def split(text: str) -> list[Piece]:
    """Cut a repaired text into telegrams; an empty list if none begins in it."""
    like = twin(text)
    if text[:1] == "(" and text[-1:] == ")" and text.find("(", 1) < 0 and text.find(")") == len(text) - 1:
        match = _START.match(like)
        return [Piece(_word(match), text, ())] if match else []
    starts = _outermost(text, list(_START.finditer(like)))
    if not starts:
        return _untitled(text, like)
    around = _around(text[: starts[0].start()])
    ends = [start.start() for start in starts[1:]] + [len(text)]
    pieces = []
    for start, end in zip(starts, ends, strict=True):
        pieces.append(_piece(_word(start), text[start.start() : end], like[start.start() : end], around))
        around = ()
    return pieces


def _outermost(text: str, starts: "list[re.Match[str]]") -> "list[re.Match[str]]":
    """Leave out what begins like a telegram inside the closed brackets of another: it is quoted in free text."""
    if len(starts) < 2:
        return starts
    closing: dict[int, int] = {}
    opened: list[int] = []
    for i, letter in enumerate(text):
        if letter == "(":
            opened.append(i)
        elif letter == ")" and opened:
            closing[opened.pop()] = i
    kept: list[re.Match[str]] = []
    end = -1
    for start in starts:
        if start.start() > end:
            kept.append(start)
            end = closing.get(start.start(), -1)
    return kept


def _word(start: "re.Match[str]") -> str:
    if title := start["title"]:
        return f"I{title}"
    return whole(start["line"] or start["head"])


def _piece(word: str, text: str, like: str, notes: Notes) -> Piece:
    last = _end(like)
    rest = text[last:]
    body = text[:last].strip()
    if rest:
        notes += _around(rest)
    closed = body.startswith("-") or (body.startswith("(") and ")" in body)
    if not closed:
        notes += (Note(codes.BRACKET_MISSING, body[:1] + "…" + body[-1:], "(…)"),)
    return Piece(word, body, notes)


def _end(like: str) -> int:
    """Give where the mark of the end stands: behind the last bracket, or right behind one; inside it is a word."""
    closing = like.rfind(")") if like.startswith("(") else -1
    for mark in _END.finditer(like):
        if mark.start() > closing or like[: mark.start()].rstrip(" \n").endswith(")"):
            return mark.start()
    return len(like)


def _around(text: str) -> Notes:
    """Say what stood outside of a telegram: a heading is dropped, anything else is a loss to look at."""
    rest = text.strip(" \n()-")
    if not rest:
        return ()
    heading = _HEADING.match(twin(rest)) is not None
    return (Note(codes.TEXT_AROUND, rest.split("\n")[0][:20], "" if heading else None),)


def _untitled(text: str, like: str) -> list[Piece]:
    """Read keys and values whose ``-TITLE`` is missing by the keys that only one of the two has."""
    match = _UNTITLED.search(like)
    if match is None:
        return []
    word = "IDEP" if match[1] in ("ADD", "ATD", "ADEP", "ADEPZ") else "IARR"
    note = Note(codes.TITLE_MISSING, f"-{match[1]}", f"-TITLE {word}")
    return [_piece(word, text, like, (note,))]
