"""The grammar of telegrams: every word, token, key and layout, said once, each with an example.

A token has a strict form, in which nearly all telegrams are written, and a loose one, in which a line break or a blank
may stand anywhere and letters may be Cyrillic. Both are matched by one scanner (``scanner``), the strict one first
because it costs a tenth; redaction, ``fly-potato explain`` and the fields' readers go by the same keys and layouts.

Loose forms are matched on folded text: Cyrillic letters that look Latin made Latin, letter for letter. A telegram may
also be written in Russian letters throughout, as the Russian telegraph has them (``(СХР-``, ``-ЗЗЗЗ0530``, ``ДЕП/``):
such forms of words and keys follow from the Latin ones by ``TELEGRAPH``.
"""

import re
from enum import Enum, auto
from typing import Final, NamedTuple

LOOK_ALIKES: Final = ("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
"""Cyrillic letters and the Latin ones that they look like."""
TELEGRAPH: Final = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "АБЦДЕФГХИЙКЛМНОПЩРСТУЖВЬЫЗ")
"""Latin letters and the Russian ones that the telegraph sends for them."""
TRANSLITERATION: Final = str.maketrans("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЬЫЪЭЮЯ", "ABWGDEVZIJKLMNOPRSTUFHC4-QXYXEUA")
"""Russian letters as the telegraph writes them in Latin."""
_PAIRS = tuple(zip(*LOOK_ALIKES, strict=True))
_GAPS = str.maketrans(dict.fromkeys(" \n", None))
_RUSSIAN = str.maketrans(*TELEGRAPH)


def fold(text: str) -> str:
    """Give the text with Cyrillic letters that look Latin made Latin; the length stays."""
    if text.isascii():
        return text
    # One replacement a letter takes a quarter of the time of str.translate.
    for cyrillic, latin in _PAIRS:
        text = text.replace(cyrillic, latin)
    return text


def cut(word: str) -> str:
    """Give the pattern of a word that a line break or a blank may cut."""
    return r"[ \n]?".join(word)


def whole(word: str) -> str:
    """Give a word without what cut it."""
    return word.translate(_GAPS)


def russian(word: str) -> str:
    """Give a word in Russian letters, folded: ``DEP`` is ДЕП, where only Д is unlike a Latin letter."""
    return fold(word.translate(_RUSSIAN))


def maybe(pattern: str) -> str:
    """Give the pattern of what may be missing; an empty alternative takes half the time of ``?`` behind a group."""
    return f"(?:{pattern}|)"


class Token(NamedTuple):
    """A part of a telegram: its strict and its loose pattern, and an example."""

    strict: str
    loose: str
    example: str


