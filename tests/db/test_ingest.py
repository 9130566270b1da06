"""A workbook becomes flights: everything accounted for, once, and in any order."""

import asyncio
import json
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from openpyxl import Workbook, load_workbook

from shared.ingest.model import LoadCounts
from shared.regions import load_boundaries
from shared.stats import queries
from shared.storage import Storage, rejects_key
from shared.workbooks.reader import rows
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, Texts, flight_row, upload_id, write_workbook

ROWS = [flight_row(n) for n in range(1, 6)]
COUNTED_DAYS = "SELECT start FROM mart.flight_counts WHERE span = 'day' AND region_id = -1"


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def with_boundaries(ingest: Ingest) -> Ingest:
    async def once() -> None:
        connection = await asyncpg.connect(ingest.database.uri("fp_ingest"))
        try:
            await load_boundaries(connection)
        finally:
            await connection.close()

    asyncio.run(once())
    return ingest


def test_every_row_is_accounted_for(ingest: Ingest) -> None:
    nonsense: Texts = ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)
    blank: Texts = ("Московский", None, "nan", "-")
    outcome = ingest.load([*ROWS, nonsense, blank, ROWS[0], flight_row(6)])
    assert outcome.kind == "loaded"
    assert outcome.counts == LoadCounts(9, 1, 1, 1, 6, 0, 0, 6)
    [reject] = ingest.fetch("SELECT sheet, row_number, code FROM core.rejects")
    assert (reject["sheet"], reject["row_number"]) == ("Result_1", 7)
    assert len(ingest.fetch("SELECT FROM core.flights")) == 6
    ingest.sums()


def test_a_flight_gets_its_region(ingest: Ingest) -> None:
    with_boundaries(ingest)
    sea = flight_row(2, place="4500N17500E")
    nowhere = flight_row(3, place="НЕИЗВЕСТНО")
    outcome = ingest.load([flight_row(1, place="5530N03710E"), sea, nowhere])
    found = ingest.fetch(
        "SELECT f.sid, r.iso, f.region_match FROM core.flights AS f"
        " LEFT JOIN mart.regions AS r USING (region_id) ORDER BY f.sid"
    )
    assert [tuple(row)[1:] for row in found] == [("RU-MOW", "inside"), (None, "outside"), (None, "none")]
    assert outcome.counts.flights_outside == 1
    [counted] = ingest.fetch(
        "SELECT sum(flights), sum(outside), sum(unplaced) FROM mart.flight_counts"
        " WHERE span = 'year' AND region_id = -1"
    )
    assert tuple(counted) == (3, 1, 1)


def test_the_same_bytes_change_nothing(ingest: Ingest) -> None:
    first = ingest.put_rows(ROWS)
    ingest.deliver(first)
    before = ingest.sums()
    second = ingest.put(ingest.folder / "rows.xlsx", minute=5)
    assert [outcome.kind for outcome in ingest.deliver(first, second)] == ["duplicate", "duplicate"]
    assert ingest.sums() == before
    assert (ingest.upload(first)["outcome"], ingest.upload(second)["outcome"]) == ("loaded", "duplicate")
    assert [row["attempts"] for row in ingest.fetch("SELECT attempts FROM core.loads")] == [1]


def test_one_event_many_times_at_once(ingest: Ingest) -> None:
    key = ingest.put_rows(ROWS)
    kinds = [outcome.kind for outcome in ingest.deliver(*[key] * 8)]
    assert kinds.count("loaded") == 1
    assert set(kinds) <= {"loaded", "duplicate", "busy"}
    assert ingest.upload(key)["outcome"] == "loaded"
    ingest.sums()


def test_a_known_landing_is_not_erased_and_a_corrected_time_replaces(ingest: Ingest) -> None:
    ingest.load([flight_row(1, arr="0745")], minute=0)
    ingest.load([flight_row(1, arr=None)], minute=1)
    [kept] = ingest.fetch("SELECT duration_min FROM core.flights")
    assert kept["duration_min"] == 95
    outcome = ingest.load([flight_row(1, arr="0800")], minute=2)
    assert outcome.counts.flights_updated == 1
    [corrected] = ingest.fetch("SELECT duration_min FROM core.flights")
    assert corrected["duration_min"] == 110
    ingest.sums()


def test_a_late_older_workbook_does_not_replace_newer_facts(ingest: Ingest) -> None:
    ingest.load([flight_row(1, arr="0800"), flight_row(2)], minute=9)
    outcome = ingest.load([flight_row(1, arr="0745"), flight_row(3)], minute=1)
    assert (outcome.counts.flights_new, outcome.counts.flights_unchanged) == (1, 1)
    assert [r["duration_min"] for r in ingest.fetch("SELECT duration_min FROM core.flights ORDER BY sid")] == [
        110,
        95,
        95,
    ]


