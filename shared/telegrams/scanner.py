"""Where telegrams and their fields stand in a repaired text; nothing is interpreted here.

Around a telegram stand AFTN headings (``ЗЦЗЦ ПАД000 0754``, ``ФФ УНКУЗДЗЬ``, ``290754 УНКУЗДЗИ``) and the end mark
``НННН``; a cell may hold several telegrams. A text that is one pair of brackets from end to end is one telegram,
whatever words it holds; otherwise a telegram begins where its head does: ``(SHR-…`` at the beginning of a line, the
word, a callsign and field 13 anywhere, or ``-TITLE``.

Names of fields are the numbers of ICAO Doc 4444 (``7``, ``13``, ``13t``, ``15``,
``16``, ``16t``) and the keys of the grammar. Every search is bounded, so that the time grows with the text alone.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from shared.telegrams import codes, grammar
from shared.telegrams.errors import TooManyTelegrams
from shared.telegrams.grammar import (
    AERODROME,
    CALLSIGN,
    CLOCK,
    KEY,
    KEYED,
    KEYS,
    SID,
    STOP,
    TRANSPONDER,
    cut,
    fold,
    whole,
)
from shared.telegrams.model import Note, Notes

MOST_TELEGRAMS = 64
"""Telegrams of one cell at most: a cell with more is not one row of a workbook."""


class Field(NamedTuple):
    """One field: its name, the text of its value, where that stands in the telegram and where its key begins."""

    name: str
    raw: str
    start: int
    end: int
    key: int


class Scan(NamedTuple):
    """One telegram of a text: the word of its layout, its text and fields, what was noted of its surroundings."""

    word: str
    text: str
    fields: list[Field]
    notes: Notes


class KeyAt(NamedTuple):
    """A key of field 18: where it begins, where its value begins, what it is called."""

    start: int
    end: int
    name: str


# --- telegrams in any text ----------------------------------------------------------------------------------------

_WORDS = grammar.any_of(grammar.WORD_SPELLINGS)
_PLAIN_WORDS = "|".join(grammar.WORD_SPELLINGS)
_RULES = rf"(?:{grammar.FLIGHT_RULES})?"
_START = re.compile(
    # (SHR- or (SHR ZZZZZ-ZZZZ at the beginning of a line
    rf"(?:(?<=\A)|(?<=\n))(?:\([ \n]?){{1,3}}(?P<line>{_WORDS})"
    r"(?:[ \n]?-|[ \n](?=[0-9A-ZА-Я]{1,10}[ \n]?-[ \n]?[A-ZА-Я]{4}))"
    # SHR-ZZZZZ-ZZZZ0600 anywhere
    rf"|(?<![A-ZА-Я0-9/(])\(? ?(?P<head>{_PLAIN_WORDS})[ \n]?-[ \n]?{CALLSIGN.loose}{TRANSPONDER.loose}[ \n]?{_RULES}"
    rf"-[ \n]?{AERODROME.loose}(?:[ \n]?[0-9O]|[ \n]?-)"
    # -TITLE IDEP anywhere
    rf"|(?:\A\( ?)?(?<![A-ZА-Я])-[ \n]?{grammar.TITLE}[ :\n]{{1,4}}(?P<title>{grammar.any_of(grammar.TITLE_SPELLINGS)})"
    r"(?![A-ZА-Я])"
)
_TELLING = ("ADD", "ATD", "ADEP", "ADEPZ", "ADA", "ATA", "ADARR", "ADARRZ")
_UNTITLED = re.compile(
    rf"(?:\A\(?|(?<=[ \n]))-[ ]?({grammar.any_of([s for k in _TELLING for s in (k, grammar.russian(k))])})[ :]"
)
_OF_TAKE_OFF = frozenset(["ADD", "ATD", "ADEP", "ADEPZ"])
_END = re.compile(r"(?<![A-ZА-Я0-9])(?:HHHH|NNNN|ЗЦЗЦ|ZCZC)(?![A-ZА-Я0-9])")
_HEADING = re.compile(r"(?:ЗЦЗЦ|ZCZC|[ФГДKCSFDG]{2} |HHHH|NNNN|[0-9]{6} [A-ZА-Я]{6,8})")
_HEADLESS = re.compile(r"(?:\(?(?:SHR|PLN) ?-)?[ \n]?(?=-|[A-Z]{3,4}/|ZZZZ[0-9]{4}\n)")


def scan(text: str) -> list[Scan]:
    """Find the telegrams of a repaired text and their fields; an empty list if none begins in it.

    Raises TooManyTelegrams if more begin in it than a row can hold.
    """
    folded = fold(text)
    one_pair = text[:1] == "(" and text[-1:] == ")" and text.find("(", 1) < 0 and text.find(")") == len(text) - 1
    if one_pair and (match := _START.match(folded)):
        return [_scan(_word(match), text, ())]
    starts = _outermost(text, folded)
    if not starts:
        return _untitled(text, folded)
    around = _around(text[: starts[0].start()])
    ends = [*(start.start() for start in starts[1:]), len(text)]
    scans = []
    for start, end in zip(starts, ends, strict=True):
        scans.append(_cut_out(_word(start), text[start.start() : end], folded[start.start() : end], around))
        around = ()
    return scans


def _outermost(text: str, folded: str) -> "list[re.Match[str]]":
    """Find the beginnings; one inside the closed brackets of another telegram is quoted in its free text.

    Quoted ones count where there are too many: a search for more of them would take its time.
    """
    first = _START.match(folded)
    if first is not None and not _may_begin(folded, first.end()):
        return [first]
    starts: list[re.Match[str]] = []
    for start in _START.finditer(folded):
        starts.append(start)
        if len(starts) > MOST_TELEGRAMS:
            raise TooManyTelegrams(len(starts), MOST_TELEGRAMS)
    if len(starts) > 1:
        closing: dict[int, int] = {}
        opened: list[int] = []
        for bracket in re.finditer(r"[()]", text):
            if bracket[0] == "(":
                opened.append(bracket.start())
            elif opened:
                closing[opened.pop()] = bracket.start()
        end, every = -1, starts
        starts = []
        for start in every:
            if start.start() > end:
                starts.append(start)
                end = closing.get(start.start(), -1)
    return starts


def _may_begin(folded: str, start: int) -> bool:
    """Tell whether a telegram may begin behind ``start`` by what none can do without: a tenth of a search's time."""
    if folded.find("\n(", start) >= 0:
        return True
    at = folded.find("-", start)
    while at >= 0:
        word = folded[max(at - 4, 0) : at].rstrip(" \n")[-3:]
        if word in grammar.WORD_SPELLINGS or folded[at + 1 : at + 3].lstrip(" \n")[:1] == "T":
            return True
        at = folded.find("-", at + 1)
    return False


