"""The peak loads of days: reckoned from the times of flights, and written anew for the days that changed.

Times of a day's flights come from the database, rows of ``mart.flight_peaks`` go.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, chain
from typing import Any, Final, NamedTuple

from shared.db import Connection
from shared.stats.statements import STATEMENTS

COUNTRY: Final = -1
ALL_TYPES: Final = "*"
HOUR_SECONDS: Final = 3_600
_MINUTE: Final = 60
_HOUR_MINUTES: Final = 60
_DAY_MINUTES: Final = 24 * _HOUR_MINUTES
_DAY_SECONDS: Final = 24 * HOUR_SECONDS + 1
"""Beyond the last second: who is in the air beyond the day lands on its end."""
_SQL = STATEMENTS["utc"]
_ZONES: Final = "SELECT region_id, time_zone FROM mart.regions"
_MOSCOW: Final = "Europe/Moscow"
_ROWS_AT_ONCE: Final = 5_000
_CHANGED: Final = "SELECT day - date '0001-01-01' + 1, region_id FROM stage_peaks"
_COLUMNS: Final = (
    *("span", "start", "start_moscow", "start_local", "region_id", "uav_type"),
    *("peak_hour", "peak_hour_at", "peak_sliding", "peak_sliding_at", "peak_airborne", "peak_airborne_at"),
    *("flown_hour", "flown_hour_at", "flown_sliding", "flown_sliding_at"),
)


class ClockPart(NamedTuple):
    """A part of a UTC day: the second on which it begins, and its day by Moscow's clock and by the region's."""

    begins: int
    start_moscow: date
    start_local: date


class DayTimes(NamedTuple):
    """When flights of one region and type that are not cancelled begin, rise and land; from the UTC midnight on."""

    begins: Sequence[int]
    """Minutes; beyond the day for flights of the day after; those of a day before are not in it."""
    flown: Sequence[int]
    """``begins`` of flown flights."""
    rises: Sequence[int]
    """Seconds, not before the day; of flights of which it is known how long they were in the air, and on this day."""
    lands: Sequence[int]
    """Seconds, not after the day; as many as ``rises``."""


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
    times: Mapping[tuple[int, str], DayTimes],
    parts: Mapping[int, Sequence[ClockPart]],
    only: Container[int | None] | None = None,
) -> Iterator[tuple[int, str, ClockPart, PartPeaks]]:
    """Give region, type, part and peaks of one UTC day: of each region and the country, of each type and of all.

    ``times`` are those of each region and type; ``parts`` those of each region's day and of ``COUNTRY``'s, the first
    of which begins at 0. ``only`` names the regions that are needed, ``COUNTRY`` among them; None stands for all.
    """
    regions: dict[int, dict[str, list[DayTimes]]] = defaultdict(lambda: defaultdict(list))
    for (region_id, uav_type), each in times.items():
        if only is None or region_id in only:
            regions[region_id][uav_type].append(each)
        if only is None or COUNTRY in only:
            regions[COUNTRY][uav_type].append(each)
    for region_id, by_type in regions.items():
        yield from _region_peaks(region_id, {name: _joined(alike) for name, alike in by_type.items()}, parts[region_id])


def _joined(several: Sequence[DayTimes]) -> DayTimes:
    return several[0] if len(several) == 1 else DayTimes(*(list(chain(*lists)) for lists in zip(*several, strict=True)))


def _region_peaks(
    region_id: int, by_type: Mapping[str, DayTimes], parts: Sequence[ClockPart]
) -> Iterator[tuple[int, str, ClockPart, PartPeaks]]:
    peaks: Sequence[PartPeaks] = ()
    for uav_type, times in by_type.items():
        peaks = _peaks(times, parts)
        yield from _counted(region_id, uav_type, parts, peaks)
    if len(by_type) > 1:
        peaks = _peaks(_joined(list(by_type.values())), parts)
    yield from _counted(region_id, ALL_TYPES, parts, peaks)


def _counted(
    region_id: int, uav_type: str, parts: Sequence[ClockPart], peaks_of_parts: Sequence[PartPeaks]
) -> Iterator[tuple[int, str, ClockPart, PartPeaks]]:
    for part, peaks in zip(parts, peaks_of_parts, strict=False):
        if peaks.hour or peaks.sliding or peaks.airborne:
            yield region_id, uav_type, part, peaks


def _peaks(times: DayTimes, parts: Sequence[ClockPart]) -> list[PartPeaks]:
    cuts = [part.begins for part in parts]
    begun = Counter(times.begins)
    hours, slidings = _hours(begun, cuts), _slidings(begun, cuts)
    same = len(times.flown) == len(times.begins)
    flown = begun if same else Counter(times.flown)
    flown_hours = hours if same else _hours(flown, cuts)
    flown_slidings = slidings if same else _slidings(flown, cuts)
    aloft = _airborne(times.rises, times.lands, cuts)
    columns = zip(hours, slidings, aloft, flown_hours, flown_slidings, strict=True)
    return [PartPeaks(*levels) for levels in columns]


def _hours(begun: Mapping[int, int], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Count clock hours of what begins each minute; an hour belongs to the part in which it begins."""
    counted: dict[int, int] = {}
    for minute, flights in begun.items():
        if minute < _DAY_MINUTES:
            second = minute // _HOUR_MINUTES * HOUR_SECONDS
            counted[second] = counted.get(second, 0) + flights
    return _largest(sorted(counted.items()), cuts)


