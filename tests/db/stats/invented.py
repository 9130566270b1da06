"""Invented flights and regions for the statistics, and the statistics worked out once more by plain counting.

Nothing here knows of roll-ups or SQL: the oracle walks over the flights with the definitions of docs/statistics.md.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction
from statistics import mean, median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.db.regions.connections import run as run


@dataclass(frozen=True, slots=True)
class InventedRegion:
    """A square region of one degree, ``number`` degrees east."""

    number: int
    zone: str
    official_area_km2: float | None
    area_km2: float = 5000.0

    @property
    def code(self) -> str:
        return f"XX-{self.number}"


MOSCOW = "Europe/Moscow"
LOADED = date(2024, 12, 1), date(2025, 3, 31)
"""The days that the one load speaks of."""

REGIONS = (
    InventedRegion(1, "Europe/Moscow", 1000.0),
    InventedRegion(2, "Asia/Kamchatka", None),
    InventedRegion(3, "Europe/Kaliningrad", 250.5),
    # Half an hour off the clock elsewhere: nothing may lean on whole hours.
    InventedRegion(4, "Asia/Kolkata", 2000.0),
)


def zone_of(clock: str, region: int | None) -> tzinfo:
    """Give the time zone whose midnights end the days of a region; the country and no region have Moscow's."""
    if clock == "utc":
        return UTC
    local = next((each.zone for each in REGIONS if each.number == region), MOSCOW) if clock == "local" else MOSCOW
    return ZoneInfo(local)