def _word(start: "re.Match[str]") -> str:
    if title := start["title"]:
        return grammar.TITLE_SPELLINGS[whole(title)]
    return grammar.WORD_SPELLINGS[whole(start["line"] or start["head"])]


def _cut_out(word: str, text: str, folded: str, notes: Notes) -> Scan:
    last = _end(folded)
    rest = text[last:]
    body = text[:last].strip()
    if rest:
        notes += _around(rest)
    closed = body.startswith("-") or (body.startswith("(") and ")" in body)
    if not closed:
        notes += (missing_bracket(body),)
    return _scan(word, body, notes)


def missing_bracket(text: str) -> Note:
    """Say that a telegram lacks one of its brackets."""
    return Note(codes.BRACKET_MISSING, text[:1] + "…" + text[-1:], "(…)")


def _end(folded: str) -> int:
    """Give where the mark of the end stands: behind the last bracket, or right behind one; inside it is a word."""
    closing = folded.rfind(")") if folded.startswith("(") else -1
    for mark in _END.finditer(folded):
        if mark.start() > closing or folded[max(mark.start() - 2, 0) : mark.start()].rstrip(" \n")[-1:] == ")":
            return mark.start()
    return len(folded)


def _around(text: str) -> Notes:
    """Say what stood outside of a telegram: a heading is dropped, anything else is a loss to look at."""
    rest = text.strip(" \n()-")
    if not rest:
        return ()
    heading = _HEADING.match(fold(rest[:40])) is not None
    return (Note(codes.TEXT_AROUND, rest.partition("\n")[0][:20], "" if heading else None),)


def _untitled(text: str, folded: str) -> list[Scan]:
    """Take keys and values whose ``-TITLE`` is missing, and plans whose beginning is."""
    match = _UNTITLED.search(folded)
    if match is None:
        return _headless(text, folded)
    written = whole(match[1])
    key = grammar.SPELLINGS.get(written, written)
    word = "IDEP" if key in _OF_TAKE_OFF else "IARR"
    return [_cut_out(word, text, folded, (Note(codes.TITLE_MISSING, f"-{key}", f"-TITLE {word}"),))]


