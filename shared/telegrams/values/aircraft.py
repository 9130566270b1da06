"""``TYP/``, ``REG/``, ``SID/`` and field 7: what flies, its marks, the number of its plan, its callsign.

``TYP/`` is a type with its number before or behind (``BLA``, ``2BLA``, ``2 BLA``, ``BLA2``), without a number one; of
mixed types (``1BLA/2AER``) the first counts.

``REG/`` is a list parted by blanks, commas or line breaks. A mark has five to nine letters and digits with a digit
among them (``0J02194``, ``0938G``, ``RA2411G``, ``RF-37362``), or is a number of four to six digits in a list of
numbers (``11869``). Marks are kept as written, capital, without ``REG`` before or dots behind them, once each. A
telephone, a taxpayer's number, a date, a coordinate and a word are no marks: the list ends with them, and nothing of
them is kept.

``SID/`` is ten digits, or letters with digits behind them (``VSTK0160``).
"""

import re

from shared.telegrams import codes
from shared.telegrams.grammar import CRAFT, MARK_LIST, NAMED_TYPES, TYPES, fold
from shared.telegrams.model import Note, Notes

_CYRILLIC = {"БЛA": "BLA", "AЭP": "AER", "ШAP": "SHAR", "БBC": "BWS", "БПЛA": "BPLA", "БAC": "BAS", "AЭPOCTAT": "AER"}
_CYRILLIC |= {"AEP": "AER", "SHAP": "SHAR", "БLA": "BLA"}
_STRICT_TYPE = re.compile(rf"{CRAFT.strict}\Z")
_BEHIND = re.compile(r"(?<![0-9A-ZА-Я])(BLA|AER|SHAR)([0-9]{1,3})(?![0-9A-ZА-Я])")
"""A count glued to the end of its type belongs to it, whatever follows."""
_ZERO = re.compile(r"(?<=[0-9])O(?=BLA|AER|SHAR)")
_PAIRS = re.compile(r"[A-Z]{1,12} [0-9]{1,3}(?:[ ,;/+]{1,3}[A-Z]{1,12} [0-9]{1,3}){1,6}\Z")
"""Types each with its count behind it."""
_PAIR = re.compile(r"([A-Z]{1,12}) ([0-9]{1,3})")
_CUT_NUMBER = re.compile(r"(?<=[0-9])\n(?=[0-9])")
_MULTIPLIED = re.compile(r"(?<![A-ZА-Я])X ?(?=[0-9])")
_WEIGHT = re.compile(r"(?<![0-9.,])[0-9]{1,6}(?:[.,][0-9]{1,4})?[ \n]?(?:K[GГ]|KГ|ГP|Г|G|KM|M)(?![A-ZА-Я])")
_TOKEN = re.compile(r"[0-9]+|[A-ZА-Я]+|…")
_TIMES = re.compile(r"X(?=BLA|AER|SHAR|\Z)")
_LONGEST_TYPE = 240
"""Characters of ``TYP/`` that are looked at; the longest list of types seen has four words."""
_LONGEST_DESIGNATOR = 4
"""Letters of a type designator (ICAO Doc 8643). Look-alike Russian letters spell a word and no designator."""
_MANY = 99
"""A count above it is a model's number rather."""