_CLOCK_WORDS = r"(?: ?(?:MCK|MSK|MECTH[А-ЯA-Z]{0,5}|LOCAL|LT|AM|PM|UTC|YTЦ|Z|З)(?![0-9A-ZА-Я]))?"
CALLSIGN: Final = Token(r"[0-9A-Z]{1,10}", r"[^\s()/-]{0,10}?(?:[ -][0-9A-Z]{2,7})??", "00725")
CALLSIGN_LIST: Final = Token(CALLSIGN.strict, r"(?:(?!-[ \n]?[A-ZА-Я]{4})[^()/]){0,40}?", "00724, 00725")
"""What may stand where the callsign belongs: a list of marks, a word too many."""
TRANSPONDER: Final = Token("", r"(?:/[A-Z][0-9]{2,4})?", "/A1234")
AERODROME: Final = Token(r"[A-Z]{4}", r"[A-ZА-Я](?:[ \n]?[A-ZА-Я]){3}", "ZZZZ")
CLOCK: Final = Token(
    r"[0-9]{4}",
    rf"(?:[ \n]?[0-9O](?:[ \n]?[0-9O:]){{0,5}}[0-9A-ZА-Я]{{0,4}}{_CLOCK_WORDS})?(?![0-9A-ZА-Я])",
    "0600",
)
DAY: Final = Token(r"[0-9]{6}", r"[ \n]?(?:[0-9O][ \n]?){6}", "250124")
_SIXTIETHS = "[0-5][0-9]"
_DEGREES_EAST = "(?:0[0-9]|1[0-7])[0-9]"
POINT: Final = Token(
    f"[0-8][0-9]{_SIXTIETHS}(?:N{_DEGREES_EAST}{_SIXTIETHS}|{_SIXTIETHS}N{_DEGREES_EAST}{_SIXTIETHS}{_SIXTIETHS})E",
    r"[^/]{0,40}?[0-9][0-9O \n]{3}",
    "4408N04308E",
)
PLACE: Final = Token(r"[0-9A-ZА-ЯЁ(](?:[0-9A-ZА-ЯЁ .,()№°'\"]|\n(?=[0-9]))*+", "", "ХУТОР ДАЛЬНИЙ 4408N04308E")
"""What stands in ``ADEPZ`` and ``ADARRZ``: a coordinate, names beside it."""
MARKS: Final = Token(
    r"[0-9A-Z](?:[0-9A-Z ,]|(?<=[0-9A-Z])-(?=[0-9A-Z]))*+", r"[ \n]?[0-9A-Z-]{0,20}[0-9]", "0J02194 00Q2171"
)
_MARK = (
    # 0A12345; 00724, 2411G, RA-2411G, RF-37204
    "(?:(?=[0-9A-Z]{7}(?![0-9A-Z]))(?:[0-9]{0,6}[A-NP-Z][0-9]{1,6}|[0-9]{1,6}[A-NP-Z])"
    "|(?:[0-9]{5}|[0-9]{4}[A-NP-Z]|R[AF]-?[0-9]{4,5}G?)(?![0-9A-Z-]))"
)
MARK_LIST: Final = Token(rf"{_MARK}(?:(?:,[ \n]?|[ \n]){_MARK}){{0,40}}", "", "00724, RF-37204 0A12345")
"""Marks of which nothing is to be mended."""
LEVELS: Final = Token(r"(?:K[0-9]{4})?[MSFA][0-9]{3,4}(?:/[MSFA][0-9]{3,4})?", "", "M0000/M0005")
ZONE: Final = Token(r"/ZONA [^/()-]{2,9000}/", "", "/ZONA MR076285/")
ZONE_NAMES: Final = Token(r"[A-Z]{2}[A-NP-Z]?[0-9]{1,8}(?: [A-Z]{2}[A-NP-Z]?[0-9]{1,8}){0,9}|[0-9]{4}", "", "MR076285")
FIELD15: Final = Token(
    r"(?:K[0-9]{4}|)([MA][0-9]{3,4}(?:/[MA][0-9]{3,4}|))"
    rf"(?: /ZONA (?:({ZONE_NAMES.strict})|R([0-9]{{1,3}}(?:[,.][0-9]{{1,2}}|)) ({POINT.strict})"
    rf"|({POINT.strict}(?:[ \n]{POINT.strict}){{2,200}}))/| ({POINT.strict}(?: (?:DCT |){POINT.strict}){{0,40}})|)",
    "",
    "M0000/M0005 /ZONA R0,5 4408N04308E/",
)
"""How nearly all are written: a band of levels; names of zones, a circle, a polygon or a route. Its groups are the
band, names, radius, centre, corners and points on the way."""
CRAFT: Final = Token(maybe("([1-9][0-9]?)") + "(BLA|AER|SHAR)", "", "2BLA")
"""Its groups are the count and the type."""
SID: Final = Token(r"[0-9]{10}", r"(?:[0-9O][ \n]?){10}", "7772251137")
SID_LETTERS: Final = Token("", r"[A-Z]{2,6}[0-9]{2,8}", "VSTK0160")
STOP: Final = rf"-[ \n]?({AERODROME.loose})({CLOCK.loose})"
"""Fields 13, 16 and 17: an aerodrome and a time or a duration."""
FLIGHT_RULES: Final = r"-[ \n]?[IVYZ][SNGMX]?[ \n]?-[ \n]?[^-()]{1,24}(?:[ \n]?-[ \n]?[^-()\n]{1,24}(?=[ \n]?-))?[ \n]?"
"""Fields 8 to 10 of the form of ICAO (``-VG -ZZZZ/L-N/N``): they say nothing here."""


class Form(Enum):
    """How a telegram is written."""

    BRACKETS = auto()
    """``(SHR-ZZZZZ-ZZZZ0600-…)``: numbered fields in their order, then keys with slashes."""
    KEYS = auto()
    """``-TITLE IDEP -SID …``: keys behind hyphens, the form of ADEXP."""


class Layout(NamedTuple):
    """A message type: the word that begins it, its form, its Russian name, what it says, an example."""

    word: str
    form: Form
    title: str
    says: str
    example: str