def _headless(text: str, folded: str) -> list[Scan]:
    """Take a plan of which the upper lines are missing, told by the keys that only a plan has."""
    begin = _HEADLESS.match(folded)
    if begin is None:
        return []
    names = {key.name for key in _keys(folded, 0)}
    if not ({"DOF", "SID"} & names and {"OPR", "TYP"} & names and {"DEP", "DEST", "REG"} & names):
        return []
    body = text[begin.end() :]
    note = Note(codes.HEAD_MISSING, body[:8])
    return [Scan("SHR", body, _headless_fields(body, fold(body)), (note,))]


# --- fields of one telegram -----------------------------------------------------------------------------------

_BEGIN = rf"(?:\([ \n]?){{0,3}}(?:{_WORDS})[ \n]?[- \n][ \n]?"
_STOP13 = rf"(?:-|(?<=\n)(?=[A-ZА-Я]{{4}}[0-9O]{{4}}(?![0-9A-ZА-Я]))){STOP[1:]}"
"""Field 13, its hyphen missing perhaps."""
_LOOSE_NAME = grammar.CALLSIGN_LIST.loose
_PLAN_HEADS = tuple(
    (re.compile(_BEGIN + pattern), names)
    for pattern, names in (
        (
            rf"({CALLSIGN.loose})[ \n]?-[ \n]?((?:[KN][0-9O]{{4}} ?)?[MSFA][0-9O]{{3,4}}[^()]{{0,3000}}?)"
            rf"[ \n]?{STOP}[ \n]?{STOP}(?=[ \n]?-)",
            ("7", "15", "13", "13t", "16", "16t"),
        ),
        (rf"({CALLSIGN.loose}){TRANSPONDER.loose}[ \n]?{grammar.FLIGHT_RULES}{STOP}", ("7", "13", "13t")),
        (rf"({CALLSIGN.loose}){TRANSPONDER.loose}[ \n]?{_STOP13}", ("7", "13", "13t")),
        (rf"({_LOOSE_NAME}){TRANSPONDER.loose}[ \n]?{_STOP13}", ("7", "13", "13t")),
        (
            rf"({CALLSIGN.loose})-[^()]{{0,60}}?[ \n](?=-[ \n]?[A-ZА-Я]{{4}}[0-9O]{{4}}\n){_STOP13}",
            ("7", "13", "13t"),
        ),
        (r"([^\s()/-]{0,10})", ("7",)),
    )
)
"""Heads of a plan, the first that fits counts: field 15 before 13, whose levels would pass for a callsign's end and a
transponder; with fields 8 to 10; usual; a list of callsigns; fields unknown between; the callsign alone."""
_MORE = rf"(?:[ \n]?(?!-[ \n]?[A-Z]{{4}}[ \n]?/){STOP})?"
# Four letters before a slash are a key of field 18 (DEST/), not an aerodrome.
_MOVEMENT_HEADS = tuple(
    re.compile(_BEGIN + pattern)
    for pattern in (
        rf"({CALLSIGN.loose}){TRANSPONDER.loose}[ \n]?{STOP}{_MORE}{_MORE}",
        rf"({_LOOSE_NAME}){TRANSPONDER.loose}[ \n]?{STOP}{_MORE}{_MORE}",
        r"([^\s()/-]{0,10})",
    )
)
_STOP = re.compile(rf"[ \n]?(?!-[ \n]?[A-Z]{{4}}[ \n]?/){STOP}")
_BEHIND_TIME = re.compile(r"(?:[^-\n()]|-(?=[0-9]))+")
_NEXT_FIELD = re.compile(
    r"[ ]?[/-]?[ ]?(?:[KNMSFA][ ]?[0-9O]{3,4}|[ZЗ3][O0][NH][AE]|[0-9]{4,6}[NSCЮ]|DCT"  # level, zone, point on the way
    r"|[A-ZА-Я]{3,4}(?:[ ]?/|[ ]|\Z|[0-9]{4}(?![0-9])))"  # key, aerodrome, next stop
)
_TAIL = re.compile(rf"(?:-[ \n]?(?![ZЗ][ \n]?O[ \n]?[NH][ \n]?A)|(?<=\n)(?=ZZZZ))({AERODROME.loose})({CLOCK.loose})")
_HEADLESS_13 = re.compile(rf"[^-]{{0,12}}?[ \n]?{STOP}[ \n]?-[ \n]?(?=(?:[KN][0-9O]{{4}} ?)?[MSFA][0-9O]{{3,4}})")
_FIRST_WITHOUT_SLASH = re.compile(r"(?<=-)[ \n]?(DEP)(?=[0-9]{4}(?:[0-9]{2})?[NSCЮ])")
_LAST_NUMBER = re.compile(r"(SID)[ \n]?(?=[0-9]{10}\)?\Z)")
_SID_KEY = rf"(?:{cut('SID')}|{cut(grammar.russian('SID'))})[ \n]?/"
_NUMBER = re.compile(rf"{_SID_KEY}[ \n№]{{0,2}}(?={SID.loose})")
_LETTERED = re.compile(rf"{_SID_KEY}[ \n]?(?={grammar.SID_LETTERS.loose}[ .\n]?\)?\Z)")
_AFTER_REMARK = {key.name: re.compile(key.after_remark) for key in KEYS.values() if key.after_remark}
_AFTER_FIRST_REMARK = _AFTER_REMARK | {"TYP": re.compile(r"[ \n]?[0-9]{0,2}[A-Z]{3,4}")}
_NO_SLASH = re.compile(
    r"(?<![A-ZА-Я])(?:(DOF|DEP|DEST|REG|STS|TYP|OPR|SID|RMK)(?::|([ \n]?)\\)|(DOF) (?=[0-9]{6}(?![0-9])))"
)
"""Keys with a colon, a backslash or a blank for the slash; as long as the right ones."""
_CHANGE = re.compile(r"-[ \n]?(7|8|9|10|13|15|16|18)[ \n]?/")
_CHANGED = re.compile(rf"-?{STOP[1:]}")
_HYPHENED = grammar.any_of([spelling for key in KEYED for spelling in (key, grammar.russian(key))])
_LINE_KEY = re.compile(
    # -ADEPZ 440846N…, -ADEPZ: …, -SID/…, but not the value ZZZ behind a key's name
    rf"(?:\A\(?|(?<=[ \n-])|(?<=[0-9A-ZЗ]))-[ \n]?({_HYPHENED})(?![A-ZА-Я]|[ \n]Z{{1,3}}(?![0-9A-ZА-Я]))[ :/=]{{0,4}}"
    # an unknown key at the beginning of a line; a known one without its hyphen before a digit
    r"|(?<=\n)- ?([A-Z]{3,8}) |(?<=\n)(REG|SID|ADD|ATD|ADA|ATA|ADEPZ|ADARRZ)[ :](?=[^\n]{0,40}[0-9])"
)


