"""The trigger against a real S3 server: every object once, again after a failure or a kill, dead at the end."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hosting.delivery_queue import DeadLetters, Deliveries, Failure, RetryPolicy
from hosting.settings import HostingSettings
from hosting.trigger import DeliveryFailed, Watcher, object_created
from shared.runtime.triggers import ObjectMessage, messages
from shared.storage import Storage
from tests.s3_server import running_s3, settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with running_s3(tmp_path / "s3") as server:
        yield Storage(settings(server))


class Function:
    """Takes deliveries; the first ``failing`` of them fail."""

    def __init__(self, failing: int = 0, seconds: float = 0) -> None:
        self.failing = failing
        self.seconds = seconds
        self.keys: list[str] = []
        self.event_ids: set[str] = set()
        self.running = 0

    async def __call__(self, event: dict[str, Any], request_id: str) -> None:
        self.keys.append(event["messages"][0]["details"]["object_id"])
        self.event_ids.add(event["messages"][0]["event_metadata"]["event_id"])
        self.running += 1
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.running -= 1
        if len(self.keys) <= self.failing:
            raise DeliveryFailed("StorageUnavailable")


def _put(storage: Storage, folder: Path, key: str, content: bytes = b"1") -> None:
    (folder / "object").write_bytes(content)
    storage.upload(folder / "object", key, XLSX)


THREE_TRIES = RetryPolicy(0.05, 1, 0.05, tries=3)


def _watch(
    storage: Storage,
    folder: Path,
    function: Function,
    until: Callable[[], bool],
    settle: float = 0.2,
    retries: RetryPolicy = THREE_TRIES,
    lanes: int = 2,
    allowed: Callable[[], Awaitable[int]] | None = None,
) -> None:
    deliveries, dead = Deliveries(folder / "deliveries.sqlite3"), DeadLetters(folder / "dead")
    watcher = Watcher(storage, "incoming/", function, deliveries, dead, retries, lanes=lanes, allowed=allowed)

    async def wait() -> None:
        task = asyncio.create_task(watcher.run(0.05))
        async with asyncio.timeout(20):
            while not until():
                await asyncio.sleep(0.02)
        await asyncio.sleep(settle)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(wait())
    deliveries.close()


def test_every_object_of_the_prefix_is_delivered_once(storage: Storage, tmp_path: Path) -> None:
    for name in ("incoming/a.xlsx", "incoming/b.xlsx", "results/c.xlsx"):
        _put(storage, tmp_path, name)
    function = Function()
    _watch(storage, tmp_path, function, lambda: len(function.keys) >= 2)
    assert sorted(function.keys) == ["incoming/a.xlsx", "incoming/b.xlsx"]
    again = Function()
    _watch(storage, tmp_path, again, lambda: True, settle=0.5)
    assert again.keys == []


def test_an_object_that_was_replaced_is_delivered_again(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx", b"1")
    first, second = Function(), Function()
    _watch(storage, tmp_path, first, lambda: bool(first.keys))
    _put(storage, tmp_path, "incoming/a.xlsx", b"2")
    _watch(storage, tmp_path, second, lambda: bool(second.keys))
    assert second.keys == ["incoming/a.xlsx"]


def test_a_failed_delivery_comes_again_as_the_same_event(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    function = Function(failing=2)
    _watch(storage, tmp_path, function, lambda: len(function.keys) >= 3)
    assert len(function.keys) == 3
    assert len(function.event_ids) == 1
    assert DeadLetters(tmp_path / "dead").kept() == []


def test_what_fails_for_ever_ends_as_a_dead_letter(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    function, dead = Function(failing=99), DeadLetters(tmp_path / "dead")
    _watch(storage, tmp_path, function, lambda: bool(dead.kept()))
    assert len(function.keys) == 3
    (letter,) = [json.loads(path.read_text()) for path in dead.kept()]
    assert letter["event"]["messages"][0]["details"]["object_id"] == "incoming/a.xlsx"
    assert [failure["error_type"] for failure in letter["failures"]] == ["StorageUnavailable"] * 3


def test_what_an_unexpected_error_says_is_not_kept(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    dead = DeadLetters(tmp_path / "dead")

    class Broken(Function):
        async def __call__(self, event: dict[str, Any], request_id: str) -> None:
            raise ValueError("a row with a name")

    _watch(storage, tmp_path, Broken(), lambda: bool(dead.kept()))
    text = dead.kept()[0].read_text()
    assert "ValueError" in text
    assert "a name" not in text


def test_failures_and_the_next_try_outlive_a_restart(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    patient = RetryPolicy(60, 2, 3600, tries=3)
    before, after = Function(failing=99), Function()
    _watch(storage, tmp_path, before, lambda: bool(before.keys), retries=patient)
    _watch(storage, tmp_path, after, lambda: True, settle=0.5, retries=patient)
    assert (len(before.keys), after.keys) == (1, [])
    deliveries = Deliveries(tmp_path / "deliveries.sqlite3")
    later = datetime.now(UTC) + timedelta(seconds=61)
    (delivery,) = deliveries.due(later)
    assert [failure.error_type for failure in delivery.failures] == ["StorageUnavailable"]
    assert deliveries.waiting()[:2] == (1, 1)
    deliveries.close()


def test_no_more_than_the_lanes_are_under_way(storage: Storage, tmp_path: Path) -> None:
    for name in "abcde":
        _put(storage, tmp_path, f"incoming/{name}.xlsx")
    function = Function(seconds=0.3)
    most = 0

    def ended() -> bool:
        nonlocal most
        most = max(most, function.running)
        return len(function.keys) == 5 and function.running == 0

    _watch(storage, tmp_path, function, ended)
    assert most == 2


def test_fewer_lanes_are_taken_at_once_and_none_holds_everything(storage: Storage, tmp_path: Path) -> None:
    """What an administrator lowers while the host runs: first one at a time, then none, then as many as it has."""
    for name in "abcdef":
        _put(storage, tmp_path, f"incoming/{name}.xlsx")
    function = Function(seconds=0.2)
    seen: dict[int, int] = {}
    looks_at_none = 0

    async def allowed() -> int:
        nonlocal looks_at_none
        if len(function.keys) < 3:
            return 1
        looks_at_none += 1
        return 0 if looks_at_none < 20 else 10

    def ended() -> bool:
        phase = 1 if len(function.keys) < 3 else 0 if looks_at_none < 20 else 10
        seen[phase] = max(seen.get(phase, 0), function.running)
        return len(function.keys) == 6 and function.running == 0

    _watch(storage, tmp_path, function, ended, lanes=2, allowed=allowed)
    assert seen == {1: 1, 0: 1, 10: 2}
    assert len(set(function.keys)) == 6


def test_an_object_that_is_gone_is_forgotten(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    function = Function()
    _watch(storage, tmp_path, function, lambda: bool(function.keys))
    storage.delete("incoming/a.xlsx")
    _watch(storage, tmp_path, function, lambda: True)
    deliveries = Deliveries(tmp_path / "deliveries.sqlite3")
    statement = "SELECT count(*) FROM deliveries"
    assert deliveries._database.execute(statement).fetchone() == (0,)
    deliveries.close()


def test_an_outage_of_an_hour_needs_nobody_and_one_of_a_day_ends_as_a_dead_letter() -> None:
    policy = HostingSettings().retries
    began = now = datetime(2026, 6, 1, tzinfo=UTC)
    failures: list[Failure] = []
    longest = timedelta()
    while (upcoming := policy.next_try([*failures, failure := Failure(now, "request", "LOAD_BUSY")])) is not None:
        failures.append(failure)
        longest = max(longest, upcoming - now)
        now = upcoming
    assert now - began > timedelta(hours=23, minutes=50)
    assert now - began <= timedelta(hours=24)
    assert longest == timedelta(minutes=5)
    assert [(b.at - a.at).total_seconds() for a, b in pairwise(failures[:6])] == [10, 20, 40, 80, 160]


def test_a_dead_letter_is_delivered_again_when_asked(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    dead = DeadLetters(tmp_path / "dead")
    _watch(storage, tmp_path, Function(failing=99), lambda: bool(dead.kept()))
    dead.request_delivery(dead.kept()[0])
    still_away, well = Function(failing=99), Function()
    _watch(storage, tmp_path, still_away, lambda: bool(dead.kept()))
    assert len(still_away.keys) == 3
    dead.request_delivery(dead.kept()[0])
    _watch(storage, tmp_path, well, lambda: not list((tmp_path / "dead").iterdir()))
    assert well.keys == ["incoming/a.xlsx"]
    assert well.event_ids == still_away.event_ids


def test_a_letter_that_nobody_can_read_stops_nothing(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    (tmp_path / "dead").mkdir()
    (tmp_path / "dead/broken.again").write_text("{")
    function = Function()
    _watch(storage, tmp_path, function, lambda: bool(function.keys))
    assert [path.name for path in (tmp_path / "dead").iterdir()] == ["broken.json"]


def test_a_delivery_that_was_cut_off_comes_again_after_the_restart(storage: Storage, tmp_path: Path) -> None:
    _put(storage, tmp_path, "incoming/a.xlsx")
    cut, after = Function(seconds=60), Function()
    _watch(storage, tmp_path, cut, lambda: bool(cut.keys))
    _watch(storage, tmp_path, after, lambda: bool(after.keys))
    assert after.keys == ["incoming/a.xlsx"]


def test_a_bucket_that_is_away_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hosting.trigger.OUTAGE_SECONDS", 0.1)
    with running_s3(tmp_path / "s3") as server:
        gone = Storage(settings(server, secret="wrong"))
        _put(Storage(settings(server)), tmp_path, "incoming/a.xlsx")
        function = Function()
        _watch(gone, tmp_path, function, lambda: True, settle=0.5)
        assert function.keys == []
        _watch(Storage(settings(server)), tmp_path, function, lambda: bool(function.keys))


def test_the_event_is_read_by_the_products_own_model() -> None:
    now = datetime(2026, 9, 1, 8, 0, 0, 149276, tzinfo=UTC)
    event = object_created("bucket", "incoming/a.xlsx", now)
    metadata = event["messages"][0]["event_metadata"]
    assert metadata["created_at"] == "2026-09-01T08:00:00.149276000Z"
    assert set(metadata) == {"event_id", "event_type", "created_at", "tracing_context", "cloud_id", "folder_id"}
    (message,) = messages(event)
    assert isinstance(message, ObjectMessage)
    assert (message.created, message.details.key, message.event_metadata.created_at) == (True, "incoming/a.xlsx", now)