LAYOUTS: Final = {
    layout.word: layout
    for layout in (
        Layout(
            "SHR",
            Form.BRACKETS,
            "план полёта",
            "the plan; field 16 is the planned DURATION, RMK/ is free text up to SID/",
            "(SHR-00725\n-ZZZZ0600\n-M0000/M0005 /ZONA R0,5 4408N04308E/\n-ZZZZ0700\n-DEP/4408N04308E DEST/4408N04308E "
            "DOF/250124 OPR/ООО ВЫДУМКА REG/00724,REG00725 STS/SAR TYP/BLA RMK/СЪЕМКА SID/7772251137)",
        ),
        Layout(
            "PLN",
            Form.BRACKETS,
            "план полёта",
            "the same in the form of ICAO, with fields 8 to 10",
            "(PLN-08J7209-VG\n-ZZZZ/L-N/N\n-ZZZZ0200\n-K0060M0020 DCT\n-ZZZZ0200\n-DOF/240614)",
        ),
        Layout(
            "FPL",
            Form.BRACKETS,
            "план полёта",
            "the same",
            "(FPL-RF37204-VG\n-ZZZZ/L-N/N\n-ZZZZ0530\n-K0080M0030 DCT\n-ZZZZ0400\n-DOF/250614 SID/7772600001)",
        ),
        Layout(
            "CHG",
            Form.BRACKETS,
            "изменение плана",
            "a plan changed: what stands behind field numbers, or the whole plan again",
            "(CHG-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250101 SID/7772251137-13/ZZZZ0800-16/ZZZZ0200-18/REG/0J02194)",
        ),
        Layout(
            "DLA",
            Form.BRACKETS,
            "задержка",
            "a plan put off: field 13 is the NEW take-off",
            "(DLA-ZZZZZ-ZZZZ0930-ZZZZ-DOF/250101 SID/7772251137)",
        ),
        Layout(
            "CNL",
            Form.BRACKETS,
            "отмена плана",
            "a plan taken back",
            "(CNL-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250101 SID/7772251137)",
        ),
        Layout(
            "DEP",
            Form.BRACKETS,
            "вылет (2024)",
            "the take-off of 2024: field 13; hhmm of field 16 is the planned DURATION; DEP/, DEST/ may follow RMK/",
            "(DEP-ZZZZZ-ZZZZ0900-ZZZZ1800\n-REG/07C4935 DOF/240101 RMK/MR11608 DEP/5509N03737E DEST/5509N03737E)",
        ),
        Layout(
            "ARR",
            Form.BRACKETS,
            "посадка (2024)",
            "the landing of 2024: field 13 is the take-off, 17 the LANDING, the next such time after it",
            "(ARR-ZZZZZ-ZZZZ0900-ZZZZ1515\n-REG/07C4935 DOF/240101 RMK/MR11608 DEP/5509N03737E DEST/5509N03737E)",
        ),
        Layout(
            "IDEP",
            Form.KEYS,
            "вылет (2025)",
            "the take-off of 2025",
            "-TITLE IDEP\n-SID 7772251137\n-ADD 250124\n-ATD 0600\n-ADEP ZZZZ\n-ADEPZ 440846N0430829E\n"
            "-PAP 0\n-REG 0J02194 00Q2171",
        ),
        Layout(
            "IARR",
            Form.KEYS,
            "посадка (2025)",
            "the landing of 2025",
            "-TITLE IARR\n-SID 7772251137\n-ADA 250124\n-ATA 1250\n-ADARR ZZZZ\n-ADARRZ 440846N0430829E\n-PAP 0",
        ),
        Layout(
            "ICHG",
            Form.KEYS,
            "изменение плана",
            "a plan changed: what its keys say",
            "-TITLE ICHG\n-SID 7772251137\n-EOBD 250124\n-EOBT 0800",
        ),
        Layout(
            "IDLA",
            Form.KEYS,
            "задержка",
            "a plan put off: EOBT is the NEW take-off",
            "-TITLE IDLA\n-SID 7772251137\n-EOBD 250124\n-EOBT 0930",
        ),
        Layout("ICNL", Form.KEYS, "отмена плана", "a plan taken back", "-TITLE ICNL\n-SID 7772251137"),
    )
}


class Key(NamedTuple):
    """A key and how its value is read: ``reader`` names it (see ``kinds.READERS``), None where nothing is read.

    ``after_remark`` is how a value begins that may follow ``RMK/`` in a DEP or ARR of 2024. What a private key holds
    names people.
    """

    name: str
    reader: str | None
    example: str
    after_remark: str = ""
    private: bool = False


