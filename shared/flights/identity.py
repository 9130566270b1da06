"""Who a flight is: 16 bytes that every row of the same flight gives.

The number of the plan (``SID``) is the identity where there is one. Without it, what is natural: the callsign, the
marks and the first of plan, take-off and landing that is known, with its day, time and place, all as values, so that
blanks, line breaks and look-alikes do not matter. Where not even that is known, the letters and digits of the row's
text.
"""

from collections.abc import Iterable
from hashlib import blake2b

from shared.telegrams.grammar import fold
from shared.telegrams.model import Point
from shared.telegrams.repairs import repair

_BYTES = 16
_NUMBERED = blake2b(b"sid ", digest_size=_BYTES)


def by_number(sid: str) -> bytes:
    """Give the identity of the flight of a plan's number."""
    digest = _NUMBERED.copy()
    digest.update(sid.encode())
    return digest.digest()


def by_nature(facts: Iterable[object]) -> bytes:
    """Give the identity that facts make."""
    text = "facts " + "|".join(_word(fact) for fact in facts)
    return blake2b(text.encode("utf-8", "replace"), digest_size=_BYTES).digest()


def by_text(texts: Iterable[str | None]) -> bytes:
    """Give the identity of a row that says nothing else of itself."""
    text = "text " + "".join(letters(text) for text in texts if text)
    return blake2b(text.encode("utf-8", "replace"), digest_size=_BYTES).digest()


def letters(text: str) -> str:
    """Give the letters and digits of a text, capital, look-alikes Latin."""
    return "".join(c for c in fold(repair(text).text) if c.isalnum())


def _word(fact: object) -> str:
    if fact is None or fact == ():
        return ""
    if isinstance(fact, Point):
        return f"Place(lat={fact.lat}, lon={fact.lon})"
    return ",".join(sorted(fact)) if type(fact) is tuple else str(fact)