@dataclass(frozen=True, slots=True)
class InventedFlight:
    """What the statistics look at of a flight."""

    key: int
    state: str = "flown"
    uav_type: str | None = "BLA"
    uav_count: int | None = None
    operator_kind: str = "person"
    region: int | None = 1
    region_match: str = "inside"
    dep: datetime | None = None
    arr: datetime | None = None
    plan_dep: datetime | None = None
    plan_minutes: int | None = None
    center: str | None = None
    problems: tuple[str, ...] = ()
    zone: str | None = None
    """JSON, as ``core.flights`` has it."""
    time_zone: str | None = None
    """Of its place, where that is not its region's."""

    @property
    def minutes(self) -> int | None:
        if self.dep is None or self.arr is None or self.arr < self.dep:
            return None
        return int((self.arr - self.dep).total_seconds() // 60)

    @property
    def moment(self) -> datetime | None:
        return self.dep or self.plan_dep or self.arr

    @property
    def day(self) -> date | None:
        return None if self.moment is None else self.moment.date()

    def day_by(self, clock: str) -> date | None:
        """Give the day by a clock: utc, moscow, or local (that of its place, else its region, Moscow's without one)."""
        own = ZoneInfo(self.time_zone) if clock == "local" and self.time_zone else zone_of(clock, self.region)
        return None if self.moment is None else self.moment.astimezone(own).date()

    @property
    def counted(self) -> bool:
        return self.state != "cancelled"


async def store_regions(conn: Any, regions: Iterable[InventedRegion] = REGIONS) -> None:
    """Make one active boundary set of square regions, and a load that flights can point at."""
    set_id = await conn.fetchval(
        "INSERT INTO core.boundary_sets (name, source, licence, attribution, sha256, active)"
        " VALUES ('invented', 'tests', 'none', 'invented', '\\x01', true) RETURNING id"
    )
    for region in regions:
        await conn.execute(
            "INSERT INTO core.regions (set_id, id, iso, name, area_km2, official_area_km2, time_zone, geom) VALUES"
            " ($1, $2::smallint, $3, $4, $5, $6, $7,"
            " ST_Multi(ST_MakeEnvelope(30 + $2::integer, 50, 31 + $2::integer, 51, 4326)))",
            set_id, region.number, region.code, f"Область {region.number}", region.area_km2, region.official_area_km2,
            region.zone,
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until, rows_in, rows_rejected,"
        " flights_new, period_from, period_to, finished_at) VALUES ('\\x02', 'incoming/x.xlsx', now(), 'done',"
        " gen_random_uuid(), now(), 10, 2, 8, $1, $2, now())",
        *LOADED,
    )
    await conn.execute(
        "INSERT INTO core.rejects SELECT id, 'Лист1', n, 'ROW_ODD' FROM core.loads, generate_series(1, 2) AS n"
    )


async def store_flights(conn: Any, flights: Sequence[InventedFlight]) -> None:
    """Write flights straight into ``core.flights``; the roll-ups do not know of them yet."""
    load = await conn.fetchval("SELECT min(id) FROM core.loads")
    records = [
        (
            UUID(int=f.key), f.state, f.uav_type, f.uav_count, f.operator_kind, f.region, f.region_match, f.dep, f.arr,
            f.minutes, f.plan_dep, f.plan_minutes, f.day, None if f.moment is None else f.moment.hour, load, f.center,
            f.problems, f.zone, f.time_zone,
        )
        for f in flights
    ]  # fmt: skip
    await conn.executemany(
        "INSERT INTO core.flights (key, state, uav_type, uav_count, operator_kind, region_id, region_match, dep_dt,"
        " arr_dt, duration_min, plan_dep_dt, plan_duration_min, day, hour, load_id, center, problems, zone, time_zone,"
        " position, position_source)"
        " VALUES ($1, $2, $3, $4, $5, $6::smallint, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::jsonb,"
        " $19, CASE WHEN $7 <> 'none' THEN ST_SetSRID(ST_MakePoint(30.5 + coalesce($6::smallint, 20), 50.5), 4326) END,"
        " CASE WHEN $7 <> 'none' THEN 'take_off' ELSE 'none' END)",
        records,
    )


def alike(
    flights: Iterable[InventedFlight], region: int | None, uav_type: str | None, state: str | None = None
) -> list[InventedFlight]:
    """Pick by region (None: the whole country), type (None: all; empty: not told) and state (None: all)."""
    return [
        f
        for f in flights
        if (region is None or f.region == region)
        and (uav_type is None or (f.uav_type or "") == uav_type)
        and (state is None or f.state == state)
    ]


def chosen(
    flights: Iterable[InventedFlight],
    first: date,
    last: date,
    region: int | None,
    uav_type: str | None,
    clock: str = "utc",
    state: str | None = None,
) -> list[InventedFlight]:
    """Pick the flights of a selection."""
    picked = alike(flights, region, uav_type, state)
    return [f for f in picked if f.moment is not None and first <= (f.day_by(clock) or date.min) <= last]


def days_with_data(flights: Iterable[InventedFlight], clock: str) -> set[date]:
    """Give the days that the load speaks of, and those on which any flight of the country was meant to begin."""
    return {*days_of(*LOADED), *(f.day_by(clock) for f in flights)} - {None}  # type: ignore[return-value]


def days_of(first: date, last: date) -> list[date]:
    """List the days of a period."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def totals(flights: Iterable[InventedFlight]) -> dict[str, int]:
    """Count what adds up."""
    counted = list(flights)
    live = [f for f in counted if f.counted]
    kinds = ("state", "organisation", "entrepreneur", "person", "unknown")
    return {
        "flights": len(live),
        "flown": sum(f.state == "flown" for f in live),
        "planned": sum(f.state == "planned" for f in live),
        "cancelled": len(counted) - len(live),
        "aircraft": sum(1 if f.uav_count is None else f.uav_count for f in live),
        "with_dep": sum(f.dep is not None for f in live),
        "with_arr": sum(f.arr is not None for f in live),
        "near_border": sum(f.region_match == "near_border" for f in live),
        "outside": sum(f.region_match == "outside" for f in live),
        "unplaced": sum(f.region_match == "none" for f in live),
        **{f"by_{kind}": sum(f.operator_kind == kind for f in live) for kind in kinds},
        "timed": sum(f.minutes is not None for f in live),
        "minutes": sum(f.minutes or 0 for f in live),
        "plan_timed": sum(f.plan_minutes is not None for f in live),
        "plan_minutes": sum(f.plan_minutes or 0 for f in live),
    }


def medians(flights: Iterable[InventedFlight]) -> tuple[float | None, float | None]:
    """Give the medians of actual and planned durations."""
    live = [f for f in flights if f.counted]
    actual = [f.minutes for f in live if f.minutes is not None]
    planned = [f.plan_minutes for f in live if f.plan_minutes is not None]
    return (float(median(actual)) if actual else None), (float(median(planned)) if planned else None)


def spread(
    flights: Iterable[InventedFlight], first: date, last: date, clock: str = "utc", with_data: set[date] | None = None
) -> dict[str, Any]:
    """Give flights a day over the days with data (None: all of them)."""
    counted = Counter(f.day_by(clock) for f in flights if f.counted)
    days = days_of(first, last)
    numbers = [counted[day] for day in days if with_data is None or day in with_data]
    return {
        "days": len(days),
        "days_without_data": len(days) - len(numbers),
        "zero_days": numbers.count(0),
        "mean": rounded(Fraction(mean(map(Fraction, numbers)))) if numbers else None,
        "median": float(median(numbers)) if numbers else None,
        "least": min(numbers, default=0),
        "most": max(numbers, default=0),
    }


def fullest_hour(
    flights: Iterable[InventedFlight], first: date, last: date, region: int | None, clock: str = "utc"
) -> tuple[int, datetime] | None:
    """Give the clock hour (UTC) in which most flights begin, the earliest of equals; its day is that it begins in."""
    zone = zone_of(clock, region)
    hours = Counter(f.moment.replace(minute=0, second=0) for f in flights if f.counted and f.moment is not None)
    inside = ((n, hour) for hour, n in hours.items() if first <= hour.astimezone(zone).date() <= last)
    return min(inside, key=lambda each: (-each[0], each[1]), default=None)


def fullest_sixty_minutes(
    flights: Iterable[InventedFlight], first: date, last: date, region: int | None, clock: str = "utc"
) -> tuple[int, datetime] | None:
    """Ask at every moment at which a flight begins how many begin from then on within an hour."""
    zone = zone_of(clock, region)
    moments = sorted(f.moment for f in flights if f.counted and f.moment is not None)
    windows = [
        (bisect_left(moments, at + timedelta(hours=1)) - bisect_left(moments, at), at)
        for at in moments
        if first <= at.astimezone(zone).date() <= last
    ]
    return min(windows, key=lambda each: (-each[0], each[1]), default=None)


def most_airborne(
    flights: Iterable[InventedFlight], first: date, last: date, region: int | None, clock: str = "utc"
) -> tuple[int, datetime] | None:
    """Ask at every moment at which a flight rises, and at the first midnight, how many are in the air."""
    zone = zone_of(clock, region)
    aloft = [
        (f.dep, max(f.arr, f.dep + timedelta(minutes=1)))
        for f in flights
        if f.counted and f.dep is not None and f.arr is not None and f.arr >= f.dep
    ]
    begin = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
    rises, lands = sorted(rise for rise, _ in aloft), sorted(land for _, land in aloft)
    moments = {*rises, begin}
    # Nobody lands before rising, so who has landed is among those who rose.
    levels = [(bisect_right(rises, at) - bisect_right(lands, at), at) for at in moments if begin <= at < end]
    best = min(levels, key=lambda each: (-each[0], each[1]), default=None)
    return None if best is None or best[0] == 0 else best


def months(
    flights: Iterable[InventedFlight], bounds: tuple[date, date], clock: str, with_data: set[date]
) -> dict[str, dict[str, Any]]:
    """Give each month from a year before the data on: flights, days with data, and whether those are all its days."""
    counted = Counter(f"{f.day_by(clock):%Y-%m}" for f in flights if f.counted and f.moment is not None)
    found = {}
    month = date(bounds[0].year - 1, bounds[0].month, 1)
    while month <= bounds[1]:
        following = (month + timedelta(days=32)).replace(day=1)
        days = days_of(month, following - timedelta(days=1))
        known = [day for day in days if day in with_data and bounds[0] <= day <= bounds[1]]
        name = f"{month:%Y-%m}"
        found[name] = {
            "flights": counted[name] if known else None, "complete": known == days, "days": len(known),
        }  # fmt: skip
        month = following
    return found


def growth(month: dict[str, Any], before: dict[str, Any] | None, *, daily: bool) -> float | None:
    """Give the growth of a sum, or of the mean of a day with data, in percent.

    None where either month has no day with data, of the sum also where one has not all of them.
    """
    if before is None or not month["days"] or not before["flights"]:
        return None
    if not daily and not (month["complete"] and before["complete"]):
        return None
    new, old = Fraction(month["flights"]), Fraction(before["flights"])
    if daily:
        new, old = new / month["days"], old / before["days"]
    return rounded(100 * (new - old) / old)


def slots(flights: Iterable[InventedFlight]) -> dict[int, int]:
    """Count local hours of the week, each flight in the time zone of its place, else of its region."""
    zones = {region.number: ZoneInfo(region.zone) for region in REGIONS}
    counted: Counter[int] = Counter()
    for f in flights:
        if f.counted and f.region is not None and f.moment is not None:
            local = f.moment.astimezone(ZoneInfo(f.time_zone) if f.time_zone else zones[f.region])
            counted[local.weekday() * 24 + local.hour] += 1
    return dict(counted)


def plans(flights: Iterable[InventedFlight]) -> dict[str, Any]:
    """Hold plans against facts."""
    counted = list(flights)
    flown, planned = ([f for f in counted if f.state == state] for state in ("flown", "planned"))
    apart = [int((f.dep - f.plan_dep).total_seconds() // 60) for f in flown if f.dep and f.plan_dep]
    late = sorted(minutes for minutes in apart if abs(minutes) <= 720)
    both = [(f.plan_minutes, f.minutes) for f in flown if f.plan_minutes is not None and f.minutes is not None]
    planned_minutes, minutes = sum(plan for plan, _ in both), sum(actual for _, actual in both)
    return {
        "flights": len(flown) + len(planned),
        "flown": len(flown),
        "never_flown": share(len(planned), len(flown) + len(planned)),
        "cancelled": sum(f.state == "cancelled" for f in counted),
        "unclosed": share(sum(f.dep is not None and f.arr is None for f in flown), len(flown)),
        "lateness": {
            "flights": len(late),
            "median_minutes": float(median(late)) if late else None,
            "ninetieth_minutes": late[-(-9 * len(late) // 10) - 1] if late else None,
            "late": share(sum(minutes > 15 for minutes in late), len(late)),
            "far_apart": len(apart) - len(late),
        },
        "durations": {
            "flights": len(both),
            "plan_minutes": planned_minutes,
            "minutes": minutes,
            "longer_percent": percent(minutes - planned_minutes, planned_minutes),
        },
    }


def share(part: int, whole: int) -> dict[str, Any]:
    """Give a number with its share."""
    return {"count": part, "share_percent": percent(part, whole)}


def rounded(value: Fraction, digits: int = 2) -> float:
    """Round half up, as the database does."""
    scaled = value * 10**digits
    whole = int(scaled + Fraction(1, 2)) if scaled >= 0 else -int(-scaled + Fraction(1, 2))
    return float(Fraction(whole, 10**digits))


def percent(part: int, whole: int) -> float | None:
    """Give a share."""
    return rounded(Fraction(100 * part, whole)) if whole else None
