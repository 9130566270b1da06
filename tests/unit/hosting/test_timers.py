"""The timers of hosts: each job at its interval, after failures and restarts too."""

import asyncio
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hosting import backups
from hosting.timers import (
    JOBS,
    Job,
    LastRun,
    LastRuns,
    Timers,
    deliveries,
    jobs_of_ingest,
    overdue_seconds,
    timer_message,
)
from hosting.trigger import DeliveryFailed
from shared.runtime.triggers import TimerMessage, messages

START = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Function:
    """Takes events of timers; jobs named in ``failing`` fail."""

    def __init__(self) -> None:
        self.jobs: list[str] = []
        self.failing: set[str] = set()

    async def __call__(self, event: dict[str, Any], request_id: str) -> None:
        job = json.loads(event["messages"][0]["details"]["payload"])["job"]
        self.jobs.append(job)
        if job in self.failing:
            raise DeliveryFailed("DATABASE_UNAVAILABLE")


def _hours(timers: Timers, clock: Clock, hours: float) -> None:
    async def pass_time() -> None:
        end = clock.now + timedelta(hours=hours)
        while clock.now < end:
            await timers.look()
            clock.now += timedelta(seconds=10)

    asyncio.run(pass_time())


def test_each_job_runs_at_its_interval(tmp_path: Path) -> None:
    clock, function = Clock(), Function()
    _hours(Timers(deliveries(function), LastRuns(tmp_path / "runs.sqlite3"), clock=clock), clock, 24.5)
    expected = {job.name: max(2, timedelta(hours=24.5) // job.every) for job in JOBS}
    assert {job.name: function.jobs.count(job.name) for job in JOBS} == expected


def test_without_a_way_out_the_boundaries_are_left_to_another_service() -> None:
    without = {job.name for job in JOBS} - {job.name for job in jobs_of_ingest(boundary_check=False)}
    assert jobs_of_ingest(boundary_check=True) == JOBS
    assert without == {"check-boundaries"} & {job.name for job in backups.JOBS}


def test_a_restart_runs_what_is_overdue_and_nothing_else(tmp_path: Path) -> None:
    clock, before, after = Clock(), Function(), Function()
    runs = LastRuns(tmp_path / "runs.sqlite3")
    _hours(Timers(deliveries(before), runs, clock=clock), clock, 0.01)
    assert sorted(before.jobs) == sorted(job.name for job in JOBS)
    clock.now += timedelta(minutes=10)
    _hours(Timers(deliveries(after), runs, clock=clock), clock, 0.01)
    assert after.jobs == [job.name for job in JOBS if job.every <= timedelta(minutes=10)]


def test_a_job_that_fails_comes_again_and_is_told_as_late(tmp_path: Path) -> None:
    clock, function = Clock(), Function()
    function.failing.add("cleanup")
    runs = LastRuns(tmp_path / "runs.sqlite3")
    timers = Timers(deliveries(function), runs, clock=clock)
    _hours(timers, clock, 1)
    assert function.jobs.count("cleanup") == 60
    late = overdue_seconds(runs, START, clock.now)
    assert (late["cleanup"], late["check-rollups"]) == (3600, 0)
    function.failing.clear()
    _hours(timers, clock, 0.1)
    assert overdue_seconds(runs, START, clock.now)["cleanup"] == 0


def test_a_daily_job_keeps_to_its_time_of_the_day(tmp_path: Path) -> None:
    job, weekly = Job("dump", timedelta(days=1), time(1, 30)), Job("base", timedelta(days=7), time(2, 30))
    assert job.due(START) == datetime(2026, 6, 2, 1, 30, tzinfo=UTC)
    assert job.due(datetime(2026, 6, 2, 1, 47, tzinfo=UTC)) == datetime(2026, 6, 3, 1, 30, tzinfo=UTC)
    # Kept up by an outage until the evening, it goes back to its time.
    assert job.due(datetime(2026, 6, 2, 20, tzinfo=UTC)) == datetime(2026, 6, 3, 1, 30, tzinfo=UTC)
    assert weekly.due(datetime(2026, 6, 2, 2, 50, tzinfo=UTC)) == datetime(2026, 6, 9, 2, 30, tzinfo=UTC)
    runs = LastRuns(tmp_path / "runs.sqlite3")
    runs.put_down("dump", LastRun(datetime(2026, 6, 2, 1, 47, tzinfo=UTC), 1020))
    patient = Job("dump", timedelta(days=1), time(1, 30), takes=timedelta(hours=2))
    at = datetime(2026, 6, 3, 3, tzinfo=UTC)
    assert overdue_seconds(runs, START, at, [job]) == {"dump": 5400}
    assert overdue_seconds(runs, START, at, [patient]) == {"dump": 0}


def test_the_event_is_read_by_the_products_own_model() -> None:
    (message,) = messages(timer_message("sweep", START))
    assert isinstance(message, TimerMessage)
    assert json.loads(message.details.payload) == {"job": "sweep"}
