"""Telegrams without the people in them, which read to the same flight.

A telegram carries names, telephones and addresses, glued, misspelt and in the wrong place, so nothing is searched for
and removed: by the grammar's fields only what a value is read from stays, whatever else stands there becomes ``…``.
``OPR/`` keeps the kind of operator (``ООО …``, ``ФИО``). A word that names a place becomes a made-up one, the same for
the same word, because whether DEP and SHR name one place decides where a flight took off; many words share a made-up
one, so that it does not lead back.
"""

import re
from hashlib import blake2b
from typing import Final

from shared.telegrams import grammar
from shared.telegrams.errors import TelegramError
from shared.telegrams.grammar import fold
from shared.telegrams.kinds import reader_of
from shared.telegrams.model import Named
from shared.telegrams.parsing import scan_all
from shared.telegrams.scanner import Field, Scan
from shared.telegrams.values.aircraft import callsign, craft, marks, sid
from shared.telegrams.values.coordinates import find, meant
from shared.telegrams.values.operators import redacted_operator
from shared.telegrams.values.zones import field15

WITHHELD: Final = "…"
MARK: Final = (
    # RF-37204, 00724, ZZZZ
    r"(?:REG|RA|RF|OF)-?[0-9]{4,6}[A-Z]?[.;]*|[0-9]{5}[.;]*|Z{4,5}|R[AF]"
    # 0A12345, RA-2411G
    r"|(?=(?:[A-Z-]{0,8}[0-9]){4})(?=(?:[0-9-]{0,8}[A-Z]){1,2}[0-9-]{0,8}[.;]*\Z)[0-9A-Z-]{5,8}[.;]*"
)
"""A word of a table's cell that is a mark."""
TYPE: Final = r"[0-9]{0,2}(?:BLA|AER|SHAR|BAS|UAV)[0-9]{0,2}|[0-9]{1,2}"
_WORD = re.compile(r"[^\W_]+")
_TEXT = re.compile(r"[^\s…]+")
_LETTERS = re.compile(r"[A-ZА-ЯЁ]{2,}")
_NO_WORD = re.compile(r"[^\sA-ZА-ЯЁ…]+")
_MADE_UP = re.compile(r"ЪЪ[A-Z]{3}\Z")
_KEPT_NAMES = frozenset(
    fold("NIL НЕТ ТАМ ЖЕ ТО ТА ПО ПЛАНУ СОГЛАСНО ПЛАН БЕЗ ИЗМЕНЕНИЙ МЕСТО ВЫЛЕТА ТАМЖЕ AD АЭР").split()
)
"""Words that say of a place that it is the planned one."""
_INDICATOR = re.compile(r"(?:[UX][A-Z]{3}|[ZЗ]{1,5})\Z")
_BETWEEN = re.compile(r"(?:7|8|9|10|13|15|16|18|22|[A-Z]{1,2}|[A-Z][0-9]{2,4}|[UX][A-Z]{3}|[ZЗ]{4})\Z")
"""What may stand between fields: numbers of fields, a transponder's code, aerodromes that say nothing there."""
_LONG_NUMBER = re.compile(r"\d{11,}")
"""A telephone: nothing that is needed has more than ten digits in a row."""
_MOST_DIGITS = 14
"""Digits of a day with its time to the second."""
_TIME = re.compile(r"[0-9OО:.,/TZЗ-]{1,19}\Z")
_ZONE_WORD = re.compile(r"(?:KM|МСК|MCK|MSK|UTC|УТЦ|AM|PM|LT)\Z")
_MARK_LIKE = re.compile(r"[(№\"']*(?:REG|РЕГ)?[-.:]?(?=[A-ZА-ЯЁ-]{0,8}[0-9])[0-9A-ZА-ЯЁ-]{1,15}[.;,:)\"']*\Z")
_ALONE = frozenset(["ZZZZ", "ZZZZZ", "RF", "RA"])
_TYPE_WORD = re.compile(r"[0-9XХ*]{0,4}[A-ZА-Я]{0,10}[0-9]{0,3}[.,;]*\Z")
_STATUS = re.compile(r"(?:SAR|FFR|STATE|HOSP|HEAD|HUM|MEDEVAC|FLTCK|HAZMAT|ALTRV)\Z")
_BORDER = re.compile(r"[A-ZА-Я]{4}[0-9]{2,4}\Z")
_FIELD15_WORD = re.compile(
    # /ZONA, DCT, R, RADIUS, РАДИУСОМ
    r"[/(]*(?:ZO?NA|DCT|R(?:ADIUS(?:OM)?)?|PAДИYC(?:OM)?"
    # KM, М, МЕТР
    r"|KM|M|METP"
    # МАРШРУТ, ROUTE, ТРАССА
    r"|MAPШPYT|MARSHRUT|ROUTE|TPACCA|TRASSA"
    # GND, VFR
    r"|GND|SFC|AGL|VFR|IFR"
    # families of zones: MR, WR, ВР, УСР
    r"|M[RP]|[WV]R|BP|KO|US[PR]|URR"
    # ЗОНА, of which letters look like digits or are missing
    r"|З?O?HA|ЗOHA"
    # С.Ш., В.Д.
    r"|[CЮ]\.?Ш\.?|[BЗ]\.?Д\.?)[/:)]*\Z"
)