_STRICT_MARKS = re.compile(rf"{MARK_LIST.strict}\Z")
_LONGEST_MARK = len("RA-02411G")
_BETWEEN = re.compile(
    r"[\s,;+/&|]+|(?<=[0-9A-ZА-Я]{5})\.(?=[0-9A-ZА-Я]{5})|(?<=[0-9A-ZА-Я]{7})[-_](?=[0-9A-ZА-Я]{7}(?![0-9A-ZА-Я]))|(?=\()"
)
_MARK = re.compile(r"(?=[0-9]{0,6}[A-Z][0-9]{0,6}\Z)[0-9A-Z]{7}\Z")
_LIKE_MARK = re.compile(r"(?=[0-9O]{0,6}[A-NP-Z][0-9O]{0,6}\Z|[0-9]{0,6}O[0-9]{0,6}\Z)(?:[0-9A-Z]{7}|[0-9A-Z]{5})\Z")
_SHAPE = re.compile(r"(?:R[AF]-?|[A-ZА-Я]{1,2}-)?(?=[A-ZА-Я]{0,8}[0-9])[0-9A-ZА-Я]{4,9}\Z")
_DASHED_MARK = re.compile(r"(?=[0-9-]{0,8}[A-Z])[0-9A-Z]{1,5}-[0-9A-Z]{1,5}\Z")
_POINT = re.compile(
    # 5512N06124E
    r"(?<![0-9A-Z])(?:[0-9]{4,6}[NSCЮ][0-9]{5,7}"
    # 5512N 06124E
    r"|(?:[0-9]{4}|[0-9]{6})[NSCЮ][ \n](?:[0-9]{5}|[0-9]{7}))[EWBЗ]"
    # but not 12345E6
    r"(?![0-9](?![0-9]))"
)
"""``5512N06124E``; two marks (``123456N 12345E6``) are none."""
_GLUED_WORD = re.compile(r"((?=[0-9]{0,6}[A-Z][0-9]{0,6}(?![0-9A-Z]))[0-9A-Z]{7}|[0-9]{5})(?=[А-ЯЁ+(:;*\"'№])")
_WORDS_ABOUT = frozenset({"И", "№", "#", "N", "AND"})
"""What may stand between the marks of one list."""
_ALONE = frozenset({"ZZZZ", "ZZZZZ", "RF", "RA", "NONE"})
"""What is written where there is no mark."""
_GAP = re.compile(r"([\s,;]+)")
_SHORT_MARK = re.compile(r"(?=[A-Z]{0,7}[0-9])(?:REG)?[0-9A-Z]{5,7}\Z")
_GLUED = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{7})([0-9A-Z]{7})(?![0-9A-Z])")
_EDGES = ".:\"'()-№#*"
_SHORTEST_MARK = 5
"""Characters of a mark; a list of numbers may have shorter ones."""
_MOST_MARKS = 400

_DIGITS = re.compile(r"((?:[0-9O][ \n]?){9}[0-9O])(?![ \n]?[0-9O])")
_LETTERED = re.compile(r"[A-Z]{2,6}[0-9]{2,8}(?=[).]{0,3}\Z)")

_CALLSIGN = re.compile(
    r"[0-9A-ZА-Я]{1,10}(?:[ -][0-9A-Z]{1,7})?(?:[ \n,;]{1,2}(?=[A-Z-]{0,9}[0-9])[0-9A-Z-]{2,10}){0,3}\Z"
)
_WORD = re.compile(r"(?![ZЗ ]+\Z)[A-ZА-ЯЁ -]{5,}\Z")
"""Letters alone are a name rather than a callsign."""
_NONE = "ZZZZZ"
"""The callsign of who has none."""

Craft = tuple[str | None, int | None]


def craft(raw: str) -> tuple[Craft, Notes]:
    """Read ``TYP/``: the type and how many fly."""
    usual = _STRICT_TYPE.match(raw)
    if usual is not None:
        return (usual[2], int(usual[1] or 1)), ()
    raw, notes = raw[:_LONGEST_TYPE], []
    like, weights = _WEIGHT.subn("", _CUT_NUMBER.sub("", _ZERO.sub("0", fold(raw))))
    if weights:
        notes.append(Note(codes.TYP_REST_IGNORED, raw[:20]))
    like = _BEHIND.sub(r"\2 \1", _MULTIPLIED.sub("", like))
    if _PAIRS.match(like):
        like = _PAIR.sub(r"\2 \1", like)
    words = _words(_TOKEN.findall(like))
    groups: list[tuple[str, int]] = []
    i = 0
    while i < len(words):
        count, used = _group(words, i)
        word = words[i + used - 1] if words[i].isdecimal() else words[i]
        if groups and word not in TYPES:
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
    is_type = words[i] in TYPES
    behind = i + 1 < len(words) and words[i + 1].isdecimal() and len(words[i + 1]) < 4
    if is_type and behind and not (i + 2 < len(words) and words[i + 2] in TYPES):
        return int(words[i + 1]), 2
    return 1, 1


