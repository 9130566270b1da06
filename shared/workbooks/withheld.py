"""Telegrams without the people in them: what a mend workbook may show of a rejected row.

A telegram carries names and phones, glued, misspelt and in the wrong place, so nothing is searched for and removed: a
word stays only where it has the shape of what its field needs (an identifier, a time, a date, a coordinate, a zone, a
mark); whatever else stands there becomes ``…``. Where no telegram can be told, the cell points to the source file.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Final

WITHHELD: Final = "…"
SEE_SOURCE: Final = "см. исходный файл"

_TWINS: Final = str.maketrans(
    "АВЕКМНОРСТУХавекмнорстухabcdefghijklmnopqrstuvwxyz", "ABEKMHOPCTYXABEKMHOPCTYXABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
"""Letter for letter, so that a place found in the folded text is the place in the text as written."""

_TYPES: Final = "SHR|PLN|DEP|ARR|CHG|CNL|DLA"
_START = re.compile(rf"(?:^|(?<=\s))\(?\s*(?:{_TYPES})\s*-|\(\s*(?:{_TYPES})\s*-|-\s*TITLE\s+(?:IDEP|IARR|ICNL)\b")
_HEAD = re.compile(rf"\(?\s*({_TYPES})\s*-\s*(R[AF]-[0-9]{{4,5}}[A-Z]?|[^\s-]*)")
_BRACKET_KEY = re.compile(
    r"(?:^|(?<=[\s\-(.,;]))(DEP|DEST|DLE|DOF|EET|REG|STS|TYP|SID|OPR|ORGN|RMK|ALTN|CODE|PER|NAV|COM|DAT|SUR|PBN)/"
)
_LINE_KEY = re.compile(r"-\s*(TITLE|SID|ADD|ATD|ADEPZ|ADEP|PAP|REG|ADA|ATA|ADARRZ|ADARR|ETD|EOBD|EOBT)(?=[\s:]|$)")

_HEMISPHERES: Final = "NSEWCBСЮВЗ"
COORDINATE: Final = (
    rf"[0-9]{{2,8}}(?:[.,][0-9]{{1,4}})?[{_HEMISPHERES}][0-9.,]{{0,9}}(?:[{_HEMISPHERES}][0-9]{{0,4}})?/?"
)
_PLACE: Final = rf"{COORDINATE}|ZZZZ|[UX][A-Z]{{3}}"
_DATE: Final = r"[0-9]{4,8}|[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = r"[0-9]{1,6}|[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?"
MARK: Final = (
    r"(?:REG|RA|RF|OF)-?[0-9]{4,6}[A-Z]?[.;]*|[0-9]{5}[.;]*|Z{4,5}|R[AF]"
    r"|(?=(?:[A-Z-]*[0-9]){4})(?=(?:[0-9-]*[A-Z]){1,2}[0-9-]*[.;]*\Z)[0-9A-Z-]{5,8}[.;]*"
)
TYPE: Final = r"[0-9]{0,2}(?:BLA|AER|SHAR|BAS|UAV)[0-9]{0,2}|[0-9]{1,2}"
_STATUS: Final = r"SAR|FFR|STATE|HOSP|HEAD|HUM|MEDEVAC|FLTCK|HAZMAT|ALTRV"
_FLIGHT_PART = re.compile(
    r"-(?:ZZZZ|[UX][A-Z]{3})[0-9:.]{0,6}|-[0-9]{4}|-?[KNMSFAV][0-9O]{2,5}(?:[/KNMSFA]{1,2}[0-9O]{2,5}){0,3}"
    r"|/?ZONA/?|/|DCT|/?[A-Z]{1,3}[0-9]{2,7}/?|/?[A-Z]{2,3}[0-9]{2,7}/?|R[0-9]{1,3}(?:[.,][0-9]{1,3})?|[0-9]{4}/?"
    rf"|/?{COORDINATE}"
)
_IDENTIFIER = re.compile(r"Z{4,7}|R[AF]-?[0-9]{4,5}[A-Z]?|(?=[A-Z0-9]*[0-9][A-Z0-9]*[0-9])[A-Z0-9]{2,8}")

_BRACKET_SHAPES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        key: re.compile(shape)
        for key, shape in {
            "DEP": _PLACE,
            "DEST": _PLACE,
            "DLE": _PLACE,
            "DOF": _DATE,
            "EET": r"[A-Z]{4}[0-9]{2,4}",
            "REG": MARK,
            "STS": _STATUS,
            "TYP": TYPE,
            "SID": r"[0-9]{1,10}",
        }.items()
    }
)
_LINE_SHAPES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        key: re.compile(shape)
        for key, shape in {
            "TITLE": r"IDEP|IARR|ICNL",
            "SID": r"[0-9]{1,10}",
            "ADD": _DATE,
            "ADA": _DATE,
            "EOBD": _DATE,
            "ATD": _CLOCK,
            "ATA": _CLOCK,
            "ETD": _CLOCK,
            "EOBT": _CLOCK,
            "ADEP": _PLACE,
            "ADARR": _PLACE,
            "ADEPZ": COORDINATE,
            "ADARRZ": COORDINATE,
            "PAP": r"[0-9]{1,3}",
            "REG": MARK,
        }.items()
    }
)
_ONE_WORD: Final = frozenset({"TITLE", "SID", "DOF", "ADD", "ADA", "ATD", "ATA", "ETD", "EOBD", "EOBT", "PAP"})
"""Fields of one value: a second number behind it is somebody's."""
_REMARK_ENDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "SHR": frozenset({"SID"}),
        "DEP": frozenset({"SID", "DEP", "DEST", "DLE", "DOF", "REG"}),
        "ARR": frozenset({"SID", "DEP", "DEST", "DLE", "DOF", "REG"}),
    }
)
_LEGAL_FORMS: Final = frozenset(
    {"ООО", "OOO", "АО", "ПАО", "ЗАО", "ОАО", "НАО", "АНО", "ИП", "ППК", "ГУ", "ГУП", "МУП", "ФГУП", "ФГБУ", "ФГКУ"}
    | {"ФКУ", "ГБУ", "ГКУ", "ГАУ", "МБУ", "МКУ", "МАУ", "МЧС", "М4С", "МВД", "УМВД", "ФСБ", "АДМИНИСТРАЦИЯ"}
)
_BROKEN_SID = re.compile(r"^([0-9]{1,9})\s*\n\s*([0-9]{1,9})(?=\D|$)")
_WORD = re.compile(r"[^\W_]+")


