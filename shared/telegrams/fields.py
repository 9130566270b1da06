"""Where the fields of a bracketed telegram stand.

A scan gives fields with their places in the repaired text; nothing is interpreted here. Names of fields are the
numbers of ICAO Doc 4444 (``7``, ``13``, ``13t``, ``15``, ``16``, ``16t``) and the keys of field 18 (``DEP``, ``REG``
…).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KEYS = (
    *("DEP", "DEST", "DOF", "EET", "OPR", "ORGN", "REG", "STS", "TYP", "DLE", "RMK", "SID"),
    *("ALTN", "RALT", "TALT", "NAV", "COM", "DAT", "SUR", "PBN", "CODE", "PER", "SEL", "RIF", "RVR", "EST"),
)
_BREAKS = str.maketrans(dict.fromkeys(" \n", None))
_WRITTEN = {
    **{"D0F": "DOF", "ДEП": "DEP", "ДECT": "DEST", "ДOФ": "DOF", "PEГ": "REG", "TЫП": "TYP", "TИП": "TYP"},
    **{"CИД": "SID", "OПP": "OPR", "CTC": "STS"},
}
"""Keys with a zero for the letter, or in Cyrillic (look-alikes already Latin)."""


def broken(word: str) -> str:
    """Give the pattern of a word that a line break or a blank may cut."""
    return r"[ \n]?".join(word)


def whole(word: str) -> str:
    """Give a word without what cut it."""
    return word.translate(_BREAKS)


_GLUED = "|".join(map(broken, ("DOF", "DEST", "REG", "RMK", "SID", "STS", "ORGN")))
"""Keys that end no word: they are keys even where the blank before them is missing."""
_KEY = re.compile(
    rf"(?:(?:(?<![A-ZА-Я])|(?<=[0-9][EWBЗ]))({'|'.join(map(broken, (*KEYS, *_WRITTEN)))})|({_GLUED}))[ \n]?/"
)
_FIRST_WITHOUT_SLASH = re.compile(r"(?<=-)[ \n]?(DEP)(?=[0-9]{4}(?:[0-9]{2})?[NSCЮ])")
_LAST_NUMBER = re.compile(r"(SID)[ \n]?(?=[0-9]{10}\)?\Z)")
_LONGEST_KEY = max(len(key) * 2 - 1 for key in KEYS) + len(" /")
_SID = re.compile(r"(?:S[ \n]?I[ \n]?D|CИД)[ \n]?/[ \n№]{0,2}(?=(?:[0-9O][ \n]?){10})")
_CLOCK = r"(?:[ \n]?[0-9O](?:[ \n]?[0-9O:]){0,5}[0-9A-ZА-Я]{0,4})?(?![0-9A-ZА-Я])"
PLACE = r"[A-ZА-Я](?:[ \n]?[A-ZА-Я]){3}"
_TAIL = re.compile(rf"(?:-[ \n]?(?![ZЗ][ \n]?O[ \n]?[NH][ \n]?A)|(?<=\n)(?=ZZZZ))({PLACE})({_CLOCK})")
ID = r"[^\s()/-]{0,10}?(?:[ -][0-9A-Z]{2,7})??"
SSR = r"(?:/[A-Z][0-9]{2,4})?"
STOP = rf"-[ \n]?({PLACE})({_CLOCK})"
LOOSE_ID = r"[^()/]{0,40}?"
"""What may stand where the callsign belongs: a list of marks, a word too many."""

_POINT = re.compile(r"[^/]*?[0-9][0-9O \n]{3}")
_AFTER_REMARK = {
    "DEP": _POINT,
    "DEST": _POINT,
    "DOF": re.compile(r"[ \n]?(?:[0-9O][ \n]?){6}"),
    "REG": re.compile(r"[ \n]?[0-9A-Z-]*[0-9]"),
    "SID": re.compile(r"[ \n]?(?:[0-9O][ \n]?){10}"),
}
"""Keys that may follow RMK/ in a DEP or ARR of 2024, and how their values begin."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, the text of its value and where that stands."""

    name: str
    raw: str
    start: int
    end: int


