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
from tests.db.ingest_fixture import Desk, flight_row, upload_id
from tests.s3_server import running_s3, settings

T = TypeVar("T")
DAY = timedelta(days=1)


@pytest.fixture
def desk(database: Database, storage: Storage, tmp_path: Path) -> Desk:
    return Desk(database, storage, tmp_path)


def working(desk: Desk, work: Callable[[Pool], Awaitable[T]]) -> T:
    async def once() -> T:
        pool = await connect_pool(DatabaseSettings(uri=desk.database.uri("fp_ingest")))  # type: ignore[arg-type]
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(once())


def with_rejects(desk: Desk) -> str:
    key = desk.put_rows([flight_row(1), ("Московский", "НЕ ТЕЛЕГРАММА", None, None)])
    desk.deliver(key)
    return rejects_key(upload_id(key))


def test_old_results_go_and_young_ones_stay(desk: Desk) -> None:
    file = with_rejects(desk)
    now = datetime.now(UTC)
    young = working(desk, lambda pool: cleanup(pool, desk.storage, DAY, now))
    assert young.files == ()
    tomorrow = now + 2 * DAY
    seen = working(desk, lambda pool: cleanup(pool, desk.storage, DAY, tomorrow, dry_run=True))
    assert seen.files == (file,)
    assert seen.size_bytes == desk.storage.head(file).size
    assert working(desk, lambda pool: cleanup(pool, desk.storage, DAY, tomorrow)) == seen
    assert list(desk.storage.list("results/")) == []
    assert len(list(desk.storage.list("incoming/"))) == 1


def test_announcements_that_no_workbook_followed_are_forgotten(desk: Desk) -> None:
    statement = (
        "INSERT INTO core.uploads (id, object_key, file_name, announced_by, announced_at)"
        " VALUES (gen_random_uuid(), $1, 'a.xlsx', 'somebody', now() - $2::interval) RETURNING id"
    )
    desk.fetch(statement, "incoming/old.xlsx", 3 * DAY)
    desk.fetch(statement, "incoming/new.xlsx", DAY / 2)
    gone = working(desk, lambda pool: cleanup(pool, desk.storage, DAY, datetime.now(UTC)))
    assert gone.announcements == 1
    assert [row["object_key"] for row in desk.fetch("SELECT object_key FROM core.uploads")] == ["incoming/new.xlsx"]


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
        desk = Desk(database, Storage(settings(server)), tmp_path)
        file = with_rejects(desk)
        working(desk, lambda pool: run_job(pool, desk.storage, '{"job": "cleanup"}', timedelta(0), files=False))
        assert not denied
        assert [found.key for found in desk.storage.list("results/")] == [file]
        with pytest.raises(FlyPotatoError):
            working(desk, lambda pool: run_job(pool, desk.storage, '{"job": "cleanup"}', timedelta(0)))
        assert denied


def test_a_wake_up_does_nothing(desk: Desk) -> None:
    working(desk, lambda pool: run_job(pool, desk.storage, '{"job": "warm"}', DAY))


def test_roll_ups_that_went_wrong_are_counted_anew(desk: Desk) -> None:
    desk.load([flight_row(n) for n in range(1, 4)])
    before = desk.sums()
    assert working(desk, check_rollups) == []
    desk.fetch("UPDATE mart.flight_counts SET flights = flights + 1 RETURNING 1")
    broken = working(desk, check_rollups)
    assert {rule.name for rule in broken} >= {"roll-ups differ from a recount"}
    assert working(desk, check_rollups) == []
    assert desk.sums() == before


@pytest.mark.parametrize("payload", [None, "", "{}", "[]", "cleanup", '{"job": "format the disk"}'])
def test_an_unknown_job_is_refused(desk: Desk, payload: str | None) -> None:
    with pytest.raises(RequestError) as refused:
        working(desk, lambda pool: run_job(pool, desk.storage, payload, DAY))
    assert refused.value.code == "JOB_UNKNOWN"


def test_a_timer_gets_its_job_done(desk: Desk) -> None:
    with_rejects(desk)
    working(desk, lambda pool: run_job(pool, desk.storage, '{"job": "cleanup"}', timedelta(0)))
    assert list(desk.storage.list("results/")) == []
    working(desk, lambda pool: run_job(pool, desk.storage, '{"job": "check-rollups"}', DAY))
