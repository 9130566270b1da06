"""The numbers of the hosts' own machinery: deliveries and jobs, beside the vital signs of the process.

``/metrics`` of the product is answered by the function ``health``, which knows neither.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hosting.dead_letters import DeadLetters
from hosting.delivery_queue import Deliveries
from hosting.settings import HostingSettings
from hosting.timers import Job, LastRuns, jobs_of_ingest, overdue_seconds


class MachineryCollector(Collector):
    """Looks at the state of the trigger and the timers when it is scraped."""

    def __init__(self, settings: HostingSettings) -> None:
        self._deliveries = Deliveries(settings.state_file)
        self._dead = DeadLetters(settings.dead_letters)
        self._runs = LastRuns(settings.state_file)
        self._started_at = datetime.now(UTC)
        self._jobs = jobs_of_ingest(boundary_check=settings.boundary_check)

    def collect(self) -> Iterator[Metric]:
        """Count deliveries by state, give the age of the oldest that waits and how late each job is, in seconds."""
        waiting, failed, oldest = self._deliveries.waiting()
        counts = GaugeMetricFamily(
            "fly_potato_deliveries",
            "Deliveries of the trigger: waiting (all), retried (those that have failed before), dead (given up).",
            labels=["state"],
        )
        for state, count in (("waiting", waiting), ("retried", failed), ("dead", len(self._dead.kept()))):
            counts.add_metric([state], count)
        yield counts
        yield from job_families(self._runs, self._started_at, self._jobs)
        age = 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
        yield GaugeMetricFamily(
            "fly_potato_delivery_oldest_seconds",
            "How long the oldest delivery has been waiting; 0 without any.",
            value=age,
        )


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
