"""Exact medians of durations, made of the distributions that the roll-ups hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.db import Connection
from shared.stats import queries
from shared.stats.selection import Selection
from shared.stats.statements import STATEMENTS

Integers = Sequence[int] | None
"""Minutes, or how many flights have each of some minutes; for minutes None is none, for flights one each."""


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
    actual: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    planned: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for sign, region_id, durations, durations_n, plan_durations, plan_durations_n in rows:
        _add(actual[region_id], sign, durations, durations_n)
        _add(planned[region_id], sign, plan_durations, plan_durations_n)
    return {number: Medians(_median(actual[number]), _median(planned[number])) for number in actual}


def _add(counted: dict[int, int], sign: int, minutes: Integers, flights: Integers) -> None:
    if minutes is None:
        return
    if flights is None:
        for value in minutes:
            counted[value] += sign
    else:
        for value, number in zip(minutes, flights, strict=True):
            counted[value] += sign * number


def _median(counted: Mapping[int, int]) -> float | None:
    """Give the middle value, or that between the two in the middle of an even number."""
    number = sum(counted.values())
    upto, lower = 0, None
    for value in sorted(counted):
        upto += counted[value]
        if lower is None and 2 * upto >= number > 0:
            lower = value
        if lower is not None and 2 * upto > number:
            return (lower + value) / 2
    return None
