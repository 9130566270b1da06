"""What flies and its marks, as written and as meant."""

import random
from dataclasses import dataclass
from typing import Final

from fly_potato.sample import shares

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Craft:
    """A type, how many, and how ``TYP/`` writes it; None where there is no TYP/."""

    name: str | None
    count: int | None
    written: str | None


def draw_type(source: random.Random, forced: str | None) -> Craft:
    """Draw what flies."""
    if forced:
        return Craft(forced, 1, forced)
    kind = shares.TYPES.pick(source)
    count = source.choice((1, 2, 2, 2, 3, 4, 4, 8, 14))
    match kind:
        case "counted_bla":
            return Craft("BLA", count, f"{count}BLA")
        case "counted_aer":
            return Craft("AER", count + 1, f"{count + 1}AER")
        case "lower":
            return Craft("BLA", 1, "bla")
        case "cyrillic":
            return Craft("BLA", 1, "ВLА")
        case "blank":
            return Craft("BLA", count, f"{count} BLA")
        case "behind":
            return Craft("BLA", count, f"BLA{count}")
        case "none":
            return Craft(None, None, None)
    return Craft(kind, 1, kind)


def draw_marks(source: random.Random, number: int, count: int) -> tuple[tuple[str, ...], str]:
    """Draw the marks; ``number`` is the flight's own, so that no two flights have the same ones."""
    kind = shares.MARKS.pick(source)
    first = _mark(source, number)
    match kind:
        case "none":
            return (), ""
        case "list":
            marks = (first, *(_mark(source, number + 7 * index) for index in range(1, max(2, min(count, 6)))))
            marks = tuple(dict.fromkeys(marks))
            return marks, source.choice((" ", ",", ", ", "\n")).join(marks)
        case "doubled_prefix":
            five = f"{number % 100_000:05}"
            return (five, first), f"{five},REG{first}"
        case "dotted":
            return (first,), f"{first}."
        case "registered":
            return _registered(source, number)
        case "repeated":
            return (first,), f"{first} {first}"
        case "zzzz":
            return ("ZZZZ",), "ZZZZ"
    return (first,), first


def _mark(source: random.Random, number: int) -> str:
    digits = f"0{number % 100_000:05}" if number < 100_000 else f"{number % 1_000_000:06}"
    at = source.randrange(7)
    return digits[:at] + source.choice(_LETTERS) + digits[at:]


def _registered(source: random.Random, number: int) -> tuple[tuple[str, ...], str]:
    five = f"{37_000 + number % 60_000:05}"
    mark = source.choice((f"RF{five}", f"RF-{five}", f"RA{five[1:]}G", f"RA-{five[1:]}G", five, f"{five[1:]}G"))
    return (mark,), mark