def _words(tokens: list[str]) -> list[str]:
    """Make Russian types Latin, drop a sign of multiplication, join a type that is broken in two."""
    read: list[str] = []
    for raw in tokens:
        token = _CYRILLIC.get(raw, raw)
        if read and read[-1].isdecimal():
            token = _TIMES.sub("", token)
        joined = read[-1] + token if read else token
        joined = _CYRILLIC.get(joined, joined)
        if read and read[-1] not in TYPES and joined in TYPES:
            read[-1] = joined
        elif token:
            read.append(token)
    return read


def _crafts(groups: list[tuple[str, int]], raw: str, notes: list[Note]) -> tuple[Craft, Notes]:
    if not groups:
        return (None, None), (*notes, Note(codes.TYP_UNREADABLE, raw[:20])) if raw else tuple(notes)
    first = groups[0][0]
    count = sum(number for name, number in groups if name == first)
    if not raw.isascii() and "…" not in raw:
        notes.append(Note(codes.TYP_CYRILLIC, raw.strip()[:20], first))
    if first not in TYPES:
        notes.append(Note(codes.TYP_UNKNOWN, first))
    designator = raw.isascii() and len(first) <= _LONGEST_DESIGNATOR
    kind = first if first in TYPES or first in NAMED_TYPES or designator else None
    if len({name for name, _ in groups}) > 1:
        notes.append(Note(codes.TYP_MIXED, raw.strip()[:20]))
    if not 1 <= count < 1000:
        return (kind, None), (*notes, Note(codes.TYP_COUNT_IMPOSSIBLE, raw.strip()[:20]))
    if count > _MANY:
        notes.append(Note(codes.TYP_COUNT_DOUBTFUL, raw.strip()[:20]))
    return (kind, count), tuple(notes)


def strict_marks(raw: str) -> tuple[str, ...] | None:
    """Give the marks of a list in the strict form (``MARK_LIST.strict``); None if one stands there twice."""
    if len(raw) <= _LONGEST_MARK:
        return (raw,)
    read = tuple(raw.replace(",", " ").split())
    return read if len(set(read)) == len(read) else None


def marks(raw: str) -> tuple[tuple[str, ...], Notes]:
    """Read ``REG/``: the marks, in the order written."""
    if _STRICT_MARKS.match(raw) and (strict := strict_marks(raw)) is not None:
        return strict, ()
    notes: list[Note] = []
    read: dict[str, None] = {}
    numbers = True
    if point := _POINT.search(fold(raw)):
        raw = raw[: point.start()]
        notes.append(Note(codes.REG_UNREADABLE, "…"))
    for token in _BETWEEN.split(_rejoined(raw, notes))[:_MOST_MARKS]:
        bare = token.strip(_EDGES)
        if not bare or bare in _WORDS_ABOUT:
            if ")" in token and read:
                break
            continue
        mark, rest = _mark(bare, numbers=numbers, first=not read, notes=notes)
        if mark is not None:
            if mark in read:
                notes.append(Note(codes.REG_REPEATED, mark, ""))
            read[mark] = None
            numbers = numbers and mark.isdecimal()
        if rest:
            numbers = False
            notes.append(Note(codes.REG_UNREADABLE, "…"))
        if read and (rest or ")" in token):
            break
    return tuple(read), tuple(dict.fromkeys(notes))


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
    left, right = fold(first), fold(second)
    less = min(len(left), len(right))
    if less == 0 or _MARK.match(left) or _MARK.match(right):
        return False
    if less < 4 and _MARK.match(left + right):
        return True
    return gap == "\n" and less < _SHORTEST_MARK and _SHORT_MARK.match(left + right) is not None


