"""How many flights fulfil conditions, whatever tells it, against plain counting of the same flights."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.stats import recount_all
from shared.stats.flight_numbers import STATES, count
from shared.stats.narrowing import Narrowing
from shared.stats.selection import ActiveRegion, Period, Selection
from shared.stats.statements import Clock
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import REGIONS, InventedFlight

FIRST = datetime(2024, 12, 20, tzinfo=UTC)
ZONES = {region.number: ZoneInfo(region.zone) for region in REGIONS}
CLOCKS: tuple[Clock, ...] = ("utc", "moscow", "local")
CENTRES, CODES = ("Северный", "Южный", None), ("SID_MISSING", "COORD_SWAPPED")
LON, LAT = 31.5, 50.5
"""Where the flights of region 1 are; those of the others lie whole degrees east of them."""
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "hour": (0, 9, 23),
    "weekday": (1, 4, 7),
    "least_minutes": (-5, 0, 60, 100_000),
    "most_minutes": (0, 59, 200),
    "operator": ("person", "state", "unknown"),
    "problem": (*CODES, "NOT_A_CODE"),
    "match": ("inside", "near_border", "outside", "none"),
    "centre": ("Северный", "Нигде"),
    "since": (FIRST + timedelta(days=12), FIRST + timedelta(days=30, hours=7)),
    "until": (FIRST + timedelta(days=31), FIRST + timedelta(days=30, hours=9)),
    "airborne": (FIRST + timedelta(days=20, hours=10),),
    "box": (
        (LON - 1, LAT - 1, LON + 1.2, LAT + 1),
        (LON, LAT, LON + 1, LAT),
        (LON + 0.9, 40.0, LON + 2, LAT),
        (LON - 0.00001, LAT - 0.00001, LON + 0.00001, LAT + 0.00001),
        (170.0, -90.0, LON, 90.0),
        (-180.0, -90.0, 180.0, 90.0),
    ),
}


def flights(chance: random.Random) -> list[InventedFlight]:
    made = []
    for key in range(1, 900):
        state, moment = chance.choice(("flown", "flown", *STATES)), FIRST + timedelta(minutes=chance.randrange(100_000))
        region = chance.choice((1, 2, 3, 4, None))
        made.append(
            InventedFlight(
                key, state, chance.choice(("BLA", "AER", None)), None, chance.choice(("person", "state", "unknown")),
                region, chance.choice(("inside", "near_border") if region else ("outside", "none")),
                dep=moment if state != "planned" else None, plan_dep=moment,
                arr=moment + timedelta(minutes=chance.randrange(300)) if chance.random() < 0.7 else None,
                center=chance.choice(CENTRES), problems=tuple(chance.sample(CODES, chance.choice((0, 0, 1, 2)))),
            )
        )  # fmt: skip
    return made


def fulfils(flight: InventedFlight, narrowing: Narrowing) -> bool:
    """Judge one flight by the words of the API's description."""
    n, moment, minutes = narrowing, flight.moment, flight.minutes
    assert moment is not None
    zone = ZONES.get(flight.region or 0)
    local = None if zone is None else moment.astimezone(zone)
    west, south, east, north = n.box or (-180, -90, 180, 90)
    lon = LON - 1 + (flight.region or 20)
    in_box = south <= LAT <= north and (west <= lon <= east if west <= east else lon >= west or lon <= east)
    return bool(
        (n.since is None or moment >= n.since)
        and (n.until is None or moment < n.until)
        and (n.airborne is None or (flight.dep and flight.arr and flight.dep <= n.airborne < flight.arr))
        and (n.hour is None or (local is not None and local.hour == n.hour))
        and (n.weekday is None or (local is not None and local.isoweekday() == n.weekday))
        and (n.least_minutes is None or (minutes is not None and minutes >= n.least_minutes))
        and (n.most_minutes is None or (minutes is not None and minutes <= n.most_minutes))
        and (n.operator is None or flight.operator_kind == n.operator)
        and (n.problem is None or n.problem in flight.problems)
        and (n.match is None or flight.region_match == n.match)
        and (n.centre is None or flight.center == n.centre)
        and (n.box is None or (flight.region_match != "none" and in_box))
    )  # fmt: skip


def test_every_way_of_counting_gives_what_plain_counting_gives(database: Database) -> None:
    chance = random.Random(20)  # noqa: S311
    made = flights(chance)
    names = [[name] for name in CHOICES for _ in range(14)] + [
        ["hour", "weekday"],
        ["least_minutes", "most_minutes"],
    ] * 9
    names += (
        [["problem", "centre"], ["since", "until"]] * 9 + [chance.sample([*CHOICES], 2) for _ in range(50)] + [[]] * 5
    )

    async def check(conn: Any) -> int:
        await invented.store_regions(conn)
        await invented.store_flights(conn, made)
        await recount_all(conn)
        found = 0
        for given in names:
            narrowing = Narrowing(**{name: chance.choice(CHOICES[name]) for name in given})
            first = FIRST.date() + timedelta(days=chance.randrange(20))
            last = first + timedelta(days=chance.randrange(60))
            region, clock = chance.choice((None, None, *REGIONS)), chance.choice(CLOCKS)
            states, uav_type = (
                chance.choice((None, ["planned", "flown"], ["flown"], ["cancelled"])),
                chance.choice((None, None, "BLA", "")),
            )
            place = (
                None if region is None else ActiveRegion(region.number, region.code, "", region.zone, 1.0, "polygon")
            )
            selection = Selection(Period.of(first, last), place, uav_type, None, clock, None)
            meant = invented.chosen(made, first, last, None if region is None else region.number, uav_type, clock)
            expected = sum(fulfils(f, narrowing) for f in meant if states is None or f.state in states)
            assert await count(conn, selection, states, narrowing) == expected, (narrowing, selection, states)
            found += expected > 0
        return found

    # Conditions that no flight fulfils would prove nothing.
    assert invented.run(database, check) > len(names) / 2


def test_no_period_holds_no_flight(database: Database) -> None:
    async def check(conn: Any) -> list[int]:
        await invented.store_regions(conn)
        selection = Selection(Period.of(date(2025, 1, 2), date(2025, 1, 1)))
        given = (Narrowing(**{name: values[0]}) for name, values in CHOICES.items())
        return [await count(conn, selection, None, narrowing) for narrowing in given]

    assert set(invented.run(database, check)) == {0}
