"""The numbers of the hosts' own machinery: what the trigger has to deliver, beside the vital signs of the process.

``/metrics`` of the product is answered by the function ``health``, which knows neither.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hosting.dead_letters import DeadLetters
from hosting.deliveries import Deliveries
from hosting.settings import HostingSettings


class DeliveryCollector(Collector):
    """Looks at the trigger's state when it is scraped."""

    def __init__(self, settings: HostingSettings) -> None:
        self._deliveries = Deliveries(settings.deliveries)
        self._dead = DeadLetters(settings.dead_letters)

    def collect(self) -> Iterator[Metric]:
        """Count deliveries by state and give the age of the oldest that waits, in seconds."""
        waiting, failed, oldest = self._deliveries.waiting()
        counts = GaugeMetricFamily(
            "fly_potato_deliveries",
            "Deliveries of the trigger: waiting (all), retried (those that have failed before), dead (given up).",
            labels=["state"],
        )
        for state, count in (("waiting", waiting), ("retried", failed), ("dead", len(self._dead.kept()))):
            counts.add_metric([state], count)
        yield counts
        age = 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
        yield GaugeMetricFamily(
            "fly_potato_delivery_oldest_seconds",
            "How long the oldest delivery has been waiting; 0 without any.",
            value=age,
        )