def redact(text: str) -> str:
    """Give the telegrams of a text with everything left out that names people; ``…`` if no telegram begins in it."""
    try:
        scans, _ = scan_all(text)
    except TelegramError:
        return WITHHELD
    return "\n".join(map(_telegram, scans))


def kept_words(text: str, shape: re.Pattern[str]) -> str:
    """Keep the words of one shape, look-alikes folded; each other run of words becomes one ``…``."""
    kept: list[str] = []
    for word in text.split():
        bare = word.strip(")")
        if shape.fullmatch(fold(bare.upper())):
            kept.append(bare)
        elif kept[-1:] != [WITHHELD]:
            kept.append(WITHHELD)
    return " ".join(kept)


def _telegram(scan: Scan) -> str:
    text, at = scan.text, 0
    pieces: list[str] = []
    for field in sorted(scan.fields, key=lambda field: field.start):
        if field.start < at:
            continue
        head = not pieces and scan.word in grammar.WORDS
        between = text[at : field.key]
        pieces += [between if head else _structure(between), _key(scan, field), _value(scan, field)]
        at = field.end
    rest = _structure(text[at:])
    return _LONG_NUMBER.sub(WITHHELD, "".join([*pieces, rest]).strip())


def _structure(text: str) -> str:
    """Keep what parts fields: brackets, hyphens, line ends, numbers of fields; words become ``…``."""
    return _WORD.sub(lambda word: word[0] if _is_structure(word[0]) else WITHHELD, text.replace("+", " "))


def _is_structure(word: str) -> bool:
    folded = fold(word)
    return folded in grammar.WORD_SPELLINGS or _BETWEEN.match(folded) is not None


def _key(scan: Scan, field: Field) -> str:
    written = scan.text[field.key : field.start]
    keyed = grammar.LAYOUTS[scan.word].form is grammar.Form.KEYS
    return "-XXX " if keyed and field.name not in grammar.KEYED else written


def _value(scan: Scan, field: Field) -> str:
    raw = scan.text[field.start : field.end]
    if not raw:
        return ""
    if field.name in ("13", "16", "PAP", "TITLE"):
        return raw if len(raw) <= 7 else WITHHELD
    if field.name == "STS":
        return _words(raw, lambda word: _STATUS.match(word) is not None)
    if field.name == "EET":
        return _words(raw, lambda word: _BORDER.match(word) is not None)
    if field.name == "OPR" and scan.word in grammar.WORDS:
        return redacted_operator(raw)
    reader = reader_of(scan.word, field.name)
    keep = _KEEPERS.get(reader) if reader else None
    return keep(raw) if keep else WITHHELD


def _words(raw: str, keep: "object") -> str:
    """Keep words and what parts them; each other word becomes ``…``."""
    return _TEXT.sub(lambda word: word[0] if keep(fold(word[0])) else WITHHELD, raw)  # type: ignore[operator]


def _callsign(raw: str) -> str:
    return raw if callsign(raw)[0] is not None else WITHHELD


def _clock(raw: str) -> str:
    """Keep a day or a time and the word behind it that says of which zone it is."""
    kept: list[str] = []
    digits = 0
    for word in re.split(r"(\s+)", raw):
        digits += sum(map(str.isdecimal, word))
        if (word.strip() and not (_TIME.match(word) or _ZONE_WORD.match(word))) or digits > _MOST_DIGITS:
            return "".join([*kept, WITHHELD])
        kept.append(word)
    return "".join(kept)


def _sid(raw: str) -> str:
    read, _ = sid(raw)
    if read is None:
        return _words(raw, str.isdecimal)
    shortest = (
        raw[:end] for end in range(len(read), min(len(raw), 2 * len(read) + 4) + 1) if sid(raw[:end])[0] == read
    )
    kept = next(shortest, read)
    return kept + (")" if ")" in raw[len(kept) :] else "")