def _scan(word: str, text: str, notes: Notes) -> Scan:
    folded = _NO_SLASH.sub(r"\1\2\3/", fold(text))
    if grammar.LAYOUTS[word].form is grammar.Form.KEYS:
        fields = _keyed_fields(text, folded)
    elif word in ("DEP", "ARR"):
        fields = _movement_fields(text, folded)
    elif word == "CHG":
        fields = _change_fields(text, folded)
    else:
        fields = _plan_fields(text, folded)
    return Scan(word, text, fields, notes + _between(text, fields))


def _between(text: str, fields: list[Field]) -> Notes:
    """Note Cyrillic letters between values, where keys and hyphens stand."""
    if text.isascii():
        return ()
    at, notes = 0, []
    for field in fields:
        between = text[at : field.start].strip("- \n")
        if not between.isascii() and fold(between).isascii():
            notes.append(Note(codes.LETTERS_MIXED, between, fold(between)))
        at = max(at, field.end)
    return tuple(notes)


def _field(name: str, text: str, start: int, end: int, key: int | None = None) -> Field:
    """Cut a field out of a text, without the blanks around it; ``key`` is where its key begins."""
    raw = text[start:end]
    key = start if key is None else key
    start += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    end = start + len(raw)
    return Field(name, whole(raw) if name in ("13", "16") else raw, start, end, key)


