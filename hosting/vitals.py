"""The numbers of the hosts' own machinery: deliveries and jobs, beside the vital signs of the process.

``/metrics`` of the product is answered by the function ``health``, which knows neither.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hosting.dead_letters import DeadLetters
from hosting.delivery_queue import Deliveries
from hosting.settings import HostingSettings
from hosting.timers import LastRuns, overdue_seconds


class MachineryCollector(Collector):
    """Looks at the state of the trigger and the timers when it is scraped."""

    def __init__(self, settings: HostingSettings) -> None:
        self._deliveries = Deliveries(settings.deliveries)
        self._dead = DeadLetters(settings.dead_letters)
        self._runs = LastRuns(settings.last_runs)
        self._started_at = datetime.now(UTC)

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
        now = datetime.now(UTC)
        late = GaugeMetricFamily("fly_potato_job_overdue_seconds", "How late a job is; 0 in time.", labels=["name"])
        for job, seconds in overdue_seconds(self._runs, self._started_at, now).items():
            late.add_metric([job], seconds)
        yield late
        age = 0.0 if oldest is None else (now - oldest).total_seconds()
        yield GaugeMetricFamily(
            "fly_potato_delivery_oldest_seconds",
            "How long the oldest delivery has been waiting; 0 without any.",
            value=age,
        )
