"""The quick way: telegrams written exactly as the rules have it, three quarters of all.

Each pattern takes only texts that the careful way would read without a repair of structure; values are mended and read
by the same functions. ``quick`` gives None for everything else, and a property test holds both ways equal.
"""

import re

from shared.telegrams import arr, dep, iarr, idep, shr  # noqa: F401  they register themselves
from shared.telegrams.aircraft import marks
from shared.telegrams.coordinates import PLAIN, place
from shared.telegrams.fields import KEYS
from shared.telegrams.model import Kind, Movement, Plan, Telegram, make_movement
from shared.telegrams.moments import day, minute
from shared.telegrams.movements import arrival as arrival_of
from shared.telegrams.movements import departure as departure_of
from shared.telegrams.plans import aerodrome_of, name_of, plan

_MARK = re.compile("[HН]{4}|NNNN|Z[CС]Z[CС]|ЗЦЗЦ")
"""The end or the beginning of a message: it would cut the telegram."""
_PLACE = "[0-9A-ZА-ЯЁ ]++"
_REG = "[0-9A-Z ]++"
_BAND = "(?:K[0-9]{4})?[MSFA][0-9]{3,4}(?:/[MSFA][0-9]{3,4})?"
_ZONE = "/ZONA [^/()-]+?(?:[0-9]|[0-9][EW])/"
_DASH = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
"""Hyphens of other kinds: what follows one in a zone could be field 16."""
_SHR = re.compile(
    rf"\(SHR-([0-9A-Z]{{1,10}})\n-([A-Z]{{4}})([0-9]{{4}})\n-({_BAND}(?: {_ZONE})?)\n"
    r"(?:-(?!ZONA)([A-Z]{4})([0-9]{4})\n)?-(?=[A-Z]{3,4}/)"
)
_PROSE = re.compile(r"[0-9A-ZА-ЯЁ \n.,:;/+()№%=*!?\"-]*\Z")
_TELLTALE = re.compile(r"[A-ZА-ЯЁ][ \n]*-|-[ \n]*[A-ZА-ЯЁ]")
"""What a second telegram cannot do without."""
_SID = re.compile(r"[ \n]SID/([0-9]{10})\)\n*\Z")
_IDEP = re.compile(
    r"-TITLE IDEP\n-SID ([0-9]{10})\n-ADD ([0-9]{6})\n-ATD ([0-9]{4})\n(?:-ADEP ((?!HHHH|NNNN|ZCZC)[A-Z]{4})\n)?"
    rf"(?:-ADEPZ ({_PLACE})\n)?-PAP [0-9]{{1,3}}(?:\n-REG ({_REG}))?\n*\Z"
)
_IARR = re.compile(
    r"-TITLE IARR\n-SID ([0-9]{10})\n-ADA ([0-9]{6})\n-ATA ([0-9]{4})\n(?:-ADARR ((?!HHHH|NNNN|ZCZC)[A-Z]{4})\n)?"
    rf"(?:-ADARRZ ({_PLACE})\n)?-PAP [0-9]{{1,3}}(?:\n-REG ({_REG}))?\n*\Z"
)
_MOVED = re.compile(r"\((DEP|ARR)-([0-9A-Z]{1,10})-([A-Z]{4})([0-9]{4})-([A-Z]{4})([0-9]{4})?\n-(?=[A-Z]{3,4}/)")
_KEYS = frozenset(KEYS) - {"RMK", "SID", "EST"}  # EST may be the end of a DEST that a line break cut
_MOVED_KEYS = frozenset(["REG", "DOF", "RMK", "DEP", "DEST"])


def quick(text: str) -> Telegram | None:
    """Read a canonical telegram, or give None."""
    if text.startswith("-TITLE IDEP\n"):
        return _movement(Kind.DEP, _IDEP.match(text))
    if text.startswith("-TITLE IARR\n"):
        return _movement(Kind.ARR, _IARR.match(text))
    if text.startswith("(SHR-"):
        return _plan(text)
    if text.startswith(("(DEP-", "(ARR-")):
        return _bracketed(text)
    return None


