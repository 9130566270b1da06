"""The peaks of days that changed, written anew: times of flights come by day, rows of ``mart.flight_peaks`` go."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from shared.db import Connection
from shared.stats.peaks import COUNTRY, ClockPart, DayTimes, PartPeaks, PeakLevel, day_peaks
from shared.stats.statements import STATEMENTS

_SQL = STATEMENTS["utc"]
_ZONES: Final = "SELECT region_id, time_zone FROM mart.regions"
_MOSCOW: Final = "Europe/Moscow"
_ROWS_AT_ONCE: Final = 5_000
_WANTED: Final = "SELECT day - date '0001-01-01' + 1, region_id FROM stage_peaks"
_COLUMNS: Final = (
    *("span", "start", "start_moscow", "start_local", "region_id", "uav_type"),
    *("peak_hour", "peak_hour_at", "peak_sliding", "peak_sliding_at", "peak_airborne", "peak_airborne_at"),
    *("flown_hour", "flown_hour_at", "flown_sliding", "flown_sliding_at"),
)


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
    wanted: dict[int, set[int | None]] = defaultdict(set)
    for number, region_id in await conn.fetch(_WANTED):
        wanted[number].add(region_id)
    records: list[tuple[Any, ...]] = []
    async for number, times in _days(conn):
        parts = {
            region_id: by_zone[number, zones.get(region_id, _MOSCOW)]
            for region_id in {region_id for region_id, _ in times} | {COUNTRY}
        }
        regions = None if None in wanted[number] else wanted[number]
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
