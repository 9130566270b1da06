"""What timers ask for: old results go, young ones stay, and roll-ups that went wrong are put right."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from shared.db import Pool, connect_pool
from shared.errors import FlyPotatoError, RequestError
from shared.ingest.jobs import check_rollups, cleanup, run_job
from shared.settings import DatabaseSettings
from shared.storage import Storage, rejects_key
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row, upload_id
from tests.s3_server import running_s3, settings

T = TypeVar("T")
DAY = timedelta(days=1)


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def working(ingest: Ingest, work: Callable[[Pool], Awaitable[T]]) -> T:
    async def once() -> T:
        pool = await connect_pool(DatabaseSettings(uri=ingest.database.uri("fp_ingest")))  # type: ignore[arg-type]
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(once())


def with_rejects(ingest: Ingest) -> str:
    key = ingest.put_rows([flight_row(1), ("Московский", "НЕ ТЕЛЕГРАММА", None, None)])
    ingest.deliver(key)
    return rejects_key(upload_id(key))


def test_old_results_go_and_young_ones_stay(ingest: Ingest) -> None:
    file = with_rejects(ingest)
    now = datetime.now(UTC)
    young = working(ingest, lambda pool: cleanup(pool, ingest.storage, DAY, now))
    assert young.files == ()
    tomorrow = now + 2 * DAY
    seen = working(ingest, lambda pool: cleanup(pool, ingest.storage, DAY, tomorrow, dry_run=True))
    assert seen.files == (file,)
    assert seen.size_bytes == ingest.storage.head(file).size
    assert working(ingest, lambda pool: cleanup(pool, ingest.storage, DAY, tomorrow)) == seen
    assert list(ingest.storage.list("results/")) == []
    assert len(list(ingest.storage.list("incoming/"))) == 1


def test_announcements_that_no_workbook_followed_are_forgotten(ingest: Ingest) -> None:
    statement = (
        "INSERT INTO core.uploads (id, object_key, file_name, announced_by, announced_at)"
        " VALUES (gen_random_uuid(), $1, 'a.xlsx', 'somebody', now() - $2::interval) RETURNING id"
    )
    ingest.fetch(statement, "incoming/old.xlsx", 3 * DAY)
    ingest.fetch(statement, "incoming/new.xlsx", DAY / 2)
    gone = working(ingest, lambda pool: cleanup(pool, ingest.storage, DAY, datetime.now(UTC)))
    assert gone.announcements == 1
    assert [row["object_key"] for row in ingest.fetch("SELECT object_key FROM core.uploads")] == ["incoming/new.xlsx"]


def test_in_the_cloud_cleanup_deletes_no_file_for_it_may_not(database: Database, tmp_path: Path) -> None:
    """The accounts of functions may write and read files; the bucket's own rules remove them."""
    denied: list[str] = []
    with running_s3(tmp_path / "s3") as server:
        inner = server.app

        def without_deletes(environ: dict[str, object], start_response: Callable[..., object]) -> object:
            query = str(environ["QUERY_STRING"])
            if environ["REQUEST_METHOD"] == "DELETE" or (environ["REQUEST_METHOD"] == "POST" and "delete" in query):
                denied.append(str(environ["PATH_INFO"]))
                start_response("403 Forbidden", [("Content-Type", "application/xml")])
                return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]
            return inner(environ, start_response)

        server.app = without_deletes  # type: ignore[assignment]
        ingest = Ingest(database, Storage(settings(server)), tmp_path)
        file = with_rejects(ingest)
        working(ingest, lambda pool: run_job(pool, ingest.storage, '{"job": "cleanup"}', timedelta(0), files=False))
        assert not denied
        assert [found.key for found in ingest.storage.list("results/")] == [file]
        with pytest.raises(FlyPotatoError):
            working(ingest, lambda pool: run_job(pool, ingest.storage, '{"job": "cleanup"}', timedelta(0)))
        assert denied


def test_a_wake_up_does_nothing(ingest: Ingest) -> None:
    working(ingest, lambda pool: run_job(pool, ingest.storage, '{"job": "warm"}', DAY))


def test_roll_ups_that_went_wrong_are_counted_anew(ingest: Ingest) -> None:
    ingest.load([flight_row(n) for n in range(1, 4)])
    before = ingest.sums()
    assert working(ingest, check_rollups) == []
    ingest.fetch("UPDATE mart.flight_counts SET flights = flights + 1 RETURNING 1")
    broken = working(ingest, check_rollups)
    assert {rule.name for rule in broken} >= {"roll-ups differ from a recount"}
    assert working(ingest, check_rollups) == []
    assert ingest.sums() == before


@pytest.mark.parametrize("payload", [None, "", "{}", "[]", "cleanup", '{"job": "format the disk"}'])
def test_an_unknown_job_is_refused(ingest: Ingest, payload: str | None) -> None:
    with pytest.raises(RequestError) as refused:
        working(ingest, lambda pool: run_job(pool, ingest.storage, payload, DAY))
    assert refused.value.code == "JOB_UNKNOWN"


def test_a_timer_gets_its_job_done(ingest: Ingest) -> None:
    with_rejects(ingest)
    working(ingest, lambda pool: run_job(pool, ingest.storage, '{"job": "cleanup"}', timedelta(0)))
    assert list(ingest.storage.list("results/")) == []
    working(ingest, lambda pool: run_job(pool, ingest.storage, '{"job": "check-rollups"}', DAY))
