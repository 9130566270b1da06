"""The peak loads of a UTC day: how many flights begin within an hour, and how many are in the air at once.

A peak lies at a moment, so a day is cut where a day of any clock begins, and each part has peaks of its own; the days
of every clock are made of whole parts. ``docs/statistics.md`` says what the peaks are. Counted here and not in SQL,
which sorts all flights once more for each of region, type, both and neither (decision 0805).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

COUNTRY: Final = -1
ALL_TYPES: Final = "*"
DAY_SECONDS: Final = 86_400
HOUR_SECONDS: Final = 3_600
_MINUTE: Final = 60


class ClockPart(NamedTuple):
    """A part of a UTC day: the second on which it begins, and its day by Moscow's clock and by the region's."""

    begins: int
    start_moscow: date
    start_local: date


class CountedFlight(NamedTuple):
    """What the peaks know of a flight that is not cancelled, in seconds of the UTC day."""

    region_id: int
    uav_type: str
    begins: int | None
    """Beyond the day for one of the day after; None for one of a day before."""
    flown: bool
    rises: int | None
    """Not before the day; None where it is not known how long the flight was in the air, or not on this day."""
    lands: int | None
    """Not after the day."""


class PeakLevel(NamedTuple):
    """The most flights, and the second of the day from which on they are counted: the earliest of equals."""

    flights: int
    second: int


class PartPeaks(NamedTuple):
    """The peaks of a part of a day; None where there is nothing to count."""

    hour: PeakLevel | None
    sliding: PeakLevel | None
    airborne: PeakLevel | None
    flown_hour: PeakLevel | None
    flown_sliding: PeakLevel | None


def day_peaks(
    flights: Iterable[CountedFlight], parts: Mapping[int, Sequence[ClockPart]]
) -> Iterator[tuple[int, str, ClockPart, PartPeaks]]:
    """Give region, type, part and peaks of one UTC day: of each region and the country, of each type and of all.

    ``flights`` are those that begin on the day, those that are in the air over its midnight, and those of the first
    hour of the day after, into which sixty minutes may reach. ``parts`` are those of each region's day and of
    ``COUNTRY``'s, the first of which begins at 0.
    """
    regions: dict[int, dict[str, list[CountedFlight]]] = defaultdict(lambda: defaultdict(list))
    for flight in flights:
        regions[flight.region_id][flight.uav_type].append(flight)
    country: dict[str, list[CountedFlight]] = defaultdict(list)
    for region_id, by_type in regions.items():
        for uav_type, alike in by_type.items():
            country[uav_type] += alike
        yield from _region_peaks(region_id, by_type, parts[region_id])
    yield from _region_peaks(COUNTRY, country, parts[COUNTRY])


def _region_peaks(
    region_id: int, by_type: Mapping[str, list[CountedFlight]], parts: Sequence[ClockPart]
) -> Iterator[tuple[int, str, ClockPart, PartPeaks]]:
    peaks: Sequence[PartPeaks] = ()
    for uav_type, alike in by_type.items():
        peaks = _peaks(alike, parts)
        yield from _counted(region_id, uav_type, parts, peaks)
    if len(by_type) > 1:
        peaks = _peaks([flight for alike in by_type.values() for flight in alike], parts)
    yield from _counted(region_id, ALL_TYPES, parts, peaks)


def _counted(
    region_id: int, uav_type: str, parts: Sequence[ClockPart], peaks_of_parts: Sequence[PartPeaks]
) -> Iterator[tuple[int, str, ClockPart, PartPeaks]]:
    for part, peaks in zip(parts, peaks_of_parts, strict=False):
        if peaks.hour or peaks.sliding or peaks.airborne:
            yield region_id, uav_type, part, peaks


def _peaks(flights: Sequence[CountedFlight], parts: Sequence[ClockPart]) -> list[PartPeaks]:
    cuts = [part.begins for part in parts]
    begins = sorted([flight.begins for flight in flights if flight.begins is not None])
    flown = sorted([flight.begins for flight in flights if flight.flown and flight.begins is not None])
    hours, slidings = _hours(begins, cuts), _slidings(begins, cuts)
    same = len(flown) == len(begins)
    flown_hours = hours if same else _hours(flown, cuts)
    flown_slidings = slidings if same else _slidings(flown, cuts)
    rises = sorted([flight.rises for flight in flights if flight.rises is not None])
    lands = sorted([flight.lands for flight in flights if flight.lands is not None])
    columns = zip(hours, slidings, _airborne(rises, lands, cuts), flown_hours, flown_slidings, strict=True)
    return [PartPeaks(*levels) for levels in columns]


def _hours(begins: Sequence[int], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Count clock hours; one belongs to the part in which it begins."""
    counted: dict[int, int] = defaultdict(int)
    for second in begins:
        if second >= DAY_SECONDS:
            break
        counted[second // HOUR_SECONDS] += 1
    return _largest([(hour * HOUR_SECONDS, flights) for hour, flights in counted.items()], cuts)


def _slidings(begins: Sequence[int], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Count sixty minutes from each minute on in which a flight begins."""
    minutes = [second // _MINUTE for second in begins]
    levels = []
    before, upto = -1, 0
    for place, minute in enumerate(minutes):
        if minute * _MINUTE >= DAY_SECONDS:
            break
        if minute != before:
            while upto < len(minutes) and minutes[upto] < minute + 60:
                upto += 1
            levels.append((minute * _MINUTE, upto - place))
            before = minute
    return _largest(levels, cuts)


def _airborne(rises: Sequence[int], lands: Sequence[int], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Count who is in the air when one rises, and when a part of the day begins; who lands at that second is down."""
    levels = []
    risen = landed = 0
    for second in sorted([*rises, *cuts]) if rises else ():
        while risen < len(rises) and rises[risen] <= second:
            risen += 1
        while landed < len(lands) and lands[landed] <= second:
            landed += 1
        levels.append((second, risen - landed))
    return _largest(levels, cuts)


def _largest(levels: Iterable[tuple[int, int]], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Give the largest level in each part, the earliest of equals; the levels come in order of time."""
    best = [(0, 0)] * len(cuts)
    part = 0
    for second, flights in levels:
        while part + 1 < len(cuts) and second >= cuts[part + 1]:
            part += 1
        if flights > best[part][0]:
            best[part] = (flights, second)
    return [PeakLevel(*level) if level[0] else None for level in best]
