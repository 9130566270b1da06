"""However long the history and odd its dates: every answer fits through the gateway and means the usual days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.db import Connection
from shared.stats import queries
from shared.stats.selection import Facts, Period
from tests.api.conftest import Caller, store_counted
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def ordinary(count: int = 40) -> list[InventedFlight]:
    """Give a flight a day from March 2025 on."""
    return [InventedFlight(n + 1, region=1 + n % 3, dep=NOON + timedelta(days=n)) for n in range(count)]


def facts_of(database: Database) -> Facts:
    found: list[Facts] = []

    async def read(conn: Connection) -> None:
        found.append(await queries.facts(conn))

    invented.run(database, read)
    return found[0]


def stray(day: date, key: int = 9000) -> InventedFlight:
    return InventedFlight(key, region=1, dep=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.mark.parametrize("odd", [date(1960, 1, 1), date(1900, 1, 2), date(2009, 12, 31), date(2042, 1, 15)])
def test_an_implausible_day_is_in_no_period(call: Caller, database: Database, odd: date) -> None:
    store_counted(database, [*ordinary(), stray(odd)])
    for query in ("", f"?from={odd.isoformat()}&to={odd.isoformat()}"):
        body = call("stats", "GET", f"/api/stats/overview{query}").json
        assert body["totals"]["flights"] == (0 if query else 40)
    wide = call("stats", "GET", "/api/stats/daily?from=0001-01-01&to=9999-12-31").json
    assert (wide["period"]["first"], wide["period"]["last"]) == ("2025-03-01", "2025-04-09")
    assert (len(wide["days"]), wide["step"]) == (40, "day")


def test_a_plausible_stray_is_found_by_its_day_but_does_not_stretch_the_usual_period(
    call: Caller, database: Database
) -> None:
    many = [
        f
        for n in range(5)
        for f in [InventedFlight(n * 100 + k, region=1, dep=NOON + timedelta(days=k)) for k in range(1, 41)]
    ]
    store_counted(database, [*many, stray(date(2013, 5, 2))])
    usual = call("stats", "GET", "/api/stats/daily").json
    assert (usual["period"]["first"], usual["period"]["days"]) == ("2025-03-02", 40)
    body = call("stats", "GET", "/api/stats/overview?from=2013-01-01&to=2013-12-31").json
    assert body["totals"]["flights"] == 1
    before = call("stats", "GET", "/api/stats/overview?to=2014-01-01").json
    assert before["totals"]["flights"] == 1
    whole = call("stats", "GET", "/api/stats/overview?from=2010-01-01").json
    assert whole["totals"]["flights"] == 201


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        # A pause of five months is one history, a hundredth of it after a longer pause too.
        ([(2024, 1, 5)] * 1 + [(2024, 6, 5)] * 9, (2024, 1, 5), (2024, 6, 5)),
        ([(2021, 1, 5)] * 2 + [(2025, 6, 5)] * 98, (2021, 1, 5), (2025, 6, 5)),
        ([(2021, 1, 5)] * 1 + [(2025, 6, 5)] * 199, (2025, 6, 5), (2025, 6, 5)),
        # Nothing plausible is left: the period is what there is, and never empty.
        ([(1960, 1, 5), (1961, 2, 6)], (1960, 1, 5), (1961, 2, 6)),
        ([(2042, 1, 5)], (2042, 1, 5), (2042, 1, 5)),
    ],
)
def test_the_usual_period_is_where_the_data_are(
    database: Database, days: list[tuple[int, int, int]], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    store_counted(database, [stray(date(*day), key) for key, day in enumerate(days, 1)])
    period = Period.within(facts_of(database), None, None)
    assert (period.first, period.last) == (date(*first), date(*last))


def test_series_of_any_length_have_a_step() -> None:
    from shared.stats.selection import Selection

    def step(days: int) -> Any:
        return Selection(Period.of(date(1, 1, 1), date(1, 1, 1) + timedelta(days=days - 1))).step

    assert [step(days) for days in (1, 3_660, 3_661, 25_000, 25_001, 3_652_059)] == [
        "day", "day", "week", "week", "month", "month",
    ]  # fmt: skip


def test_an_answer_that_is_too_large_all_the_same_is_refused_with_a_sentence(
    call: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_counted(database, ordinary())
    monkeypatch.setattr("shared.api.cache.BODY_BYTES", 100)
    answer = call("stats", "GET", "/api/stats/daily")
    assert (answer.status, answer.json["code"]) == (422, "ANSWER_TOO_LARGE")
