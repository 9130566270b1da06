"""Every delivery ends: whatever stops it, the sender is told within the lease, and nothing is lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr

from shared.db import Pool, connect_pool
from shared.errors import DatabaseUnavailable, OutageError
from shared.ingest import Outcome, process_object
from shared.ingest.claims import LAST_ATTEMPT, end_overdue
from shared.ingest.jobs import Swept, sweep
from shared.settings import DatabaseSettings
from shared.storage import Storage, rejects_key
from tests.conftest import Database
from tests.db.ingest_fixture import LEASE, Ingest, flight_row, upload_id, write_workbook

T = TypeVar("T")
ROWS = [flight_row(1), ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)]
STATE = "SELECT state, error_code, error_sentence FROM core.upload_states WHERE id = $1"


class Panic(BaseException):
    """What a native library raises."""


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def working(ingest: Ingest, work: Callable[[Pool], Awaitable[T]], size: int = 2) -> T:
    async def once() -> T:
        uri = SecretStr(ingest.database.uri("fp_ingest"))
        pool = await connect_pool(DatabaseSettings(uri=uri, pool_size=size))
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(once())


def swept(ingest: Ingest) -> Swept:
    return working(ingest, lambda pool: sweep(pool, ingest.storage, timedelta(minutes=20)))


def state(ingest: Ingest, key: str) -> Any:
    return ingest.fetch(STATE, upload_id(key))[0]


def stopped_by(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Have every load stop in its middle."""

    async def stop(*arguments: object) -> Outcome:
        raise error

    monkeypatch.setattr("shared.ingest.load.load", stop)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), Panic("a native library's bug")])
