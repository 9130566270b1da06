"""Flights are a function of the kept rows: a load taken back never was, rows read anew make what a fresh load makes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import SecretStr

from fly_potato.database import Checksum, verify
from shared.db import Pool, connect_pool
from shared.errors import Conflict, NotFound
from shared.flights import PARSER_REVISION, TelegramRow
from shared.ingest.load import Differences
from shared.ingest.stored_loads import WithdrawalEffect, reread, withdraw
from shared.settings import DatabaseSettings
from shared.storage import Storage
from shared.workbooks.staging import row_hash
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, Texts, flight_row, write_workbook

T = TypeVar("T")
NONSENSE: Texts = ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)


@pytest.fixture
def ingest(mapped: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(mapped, storage, tmp_path)


def working(ingest: Ingest, work: Callable[[Pool], Awaitable[T]]) -> T:
    async def once() -> T:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(ingest.database.uri("fp_ingest"))))
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(once())


def take_back(ingest: Ingest, load_id: int | None, *, dry_run: bool = False) -> WithdrawalEffect:
    assert load_id is not None
    return working(ingest, lambda pool: withdraw(pool, load_id, by="admin", reason="не тот файл", dry_run=dry_run))


def read_anew(ingest: Ingest, load_id: int | None = None, *, dry_run: bool = False) -> Differences:
    return working(ingest, lambda pool: reread(pool, load_id, dry_run=dry_run))


# Rows that the workbooks share, rows said twice in one, a flight that two tell differently, rejects.
FIRST = [
    flight_row(1, arr=None),
    flight_row(2),
    flight_row(3),
    flight_row(3),
    NONSENSE,
    flight_row(9, place="5959N03019E"),
]
SECOND = [flight_row(1, dep=None), flight_row(2), flight_row(3, arr="0900"), flight_row(3), flight_row(4), NONSENSE]


@pytest.mark.parametrize("withdrawn", [0, 1])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_withdrawn_load_never_was(ingest: Ingest, order: tuple[int, int], withdrawn: int) -> None:
    paths = [write_workbook(ingest.folder / f"{n}.xlsx", rows) for n, rows in enumerate((FIRST, SECOND))]
    kept = 1 - withdrawn
    loads: dict[int, int | None] = {}
    keys = {n: ingest.put(paths[n], minute=n) for n in order}
    ingest.deliver(keys[kept])
    alone = ingest.sums()
    [outcome] = ingest.deliver(keys[withdrawn])
    both, loads[withdrawn] = ingest.sums(), outcome.load_id
    assert both != alone
    seen = take_back(ingest, loads[withdrawn], dry_run=True)
    assert ingest.sums() == both
    done = take_back(ingest, loads[withdrawn])
    assert (done.flights_gone, done.flights_changed) == (seen.flights_gone, seen.flights_changed)
    assert done.flights_gone == 1
    assert done.flights_changed in (1, 2)
    assert ingest.sums() == alone
    assert ingest.upload(keys[withdrawn])["outcome"] == "withdrawn"
    assert ingest.upload(keys[kept])["outcome"] == "loaded"
    [line] = ingest.fetch("SELECT * FROM core.loads WHERE id = $1", loads[withdrawn])
    assert (line["state"], line["withdrawn_by"], line["withdrawn_reason"]) == ("withdrawn", "admin", "не тот файл")
    assert line["withdrawn_at"] is not None
    # Its own event changes nothing any more; the same bytes sent again do.
    assert [each.kind for each in ingest.deliver(keys[withdrawn])] == ["withdrawn"]
    assert ingest.sums() == alone
    again = ingest.put(paths[withdrawn], minute=50)
    assert [each.kind for each in ingest.deliver(again)] == ["loaded"]
    assert ingest.sums() == both
    assert (ingest.upload(again)["outcome"], ingest.upload(keys[withdrawn])["outcome"]) == ("loaded", "withdrawn")


def test_three_loads_taken_back_in_any_order_leave_nothing(ingest: Ingest) -> None:
    empty = ingest.sums()
    rows = [FIRST, SECOND, [*SECOND[:3], flight_row(11)]]
    loads = [ingest.load(each, minute=n).load_id for n, each in enumerate(rows)]
    for load_id in (loads[1], loads[2], loads[0]):
        take_back(ingest, load_id)
        ingest.sums()
    assert [each for each in ingest.sums() if each.rows] == [each for each in empty if each.rows]
    assert ingest.fetch("SELECT FROM mart.flight_counts") == []


def test_only_what_is_in_can_be_taken_back(ingest: Ingest) -> None:
    with pytest.raises(NotFound):
        take_back(ingest, 99)
    path = ingest.folder / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    [refused] = ingest.deliver(ingest.put(path))
    with pytest.raises(Conflict) as not_in:
        take_back(ingest, refused.load_id)
    assert not_in.value.code == "LOAD_NOT_IN"
    loaded = ingest.load(FIRST, minute=2).load_id
    take_back(ingest, loaded)
    with pytest.raises(Conflict) as twice:
        take_back(ingest, loaded)
    assert twice.value.code == "LOAD_WITHDRAWN"


def test_a_load_whose_places_are_not_known_is_not_taken_back(ingest: Ingest) -> None:
    first, second = ingest.load(FIRST).load_id, ingest.load(SECOND, minute=1).load_id
    ingest.fetch("UPDATE core.loads SET rows_traced = false")
    with pytest.raises(Conflict) as untraced:
        take_back(ingest, first)
    assert untraced.value.code == "LOAD_UNTRACED"
    ingest.fetch("UPDATE core.loads SET rows_traced = true WHERE id = $1", second)
    take_back(ingest, first)


# What an earlier parser took a row for, and what the row says to today's.
MISREAD: list[tuple[Texts, Texts]] = [
    (flight_row(1, arr=None), flight_row(1)),
    (flight_row(2), flight_row(2)),
    (NONSENSE, flight_row(3)),
    (flight_row(4), ("Московский", "НИЧЕГО", None, None)),
    (flight_row(5, arr=None), flight_row(6, arr=None)),
    (flight_row(6, dep=None), flight_row(6, dep=None)),
    (flight_row(7, arr=None), flight_row(7, arr=None)),
    (flight_row(7, dep=None), flight_row(8, dep=None)),
    (flight_row(9, place="НЕИЗВЕСТНО"), flight_row(9, place="5530N03710E")),
    (flight_row(10, day="250302"), flight_row(10, day="250305")),
    (flight_row(11), ("Московский", None, "nan", None)),
    (flight_row(12), flight_row(12)),
    (flight_row(12), flight_row(12)),
]
LATER: list[tuple[Texts, Texts]] = [
    (flight_row(1, dep=None, arr="0800"), flight_row(1, dep=None, arr="0800")),
    (flight_row(2), flight_row(2)),
    (flight_row(5, dep=None), flight_row(5, dep=None)),
    (flight_row(20, arr=None), flight_row(21, arr=None)),
]


def misread(ingest: Ingest, rows: Sequence[tuple[Texts, Texts]], minute: int) -> int:
    """Load rows as an earlier parser took them, and leave their real texts with what it made of them."""
    load_id = ingest.load([taken for taken, _ in rows], minute=minute).load_id
    assert load_id is not None
    for number, (taken, real) in enumerate(rows, 2):
        if taken == real:
            continue
        texts = (load_id, number, *real)
        ingest.fetch(
            "UPDATE raw.rejects SET center=$3, shr=$4, dep=$5, arr=$6 WHERE load_id=$1 AND row_number=$2", *texts
        )
        ingest.fetch(
            "UPDATE raw.rows SET center=$3, shr=$4, dep=$5, arr=$6, row_hash=$7 WHERE load_id=$1 AND row_number=$2",
            *texts,
            row_hash(TelegramRow(*real)).hex(),
        )
    ingest.fetch("UPDATE core.loads SET parser_revision = $2 WHERE id = $1", load_id, PARSER_REVISION - 1)
    return load_id


def facts(sums: Sequence[Checksum]) -> list[Checksum]:
    """Leave out what names a workbook by its bytes: a misread one was written with other texts."""
    return [each for each in sums if each.table not in ("core.loads", "core.load_centers", "core.rejects")]


@pytest.mark.parametrize("one_by_one", [False, True])
def test_rows_read_anew_make_what_a_fresh_load_makes(
    ingest: Ingest, mapped_clones: Iterator[Database], one_by_one: bool
) -> None:
    fresh = replace(ingest, database=next(mapped_clones))
    for minute, rows in ((1, MISREAD), (2, LATER)):
        fresh.load([real for _, real in rows], minute=minute)
    loads = [misread(ingest, rows, minute) for minute, rows in ((1, MISREAD), (2, LATER))]
    before = ingest.sums()
    planned = read_anew(ingest, dry_run=True)
    assert ingest.sums() == before
    if one_by_one:
        for load_id in reversed(loads):
            read_anew(ingest, load_id)
            ingest.sums()
    else:
        done = read_anew(ingest)
        assert (done.new, done.gone, done.changed) == (planned.new, planned.gone, planned.changed)
        assert "arr_dt" in done.fields
        assert "position" in done.fields
        assert done.regions["без региона"][0] == 1
    assert facts(ingest.sums()) == facts(fresh.sums())
    numbers = "SELECT rows_in, rows_empty, rows_rejected, rows_repeated FROM core.loads ORDER BY source_at"
    assert ingest.fetch(numbers) == fresh.fetch(numbers)
    rejects = "SELECT row_number, code FROM core.rejects ORDER BY 1"
    assert ingest.fetch(rejects) == fresh.fetch(rejects)
    again = read_anew(ingest)
    assert (again.new, again.gone, again.changed) == (0, 0, 0)


def test_reading_anew_goes_on_after_a_kill(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = [misread(ingest, rows, minute) for minute, rows in ((1, MISREAD), (2, LATER))]

    class Killed(BaseException):
        """As a kill between two loads."""

    def kill(load_id: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        working(ingest, lambda pool: reread(pool, done=kill))
    state = "SELECT parser_revision FROM core.loads ORDER BY id"
    assert [row[0] for row in ingest.fetch(state)] == [PARSER_REVISION, PARSER_REVISION - 1]
    finished: list[int] = []
    working(ingest, lambda pool: reread(pool, done=finished.append))
    assert finished == loads[1:]
    assert [row[0] for row in ingest.fetch(state)] == [PARSER_REVISION] * 2
    ingest.sums()


def test_a_load_taken_back_after_reading_anew(ingest: Ingest) -> None:
    first = misread(ingest, MISREAD, 1)
    second = misread(ingest, LATER, 2)
    read_anew(ingest, second)
    take_back(ingest, second)
    ingest.sums()
    read_anew(ingest)
    take_back(ingest, first)
    assert ingest.fetch("SELECT FROM core.flights") == []


def test_a_flight_none_of_whose_rows_can_be_read_stays_until_it_is_read_anew(ingest: Ingest) -> None:
    first = ingest.load([flight_row(1, arr=None)], minute=1).load_id
    second = ingest.load([flight_row(1, dep=None)], minute=2).load_id
    ingest.fetch("UPDATE raw.rows SET shr='НИЧЕГО', dep=NULL, arr=NULL WHERE load_id = $1", first)
    withdrawal = take_back(ingest, second)
    assert withdrawal.flights_gone == 0
    assert len(ingest.fetch("SELECT FROM core.flights")) == 1
    ingest.sums()
    change = read_anew(ingest, first)
    assert (change.new, change.gone) == (0, 1)
    assert ingest.fetch("SELECT FROM core.flights") == []
    assert len(ingest.fetch("SELECT FROM core.rejects")) == 1
    ingest.sums()


def unlike(ingest: Ingest) -> int:
    _, rules = asyncio.run(verify(ingest.database.uri("fp_ingest"), rebuild=True))
    assert [rule.name for rule in rules if rule.offenders] in ([], ["flights that are not what their rows make"])
    return rules[-1].offenders


def test_verify_builds_every_flight_anew(ingest: Ingest) -> None:
    first, second = ingest.load(FIRST, minute=1).load_id, ingest.load(SECOND, minute=2).load_id
    ingest.load([*FIRST, flight_row(30, day="150301")], minute=3)
    before = ingest.sums()
    assert unlike(ingest) == 0
    assert ingest.sums() == before
    take_back(ingest, second)
    read_anew(ingest, first)
    assert unlike(ingest) == 0
    ingest.fetch("UPDATE core.flights SET uav_count = 7 WHERE sid = '7779000009'")
    ingest.fetch("DELETE FROM core.flights WHERE sid = '7779000030'")
    _, rules = asyncio.run(verify(ingest.database.uri("fp_ingest"), rebuild=True))
    assert rules[-1].offenders == 2
    # What another parser read is no word on today's.
    ingest.fetch("UPDATE core.loads SET parser_revision = parser_revision - 1")
    _, rules = asyncio.run(verify(ingest.database.uri("fp_ingest"), rebuild=True))
    assert rules[-1].offenders == 0