def _slidings(begun: Mapping[int, int], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Count sixty minutes from each minute on in which a flight begins."""
    minutes = sorted(begun)
    levels = []
    within = upto = 0
    for minute in minutes:
        if minute >= _DAY_MINUTES:
            break
        while upto < len(minutes) and minutes[upto] < minute + _HOUR_MINUTES:
            within += begun[minutes[upto]]
            upto += 1
        levels.append((minute * _MINUTE, within))
        within -= begun[minute]
    return _largest(levels, cuts)


def _airborne(rises: Sequence[int], lands: Sequence[int], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Count who is in the air whenever one rises or lands, and when a part of the day begins; who lands is down."""
    if not rises:
        return [None] * len(cuts)
    changes = dict.fromkeys(cuts, 0)
    for second in rises:
        changes[second] = changes.get(second, 0) + 1
    for second in lands:
        changes[second] = changes.get(second, 0) - 1
    moments = sorted(changes)
    return _largest(zip(moments, accumulate(changes[moment] for moment in moments), strict=True), cuts)


def _largest(levels: Iterable[tuple[int, int]], cuts: Sequence[int]) -> list[PeakLevel | None]:
    """Give the largest level in each part, the earliest of equals; the levels come in order of time."""
    best: list[PeakLevel | None] = [None] * len(cuts)
    part, most = 0, 0
    ends = (*cuts[1:], _DAY_SECONDS)
    for second, flights in levels:
        while second >= ends[part]:
            part, most = part + 1, 0
        if flights > most:
            best[part], most = PeakLevel(flights, second), flights
    return best


async def recount_day_peaks(conn: Connection) -> None:
    """Count the peaks anew that stand in the temporary table ``stage_peaks (day date, region_id smallint)``.

    A row stands for the UTC day in that region, ``COUNTRY`` for the whole country, null for all of them; a pair stands
    there once, and null beside nothing else of its day. ``stage_days`` holds the days.
    """
    await conn.execute(_SQL["forget_day_peaks"])
    zones: dict[int, str] = {row["region_id"]: row["time_zone"] for row in await conn.fetch(_ZONES)}
    by_zone: dict[tuple[int, str], list[ClockPart]] = defaultdict(list)
    for number, zone, *part in await conn.fetch(_SQL["day_parts"]):
        by_zone[number, zone].append(ClockPart(*part))
    changed: dict[int, set[int | None]] = defaultdict(set)
    for number, region_id in await conn.fetch(_CHANGED):
        changed[number].add(region_id)
    records: list[tuple[Any, ...]] = []
    async for number, times in _days(conn):
        parts = {
            region_id: by_zone[number, zones.get(region_id, _MOSCOW)]
            for region_id in {region_id for region_id, _ in times} | {COUNTRY}
        }
        regions = None if None in changed[number] else changed[number]
        records += _records(date.fromordinal(number), day_peaks(times, parts, regions))
    await conn.copy_records_to_table("flight_peaks", schema_name="mart", columns=_COLUMNS, records=records)


async def _days(conn: Connection) -> AsyncIterator[tuple[int, dict[tuple[int, str], DayTimes]]]:
    await conn.execute(f"DECLARE peak_flights NO SCROLL CURSOR FOR {_SQL['peak_flights']}")
    number, times = 0, dict[tuple[int, str], DayTimes]()
    while rows := await conn.fetch(f"FETCH {_ROWS_AT_ONCE} FROM peak_flights"):
        for day, region_id, uav_type, *lists in rows:
            if day != number and times:
                yield number, times
                times = {}
            number = day
            times[region_id, uav_type] = DayTimes(*lists)
    # Nothing may read the staged days any more when they are emptied.
    await conn.execute("CLOSE peak_flights")
    if times:
        yield number, times


def _records(day: date, counted: Iterable[tuple[int, str, ClockPart, PartPeaks]]) -> Iterator[tuple[Any, ...]]:
    midnight = datetime.combine(day, time(), UTC)

    def columns(level: PeakLevel | None) -> tuple[int, datetime | None]:
        return (0, None) if level is None else (level.flights, midnight + timedelta(seconds=level.second))

    def differing(level: PeakLevel | None, of_all: PeakLevel | None) -> tuple[int | None, datetime | None]:
        return (None, None) if level == of_all else columns(level)

    for region_id, uav_type, part, peaks in counted:
        yield (
            "day", day, part.start_moscow, part.start_local, region_id, uav_type,
            *columns(peaks.hour), *columns(peaks.sliding), *columns(peaks.airborne),
            *differing(peaks.flown_hour, peaks.hour), *differing(peaks.flown_sliding, peaks.sliding),
        )  # fmt: skip
