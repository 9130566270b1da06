"""After another set is put in force every flight has the region that the new one says."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fly_potato.commands.database import verify
from fly_potato.commands.regions import command
from shared.db import Connection
from shared.regions import Reattribution, load_boundaries, reattribute
from shared.stats import recount_days
from tests.conftest import Database
from tests.db.regions.connections import run
from tests.unit.regions.files import region, square, write

FLIGHTS = [(60.5, 40.5, date(2025, 3, 1)), (60.5, 41.5, date(2025, 3, 2)), (60.5, 41.5, None), (10.0, 10.0, None)]


@pytest.fixture
def flown(database: Database) -> Database:
    """Four flights with a place, none of them attributed yet, and one without."""

    async def put(conn: Connection) -> None:
        load = await conn.fetchval(
            "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until)"
            " VALUES ('x', 'incoming/x.xlsx', now(), 'claimed', gen_random_uuid(), now()) RETURNING id"
        )
        for lat, lon, day in [*FLIGHTS, (None, None, None)]:
            await conn.execute(
                "INSERT INTO core.flights"
                " (key, state, operator_kind, position_source, position, day, load_id, region_match)"
                " VALUES (gen_random_uuid(), 'flown', 'unknown', 'dep', ST_Point($2, $1, 4326), $3, $4, $5)",
                lat,
                lon,
                day,
                load,
                "none" if lat is None else "outside",
            )

    run(database, put)
    return database


def regions(database: Database) -> list[Any]:
    async def ask(conn: Connection) -> list[Any]:
        return [
            tuple(row)
            for row in await conn.fetch(
                "SELECT region_id, region_match FROM core.flights ORDER BY ST_Y(position), ST_X(position), day"
            )
        ]

    return run(database, ask)


def test_flights_follow_the_set_in_force(flown: Database, tmp_path: Path) -> None:
    first = write(tmp_path / "a.geojson", region(1, square(40, 60)), region(2, square(41, 60)))
    run(flown, lambda conn: load_boundaries(conn, first))
    changed = run(flown, reattribute)
    assert changed == Reattribution(3, [date(2025, 3, 1), date(2025, 3, 2), None])
    assert regions(flown) == [(None, "outside"), (1, "inside"), (2, "inside"), (2, "inside"), (None, "none")]

    assert run(flown, reattribute) == Reattribution(0, [])

    second = write(tmp_path / "b.geojson", region(1, square(40, 60)), region(3, square(41, 60)))
    run(flown, lambda conn: load_boundaries(conn, second))
    assert run(flown, reattribute) == Reattribution(2, [date(2025, 3, 2), None])
    assert regions(flown) == [(None, "outside"), (1, "inside"), (3, "inside"), (3, "inside"), (None, "none")]


def test_it_may_be_part_of_a_larger_transaction_and_be_repeated(flown: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(40, 60)))

    async def twice(conn: Connection) -> list[Reattribution]:
        async with conn.transaction():
            await load_boundaries(conn, path)
            return [await reattribute(conn), await reattribute(conn)]

    assert [changed.flights for changed in run(flown, twice)] == [1, 0]


def counted(database: Database) -> dict[int, int]:
    async def ask(conn: Connection) -> dict[int, int]:
        rows = await conn.fetch(
            "SELECT region_id, sum(flights) AS flights FROM mart.flight_counts"
            " WHERE span IN ('day', 'undated') AND region_id > 0 GROUP BY region_id"
        )
        return {row["region_id"]: int(row["flights"]) for row in rows}

    return run(database, ask)


def test_the_command_counts_anew(flown: Database, tmp_path: Path) -> None:
    first = write(tmp_path / "a.geojson", region(1, square(40, 60)), region(2, square(41, 60)))
    second = write(tmp_path / "b.geojson", region(1, square(40, 60)), region(3, square(41, 60)))
    for path, changed, expected in ((first, 3, {1: 1, 2: 2}), (second, 2, {1: 1, 3: 2}), (first, 2, {1: 1, 2: 2})):
        loaded = CliRunner().invoke(command, ["load", str(path), "--uri", flown.uri("fp_ingest")])
        assert loaded.exit_code == 0, loaded.output
        assert f"Регион изменился у полётов: {changed}" in loaded.output
        assert counted(flown) == expected


def checksums(database: Database) -> str:
    called = CliRunner().invoke(verify, ["--uri", database.uri("fp_ingest")])
    assert called.exit_code in (0, 1), called.output
    return called.output


def test_the_change_is_told_region_by_region_and_taken_back(flown: Database, tmp_path: Path) -> None:
    first = write(tmp_path / "a.geojson", region(1, square(40, 60), "Алая"), region(2, square(41, 60), "Бурая"))
    second = write(tmp_path / "b.geojson", region(1, square(40, 60), "Алая"), region(3, square(41, 60), "Яркая"))
    uri = ("--uri", flown.uri("fp_ingest"))
    CliRunner().invoke(command, ["load", str(first), *uri])
    before = checksums(flown)
    CliRunner().invoke(command, ["load", str(second), "--keep-active", *uri])

    rehearsed = CliRunner().invoke(command, ["use", "2", "--dry-run", *uri])
    expected = "Бурая (нет в новом наборе): 2 → 0 (-2)\nЯркая (новый): 0 → 2 (+2)\n"
    assert rehearsed.output == expected + "Проба, ничего не изменено. Регион изменился бы у полётов: 2\n"
    assert checksums(flown) == before
    assert counted(flown) == {1: 1, 2: 2}

    used = CliRunner().invoke(command, ["use", "2", *uri])
    assert used.output == expected + "Набор действует. Регион изменился у полётов: 2\n"
    assert checksums(flown) != before
    CliRunner().invoke(command, ["use", "1", *uri])
    assert checksums(flown) == before


def test_local_hours_are_those_of_the_point(mapped: Database) -> None:
    async def hours(conn: Connection) -> list[int]:
        await conn.execute(
            "INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until)"
            " VALUES ('x', 'incoming/x.xlsx', now(), 'claimed', gen_random_uuid(), now())"
        )
        await conn.execute(
            "INSERT INTO core.flights (key, state, operator_kind, position_source, position, dep_dt, day, hour,"
            " load_id, region_match) SELECT gen_random_uuid(), 'flown', 'unknown', 'dep', ST_Point(lon, lat, 4326),"
            " '2025-03-03 02:00Z', '2025-03-03', 2, 1, 'outside'"
            " FROM (VALUES (67.45, 153.70), (62.03, 129.73)) AS p (lat, lon)"
        )
        async with conn.transaction():
            changed = await reattribute(conn)
            await recount_days(conn, changed.days)
        slots = await conn.fetchval(
            "SELECT slots FROM mart.flight_counts WHERE span = 'day' AND start = '2025-03-03' AND region_id = 14"
        )
        return sorted(slots)

    # Monday in Якутск (UTC+9) and in Среднеколымск (UTC+11).
    assert run(mapped, hours) == [11, 13]
