"""Jobs at their intervals: those of the function ``process``, as the cloud's timers call them, and those of backups.

When each job last ended well is kept on disk: a restart runs what is overdue and nothing else, and a job that fails is
tried again after a while.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from hosting.trigger import Deliver, DeliveryFailed
from shared.errors import FlyPotatoError

LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0
_SCHEMA = "CREATE TABLE IF NOT EXISTS last_runs (job TEXT PRIMARY KEY, ended_at TEXT NOT NULL, seconds REAL NOT NULL)"
RunJob = Callable[[str, str], Awaitable[object]]
"""Runs a job by its name under a request id; what it raises makes the job come again."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run that ended well: when (UTC), and how many seconds it took."""

    ended_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """A job by its name, and how long after a good end it runs again.

    ``at`` moves it to that time of the day (UTC). ``again`` is how long after a failure it is tried anew, ``takes`` how
    long it may run before it counts as late.
    """

    name: str
    every: timedelta
    at: time | None = None
    again: timedelta = timedelta(minutes=1)
    takes: timedelta = timedelta(0)

    def due(self, last: datetime) -> datetime:
        """Give the instant of the next run after one that ended at ``last`` (both UTC)."""
        if self.at is None:
            return last + self.every
        # Never more than the interval later: what an outage put off goes back to its time at once.
        earliest = last + self.every - timedelta(days=1)
        instant = datetime.combine(earliest.date(), self.at, UTC)
        return instant if instant > earliest else instant + timedelta(days=1)


JOBS = (
    Job("withdrawals", timedelta(minutes=1)),
    Job("boundaries", timedelta(minutes=1)),
    Job("zones", timedelta(minutes=5)),
    Job("sweep", timedelta(minutes=5)),
    Job("cleanup", timedelta(days=1)),
    Job("check-rollups", timedelta(days=1)),
    Job("redact", timedelta(days=1), takes=timedelta(hours=2)),
    # Looks each day whether the month is over.
    Job("check-boundaries", timedelta(days=1)),
)


def jobs_of_ingest(*, boundary_check: bool) -> tuple[Job, ...]:
    """Give the jobs that the ingest runs; without ``boundary_check`` another service with a way out has that one."""
    return tuple(job for job in JOBS if boundary_check or job.name != "check-boundaries")


def timer_message(job: str, now: datetime) -> dict[str, Any]:
    """Build the timer's event as the platform writes it; ``now`` is aware."""
    metadata = {
        "event_id": str(uuid4()),
        "event_type": "yandex.cloud.events.serverless.triggers.TimerMessage",
        "created_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "cloud_id": "b1glocal000000000000",
        "folder_id": "b1glocal000000000001",
    }
    details = {"trigger_id": f"timer-{job}", "payload": json.dumps({"job": job})}
    return {"messages": [{"event_metadata": metadata, "details": details}]}


class LastRuns:
    """When each job last ended well (UTC) and how long that took, in a SQLite file; another process may look."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(_SCHEMA)

    def read(self) -> dict[str, LastRun]:
        """Give the runs by job; a job that never ended well is not there."""
        rows = self._database.execute("SELECT job, ended_at, seconds FROM last_runs").fetchall()
        return {job: LastRun(datetime.fromisoformat(at), seconds) for job, at, seconds in rows}

    def put_down(self, job: str, run: LastRun) -> None:
        """Put down that a job has ended well."""
        statement = "INSERT OR REPLACE INTO last_runs (job, ended_at, seconds) VALUES (?, ?, ?)"
        self._database.execute(statement, (job, run.ended_at.isoformat(), run.seconds))


class Timers:
    """Runs the jobs that are due, one after another."""

    def __init__(
        self,
        run_job: RunJob,
        runs: LastRuns,
        jobs: Sequence[Job] = JOBS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._run_job = run_job
        self._runs = runs
        self._jobs = jobs
        self._clock = clock
        self._tried: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look for due jobs until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Run what is due now."""
        for job in self._jobs:
            now = self._clock()
            last, tried = self._runs.read().get(job.name), self._tried.get(job.name)
            if (last is None or now >= job.due(last.ended_at)) and (tried is None or now >= tried + job.again):
                self._tried[job.name] = now
                await self._run(job.name, now)

    async def _run(self, job: str, now: datetime) -> None:
        request_id = str(uuid4())
        try:
            await self._run_job(job, request_id)
        except Exception as error:
            kind = error.code if isinstance(error, FlyPotatoError) else type(error).__name__
            kind = str(error) if isinstance(error, DeliveryFailed) else kind
            LOG.warning("A job failed.", extra={"job": job, "code": kind, "request_id": request_id})
        else:
            ended = self._clock()
            self._runs.put_down(job, LastRun(ended, (ended - now).total_seconds()))


def deliveries(deliver: Deliver) -> RunJob:
    """Run jobs by delivering the events that the platform's timers send."""

    async def run_job(job: str, request_id: str) -> object:
        return await deliver(timer_message(job, datetime.now(UTC)), request_id)

    return run_job


def overdue_seconds(
    runs: LastRuns, started_at: datetime, now: datetime, jobs: Sequence[Job] = JOBS
) -> dict[str, float]:
    """Tell how many seconds each job is late; one that never ran is awaited since ``started_at``."""
    last = runs.read()
    due = {job: job.due(last[job.name].ended_at) if job.name in last else started_at for job in jobs}
    return {job.name: max(0.0, (now - instant - job.takes).total_seconds()) for job, instant in due.items()}


def job_families(runs: LastRuns, started_at: datetime, jobs: Sequence[Job]) -> Iterator[Metric]:
    """Tell of each job how late it is, when it last ended well, and how long it took then."""
    late = GaugeMetricFamily("fly_potato_job_overdue_seconds", "How late a job is; 0 in time.", labels=["name"])
    for job, seconds in overdue_seconds(runs, started_at, datetime.now(UTC), jobs).items():
        late.add_metric([job], seconds)
    ended = GaugeMetricFamily(
        "fly_potato_job_last_success_timestamp_seconds", "Unix time at which a job last ended well.", labels=["name"]
    )
    took = GaugeMetricFamily("fly_potato_job_last_seconds", "How long its last good run took.", labels=["name"])
    for job, run in runs.read().items():
        ended.add_metric([job], run.ended_at.timestamp())
        took.add_metric([job], run.seconds)
    yield from (late, ended, took)
