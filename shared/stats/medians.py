"""Exact medians of durations, made of the distributions that the roll-ups hold."""

import sys
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate
from operator import neg
from typing import Any, NamedTuple

from shared.db import Connection
from shared.stats import queries
from shared.stats.selection import Selection
from shared.stats.statements import STATEMENTS


class Medians(NamedTuple):
    """Exact medians of durations, minutes; None where none is known."""

    median_minutes: float | None
    plan_median_minutes: float | None


NONE = Medians(None, None)


async def duration_medians(conn: Connection, selection: Selection) -> Medians:
    """Give the medians of a selection."""
    rows = await conn.fetch(STATEMENTS[selection.clock]["durations"], *selection.sums)
    return medians_of(rows).get(selection.region_id, NONE)


async def duration_medians_by_region(conn: Connection, selection: Selection) -> dict[str, Medians]:
    """Give every region's medians by its code, the selection's own region does not matter."""
    *parts, _, uav_type, state = selection.sums
    by_region = medians_of(await conn.fetch(STATEMENTS[selection.clock]["durations"], *parts, None, uav_type, state))
    return {place.code: by_region.get(place.region_id, NONE) for place in await queries.regions(conn)}


def medians_of(rows: Iterable[Iterable[Any]]) -> dict[int, Medians]:
    """Add distributions up by region, or take them away, and give the medians of what they come to.

    A row is a sign, a region, actual durations and their flights, planned durations and their flights.
    """
    actual: dict[int, dict[int, int]] = defaultdict(dict)
    planned: dict[int, dict[int, int]] = defaultdict(dict)
    for sign, region_id, durations, durations_n, plan_durations, plan_durations_n in rows:
        _add(actual[region_id], sign, durations, durations_n)
        _add(planned[region_id], sign, plan_durations, plan_durations_n)
    return {number: Medians(_median(actual[number]), _median(planned[number])) for number in actual}


def _add(counted: dict[int, int], sign: int, minutes: bytes | None, flights: bytes | None) -> None:
    """Count values, each once or as often as stands beside it; None is no value, and for flights one each."""
    values, known = _integers(minutes), counted.get
    if flights is None:
        for value, number in Counter(values).items():
            counted[value] = known(value, 0) + sign * number
    else:
        numbers = _integers(flights)
        for value, number in zip(values, numbers if sign > 0 else map(neg, numbers), strict=True):
            counted[value] = known(value, 0) + number


def _integers(sent: bytes | None) -> "array[int]":
    """Read the elements of lists as the database sends them: each after its size, both in four bytes, highest first."""
    numbers = array("i", sent or b"")
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers[1::2]


def _median(counted: Mapping[int, int]) -> float | None:
    """Give the middle value, or that between the two in the middle of an even number."""
    values = sorted(counted)
    upto = list(accumulate(map(counted.__getitem__, values)))
    if not upto or upto[-1] == 0:
        return None
    lower, upper = (bisect_left(upto, place) for place in ((upto[-1] + 1) // 2, upto[-1] // 2 + 1))
    return (values[lower] + values[upper]) / 2
