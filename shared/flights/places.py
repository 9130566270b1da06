"""Where a flight took off and landed: what its DEP and ARR say goes before its plan's place."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from shared.flights.model import Point

_NO_INDICATOR = re.compile(r"[ZЗ ]+")
_AS_PLANNED = frozenset(
    ["NIL", "HET", "TAM ЖE", "TO ЖE", "TA ЖE", "ПO ПЛAHY", "COГЛACHO ПЛAHY", "ПЛAH", "БEЗ ИЗMEHEHИЙ", "MECTO BЫЛETA"]
)
"""What says nothing of another place (look-alike letters Latin)."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_MINUTE, _SECOND = 1 / 60, 1 / 3600
_ROUNDING = 2e-6


class Located(Protocol):
    """Anything with WGS 84 decimal degrees."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


class Chosen(NamedTuple):
    """The place of a take-off or landing, and what was doubtful about it."""

    point: Point | None
    differs: bool = False
    """The telegram's own place is not the plan's."""
    unknown: bool = False
    """The telegram names a place without a coordinate that is not the plan's, so that the plan's is not taken."""


def choose(
    precise: Point | None, stated: Point | None, named: str | None, planned: Point | None, plan_names: Sequence[str]
) -> Chosen:
    """Choose among a coordinate of the event, one that DEP or ARR repeat, a mere name, and the plan's.

    ``stated`` goes before ``planned`` where the two differ by more than they are precise.
    """
    if precise is not None:
        return Chosen(precise)
    if stated is not None and not (planned is not None and near(stated, planned, precision(stated, planned))):
        return Chosen(stated, differs=planned is not None)
    if named is not None and stated is None and not _is_planned(named, plan_names):
        return Chosen(None, unknown=planned is not None)
    return Chosen(planned)


def near(one: Located, other: Located, degrees: float) -> bool:
    """Tell whether two places differ by no more than so many degrees of latitude and of longitude."""
    return abs(one.lat - other.lat) <= degrees and abs((one.lon - other.lon + 180) % 360 - 180) <= degrees


def precision(*places: Located) -> float:
    """Give the precision, in degrees, of the coarsest of places: a minute if it has whole minutes, else a second."""
    whole = any(_whole_minutes(place.lat) and _whole_minutes(place.lon) for place in places)
    return (_MINUTE if whole else _SECOND) + _ROUNDING


def _whole_minutes(degrees: float) -> bool:
    return abs(degrees * 60 - round(degrees * 60)) < 1e-4


def place_name(*texts: str | None) -> str | None:
    """Give the first words that name an aerodrome or a place; ``ZZZZ``, ``NIL`` and the like name none."""
    for words in texts:
        if words and not _NO_INDICATOR.fullmatch(words) and words not in _AS_PLANNED:
            return words
    return None


def _is_planned(named: str, plan_names: Sequence[str]) -> bool:
    """Tell whether a name shares a word, or a zone's number, with what the plan says of its place."""
    words = {part for word in named.split() for part in (word, word.lstrip(_LETTERS)) if len(part) > 2}
    return any(word in text for text in plan_names for word in words)
