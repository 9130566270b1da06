"""The peaks of the days that changed, written anew: flights come day by day, rows of ``mart.flight_peaks`` go."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from shared.db import Connection
from shared.stats.peaks import COUNTRY, DAY_SECONDS, HOUR_SECONDS, ClockPart, CountedFlight, PeakLevel, day_peaks
from shared.stats.statements import STATEMENTS

_SQL = STATEMENTS["utc"]
_ZONES: Final = "SELECT region_id, time_zone FROM mart.regions"
_MOSCOW: Final = "Europe/Moscow"
_FLIGHTS_AT_ONCE: Final = 20_000
_COLUMNS: Final = (
    *("span", "start", "start_moscow", "start_local", "region_id", "uav_type"),
    *("peak_hour", "peak_hour_at", "peak_sliding", "peak_sliding_at", "peak_airborne", "peak_airborne_at"),
    *("flown_hour", "flown_hour_at", "flown_sliding", "flown_sliding_at"),
)


async def recount_day_peaks(conn: Connection) -> None:
    """Count the peaks of the UTC days anew that stand in ``stage_days``, as ``shared.stats.recount`` says."""
    await conn.execute(_SQL["forget_peaks"], "day")
    zones: dict[int, str] = {row["region_id"]: row["time_zone"] for row in await conn.fetch(_ZONES)}
    by_zone: dict[tuple[int, str], list[ClockPart]] = defaultdict(list)
    for number, zone, *part in await conn.fetch(_SQL["day_parts"]):
        by_zone[number, zone].append(ClockPart(*part))
    records: list[tuple[Any, ...]] = []
    async for number, flights in _reaching_days(conn):
        regions = {flight.region_id for flight in flights} | {COUNTRY}
        parts = {region_id: by_zone[number, zones.get(region_id, _MOSCOW)] for region_id in regions}
        records += _records(date.fromordinal(number), flights, parts)
    await conn.copy_records_to_table("flight_peaks", schema_name="mart", columns=_COLUMNS, records=records)


async def _reaching_days(conn: Connection) -> AsyncIterator[tuple[int, list[CountedFlight]]]:
    """Yield the flights of each day, with those of the first hour of the day after: sixty minutes may reach into it."""
    before: tuple[int, list[CountedFlight]] | None = None
    async for number, flights in _days(conn):
        if before is not None:
            if before[0] + 1 == number:
                before[1].extend(
                    CountedFlight(each.region_id, each.uav_type, each.begins + DAY_SECONDS, each.flown, None, None)
                    for each in flights
                    if each.begins is not None and each.begins < HOUR_SECONDS
                )
            yield before
        before = number, flights
    if before is not None:
        yield before


async def _days(conn: Connection) -> AsyncIterator[tuple[int, list[CountedFlight]]]:
    await conn.execute(f"DECLARE peak_flights NO SCROLL CURSOR FOR {_SQL['peak_flights']}")
    number, flights = 0, list[CountedFlight]()
    while rows := await conn.fetch(f"FETCH {_FLIGHTS_AT_ONCE} FROM peak_flights"):
        for day, of_day in groupby(rows, key=itemgetter(0)):
            if day != number and flights:
                yield number, flights
                flights = []
            number = day
            flights += [CountedFlight(*row[1:]) for row in of_day]
    # Nothing may read stage_days any more when it is emptied.
    await conn.execute("CLOSE peak_flights")
    if flights:
        yield number, flights


def _records(
    day: date, flights: Sequence[CountedFlight], parts: Mapping[int, Sequence[ClockPart]]
) -> Iterator[tuple[Any, ...]]:
    midnight = datetime.combine(day, time(), UTC)

    def columns(level: PeakLevel | None) -> tuple[int, datetime | None]:
        return (0, None) if level is None else (level.flights, midnight + timedelta(seconds=level.second))

    def differing(level: PeakLevel | None, of_all: PeakLevel | None) -> tuple[int | None, datetime | None]:
        return (None, None) if level == of_all else columns(level)

    for region_id, uav_type, part, peaks in day_peaks(flights, parts):
        yield (
            "day", day, part.start_moscow, part.start_local, region_id, uav_type,
            *columns(peaks.hour), *columns(peaks.sliding), *columns(peaks.airborne),
            *differing(peaks.flown_hour, peaks.hour), *differing(peaks.flown_sliding, peaks.sliding),
        )  # fmt: skip