def _mark(bare: str, *, numbers: bool, first: bool, notes: list[Note]) -> tuple[str | None, bool]:
    """Read one mark; give it and whether something that is none is glued to it."""
    folded = fold(bare)
    mark = folded if folded.isascii() else bare
    if mark.startswith("REG") and (mark == "REG" or any(map(str.isdecimal, mark))):
        rest = mark[3:].lstrip("-.:")
        notes.append(Note(codes.REG_PREFIX_DROPPED, mark, rest))
        mark = rest
        if not mark:
            return None, False
    if _is_mark(mark, numbers=numbers, first=first):
        if mark == folded != bare:
            notes.append(Note(codes.LETTERS_MIXED, bare, mark))
        _doubt(mark, notes)
        return mark, False
    glued = _GLUED_WORD.match(bare)
    return (glued[1], True) if glued else (None, True)


def _is_mark(mark: str, *, numbers: bool, first: bool) -> bool:
    if mark.isdecimal():
        return len(mark) == _SHORTEST_MARK or (numbers and 4 <= len(mark) <= 6)
    if mark in _ALONE:
        return first
    digits = sum(map(str.isdecimal, mark))
    if _SHAPE.match(mark):
        bare = mark.replace("-", "")
        # Fewer digits are a model (MAVIC3) or a name (ИВАНОВИ4) rather; as the only thing of a list they are doubted.
        enough = digits >= 4 or (digits >= 3 and len(bare) <= 6)
        return len(bare) >= _SHORTEST_MARK and (enough or (first and mark.isascii() and digits >= 2))
    return digits >= 4 and _DASHED_MARK.match(mark) is not None


def _doubt(mark: str, notes: list[Note]) -> None:
    if "O" in mark and _LIKE_MARK.match(mark):
        notes.append(Note(codes.REG_LETTER_O, mark))
    elif not mark.isascii() or sum(map(str.isdecimal, mark)) < 3:
        notes.append(Note(codes.REG_DOUBTFUL, mark))


def sid(raw: str) -> tuple[str | None, Notes]:
    """Read ``SID/``: ten digits, or letters and digits that are all of it."""
    if len(raw) == 10 and raw.isdecimal() and raw.isascii():
        return raw, ()
    stripped = raw.strip()[:40]
    folded = fold(stripped).lstrip("№#N: ")
    match = _DIGITS.match(folded)
    if match is None:
        lettered = _LETTERED.match(folded)
        if lettered is not None and stripped.isascii():
            return lettered[0], (Note(codes.SID_LETTERS, lettered[0]),)
        return None, (Note(codes.SID_UNREADABLE, stripped[:14]),)
    digits = match[1].replace(" ", "").replace("\n", "").replace("O", "0")
    if digits == stripped[: match.end()]:
        return digits, ()
    code = codes.LETTER_O_FOR_ZERO if "O" in match[0] else codes.VALUE_BROKEN
    return digits, (Note(code, match[0], digits),)


def callsign(raw: str) -> tuple[str | None, Notes]:
    """Read field 7, as written but for look-alikes."""
    if raw.isascii() and raw.isalnum() and len(raw) <= 10 and (raw == _NONE or not raw.isalpha()):
        return raw, ()
    bare = raw[:80].replace("\n", "").strip(" .,;:-")
    read = fold(bare)
    if _CALLSIGN.match(read) is None or _WORD.match(read):
        return None, (Note(codes.CALLSIGN_UNREADABLE, "…"),) if bare else ()
    read = _NONE if read.replace(" ", "") == _NONE else " ".join(read.split()) if read.isascii() else bare
    return read, (Note(codes.LETTERS_MIXED, bare, read),) if read != bare else ()
