"""Plans against facts and the league of centres equal what plain counting over the same flights gives."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.stats import queries, recount_all, recount_days
from shared.stats.data_quality import doubts, league, score
from shared.stats.plan_fact import plan_fact
from shared.stats.selection import Period, Selection, State
from shared.stats.statements import Clock
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import REGIONS, InventedFlight

FIRST, LAST = date(2024, 12, 20), date(2025, 3, 10)
MINUTES = (LAST - FIRST).days * 1440
CENTERS = ("Московский", "Самарский", None)
CODES = ("COORD_SWAPPED", "LETTERS_MIXED", "CENTER_UNKNOWN")
DOUBTFUL = "CENTER_UNKNOWN"
"""The one of them that is a doubt or a loss."""


@st.composite
def flights(draw: Any) -> list[InventedFlight]:
    made = []
    for key in range(draw(st.integers(1, 30))):
        state = draw(st.sampled_from(["flown", "flown", "flown", "planned", "cancelled"]))
        at = datetime(2024, 12, 20, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, MINUTES)))
        late = draw(st.one_of(st.integers(-30, 60), st.sampled_from([15, 16, 720, 721, -720, -721, 5000])))
        flown = state == "flown"
        made.append(
            InventedFlight(
                key + 1,
                state,
                region=draw(st.sampled_from([1, 2, 3, 4, None])),
                region_match="outside",
                operator_kind=draw(st.sampled_from(["state", "person", "unknown"])),
                uav_type=draw(st.sampled_from(["BLA", "BLA", "AER", None])),
                center=draw(st.sampled_from(CENTERS)),
                problems=tuple(sorted(draw(st.sets(st.sampled_from(CODES))))),
                dep=at if flown and draw(st.integers(0, 5)) else None,
                arr=at + timedelta(minutes=draw(st.integers(0, 300))) if flown and draw(st.booleans()) else None,
                plan_dep=at - timedelta(minutes=late) if draw(st.integers(0, 5)) else None,
                plan_minutes=draw(st.one_of(st.none(), st.integers(0, 300))),
            )
        )
        if made[-1].moment is None:
            made.pop()
    return [placed(f) for f in made]


def placed(flight: InventedFlight) -> InventedFlight:
    match = "outside" if flight.region is None else "inside"
    return InventedFlight(**{name: getattr(flight, name) for name in flight.__slots__} | {"region_match": match})


class Held:
    """One database and one connection for all examples."""

    def __init__(self, database: Database) -> None:
        self.loop = asyncio.new_event_loop()
        self.conn: Any = self.do(asyncpg.connect(database.uri("fp_ingest"), statement_cache_size=0))
        self.do(invented.store_regions(self.conn))
        self.regions = {r.code: r for r in self.do(queries.regions(self.conn))}

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.do(self.conn.close())
        self.loop.close()


@pytest.fixture
def held(database: Database) -> Iterator[Held]:
    one = Held(database)
    yield one
    one.close()


PERIODS = st.sampled_from(
    [
        (FIRST, LAST),
        (date(2025, 1, 1), date(2025, 1, 31)),
        (date(2024, 12, 31), date(2025, 1, 1)),
        (date(2024, 1, 1), date(2025, 12, 31)),
        (date(2025, 2, 14), date(2025, 3, 2)),
    ]
)
CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(["utc", "moscow", "local"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flights(),
    PERIODS,
    st.sampled_from([None, *(r.number for r in REGIONS)]),
    CLOCKS,
    st.booleans(),
    st.sampled_from([None, "BLA", ""]),
    st.sampled_from([None, "flown"]),
)
def test_plans_and_centres(
    held: Held,
    all_flights: list[InventedFlight],
    days: tuple[date, date],
    number: int | None,
    clock: Clock,
    again: bool,
    uav_type: str | None,
    state: State | None,
) -> None:
    do, conn = held.do, held.conn
    do(conn.execute("DELETE FROM core.flights"))
    if again:
        # Days counted before their flights came are counted anew, with their months and years.
        do(recount_all(conn))
        do(invented.store_flights(conn, all_flights))
        do(recount_days(conn, {f.day for f in all_flights}))
    else:
        do(invented.store_flights(conn, all_flights))
        do(recount_all(conn))
    region = None if number is None else held.regions[f"XX-{number}"]
    selection = Selection(Period.of(*days), region, clock=clock)
    facts = do(queries.facts(conn, clock))
    picked = invented.chosen(all_flights, *days, number, None, clock)

    found = do(plan_fact(conn, selection, facts))
    assert found.whole.model_dump() == invented.plans(picked)
    assert {c.center: c.model_dump(exclude={"center"}) for c in found.centers} == {
        name: invented.plans(f for f in picked if f.center == name) for name in {f.center for f in picked}
    }
    assert {o.kind: o.model_dump(exclude={"kind", "title"}) for o in found.operators} == {
        kind: invented.plans(f for f in picked if f.operator_kind == kind) for kind in {f.operator_kind for f in picked}
    }
    by_state = Selection(Period.of(*days), region, clock=clock, state=state)
    of_state = invented.chosen(all_flights, *days, number, None, clock, state)
    _same_league(do(league(conn, by_state, facts)), all_flights, of_state, days, clock)
    narrower = Selection(Period.of(*days), region, uav_type, clock=clock, state=state)
    picked = invented.chosen(all_flights, *days, number, uav_type, clock, state)
    _same_doubts(do(doubts(conn, narrower, facts)), [f for f in picked if f.counted])


def _same_doubts(found: Any, picked: list[InventedFlight]) -> None:
    assert {item.code: item.flights for item in found.problems} == Counter(code for f in picked for code in f.problems)
    carrying = [f for f in picked if DOUBTFUL in f.problems]
    for items, name, value in (
        (found.regions, "code", lambda f: f.region and f"XX-{f.region}"),
        (found.centres, "centre", lambda f: f.center),
    ):
        held, doubtful = Counter(map(value, picked)), Counter(map(value, carrying))
        assert [(item.doubtful, item.flights) for item in items] == sorted(
            ((doubtful[each], held[each]) for each in held), reverse=True
        )
        assert {getattr(item, name): (item.flights, item.doubtful) for item in items} == {
            each: (held[each], doubtful[each]) for each in held
        }


def _same_league(
    found: Any, all_flights: list[InventedFlight], picked: list[InventedFlight], days: tuple[date, date], clock: str
) -> None:
    with_data = [day for day in invented.days_of(*days) if day in invented.days_with_data(all_flights, clock)]
    assert found.days_with_data == len(with_data)
    assert {item.center for item in found.items} == {f.center for f in picked}
    for item in found.items:
        live = [f for f in picked if f.center == item.center and f.counted]
        flown = [f for f in live if f.state == "flown"]
        silent = len(with_data) - len({f.day_by(clock) for f in live})
        shares = [
            (sum(bool(f.problems) for f in live), len(live)),
            (sum(f.arr is None for f in flown), len(flown)),
            (silent, len(with_data)),
        ]
        assert item.with_problems.model_dump() == invented.share(*shares[0])
        assert item.no_landing.model_dump() == invented.share(*shares[1])
        assert item.silent_days.model_dump() == invented.share(*shares[2])
        assert item.score == score([each for each in shares if each[1]])
        codes = Counter(code for f in live for code in f.problems)
        assert {p.code: p.flights for p in item.problems} == codes
    scores = [item.score for item in found.items if item.place is not None]
    assert scores == sorted(scores, reverse=True)
    assert [i.place for i in found.items if i.place] == [1 + sum(s > own for s in scores) for own in scores]


def test_a_score_is_a_hundred_less_the_mean_of_the_shares() -> None:
    assert score([(1, 4), (0, 3), (1, 2)]) == 75.0
    assert score([(1, 3)]) == 66.67
    assert score([]) is None


def test_rejected_rows_of_a_centre_count_against_it(database: Database) -> None:
    at = datetime(2025, 1, 10, 9, tzinfo=UTC)

    async def read(conn: Any) -> Any:
        await invented.store_regions(conn)
        both = [InventedFlight(n, dep=at, arr=at, center=name) for n, name in enumerate(CENTERS[:2], 1)]
        await invented.store_flights(conn, both)
        await conn.execute(
            "INSERT INTO core.load_centers SELECT id, c, n, r FROM core.loads,"
            " (VALUES ('Московский', 8, 2), ('Казанский', 4, 4), ('', 3, 1)) AS v (c, n, r)"
        )
        await recount_all(conn)
        facts = await queries.facts(conn, "utc")
        selection = Selection(Period.of(date(2025, 1, 10), date(2025, 1, 11)))
        inside = await league(conn, selection, facts)
        outside = await league(conn, Selection(Period.of(date(2023, 1, 1), date(2023, 1, 2))), facts)
        region = await league(conn, Selection(selection.period, (await queries.regions(conn))[0]), facts)
        flown = await league(conn, Selection(selection.period, state="flown"), facts)
        return inside, outside, region, flown

    inside, outside, region, flown = invented.run(database, read)
    assert [(i.center, i.place, i.score, i.rows) for i in inside.items] == [
        # Silent on one of two days; a fourth of the rows rejected.
        ("Самарский", 1, round(100 - 50 / 3, 2), 0),
        ("Московский", 2, 100 - (50 + 25) / 4, 8),
        ("Казанский", 3, 0.0, 4),
        (None, None, round(100 - (100 + 100 / 3) / 2, 2), 3),
    ]
    assert outside.items == []
    for each in (region, flown):
        assert [(i.center, i.rows, i.rejected) for i in each.items] == [
            ("Московский", None, None), ("Самарский", None, None),
        ]  # fmt: skip