# What three workbooks say of the same flight; the middle one is the oldest of two that agree.
SAID = [
    (1, [flight_row(1, arr="0700"), flight_row(2)]),
    (2, [flight_row(1, arr="0730"), flight_row(3)]),
    (3, [flight_row(1, arr="0700"), flight_row(2, day="250302")]),
]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_the_order_of_arrival_does_not_matter(ingest: Ingest, order: tuple[int, ...]) -> None:
    for index in order:
        minute, rows = SAID[index]
        ingest.load(rows, minute=minute)
    flights = ingest.fetch("SELECT sid, duration_min, day FROM core.flights ORDER BY sid")
    assert [(row["duration_min"], row["day"].day) for row in flights] == [(60 - 10, 1), (95, 2), (95, 1)]
    ingest.sums()


def test_two_workbooks_that_share_flights_at_once(ingest: Ingest) -> None:
    shared = range(1, 40)
    plans = ingest.put_rows([flight_row(n, arr=None) for n in shared], minute=1)
    landings = ingest.put_rows([flight_row(n, dep=None) for n in reversed(shared)], minute=2)
    assert {outcome.kind for outcome in ingest.deliver(plans, landings)} == {"loaded"}
    assert {row["duration_min"] for row in ingest.fetch("SELECT duration_min FROM core.flights")} == {95}
    ingest.sums()


def test_a_flight_that_moves_to_another_day_leaves_no_trace_in_the_roll_up(ingest: Ingest) -> None:
    ingest.load([flight_row(1, day="250301")], minute=1)
    ingest.load([flight_row(1, day="250305")], minute=2)
    assert [row["start"].day for row in ingest.fetch(COUNTED_DAYS)] == [5]
    ingest.sums()


def test_a_date_far_from_the_workbooks_days_is_doubted(ingest: Ingest) -> None:
    ingest.load([*ROWS, flight_row(9, day="150301")])
    [far] = ingest.fetch("SELECT day, dep_dt, problems FROM core.flights WHERE sid = '7779000009'")
    assert far["day"] is None
    assert far["dep_dt"] is None
    assert far["problems"]
    ingest.sums()


def test_what_is_no_workbook_fails_with_a_code_and_is_not_tried_again(ingest: Ingest) -> None:
    path = ingest.folder / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    key = ingest.put(path)
    [outcome] = ingest.deliver(key)
    assert outcome.kind == "failed"
    assert outcome.error_code is not None
    assert outcome.error_code.startswith("WORKBOOK_")
    shown = ingest.upload(key)
    assert (shown["outcome"], shown["error_code"], shown["step"]) == ("failed", outcome.error_code, "finished")
    assert shown["error_sentence"]
    assert ingest.fetch("SELECT FROM core.flights") == []


def test_an_object_that_is_gone_is_not_waited_for(ingest: Ingest) -> None:
    key = ingest.put_rows(ROWS)
    ingest.storage.delete(key)
    [outcome] = ingest.deliver(key)
    assert (outcome.kind, outcome.error_code) == ("failed", "OBJECT_NOT_FOUND")
    assert ingest.upload(key)["outcome"] == "failed"


def test_rejects_are_handed_out_as_a_workbook(ingest: Ingest) -> None:
    key = ingest.put_rows([*ROWS, ("Московский", "НЕ ТЕЛЕГРАММА", None, None)])
    ingest.deliver(key)
    assert ingest.storage.head(rejects_key(upload_id(key))).size > 0
    clean = ingest.put_rows([flight_row(100)], minute=3)
    ingest.deliver(clean)
    assert [found.key for found in ingest.storage.list("results/")] == [rejects_key(upload_id(key))]


def test_a_sheet_of_no_known_layout_is_named(ingest: Ingest) -> None:
    path = write_workbook(ingest.folder / "two.xlsx", ROWS)
    book = load_workbook(path)
    draft = book.create_sheet("Черновик")
    draft.append(["что-то", "другое"])
    draft.append(["1", "2"])
    book.save(path)
    ingest.deliver(ingest.put(path))
    assert [row["unread_sheets"] for row in ingest.fetch("SELECT unread_sheets FROM core.loads")] == [["Черновик"]]