KEYS: Final = {
    key.name: key
    for key in (
        Key("DEP", "place", "4408N04308E", POINT.loose),
        Key("DEST", "place", "4408N04308E", POINT.loose),
        Key("DOF", "day", "250124", DAY.loose),
        Key("EET", None, "USTV0001 USHH0002"),
        Key("OPR", "operator", "ООО ВЫДУМКА", private=True),
        Key("ORGN", None, "УНКУЗДЗЬ", private=True),
        Key("REG", "marks", "00724,REG00725", MARKS.loose),
        Key("STS", "status", "SAR"),
        Key("TYP", "craft", "2BLA"),
        Key("DLE", "place", "5255N08753E0900"),
        Key("RMK", None, "СЪЕМКА ПОЛЯ", private=True),
        Key("SID", "sid", "7772251137", r"[ \n]?" + SID.loose),
        *(
            Key(name, None, "", private=True)
            for name in [
                "ALTN",
                "RALT",
                "TALT",
                "NAV",
                "COM",
                "DAT",
                "SUR",
                "PBN",
                "CODE",
                "PER",
                "SEL",
                "RIF",
                "RVR",
                "EST",
            ]
        ),
    )
}
"""Keys of field 18, a slash behind each."""
TYPES: Final = frozenset({"BLA", "AER", "SHAR", "BWS", "BVS", "BPLA", "BAS", "ZZZZ", "ULAC", "HELI"})
"""What stands in ``TYP/``: kinds of UAV and what else is known there."""
NAMED_TYPES: Final = frozenset(
    {
        "AGRAS", "AUTEL", "DJI", "DRON", "DRONE", "ELERON", "EVO", "FORPOST", "FPV", "GEOSCAN", "INSPIRE", "MATRICE",
        "MAVIC", "MINI", "MULTIROTOR", "ORION", "ORLAN", "PHANTOM", "QUADRO", "SUPERCAM", "UAV", "UAS", "ZALA",
    }
)  # fmt: skip
"""Makers' and models' names that are taken as written. Another long word there may be anything, a surname too."""
KEYED: Final = {
    key.name: key
    for key in (
        Key("TITLE", None, "IDEP"),
        Key("SID", "sid", "7772251137"),
        Key("ADD", "day", "250124"),
        Key("ATD", "minute", "0600"),
        Key("ADEP", "aerodrome", "ZZZZ"),
        Key("ADEPZ", "place", "440846N0430829E"),
        Key("ADA", "day", "250124"),
        Key("ATA", "minute", "1250"),
        Key("ADARR", "aerodrome", "ZZZZ"),
        Key("ADARRZ", "place", "440846N0430829E"),
        Key("ADES", "aerodrome", "ZZZZ"),
        Key("ADESZ", "place", "440846N0430829E"),
        Key("PAP", None, "0"),
        Key("REG", "marks", "0J02194 00Q2171"),
        Key("ARCID", "callsign", "ZZZZZ"),
        Key("ARCTYP", "craft", "BLA"),
        Key("DOF", "day", "250124"),
        Key("EOBD", "day", "250124"),
        Key("EOBT", "minute", "0700"),
        Key("ETD", "minute", "0700"),
        Key("TTLEET", "duration", "0200"),
        Key("RMK", None, "", private=True),
        Key("COMMENT", None, "", private=True),
        Key("OPR", None, "", private=True),
    )
}
"""Keys of the form of keys and values, a hyphen before each."""

NUMBERED: Final = {
    "7": "callsign",
    "13t": "minute",
    "15": "field15",
    "16t": "duration",
    "filed time": "minute",
    "filed day": "day",
}
"""Readers of numbered fields, and of what the head of a CHG says of the plan as it was filed."""
SPELLINGS: Final = {"D0F": "DOF", "TИП": "TYP"} | {
    russian(name): name for name in (*KEYS, *KEYED) if russian(name) != name
}
"""Other spellings of keys, folded: in Russian letters, with a zero for the letter."""
WORDS: Final = {word: word for word in ("SHR", "DEP", "ARR", "CHG", "CNL", "DLA", "PLN", "FPL")}
WORD_SPELLINGS: Final = WORDS | {russian(word): word for word in WORDS}
"""Words that begin a telegram in brackets, folded, with the layout each means."""
TITLE_SPELLINGS: Final = {
    spelling: f"I{word}"
    for word in ("DEP", "ARR", "CNL", "CHG", "DLA")
    for spelling in (word, f"I{word}", russian(word), russian(f"I{word}"))
}
TITLE: Final = f"(?:{cut('TITLE')}|{cut(russian('TITLE'))})"


def any_of(words: "dict[str, str] | list[str]") -> str:
    """Give the pattern of one of several words, each perhaps cut, the longest first."""
    return "|".join(map(cut, sorted(words, key=len, reverse=True)))


GLUED_KEYS: Final = ("DOF", "DEST", "REG", "RMK", "SID", "STS", "ORGN")
"""Keys that end no word: they are keys even where the blank before them is missing."""
ENDINGS: Final = frozenset(key[-1] for key in (*KEYS, *SPELLINGS))
"""Letters that may stand before the slash of a key."""
LONGEST_KEY: Final = max(len(key) for key in KEYS) * 2 + 1

KEY: Final = re.compile(
    # DEP/ behind a blank or a number, D\nEP/
    rf"(?:(?:(?<![A-ZА-Я])|(?<=[0-9][EWBЗ]))({any_of([*KEYS, *(s for s, n in SPELLINGS.items() if n in KEYS)])})"
    # ВЫДУМКАDOF/
    rf"|({any_of(list(GLUED_KEYS))}))[ \n]?/"
)
"""A key of field 18 with its slash, matched where it begins."""
