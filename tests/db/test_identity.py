"""Who a flight is, is decided once: no row, mistyped or kept by an earlier parser, stops a load."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from shared.storage import Storage
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row

YEARS = ((11, 1960), (12, 2009), (13, 2042), (14, 2042), (15, 2099))
TABLE = ("Дата", "Рейс", "Борт", "Время вылета факт", "Место вылета", "Примечания")


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def write_table(path: Path, rows: list[tuple[str | None, ...]]) -> Path:
    """Write rows as a sheet of 2024 that has no telegrams."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("2024")
    sheet.append(TABLE)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def good(number: int) -> tuple[str | None, ...]:
    return (f"{1 + number % 28:02d}.01.2024", f"9{number:04d}", f"0A{number:05d}", "10:00", "5545N03737E", None)


def test_two_rows_of_one_flight_with_a_mistyped_year(ingest: Ingest) -> None:
    mistyped = [("15.01.2042", "12345", "0B12345", "09:00", "5545N03737E", note) for note in ("ЗАМЕТКА", "ДРУГАЯ")]
    path = write_table(ingest.folder / "table.xlsx", [*(good(n) for n in range(28)), *mistyped])
    [outcome] = ingest.deliver(ingest.put(path))
    assert outcome.kind == "loaded"
    assert (outcome.counts.flights_new, outcome.counts.rows_repeated) == (29, 1)
    [doubted] = ingest.fetch("SELECT day, dep_dt, problems FROM core.flights WHERE callsign = '12345'")
    assert (doubted["day"], doubted["dep_dt"]) == (None, None)
    assert "DATE_IMPLAUSIBLE" in doubted["problems"]
    ingest.sums()


def test_a_mistyped_year_is_all_that_a_row_says(ingest: Ingest) -> None:
    lone = [("15.01.2042", None, "0B12345", None, None, note) for note in ("ЗАМЕТКА", "ДРУГАЯ")]
    path = write_table(ingest.folder / "table.xlsx", [*(good(n) for n in range(28)), *lone])
    [outcome] = ingest.deliver(ingest.put(path))
    assert outcome.kind == "loaded"
    assert outcome.counts.rows_rejected == 0
    ingest.sums()


def test_kept_rows_that_todays_parser_takes_for_two_flights(ingest: Ingest) -> None:
    ingest.load([flight_row(1, arr=None), flight_row(2)], minute=1)
    # As an earlier parser left it, to which the two numbers were one.
    ingest.fetch("UPDATE raw.rows SET shr = replace(shr, '7779000001', '7779000008') WHERE shr LIKE '%7779000001%'")
    outcome = ingest.load([flight_row(1, dep=None)], minute=2)
    assert (outcome.kind, outcome.counts.flights_updated) == ("loaded", 1)
    [flight] = ingest.fetch("SELECT duration_min FROM core.flights WHERE sid = '7779000001'")
    assert flight["duration_min"] == 95
    ingest.sums()


def test_a_kept_row_that_todays_parser_cannot_read(ingest: Ingest) -> None:
    ingest.load([flight_row(1, arr=None)], minute=1)
    ingest.fetch("UPDATE raw.rows SET shr = 'ЗАВТРА НЕ ЛЕТАЕМ', dep = NULL, arr = NULL")
    outcome = ingest.load([flight_row(1, dep=None)], minute=2)
    assert (outcome.kind, outcome.counts.flights_updated) == ("loaded", 1)
    ingest.sums()


def test_implausible_dates_reach_no_statistic(ingest: Ingest) -> None:
    """A workbook of nothing but mistyped years is its own period, so its sending time must speak."""
    mistyped = [(f"{day}.01.{year}", f"1{day}", "0B12345", "09:00", "5545N03737E", None) for day, year in YEARS]
    path = write_table(ingest.folder / "years.xlsx", mistyped)
    [outcome] = ingest.deliver(ingest.put(path))
    assert (outcome.kind, outcome.counts.flights_new, outcome.counts.rows_rejected) == ("loaded", len(YEARS), 0)
    again = [(*row[:5], "ЗАМЕТКА") for row in mistyped]
    [outcome] = ingest.deliver(ingest.put(write_table(ingest.folder / "again.xlsx", again)))
    assert outcome.counts.flights_new == 0
    flights = ingest.fetch("SELECT day, dep_dt, problems FROM core.flights")
    assert {(flight["day"], flight["dep_dt"]) for flight in flights} == {(None, None)}
    assert all("DATE_IMPLAUSIBLE" in flight["problems"] for flight in flights)
    assert ingest.fetch("SELECT 1 FROM mart.flight_counts WHERE span <> 'undated'") == []
    ingest.sums()
