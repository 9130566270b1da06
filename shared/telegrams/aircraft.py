"""``TYP/``, ``REG/`` and ``SID/``: what flies, its marks, the plan's number in the system.

``TYP/`` is a type with its number before or behind (``BLA``, ``2BLA``, ``2 BLA``, ``BLA2``), without a number one; of
mixed types (``1BLA/2AER``) the first counts. ``REG/`` is a list parted by blanks, commas or line breaks; marks are
kept as written, capital, without a ``REG`` before or dots behind them, once each. ``SID/`` is ten digits.
"""

import re
from functools import lru_cache

from shared.telegrams import codes
from shared.telegrams.model import Note, Notes
from shared.telegrams.text import repair, twin

_TYPES = {"BLA", "AER", "SHAR", "BWS", "BVS", "BPLA", "BAS", "ZZZZ", "ULAC", "HELI"}
_CYRILLIC = {"БЛA": "BLA", "AЭP": "AER", "ШAP": "SHAR", "БBC": "BWS", "БПЛA": "BPLA", "БAC": "BAS", "AЭPOCTAT": "AER"}
_CYRILLIC |= {"AEP": "AER", "SHAP": "SHAR", "БLA": "BLA"}
_BEHIND = re.compile(r"(?<![0-9A-ZА-Я])(BLA|AER|SHAR)([0-9]{1,3})(?![0-9A-ZА-Я])")
"""A count glued to the end of its type belongs to it, whatever follows."""
_PAIRS = re.compile(r"[A-Z]+ [0-9]{1,3}(?:[ ,;/+]+[A-Z]+ [0-9]{1,3})+\Z")
"""Types each with its count behind it."""
_CUT_NUMBER = re.compile(r"(?<=[0-9])\n(?=[0-9])")
_MULTIPLIED = re.compile(r"(?<![A-ZА-Я])X ?(?=[0-9])")
_WEIGHT = re.compile(r"[0-9]+(?:[.,][0-9]+)?[ \n]?(?:K[GГ]|KГ|ГP|Г|G|KM|M)(?![A-ZА-Я])")
_TOKEN = re.compile(r"[0-9]+|[A-ZА-Я]+")
_TIMES = re.compile(r"X(?=BLA|AER|SHAR|\Z)")
_BETWEEN = re.compile(
    r"[\s,;+/&]+|(?<=[0-9A-ZА-Я]{5})\.(?=[0-9A-ZА-Я]{5})|(?<=[0-9A-ZА-Я]{7})[-_](?=[0-9A-ZА-Я]{7}(?![0-9A-ZА-Я]))"
)
_MARK = re.compile(r"(?=[0-9]*[A-Z][0-9]*\Z)[0-9A-Z]{7}\Z")
_PLAIN_MARK = re.compile(r"(?=[0-9]*[A-NP-Z][0-9]*\Z)[0-9A-Z]{7}\Z")
_LIKE_MARK = re.compile(r"(?=[0-9O]*[A-NP-Z][0-9O]*\Z|[0-9]*O[0-9]*\Z)(?:[0-9A-Z]{7}|[0-9A-Z]{5})\Z")
_SID = re.compile(r"((?:[0-9O][ \n]?){9}[0-9O])(?![ \n]?[0-9O])")
_GAP = re.compile(r"([\s,;]+)")
_SHORT_MARK = re.compile(r"(?=[A-Z]*[0-9])(?:REG)?[0-9A-Z]{5,7}\Z")
_GLUED = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{7})([0-9A-Z]{7})(?![0-9A-Z])")
_WORD_WITH_4 = re.compile(r"(?![0-9A-Z]{7}\Z)[А-ЯЁ4]*\Z")
"""A Russian word, ``4`` in it for Ч."""
_LONGEST_MARK = 14
_SHORTEST_MARK = 5
"""Characters of a mark that is a mere number."""
_MOST_WORDS = 24
"""Words of ``TYP/`` that are looked at; the longest list of types seen has four."""

Craft = tuple[str | None, int | None]


@lru_cache(maxsize=4_096)
def craft(raw: str) -> tuple[Craft, Notes]:
    """Read ``TYP/``: the type and how many fly."""
    mended = repair(raw)
    raw, notes = mended.text, list(mended.notes)
    like, weights = _WEIGHT.subn("", _CUT_NUMBER.sub("", twin(raw)))
    if weights:
        notes.append(Note(codes.TYP_REST_IGNORED, raw[:20]))
    like = _BEHIND.sub(r"\2 \1", _MULTIPLIED.sub("", like))
    if _PAIRS.match(like):
        like = re.sub(r"([A-Z]+) ([0-9]+)", r"\2 \1", like)
    words = _words(_TOKEN.findall(like))
    groups: list[tuple[str, int]] = []
    i = 0
    while i < len(words):
        count, used = _group(words, i)
        word = words[i + used - 1] if words[i].isdecimal() else words[i]
        if groups and word not in _TYPES:
            notes.append(Note(codes.TYP_REST_IGNORED, word))
            break
        if word.isdecimal() or not (word.isascii() and 2 <= len(word) <= 10):
            return (None, None), (*notes, Note(codes.TYP_UNREADABLE, raw[:20]))
        groups.append((word, count))
        i += used
    return _crafts(groups, raw, notes)


def _group(words: list[str], i: int) -> tuple[int, int]:
    """Give the number that belongs to the type at ``i`` and how many tokens that takes."""
    if words[i].isdecimal():
        return int(words[i][:4]), min(2, len(words) - i)
    known = words[i] in _TYPES
    behind = i + 1 < len(words) and words[i + 1].isdecimal() and len(words[i + 1]) < 4
    if known and behind and not (i + 2 < len(words) and words[i + 2] in _TYPES):
        return int(words[i + 1]), 2
    return 1, 1