def test_a_fault_of_ours_ends_at_the_last_attempt(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    key = ingest.put_rows(ROWS)
    with monkeypatch.context() as broken:
        stopped_by(broken, error)
        for _ in range(LAST_ATTEMPT - 1):
            with pytest.raises(RuntimeError):
                ingest.deliver(key)
            assert state(ingest, key)["state"] == "processing"
        with caplog.at_level(logging.ERROR):
            [outcome] = ingest.deliver(key)
    assert (outcome.kind, outcome.error_code) == ("failed", "INTERNAL_ERROR")
    assert "The load ended by a fault of ours." in caplog.messages
    shown = ingest.upload(key)
    assert (shown["outcome"], shown["error_code"], shown["step"]) == ("failed", "INTERNAL_ERROR", "finished")
    assert "ошибка сервиса" in shown["error_sentence"]
    ingest.sums()
    # Mended: the same event comes again, and goes on where it was cut off.
    [outcome] = ingest.deliver(key)
    assert outcome.kind == "loaded"
    assert ingest.upload(key)["outcome"] == "loaded"
    assert ingest.upload(key)["error_code"] is None
    ingest.sums()


def test_the_same_bytes_sent_again_after_a_fault_of_ours_are_loaded(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_workbook(ingest.folder / "rows.xlsx", ROWS)
    key = ingest.put(path)
    with monkeypatch.context() as broken:
        stopped_by(broken, RuntimeError("a bug"))
        for _ in range(LAST_ATTEMPT - 1):
            with pytest.raises(RuntimeError):
                ingest.deliver(key)
        ingest.deliver(key)
    again = ingest.put(path, minute=5)
    assert [outcome.kind for outcome in ingest.deliver(again)] == ["loaded"]


def test_an_outage_counts_for_nothing(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ingest.put_rows(ROWS)
    with monkeypatch.context() as broken:
        stopped_by(broken, OutageError("STORAGE_UNAVAILABLE", "Хранилище недоступно."))
        for _ in range(3 * LAST_ATTEMPT):
            with pytest.raises(OutageError):
                ingest.deliver(key)
    assert [row["attempts"] for row in ingest.fetch("SELECT attempts FROM core.loads")] == [0]
    assert [outcome.kind for outcome in ingest.deliver(key)] == ["loaded"]


def test_a_server_that_went_down_counts_for_nothing(ingest: Ingest) -> None:
    key = ingest.put_rows(ROWS)
    cut_off(ingest, key, attempts=LAST_ATTEMPT)
    # As after a restart of the server: it has been up for a shorter time than the load.
    ingest.fetch("UPDATE core.loads SET started_at = pg_postmaster_start_time() - interval '1 minute'")
    assert [outcome.kind for outcome in ingest.deliver(key)] == ["loaded"]


def cut_off(ingest: Ingest, key: str, attempts: int) -> None:
    """Leave a load as so many deliveries left it that were killed, the last one just now."""
    ingest.deliver(key)
    ingest.fetch("UPDATE core.uploads SET outcome = NULL, step = 'reading', finished_at = NULL")
    for table in (
        "raw.rows",
        "raw.repeats",
        "raw.rejects",
        "core.flights",
        "core.rejects",
        "mart.flight_counts",
        "mart.flight_peaks",
        "mart.flight_days",
        "mart.flight_cells",
        "mart.day_cells",
        "mart.plan_counts",
        "mart.problem_counts",
        "mart.zone_counts",
        "core.load_centers",
    ):
        ingest.fetch(f"DELETE FROM {table}")  # noqa: S608
    ingest.fetch("UPDATE core.loads SET state = 'claimed', finished_at = NULL, attempts = $1", attempts)


def test_claims_without_an_end_come_to_an_end(ingest: Ingest) -> None:
    key = ingest.put_rows(ROWS)
    cut_off(ingest, key, attempts=LAST_ATTEMPT)
    [outcome] = ingest.deliver(key)
    assert (outcome.kind, outcome.error_code) == ("failed", "LOAD_ATTEMPTS_EXHAUSTED")
    assert ingest.upload(key)["error_code"] == "LOAD_ATTEMPTS_EXHAUSTED"
    # Its dead letter, delivered again on purpose, gets all its tries anew.
    assert [outcome.kind for outcome in ingest.deliver(key)] == ["loaded"]


def over(ingest: Ingest) -> None:
    """Let every lease run out."""
    for table in ("core.loads", "core.uploads"):
        ingest.fetch(f"UPDATE {table} SET lease_until = now() - interval '1 second'")  # noqa: S608


@pytest.mark.parametrize(("attempts", "code"), [(1, "LOAD_INTERRUPTED"), (LAST_ATTEMPT, "LOAD_ATTEMPTS_EXHAUSTED")])
def test_nothing_is_processed_longer_than_the_lease(ingest: Ingest, attempts: int, code: str) -> None:
    key = ingest.put_rows(ROWS)
    cut_off(ingest, key, attempts)
    assert state(ingest, key)["state"] == "processing"
    assert swept(ingest) == Swept(0, 0, 0, 0)
    over(ingest)
    shown = state(ingest, key)
    assert (shown["state"], shown["error_code"]) == ("failed", "LOAD_INTERRUPTED")
    assert swept(ingest) == Swept(1, 1, 0, 0)
    shown = state(ingest, key)
    assert (shown["state"], shown["error_code"]) == ("failed", code)
    assert shown["error_sentence"]
    assert ingest.fetch("SELECT state FROM core.loads")[0]["state"] == "failed"
    ingest.sums()
    assert [outcome.kind for outcome in ingest.deliver(key)] == ["loaded"]
    assert state(ingest, key)["state"] == "loaded"


def test_a_living_load_is_not_ended(ingest: Ingest) -> None:
    key = ingest.put_rows(ROWS)
    cut_off(ingest, key, attempts=1)
    over(ingest)

    async def beside_a_living_one(pool: Pool) -> int:
        async with pool.acquire() as holder, holder.transaction(), pool.acquire() as other:
            number = "SELECT ('x' || encode(substring(sha256 FOR 4), 'hex'))::bit(32)::integer FROM core.loads"
            await holder.execute("SELECT pg_advisory_xact_lock($1, $2)", 0x464C59, await other.fetchval(number))
            await other.execute("UPDATE core.loads SET lease_until = now() + interval '1 minute'")
            return await end_overdue(other)

    assert working(ingest, beside_a_living_one) == 0


def test_rejects_that_cannot_be_written_hide_no_load(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop(*arguments: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("shared.ingest.upload_outcomes.deliver_rejects", stop)
    key = ingest.put_rows(ROWS)
    assert [outcome.kind for outcome in ingest.deliver(key)] == ["loaded"]
    assert ingest.upload(key)["outcome"] == "loaded"


def test_a_worker_that_died_before_it_told_the_end(ingest: Ingest) -> None:
    key = ingest.put_rows(ROWS)
    other = ingest.put(ingest.folder / "rows.xlsx", minute=3)
    ingest.deliver(key)
    ingest.deliver(other)
    ingest.fetch("UPDATE core.uploads SET outcome = NULL, step = 'writing', finished_at = NULL")
    over(ingest)
    assert {state(ingest, key)["state"], state(ingest, other)["state"]} == {"loaded", "duplicate"}
    assert swept(ingest) == Swept(0, 2, 0, 0)
    assert {ingest.upload(one)["outcome"] for one in (key, other)} == {"loaded", "duplicate"}


def test_what_came_is_not_expired(ingest: Ingest) -> None:
    came, missing = ingest.put_rows(ROWS), ingest.put_rows(ROWS, minute=1)
    ingest.storage.delete(missing)
    for key in (came, missing):
        ingest.fetch(
            "INSERT INTO core.uploads (id, object_key, file_name, announced_by, announced_at)"
            " VALUES ($1, $2, 'a.xlsx', 'somebody', now() - interval '2 hours')",
            upload_id(key),
            key,
        )
    assert swept(ingest) == Swept(0, 1, 1, 1)
    assert (state(ingest, came)["state"], state(ingest, came)["error_code"]) == ("failed", "LOAD_INTERRUPTED")
    assert state(ingest, missing)["state"] == "announced"
    assert ingest.upload(missing)["absent_at"] is not None
    assert [outcome.kind for outcome in ingest.deliver(came)] == ["loaded"]
    assert swept(ingest) == Swept(0, 0, 0, 0)


def test_a_pool_of_one_does_not_wait_for_itself(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.ingest.deliveries._CONNECTION_SECONDS", 0.2)
    monkeypatch.setattr("shared.ingest.deliveries._PAUSE_SECONDS", 0.0)
    key = ingest.put_rows(ROWS)
    with pytest.raises(DatabaseUnavailable):
        working(ingest, lambda pool: process_object(pool, ingest.storage, key, lease=LEASE), size=1)


def test_an_outcome_is_final(ingest: Ingest) -> None:
    """The address is used again, the event comes again: nothing changes, whatever the bytes are by now."""
    key = ingest.put_rows(ROWS)
    ingest.deliver(key)
    before, shown = ingest.sums(), ingest.upload(key)
    for content in (
        b"PK\x03\x04 and then nothing",
        write_workbook(ingest.folder / "b.xlsx", [flight_row(7)]).read_bytes(),
    ):
        (ingest.folder / "other.xlsx").write_bytes(content)
        ingest.storage.upload(ingest.folder / "other.xlsx", key, "application/octet-stream")
        assert [outcome.kind for outcome in ingest.deliver(key)] == ["duplicate"]
        assert ingest.upload(key) == shown
        assert ingest.sums() == before
    ingest.storage.delete(rejects_key(upload_id(key)))
    ingest.deliver(key)
    assert list(ingest.storage.list("results/")) == []


def test_a_refusal_is_final(ingest: Ingest) -> None:
    path = ingest.folder / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    key = ingest.put(path)
    [refused] = ingest.deliver(key)
    ingest.storage.upload(write_workbook(ingest.folder / "good.xlsx", ROWS), key, "application/octet-stream")
    [again] = ingest.deliver(key)
    assert (again.kind, again.error_code) == ("failed", refused.error_code)
    assert ingest.fetch("SELECT FROM core.flights") == []
