"""What ``/metrics`` tells, in Prometheus' text format 0.0.4.

A function cannot be scraped for counters of its own: each instance has its memory and no address. So every number is
read from the database and the bucket when it is asked for, and each answer is made of a registry of its own. Numbers
over all history are gauges, for a row may go away. Labels come from closed sets or from registered codes, never from
input. ``make spec`` lists the families in ``spec/contracts/metrics.yaml``, beside the service levels.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "fly_potato_"

Samples = Mapping[str, Mapping[tuple[str, ...], float]]
"""By family (without the prefix): values by label values, in the order of the family's labels."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family of samples; seconds, bytes and ratios (0 to 1) are said by the name's end.

    ``values`` are all values of the only label, where they are a closed set that the contract lists.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


FAMILIES: tuple[Family, ...] = (
    Family("build_info", "The version that answers; always 1.", ("version",)),
    Family("database_up", "1 if the database answered in time."),
    Family("storage_up", "1 if the bucket answered in time."),
    Family("regions", "Regions in the active boundary set."),
    Family(
        "boundaries_checked_age_seconds",
        "Since the boundaries in force were compared with the configured address; nothing where none is configured.",
    ),
    Family(
        "uploads",
        "Uploads by state.",
        ("state",),
        ("announced", "expired", "processing", "loaded", "duplicate", "failed", "withdrawn"),
    ),
    Family("ingest_paused", "1 while administrators hold ingest; workbooks are taken and wait."),
    Family("uploads_waiting", "Uploads that have arrived and are not finished."),
    Family("upload_oldest_waiting_seconds", "Age of the oldest of them since it was announced; 0 without any."),
    Family("loads", "Loads by state.", ("state",), ("claimed", "done", "failed", "withdrawn")),
    Family("load_failures", "Loads that failed, by error code.", ("code",)),
    Family(
        "uploads_cut_off",
        "Uploads of the last day that ended by no fault of theirs, by error code.",
        ("code",),
        ("LOAD_INTERRUPTED", "LOAD_ATTEMPTS_EXHAUSTED", "INTERNAL_ERROR"),
    ),
    Family(
        "load_step_seconds",
        "Mean seconds of each step of the loads finished within the window.",
        ("step",),
        ("fetch", "read", "merge"),
    ),
    Family("last_load_timestamp_seconds", "Unix time at which the last load was finished."),
    Family(
        "rows",
        "Rows of all finished loads by what became of them.",
        ("fate",),
        ("empty", "repeated", "rejected", "new", "updated", "unchanged"),
    ),
    Family("rejected_rows", "Rows that were rejected, by code.", ("code",)),
    Family(
        "flights",
        "Flights by how they were given a region, cancelled ones left out.",
        ("match",),
        ("inside", "near_border", "outside", "none"),
    ),
    Family(
        "ingest_duration_seconds", "Duration of the loads finished within the window.", ("quantile",), ("0.5", "0.95")
    ),
    Family("ingest_sync_response_seconds", "T_sync_response, which the p95 is measured against."),
    Family(
        "ingest_attempts", "Attempts at loads within the window, by their end.", ("end",), ("finished", "interrupted")
    ),
    Family("ingest_timeout_ratio", "Share of those attempts that ended without an outcome; 0 without any."),
    Family("media_bytes", "Bytes kept in the bucket, by area.", ("area",), ("incoming", "results", "other")),
    Family("media_quota_bytes", "Bytes that the bucket may hold."),
    Family("media_usage_ratio", "Share of the quota in use."),
    Family("embed_key_age_seconds", "Age of the key that signs embed tokens; none where nobody wrote down its day."),
)


class _Given(Collector):
    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for family in FAMILIES:
            gauge = GaugeMetricFamily(PREFIX + family.name, family.help, labels=family.labels)
            for labels, value in sorted(self._samples.get(family.name, {}).items()):
                gauge.add_metric(labels, value)
            yield gauge


def exposition(samples: Samples) -> bytes:
    """Write samples as text; a family without any keeps its heading.

    Raises ValueError for a family that is not registered, or for labels that are not its own.
    """
    families = {family.name: family for family in FAMILIES}
    for name, values in samples.items():
        if name not in families or any(len(labels) != len(families[name].labels) for labels in values):
            raise ValueError(name)
    registry = CollectorRegistry()
    registry.register(_Given(samples))
    return generate_latest(registry)