def _words(tokens: list[str]) -> list[str]:
    """Make Russian types Latin, drop a sign of multiplication, join a type that is broken in two."""
    read: list[str] = []
    for raw in tokens[:_MOST_WORDS]:
        token = _CYRILLIC.get(raw, raw)
        if read and read[-1].isdecimal():
            token = _TIMES.sub("", token)
        joined = read[-1] + token if read else token
        joined = _CYRILLIC.get(joined, joined)
        if read and read[-1] not in _TYPES and joined in _TYPES:
            read[-1] = joined
        elif token:
            read.append(token)
    return read


def _crafts(groups: list[tuple[str, int]], raw: str, notes: list[Note]) -> tuple[Craft, Notes]:
    if not groups:
        return (None, None), (*notes, Note(codes.TYP_UNREADABLE, raw[:20])) if raw else tuple(notes)
    first = groups[0][0]
    count = sum(number for name, number in groups if name == first)
    if not raw.isascii():
        notes.append(Note(codes.TYP_CYRILLIC, raw.strip()[:20], first))
    if first not in _TYPES:
        notes.append(Note(codes.TYP_UNKNOWN, first))
    if len({name for name, _ in groups}) > 1:
        notes.append(Note(codes.TYP_MIXED, raw.strip()[:20]))
    if not 1 <= count < 1000:
        return (first, None), (*notes, Note(codes.TYP_COUNT_IMPOSSIBLE, raw.strip()[:20]))
    return (first, count), tuple(notes)


@lru_cache(maxsize=32_768)
def marks(raw: str) -> tuple[tuple[str, ...], Notes]:
    """Read ``REG/``: the marks, in the order written."""
    plain = raw.split(" ")
    if all(map(_PLAIN_MARK.match, plain)) and len(set(plain)) == len(plain):
        return tuple(plain), ()
    mended = repair(raw)
    raw, notes = mended.text, list(mended.notes)
    read: dict[str, None] = {}
    for token in _BETWEEN.split(_rejoined(raw.partition(")")[0], notes)):
        mark = _mark(token, notes)
        if mark is None:
            continue
        if mark in read:
            notes.append(Note(codes.REG_REPEATED, mark, ""))
        else:
            read[mark] = None
    return tuple(read), tuple(notes)


def _rejoined(text: str, notes: list[Note]) -> str:
    """Put together marks that a blank or a line break cut in two; part two that are glued."""
    pieces = _GAP.split(text)
    joined = pieces[:1]
    for gap, word in zip(pieces[1::2], pieces[2::2], strict=True):
        if gap in " \n" and _are_halves(joined[-1], word, gap):
            notes.append(Note(codes.VALUE_BROKEN, f"{joined[-1]}{gap}{word}", joined[-1] + word))
            joined[-1] += word
        else:
            joined += [gap, word]

    def part(pair: "re.Match[str]") -> str:
        if not (_MARK.match(pair[1]) and _MARK.match(pair[2])):
            return pair[0]
        notes.append(Note(codes.VALUE_BROKEN, pair[0], f"{pair[1]} {pair[2]}"))
        return f"{pair[1]} {pair[2]}"

    return _GLUED.sub(part, "".join(joined))


def _are_halves(first: str, second: str, gap: str) -> bool:
    """Tell halves of one mark: neither is a mark, together they are; a line break may cut a short one too."""
    left, right = twin(first), twin(second)
    less = min(len(left), len(right))
    if less == 0 or _MARK.match(left) or _MARK.match(right):
        return False
    if less < 4 and _MARK.match(left + right):
        return True
    return gap == "\n" and less < _SHORTEST_MARK and _SHORT_MARK.match(left + right) is not None


def _mark(token: str, notes: list[Note]) -> str | None:
    bare = token.strip(".:\"'()-№#*")
    mark, numbered = twin(bare), any(c.isdecimal() for c in bare)
    if not mark.isascii():
        mark = bare
    word = bool(bare) and not bare.isascii() and _WORD_WITH_4.match(bare) is not None
    stray = bare.isdecimal() and len(bare) < _SHORTEST_MARK
    if len(mark) > _LONGEST_MARK or not (bare.isascii() or numbered) or word or stray:
        notes.append(Note(codes.REG_UNREADABLE, bare[:20]))
        return None
    if mark != bare:
        notes.append(Note(codes.LETTERS_MIXED, bare, mark))
    if mark.startswith("REG") and (mark == "REG" or numbered):
        notes.append(Note(codes.REG_PREFIX_DROPPED, mark, mark[3:].lstrip("-.:")))
        mark = mark[3:].lstrip("-.:")
    if mark.isdecimal() and len(mark) < _SHORTEST_MARK:
        notes.append(Note(codes.REG_UNREADABLE, mark))
        return None
    if not mark:
        return None
    letter_o = _LIKE_MARK.match(mark) is not None and "O" in mark
    if letter_o or not mark.isascii() or not numbered:
        notes.append(Note(codes.REG_LETTER_O if letter_o else codes.REG_DOUBTFUL, mark))
    return mark


def sid(raw: str) -> tuple[str | None, Notes]:
    """Read ``SID/``: ten digits."""
    stripped = raw.strip()
    match = _SID.match(twin(stripped).lstrip("№#N: "))
    if match is None:
        return None, (Note(codes.SID_UNREADABLE, stripped[:14]),)
    digits = re.sub(r"[ \n]", "", match[1]).replace("O", "0")
    if digits == stripped[: match.end()]:
        return digits, ()
    code = codes.LETTER_O_FOR_ZERO if "O" in twin(match[0]) else codes.VALUE_BROKEN
    return digits, (Note(code, match[0], digits),)