def field(name: str, text: str, start: int, end: int) -> Field:
    """Cut a field out of a text, without the blanks around it."""
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    end = start + len(raw)
    return Field(name, whole(raw) if name in ("13", "16") else raw, start, end)


def values(fields: Iterable[Field]) -> dict[str, str]:
    """Give the values by name; the first of a name counts, marks of several ``REG/`` stand together."""
    read: dict[str, str] = {}
    for one in fields:
        if one.name not in read:
            read[one.name] = one.raw
        elif one.name == "REG":
            read["REG"] += "\n" + one.raw
    return read


def keys(like: str, start: int) -> Iterator["re.Match[str]"]:
    """Give the keys of field 18 in a text whose look-alikes are Latin: by their slashes, which are few."""
    at = start
    while (slash := like.find("/", at)) >= 0:
        for begin in range(max(slash + 1 - _LONGEST_KEY, at), slash - 1):
            key = _KEY.match(like, begin, slash + 1)
            if key is not None:
                yield key
                break
        at = slash + 1


def name(key: "re.Match[str]") -> str:
    """Give the name that a key stands for."""
    written = whole(key[key.lastindex or 0])
    return _WRITTEN.get(written, written)


def first_key(like: str, start: int) -> int:
    """Give where field 18 begins: the first key, or the end of the text; ``like`` has look-alikes made Latin."""
    key = next(keys(like, start), None)
    end = key.start() if key else len(like)
    bare = _FIRST_WITHOUT_SLASH.search(like, start, end)
    return bare.start() if bare else end


def items(text: str, like: str, start: int, *, plan: bool) -> list[Field]:
    """Give the items of field 18; ``like`` is the text with look-alikes made Latin.

    In a plan ``RMK/`` runs to the last ``SID/`` with ten digits, whatever stands between; in a DEP or ARR ``DEP/``,
    ``DEST/`` and their like that did not occur before may follow it.
    """
    found = list(keys(like, start))
    if (bare := _FIRST_WITHOUT_SLASH.match(like, start)) is not None:
        found = [bare, *found]
    remark = next((i for i, key in enumerate(found) if name(key) == "RMK"), None)
    if remark is not None:
        before = {name(key) for key in found[:remark]}
        behind = _behind_plan(like, found[remark]) if plan else _behind_movement(found[remark + 1 :], before)
        found = [*found[: remark + 1], *behind]
    stop = len(text) - 1 if text.endswith(")") else len(text)
    ends = [*[key.start() for key in found], stop][1:]
    return [field(name(key), text, key.end(), end) for key, end in zip(found, ends, strict=True)]


def _behind_plan(like: str, remark: "re.Match[str]") -> list["re.Match[str]"]:
    numbers = list(_SID.finditer(like, remark.end()))
    last = _KEY.match(like, numbers[-1].start()) if numbers else _LAST_NUMBER.search(like, remark.end())
    return [last] if last else []


def _behind_movement(keys: list["re.Match[str]"], seen: set[str]) -> list["re.Match[str]"]:
    """Give the last of each key that may follow free text, did not stand before it and has a value of its kind."""
    last = {
        name(key): key
        for key in keys
        if (known := name(key)) in _AFTER_REMARK
        and known not in seen
        and _AFTER_REMARK[known].match(key.string, key.end())
    }
    return sorted(last.values(), key=lambda key: key.start())


def tail(text: str, like: str, start: int, end: int) -> list[Field]:
    """Give field 16 and, before it, field 15; the last group that looks like field 16 is it."""
    groups = list(_TAIL.finditer(like, start, end))
    last = groups[-1] if groups else None
    middle = last.start() if last else end
    fields = [field("15", text, start, middle)]
    if last:
        fields += [field("16", text, *last.span(1)), field("16t", text, *last.span(2))]
    return [_undashed(one) for one in fields if one.raw.strip("- \n")]


def _undashed(one: Field) -> Field:
    """Drop the hyphens that part fields."""
    raw = one.raw.lstrip("- \n")
    start = one.end - len(raw)
    raw = raw.rstrip("- \n")
    return Field(one.name, raw, start, start + len(raw))