def _plan_fields(text: str, folded: str) -> list[Field]:
    heads = ((head, names) for pattern, names in _PLAN_HEADS if (head := pattern.match(folded)))
    head, names = next(heads, (None, ()))
    if head is None:
        return []
    fields = [_field(name, text, *head.span(i + 1)) for i, name in enumerate(names)]
    at = head.end()
    if names[-1:] == ("13t",):
        at = _end_of_time(folded, at)
        fields[-1] = _field("13t", text, head.start(len(names)), at)
    start = _first_key(folded, at)
    tail = [] if "15" in names else _tail(text, folded, at, start)
    return [*fields, *tail, *_items(text, folded, start, plan=True)]


def _headless_fields(text: str, folded: str) -> list[Field]:
    start = _first_key(folded, 0)
    head = _HEADLESS_13.match(folded, 0, start)
    fields = [_field(name, text, *head.span(i)) for i, name in ((1, "13"), (2, "13t"))] if head else []
    return [*fields, *_tail(text, folded, head.end() if head else 0, start), *_items(text, folded, start, plan=True)]


def _movement_fields(text: str, folded: str) -> list[Field]:
    """Give 7, 13, then 16 (a diversion's aerodrome of landing counts), then the keys."""
    head = next((match for pattern in _MOVEMENT_HEADS if (match := pattern.match(folded))), None)
    if head is None:
        return []
    fields = [_field("7", text, *head.span(1))]
    groups = [i for i in range(2, head.re.groups, 2) if head[i]]
    spans = [(head.span(i), head.span(i + 1)) for i in [*groups[:1], *groups[1:][-1:]]]
    at = head.end()
    if spans:
        at = _end_of_time(folded, at)
        spans[-1] = (spans[-1][0], (spans[-1][1][0], at))
    if len(spans) == 1 and (more := _STOP.match(folded, at)):
        at = _end_of_time(folded, more.end())
        spans.append((more.span(1), (more.start(2), at)))
    for name, (place, time) in zip(("13", "16"), spans, strict=False):
        fields += [_field(name, text, *place), _field(f"{name}t", text, *time)]
    return [*fields, *_items(text, folded, _first_key(folded, at), plan=False)]


def _end_of_time(folded: str, at: int) -> int:
    """Give where a time ends of which ``at`` is the end of what looks like one: all that stands there must be a time.

    ``0540+3`` is none, ``2025-06-14 05:40`` is one. What may follow a time without a hyphen is no part of it.
    """
    behind = _BEHIND_TIME.match(folded, at)
    if behind is None or not behind[0].strip() or _NEXT_FIELD.match(behind[0]):
        return at
    return behind.end()


def _change_fields(text: str, folded: str) -> list[Field]:
    """Give the fields of a change, the changed ones by their new content; the rest say which plan it is about."""
    changes = list(_CHANGE.finditer(folded))
    if not changes:
        return _plan_fields(text, folded)
    head = _plan_fields(text[: changes[0].start()], folded[: changes[0].start()])
    kept = [field for field in head if field.name not in ("15", "16", "16t")]
    ends = [*(change.start() for change in changes[1:]), len(text)]
    new: list[Field] = []
    for change, end in zip(changes, ends, strict=True):
        new += _changed(change[1], text, folded, change.end(), end)
    named = {field.name for field in new}
    filed = [
        Field({"13t": "filed time", "DOF": "filed day"}[field.name], *field[1:])
        for field in kept
        if field.name in ("13t", "DOF")
    ]
    old = [field for field in kept if field.name not in named and field.name not in ("13", "13t")]
    return [*old, *filed, *new]


def _changed(number: str, text: str, folded: str, start: int, end: int) -> list[Field]:
    if number == "18":
        return _items(text[:end], folded[:end], start, plan=True)
    if number == "15":
        return [_field("15", text, start, end)]
    match = _CHANGED.match(folded, start) if number in ("13", "16") else None
    if match is None:
        return []
    last = min(_end_of_time(folded, match.end()), end)
    return [_field(number, text, *match.span(1)), _field(f"{number}t", text, match.start(2), last)]


def _keyed_fields(text: str, folded: str) -> list[Field]:
    """Give the keys and values: a hyphen and a word at the beginning of a line, or a known one behind a blank."""
    keys = list(_LINE_KEY.finditer(folded))
    if not keys:
        return []
    ends = [*(key.start() for key in keys[1:]), len(text)]
    fields = []
    for key, end in zip(keys, ends, strict=True):
        written = whole(key[1] or key[2] or key[3])
        fields.append(_field(grammar.SPELLINGS.get(written, written), text, key.end(), end, key.start()))
    return fields


