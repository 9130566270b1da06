"""Two and a half years of flights and workbooks with all that could make a count go wrong.

A month that nobody sent and some sent in part, workbooks that overlap, one withdrawn and one without a date, flights
over midnights, months and years, landings that are missing or come before the take-off, plans alone, cancelled ones,
days by places that are not their region's, days that stand out.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from shared.stats import recount_all
from tests.datalens.loaded import NO_REGION
from tests.db.stats import invented
from tests.db.stats.invented import REGIONS, InventedFlight
from tests.db.stats.recounts import Days, Narrowed, Recount, Workbook

CODES = ("COORD_SWAPPED", "LETTERS_MIXED", "CENTER_UNKNOWN")
WORKBOOKS = (
    Workbook((date(2022, 10, 5), date(2022, 11, 20)), {"Московский": (40, 3), "Самарский": (7, 7)}),
    # December is silent. March was sent but for eleven days, and who sent those took them back.
    Workbook((date(2023, 1, 1), date(2023, 3, 9)), {"Московский": (100, 1), "": (5, 2)}),
    Workbook((date(2023, 3, 12), date(2023, 3, 18)), {"Московский": (9, 9)}, withdrawn=True),
    Workbook((date(2023, 3, 21), date(2024, 6, 30)), {"Московский": (900, 30), "Самарский": (300, 0)}),
    Workbook((date(2024, 5, 15), date(2025, 4, 17)), {"Казанский": (12, 12), "Самарский": (200, 1)}),
    Workbook(None, {"": (6, 6)}),
)
MINUTES = (0, 1, 29, 30, 59)


def _days() -> list[date]:
    spoken = (book.days for book in WORKBOOKS if book.days and not book.withdrawn)
    return sorted({day for days in spoken for day in invented.days_of(*days)})


def _flight(dice: random.Random, key: int, day: date) -> InventedFlight:
    # Midnights of four clocks, and the hours around them.
    hour = dice.choice([0, 3, 9, 11, 12, 18, 20, 21, 22, 23])
    at = datetime.combine(day, time(hour, dice.choice(MINUTES)), UTC)
    state = dice.choice(["flown", "flown", "flown", "flown", "planned", "planned", "cancelled"])
    region = dice.choice([1, 1, 1, 2, 2, 3, 4, None])
    dep = at if state == "flown" and dice.random() < 0.9 else None
    landed = state == "flown" and (dep is None or dice.random() < 0.8)
    length = dice.choice([0, 1, 20, 45, 45, 90, 200, 1500, 3000, -10])
    return InventedFlight(
        key, state, dice.choice(["BLA", "BLA", "AER", None]), dice.choice([None, 1, 1, 5]),
        dice.choice(["state", "organisation", "entrepreneur", "person", "unknown"]), region,
        dice.choice(["inside", "near_border"]) if region else dice.choice(["outside", "none"]),
        dep, at + timedelta(minutes=length) if landed else None,
        at - timedelta(minutes=dice.choice([-30, 0, 0, 15, 16, 90, 720, 721]))
        if state != "flown" or dice.random() < 0.7 else None,
        dice.choice([None, 0, 30, 45, 45, 600]), dice.choice(["Московский", "Московский", "Самарский", None]),
        tuple(code for code in CODES if dice.random() < 0.15),
        dice.choice([None, None, '{"kind": "named", "names": ["MR1", "WR22", "МИР"]}', '{"kind": "route"}',
                     '{"kind": "named", "names": ["WR22", "WR22"]}']),
        # Half of Kamchatka's flights are of a place with other clocks, as in Якутия.
        "Asia/Vladivostok" if region == 2 and dice.random() < 0.5 else None,
    )  # fmt: skip


def _invent() -> list[InventedFlight]:
    dice = random.Random(15)  # noqa: S311
    made: list[InventedFlight] = []
    for day in _days():
        # More in summer and from year to year; every month a day that stands out, and days without any flight.
        usual = 1 + (day.month in {5, 6, 7, 8, 9}) + (day.year - 2022) // 2
        many = usual * 9 + 5 if dice.random() < 0.02 else dice.randint(0, 2 * usual)
        made += [_flight(dice, len(made) + n + 1, day) for n in range(many)]
    # The day that nobody speaks of: in UTC it is the 15th of March, in Moscow and Kamchatka the 16th.
    at = datetime(2023, 3, 15, 22, 30, tzinfo=UTC)
    made.append(InventedFlight(len(made) + 1, region=2, dep=at, arr=at + timedelta(hours=2), center="Самарский"))
    # Over the year's end: it takes off in one and is in the air in the other.
    at = datetime(2023, 12, 31, 23, 50, tzinfo=UTC)
    made.append(InventedFlight(len(made) + 1, dep=at, arr=at + timedelta(hours=30)))
    made += [
        InventedFlight(len(made) + 1, "planned", problems=("CENTER_UNKNOWN",)),
        InventedFlight(len(made) + 2, "cancelled", plan_dep=datetime(2024, 2, 29, 21, 30, tzinfo=UTC)),
    ]
    return made


FLIGHTS = _invent()
RECOUNT = Recount(FLIGHTS, WORKBOOKS)


async def store(conn: Any) -> None:
    """Store regions, workbooks and flights, and count them."""
    await invented.store_regions(conn)
    await conn.execute("DELETE FROM core.rejects; DELETE FROM core.loads")
    for number, book in enumerate(WORKBOOKS, 10):
        rows, rejected = (sum(each[n] for each in book.centers.values()) for n in (0, 1))
        load = await conn.fetchval(
            "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until, rows_in, rows_rejected,"
            " flights_new, period_from, period_to, finished_at) VALUES (int4send($1), 'incoming/' || $1 || '.xlsx',"
            " now(), $2, gen_random_uuid(), now(), $3, $4, $5, $6, $7, now()) RETURNING id",
            number, "withdrawn" if book.withdrawn else "done", rows, rejected, rows - rejected,
            *(book.days or (None, None)),
        )  # fmt: skip
        await conn.executemany(
            "INSERT INTO core.load_centers (load_id, center, rows, rejected) VALUES ($1, $2, $3, $4)",
            [(load, center, *counts) for center, counts in book.centers.items()],
        )
        await conn.execute(
            "INSERT INTO core.rejects SELECT $1, 'Лист1', n, 'ROW_ODD' FROM generate_series(1, $2::integer) AS n",
            load,
            rejected,
        )
    await invented.store_flights(conn, FLIGHTS)
    await recount_all(conn)


CLOCKS = {"Москва": "moscow", "Местное время": "local", "UTC": "utc"}
ALL, FLOWN = "Все полёты", "Состоявшиеся"
NARROWED = [
    Narrowed("moscow"),
    Narrowed("utc"),
    Narrowed("local"),
    Narrowed("local", "flown", "BLA", 2),
    Narrowed("moscow", "flown", "", None),
    Narrowed("utc", None, "AER", 4),
    Narrowed("local", None, None, 2),
    Narrowed("moscow", "flown", None, 1),
]
PERIODS = {
    "all": (date(2010, 1, 1), date(2030, 1, 1)),
    "sent in part": (date(2023, 3, 1), date(2023, 3, 31)),
    "silent": (date(2022, 12, 5), date(2022, 12, 25)),
    "new year": (date(2023, 12, 31), date(2024, 1, 1)),
    "leap day": (date(2024, 2, 29), date(2024, 2, 29)),
    "odd length": (date(2023, 2, 10), date(2023, 7, 3)),
    "unfinished": (date(2025, 4, 1), date(2025, 4, 30)),
    "two whole months": (date(2024, 5, 1), date(2024, 6, 30)),
}
PLACES = [None, *(region.number for region in REGIONS)]


def named(value: Any) -> str:
    """Name a case by what it holds."""
    return "-".join(str(each) for each in value if each is not None) if isinstance(value, tuple) else str(value)


def code(region: int | None) -> str | None:
    return None if region is None else f"XX-{region}"


def name_of(region: int | None) -> str:
    return NO_REGION if region is None else f"Область {region}"


def asked(days: Days | None, narrowed: Narrowed, *left_out: str) -> str:
    """Write the filters of a request."""
    values = {
        "from": days and days[0], "to": days and days[1], "days": narrowed.clock, "state": narrowed.state,
        "type": "none" if narrowed.uav_type == "" else narrowed.uav_type, "region": code(narrowed.region),
    }  # fmt: skip
    return "&".join(f"{name}={value}" for name, value in values.items() if value and name not in left_out)


def picked(days: Days, narrowed: Narrowed) -> list[invented.InventedFlight]:
    return invented.chosen(FLIGHTS, *days, narrowed.region, narrowed.uav_type, narrowed.clock, narrowed.state)


def months_before(month: date, months: int) -> date:
    """Give the first day of a month that is so many months before."""
    number = 12 * month.year + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
