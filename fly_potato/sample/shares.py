"""How often each variant occurs in a sample workbook: the one table.

The shares follow what was counted in 1,000 rows of a real workbook of 2025 and in 75 complete rows; what was never met
but is in the rules, or is wrong in a way that must be caught, has a small share of its own. Weights are relative.
"""

import random
from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Final


class Shares:
    """Names with their weights, to be picked from."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = MappingProxyType(dict(weights))
        self._names = tuple(weights)
        self._upto = tuple(accumulate(weights.values()))

    def pick(self, source: random.Random) -> str:
        """Pick a name, each as often as its weight says."""
        return self._names[bisect(self._upto, source.random() * self._upto[-1], 0, len(self._names) - 1)]


def _table(**weights: float) -> Shares:
    return Shares(weights)


TELEGRAMS: Final = _table(
    shr_dep_arr=86.0,
    shr_dep=5.5,
    shr_arr=4.5,
    shr=2.0,
    dep_arr=0.8,
    cancelled=0.6,
    delayed=0.2,
    empty=0.2,
    nothing_readable=0.2,
)
"""Which telegrams a row holds."""

REPEATED: Final = 0.01
"""Flights of which a second row follows further down."""
REPEATS: Final = _table(copy=70.0, without_landing=20.0, corrected_landing=10.0)

OUTSIDE: Final = 0.003
"""Flights from a place outside all regions."""

POINTS: Final = _table(
    minutes=78.0,
    seconds=16.5,
    cyrillic_minutes=0.8,
    cyrillic_seconds=0.7,
    look_alike=0.3,
    blank_inside=0.6,
    named_place=1.2,
    mixed_precision=0.8,
    broken_line=0.2,
    impossible=0.2,
    in_adep=0.2,
    missing=0.5,
)
"""How DEP and ARR of 2025 write their points; of mixed_precision and impossible the plan's point counts instead."""

NO_POINT: Final = _table(given=98.2, aerodrome=0.8, zone_circle=0.4, zone_named=0.3, balloon=0.3)
"""Flights whose plan has no point: an aerodrome, a zone alone, a tethered balloon with DLE/."""

ZONES: Final = _table(
    named_six=47.0,
    named_five=24.0,
    named_short_term=6.5,
    named_four=4.8,
    named_restricted=1.2,
    named_two=1.0,
    polygon=9.0,
    circle=5.0,
    circle_twice_zona=0.2,
    route=1.3,
    none=1.5,
)

LEVELS: Final = _table(band=94.0, speed_and_level=3.0, level=1.5, feet=1.0, none=0.5)

TYPES: Final = _table(
    BLA=78.5,
    counted_bla=8.0,
    AER=5.5,
    counted_aer=1.5,
    SHAR=0.5,
    lower=0.5,
    cyrillic=0.8,
    blank=0.7,
    behind=0.5,
    none=3.5,
)

MARKS: Final = _table(
    none=12.0, one=60.0, list=18.0, doubled_prefix=1.0, dotted=1.5, registered=3.0, repeated=1.5, zzzz=3.0
)

TIMES: Final = _table(
    plain=89.0, all_day=7.0, midnight=3.0, plan_2400=0.3, contradiction=0.2, impossible=0.3, no_date=0.2
)
"""all_day is 0000 with 2359; midnight a landing on the next day."""

FRAMES: Final = _table(plain=93.0, one_line=2.0, indented=1.0, no_bracket=0.5, trailing_break=3.5)
"""How a telegram stands in its cell."""

ENVELOPE: Final = 0.35
"""Telegrams of 2024 that stand in their AFTN envelope."""

BLANK_CELLS: Final = _table(empty=97.0, nan=1.5, dash=1.5)
"""What stands where a row has no telegram."""

CENTERS: Final = Shares(
    {
        "Тюменский": 48.0,
        "Санкт-Петербургский": 12.2,
        "Московский": 11.6,
        "Ростовский": 7.2,
        "Екатеринбургский": 7.1,
        "Самарский": 3.8,
        "Новосибирский": 3.7,
        "Красноярский": 1.8,
        "Калининградский": 1.5,
        "Магаданский": 1.1,
        "Хабаровский": 0.9,
        "Иркутский": 0.5,
        "Симферопольский": 0.4,
        "Якутский": 0.2,
    }
)
"""Rows by centre of the air traffic system; the last three were not met and are there so that no region is missing."""