def _marks(raw: str) -> str:
    """Keep the words of the list up to what ends it."""
    read, notes = marks(raw)
    kept: list[str] = []
    for word in re.split(r"(\s+)", raw):
        kept.append(word if not word.strip() or _is_marked(fold(word)) else WITHHELD)
    text = "".join(kept)
    if marks(text)[0] == read and not _PHONES.search(text):
        return text
    return " ".join([*read, WITHHELD] if notes else read) or WITHHELD


_PHONES = re.compile(r"(?:[0-9][ ()\n-]{0,2}){10}")


def _is_marked(word: str) -> bool:
    if word.strip(".;,") in _ALONE or word in ("И", "N", "№"):
        return True
    pieces = [piece for piece in re.split(r"[,;]", word) if piece]
    return bool(pieces) and all(_MARK_LIKE.match(piece) and not _named(piece) for piece in pieces)


def _named(word: str) -> bool:
    """Tell a telephone and a name (ИВАНОВИ4, IWANOWI4) from a mark or a part of one."""
    digits = sum(map(str.isdecimal, word))
    letters = sum(map(str.isalpha, word.upper().removeprefix("REG")))
    return (digits > 6 and letters == 0) or (letters > 2 and digits < 3)


def _craft(raw: str) -> str:
    """Keep types and counts up to what is none."""
    (kind, count), _ = craft(raw)
    kept: list[str] = []
    for word in re.split(r"(\s+)", raw):
        folded = fold(word)
        if word.strip() and not (_TYPE_WORD.match(folded) and _is_type(folded, kind)):
            kept.append(WITHHELD)
            break
        kept.append(word)
    text = "".join(kept)
    if craft(text)[0] == (kind, count):
        return text
    return WITHHELD if kind is None else f"{count or ''}{kind}"


def _is_type(word: str, kind: str | None) -> bool:
    letters = "".join(letter for letter in word if letter.isalpha()).strip("XХ")
    return not letters or letters == kind or craft(letters)[0][0] in grammar.TYPES


def _place(raw: str) -> str:
    """Keep coordinates; words become made-up ones."""
    found = find(raw)
    spans = [(one.start, one.end) for one in found] or ([span] if (span := meant(raw)) else [])
    pieces, at = [], 0
    for start, end in spans:
        pieces += [_made_up(raw[at:start]), raw[start:end]]
        at = end
    return "".join([*pieces, _made_up(raw[at:])])


def _made_up(text: str) -> str:
    """Give other words for words, ``…`` for numbers."""
    text = _LETTERS.sub(lambda word: _other_word(word[0]), text)
    return _NO_WORD.sub(lambda run: WITHHELD if any(map(str.isdecimal, run[0])) else run[0], text)


def _other_word(word: str) -> str:
    folded = fold(word)
    if _MADE_UP.match(word) or _INDICATOR.match(folded) or folded in _KEPT_NAMES:
        return word
    number = int.from_bytes(blake2b(folded.encode(), digest_size=4).digest())
    return "ЪЪ" + "".join(chr(ord("A") + number // 26**i % 26) for i in range(3))


_NAME_DIGITS = 4
"""Digits of a zone that is named by digits alone."""


def _field15(raw: str) -> str:
    (_, zone), _ = field15(raw)
    worded = isinstance(zone, Named) and not any(map(str.isdecimal, "".join(zone.names)))

    def keep(word: str) -> bool:
        bare = word.strip("/,.")
        if any(map(str.isdecimal, word)):
            return any(map(str.isalpha, word)) or len(bare) == _NAME_DIGITS
        return bool(_FIELD15_WORD.match(word)) or not any(map(str.isalpha, word)) or worded

    kept = _words(raw, keep)
    if field15(kept)[0] == field15(raw)[0]:
        return kept
    return raw if _harmless(raw) and not _PHONES.search(raw) else WITHHELD


def _harmless(raw: str) -> bool:
    """Tell whether a field 15 has no word of letters alone but the grammar's."""
    return all(_FIELD15_WORD.match(fold(word)) or any(map(str.isdecimal, word)) for word in _TEXT.findall(raw))


_KEEPERS = {
    "callsign": _callsign,
    "minute": _clock,
    "duration": _clock,
    "day": _clock,
    "sid": _sid,
    "marks": _marks,
    "craft": _craft,
    "place": _place,
    "aerodrome": _place,
    "field15": _field15,
}
"""What stays of a value, by the reader that reads it."""
