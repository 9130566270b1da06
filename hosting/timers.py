"""The jobs of the function ``process`` at their intervals, as the cloud's timers call them.

When each job last ended well is kept on disk: a restart runs what is overdue and nothing else, and a job that fails is
tried again after a minute.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hosting.trigger import Deliver, DeliveryFailed

LOG = logging.getLogger(__name__)
AGAIN = timedelta(minutes=1)
_LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """A job by its name in the timer's payload, and how long after a good end it runs again."""

    name: str
    every: timedelta


JOBS = (
    Job("withdrawals", timedelta(minutes=1)),
    Job("boundaries", timedelta(minutes=1)),
    Job("sweep", timedelta(minutes=5)),
    Job("cleanup", timedelta(days=1)),
    Job("check-rollups", timedelta(days=1)),
    # Looks each day whether the month is over.
    Job("check-boundaries", timedelta(days=1)),
)


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
    """When each job last ended well (UTC), in a file that is replaced whole; another process may look."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, datetime]:
        """Give the instants by job; a job that never ended well is not there."""
        try:
            instants: Mapping[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {job: datetime.fromisoformat(instant) for job, instant in instants.items()}

    def put_down(self, job: str, at: datetime) -> None:
        """Put down that a job has ended well."""
        instants = {**self.read(), job: at}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps({name: each.isoformat() for name, each in instants.items()}), encoding="utf-8")
        draft.replace(self._path)


class Timers:
    """Runs the jobs that are due, one after another."""

    def __init__(
        self,
        deliver: Deliver,
        runs: LastRuns,
        jobs: tuple[Job, ...] = JOBS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deliver = deliver
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
            if (last is None or now >= last + job.every) and (tried is None or now >= tried + AGAIN):
                self._tried[job.name] = now
                await self._run(job.name, now)

    async def _run(self, job: str, now: datetime) -> None:
        request_id = str(uuid4())
        try:
            await self._deliver(timer_message(job, now), request_id)
        except Exception as error:
            kind = str(error) if isinstance(error, DeliveryFailed) else type(error).__name__
            LOG.warning("A job failed.", extra={"job": job, "code": kind, "request_id": request_id})
        else:
            self._runs.put_down(job, self._clock())


def overdue_seconds(runs: LastRuns, started_at: datetime, now: datetime) -> dict[str, float]:
    """Tell how many seconds each job is late; one that never ran is awaited since ``started_at``."""
    last = runs.read()
    due = {job.name: last[job.name] + job.every if job.name in last else started_at for job in JOBS}
    return {job: max(0.0, (now - instant).total_seconds()) for job, instant in due.items()}