def withhold(cell: str) -> str:
    """Give a telegram cell with everything left out that nobody needs to mend it."""
    folded = cell.translate(_TWINS)
    starts = [match.start() for match in _START.finditer(folded)]
    if not starts:
        return SEE_SOURCE
    spans = pairwise([*starts, len(cell)])
    return "\n".join(_telegram(cell[start:end], folded[start:end]) for start, end in spans)


def kept_words(text: str, shape: re.Pattern[str]) -> str:
    """Keep the words of one shape; each other run of words becomes one ``…``."""
    kept: list[str] = []
    for word in text.split():
        bare = word.strip(")")
        if shape.fullmatch(bare.translate(_TWINS)):
            kept.append(bare)
        elif kept[-1:] != [WITHHELD]:
            kept.append(WITHHELD)
    return " ".join(kept)


def legal_form(text: str) -> str | None:
    """Name the legal form in an operator's name, which names nobody."""
    return next((word for word in _WORD.findall(text.upper()) if word in _LEGAL_FORMS), None)


def _telegram(text: str, folded: str) -> str:
    head = _HEAD.match(folded)
    if head is None:
        return "\n".join(_lines(text, folded))
    keys = list(_field_keys(folded, head[1]))
    first = keys[0].start() if keys else len(text)
    fields = [f"{key}/{_value(key, value)}" for key, value in _split(text, keys)]
    lines = [*_flight_lines(text[head.end() : first], head), *(["-" + " ".join(fields)] if fields else [])]
    return "\n".join(lines) + (")" if ")" in folded else "")


def _lines(text: str, folded: str) -> Iterator[str]:
    for key, value in _split(text, list(_LINE_KEY.finditer(folded))):
        yield f"-{key} {_kept(key, _LINE_SHAPES, value.lstrip(': '))}".rstrip()


def _split(text: str, keys: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    ends = [key.start() for key in keys[1:]] + [len(text)]
    for key, end in zip(keys, ends, strict=False):
        yield key[1], text[key.end() : end]


def _field_keys(folded: str, telegram: str) -> Iterator[re.Match[str]]:
    in_remark = False
    for key in _BRACKET_KEY.finditer(folded):
        if in_remark and key[1] not in _REMARK_ENDS.get(telegram, frozenset({"SID"})):
            continue
        in_remark = key[1] == "RMK"
        yield key


def _flight_lines(text: str, head: re.Match[str]) -> list[str]:
    identity = head[2].strip(")")
    lines = [f"({head[1]}-{identity if not identity or _IDENTIFIER.fullmatch(identity) else WITHHELD}"]
    # Fields stand behind dashes, on lines of their own or glued: (ARR-ZZZZZ-ZZZZ0900-ZZZZ1515.
    for word in kept_words(text.rstrip().removesuffix("-").replace("-", " -"), _FLIGHT_PART).split():
        if word.startswith("-"):
            lines.append(word)
        else:
            lines[-1] += " " + word
    return lines


def _value(key: str, text: str) -> str:
    if key == "OPR":
        form = legal_form(text)
        return f"{form} {WITHHELD}" if form else WITHHELD
    if key not in _BRACKET_SHAPES:
        return WITHHELD
    return _kept(key, _BRACKET_SHAPES, text.rstrip().removesuffix("-"))


def _kept(key: str, shapes: Mapping[str, re.Pattern[str]], text: str) -> str:
    if key == "SID":
        text = _BROKEN_SID.sub(r"\1\2", text, count=1)
    if key == "REG":
        text = text.replace(",", " ")
    if key in _ONE_WORD:
        text = text.split(maxsplit=1)[0] if text.split() else ""
    return kept_words(text, shapes[key])