def _movement(kind: Kind, match: "re.Match[str] | None") -> Movement | None:
    if match is None:
        return None
    sid, on, at, aerodrome, where, reg = match.groups()
    if where is not None and (where[0] > "9" or " " in where) and _MARK.search(where):
        return None
    if reg is not None and (reg[0] > "9" or " " in reg) and _MARK.search(reg):
        return None
    read_day, n1 = day(on)
    read_minute, n2 = minute(at)
    point, n3 = place(where) if where else (None, ())
    regs, n4 = marks(reg) if reg else ((), ())
    return make_movement(
        kind=kind,
        sid=sid,
        day=read_day,
        minute=read_minute,
        precise=point,
        regs=regs,
        departure=aerodrome_of(aerodrome) if kind is Kind.DEP else None,
        destination=aerodrome_of(aerodrome) if kind is Kind.ARR else None,
        dep_name=name_of(where, point, n3) if kind is Kind.DEP else None,
        dest_name=name_of(where, point, n3) if kind is Kind.ARR else None,
        notes=n1 + n2 + n3 + n4,
    )


def _plan(text: str) -> Plan | None:
    head = _SHR.match(text)
    tail = _SID.search(text, len(text) - 24) if head else None
    if head is None or tail is None:
        return None
    remark = text.find("RMK/", head.end())
    if remark < 0 or text[remark - 1] not in " \n" or not _alone(text, head.end(), remark, tail.end(1)):
        return None
    callsign, departure, at, field15, destination, lasting = head.groups()
    if not field15.isascii() and _DASH.search(field15):
        return None
    fields = {"7": callsign, "13": departure, "13t": at, "15": field15}
    if destination:
        fields["16"], fields["16t"] = destination, lasting
    return plan(Kind.SHR, fields, (), tail[1]) if _items(text[head.end() : remark], fields) else None


def _alone(text: str, start: int, remark: int, end: int) -> bool:
    """Tell whether one telegram is all there is: brackets, as of a phone, stand in its remark if anywhere."""
    if text.find(")") == end and text.find("(", 1) < 0:
        return True
    if text.find("(", 1, remark) >= 0 or text.find(")", 0, remark) >= 0 or _MARK.search(text):
        return False
    items = text[start:end]
    return _PROSE.match(items) is not None and _TELLTALE.search(items) is None


def _bracketed(text: str) -> Movement | None:
    """Read a movement of 2024; behind its ``RMK/`` only plain places may stand."""
    head = _MOVED.match(text)
    end = text.find(")")
    if head is None or text.find("(", 1) >= 0 or text[end:].rstrip("\n") != ")":
        return None
    word, callsign, departure, off, destination, on = head.groups()
    fields = {"7": callsign, "13": departure, "13t": off, "16": destination}
    if on:
        fields["16t"] = on
    if not _items(text[head.end() : end], fields, _MOVED_KEYS):
        return None
    if "RMK" in fields:
        names = list(fields)
        behind = names[names.index("RMK") + 1 :]
        if not all(name in ("DEP", "DEST") and PLAIN.match(fields[name]) for name in behind):
            return None
    return departure_of(fields, ()) if word == "DEP" else arrival_of(fields, ())


def _items(text: str, fields: dict[str, str], keys: frozenset[str] = _KEYS) -> bool:
    """Add the items of field 18; False if a slash is more than the end of a known key, or a key comes twice."""
    key, *pieces = text.split("/")
    last = len(pieces) - 1
    for i, piece in enumerate(pieces):
        if key not in keys or key in fields:
            return False
        if i == last:
            fields[key] = piece.strip()
        else:
            parts = piece.rsplit(None, 1)
            if len(parts) < 2:
                return False
            fields[key], key = parts[0].lstrip(), parts[1]
    return True