def _keys(folded: str, start: int) -> Iterator[KeyAt]:
    """Give the keys of field 18 by their slashes, which are few."""
    at = start
    while (slash := folded.find("/", at)) >= 0:
        before = folded[max(slash - 2, at) : slash].rstrip(" \n")[-1:]
        if before in grammar.ENDINGS and (key := _key_before(folded, at, slash)):
            yield key
        at = slash + 1


def _key_before(folded: str, at: int, slash: int) -> KeyAt | None:
    for width in (3, 4):
        begin = slash - width
        name = folded[max(begin, 0) : slash]
        if begin > at and name in KEYS and name != "EST" and folded[begin - 1] in " \n-":
            return KeyAt(begin, slash + 1, name)
    for begin in range(max(slash - grammar.LONGEST_KEY, at), slash - 1):
        match = KEY.match(folded, begin, slash + 1)
        if match is not None:
            written = whole(match[match.lastindex or 0])
            return KeyAt(begin, slash + 1, grammar.SPELLINGS.get(written, written))
    return None


def _first_key(folded: str, start: int) -> int:
    """Give where field 18 begins: the first key, or the end of the text."""
    key = next(_keys(folded, start), None)
    end = key.start if key else len(folded)
    bare = _FIRST_WITHOUT_SLASH.search(folded, start, end)
    return bare.start() if bare else end


def _items(text: str, folded: str, start: int, *, plan: bool) -> list[Field]:
    """Give the items of field 18.

    In a plan ``RMK/`` runs to the last ``SID/`` with a number, whatever stands between; in a DEP or ARR ``DEP/``,
    ``DEST/`` and their like that did not occur before may follow it, and so may they where it comes first of all.
    """
    found: list[KeyAt] = []
    if (bare := _FIRST_WITHOUT_SLASH.match(folded, start)) is not None:
        found.append(KeyAt(*bare.span(), "DEP"))
    keys = _keys(folded, start)
    for key in keys:
        found.append(key)
        if key.name == "RMK":
            first = len(found) == 1
            seen = {key.name for key in found}
            if not plan or first:
                found += _behind_remark(folded, keys, seen, _AFTER_FIRST_REMARK if plan else _AFTER_REMARK)
            if plan and not (first and any(key.name == "SID" for key in found)):
                found += _number_behind(folded, key.end)
            break
    stop = len(text) - 1 if text.endswith(")") else len(text)
    ends = [*(key.start for key in found[1:]), stop]
    return [_field(key.name, text, key.end, end, key.start) for key, end in zip(found, ends, strict=False)]


def _number_behind(folded: str, start: int) -> list[KeyAt]:
    """Give the last number of a plan in the rest of its text."""
    numbers = deque(_NUMBER.finditer(folded, start), 1)
    if not numbers:
        last = _LETTERED.search(folded, start) or _LAST_NUMBER.search(folded, start)
        return [KeyAt(*last.span(), "SID")] if last else []
    return [KeyAt(numbers[0].start(), folded.index("/", numbers[0].start()) + 1, "SID")]


def _behind_remark(
    folded: str, keys: Iterator[KeyAt], seen: set[str], patterns: "dict[str, re.Pattern[str]]"
) -> list[KeyAt]:
    """Give the last of each key that may follow free text, did not stand before it and has a value of its kind."""
    last = {
        key.name: key
        for key in keys
        if key.name in patterns and key.name not in seen and patterns[key.name].match(folded, key.end)
    }
    return sorted(last.values())


def _tail(text: str, folded: str, start: int, end: int) -> list[Field]:
    """Give field 16 and, before it, field 15; the last group that looks like field 16 is it."""
    last = next(iter(deque(_TAIL.finditer(folded, start, end), 1)), None)
    fields = [_field("15", text, start, last.start() if last else end)]
    if last:
        lasting = (last.start(2), min(_end_of_time(folded, last.end()), end))
        fields += [_field("16", text, *last.span(1)), _field("16t", text, *lasting)]
    return [_undashed(field) for field in fields if field.raw.strip("- \n")]


def _undashed(field: Field) -> Field:
    """Drop the hyphens that part fields."""
    raw = field.raw.lstrip("- \n")
    start = field.end - len(raw)
    raw = raw.rstrip("- \n")
    return Field(field.name, raw, start, start + len(raw), start)