def test_a_workbook_of_unknown_headings_is_read_by_the_columns_that_its_sender_names(ingest: Ingest) -> None:
    path = ingest.folder / "own.xlsx"
    book = Workbook()
    book.active.append(["кто", "Текст плана", "Вылет", "Возврат"])  # type: ignore[union-attr]
    for row in (*ROWS, ("Московский", "НЕ ТЕЛЕГРАММА", None, None)):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)
    refused = ingest.put(path)
    [outcome] = ingest.deliver(refused)
    assert outcome.error_code == "WORKBOOK_NO_KNOWN_HEADER"
    [[sheet, row, columns]] = json.loads(ingest.upload(refused)["found_headings"])
    assert (row, columns) == (
        1, [[0, "кто", None], [1, "Текст плана", "shr"], [2, "Вылет", "dep"], [3, "Возврат", "arr"]]
    )  # fmt: skip

    named = json.dumps([{"sheet": sheet, "row": 1, "columns": {"center": 0, "shr": 1, "dep": 2, "arr": 3}}])
    again = ingest.put(path, minute=3)
    ingest.fetch(
        "INSERT INTO core.uploads (id, object_key, file_name, announced_by, column_map) VALUES ($1, $2, 'a', 'b', $3)",
        upload_id(again),
        again,
        named,
    )
    [outcome] = ingest.deliver(again)
    assert (outcome.kind, outcome.counts) == ("loaded", LoadCounts(6, 0, 0, 1, 5, 0, 0, 5))
    kept = ingest.fetch("SELECT column_map FROM core.loads WHERE state = 'done'")
    assert [json.loads(one["column_map"]) for one in kept] == [json.loads(named)]
    # The workbook of corrections needs no such word: its titles are the usual ones.
    ingest.storage.download(rejects_key(upload_id(again)), ingest.folder / "rejects.xlsx")
    assert [one.number for one in rows(ingest.folder / "rejects.xlsx")] == [2]
    ingest.sums()


def test_sheets_left_unread_are_read_when_the_sender_names_their_columns(ingest: Ingest) -> None:
    first, second = ROWS[:2], ROWS[2:]
    path = ingest.folder / "two.xlsx"
    write_workbook(path, first)
    book = load_workbook(path)
    sheet = book.create_sheet("Свои слова")
    for row in (("кто", "Текст плана", "Вылет", "Возврат"), *second):
        sheet.append(row)
    book.save(path)
    [outcome] = ingest.deliver(ingest.put(path))
    assert (outcome.kind, outcome.counts.rows_in) == ("loaded", len(first))
    named = json.dumps([{"sheet": sheet.title, "row": 1, "columns": {"center": 0, "shr": 1, "dep": 2, "arr": 3}}])
    announce = (
        "INSERT INTO core.uploads (id, object_key, file_name, announced_by, column_map) VALUES ($1, $2, 'a', 'b', $3)"
    )
    ends = []
    for minute in (3, 4):
        again = ingest.put(path, minute=minute)
        ingest.fetch(announce, upload_id(again), again, named)
        [outcome] = ingest.deliver(again)
        ends.append((outcome.kind, outcome.counts.rows_in, outcome.counts.flights_new))
    assert ends == [("loaded", len(ROWS), len(second)), ("duplicate", 0, 0)]
    assert len(ingest.fetch("SELECT FROM core.flights")) == len(ROWS)
    ingest.sums()


def test_an_object_that_nobody_announced_is_loaded_too(ingest: Ingest) -> None:
    ingest.put_rows(ROWS)
    ingest.storage.upload(ingest.folder / "rows.xlsx", "incoming/отчет за март.xlsx", "application/octet-stream")
    [outcome] = ingest.deliver("incoming/отчет за март.xlsx")
    assert outcome.kind == "loaded"
    assert ingest.upload("incoming/отчет за март.xlsx")["outcome"] == "loaded"


def test_no_personal_data_outside_raw(ingest: Ingest) -> None:
    ingest.load([*ROWS, ("Московский", "ПЕТРОВ ПЕТР +70000000000", None, None)])
    for table in ("core.flights", "core.rejects", "core.loads", "core.uploads", "mart.flight_counts"):
        lines = " ".join(row["line"] for row in ingest.fetch(f"SELECT t::text AS line FROM {table} AS t"))  # noqa: S608
        for private in ("ИВАН", "ПЕТРОВ", "7000000"):
            assert private not in lines


def test_days_between_two_workbooks_are_days_without_data(ingest: Ingest) -> None:
    """A plan of another season is plausible in a month's workbook, which speaks of none of the days between."""

    def month(name: str, first: int) -> list[Texts]:
        return [flight_row(first + day, day=f"25{name}{day:02d}") for day in range(1, 6)]

    assert ingest.load(month("01", 0)).kind == "loaded"
    assert ingest.load([*month("03", 100), flight_row(200, day="250915")], minute=1).kind == "loaded"
    rows = ingest.fetch("SELECT period_from, period_to FROM core.loads ORDER BY source_at")
    assert [tuple(row) for row in rows] == [(date(2025, m, 1), date(2025, m, 5)) for m in (1, 3)]

    async def reported() -> list[date]:
        conn = await asyncpg.connect(ingest.database.uri("fp_api"))
        try:
            return sorted(await queries.days_reported(conn, "utc", date(2025, 1, 1), date(2025, 12, 31)))
        finally:
            await conn.close()

    days = [*(date(2025, m, n) for m in (1, 3) for n in range(1, 6)), date(2025, 9, 15)]
    assert asyncio.run(reported()) == days
