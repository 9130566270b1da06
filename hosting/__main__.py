"""``python -m hosting``: the ``backend`` of the administrator's guide.

One process answers HTTP (or ``HOSTING_WORKERS`` of them), a second one takes workbooks in; on ``HOSTING_VITALS_PORT``
are the numbers of both.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import uvicorn
from prometheus_client import REGISTRY, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hosting.delivery_queue import DeadLetters, Deliveries
from hosting.settings import HostingSettings
from hosting.timers import LastRuns, job_families, jobs_of_ingest
from shared import logs
from shared.errors import ConfigurationError, FlyPotatoError
from shared.settings import AppSettings, AuthSettings, EmbedSettings, load, variables

LOG = logging.getLogger("hosting")
_INGEST_PREFIX = "PROCESS__"
_RESTART_SECONDS = 3.0
_STOP_SECONDS = 20.0


def ingest_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the ingest's variables: ``PROCESS__POSTGRES_URI`` as ``POSTGRES_URI``, and no secrets of the HTTP side."""
    foreign = {*variables(AuthSettings), *variables(EmbedSettings)}
    chosen = {name: value for name, value in environment.items() if name not in foreign}
    own = {name: chosen.pop(name) for name in list(chosen) if name.startswith(_INGEST_PREFIX)}
    return chosen | {name.removeprefix(_INGEST_PREFIX): value for name, value in own.items() if value}


class Ingest:
    """The process that takes workbooks in, started anew whenever it ends by itself."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._stopping = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._watch, name="ingest", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the process and wait for its end; one that does not go is killed."""
        self._stopping.set()
        self._process.terminate()
        self._thread.join(_STOP_SECONDS)
        self._process.kill()
        self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "hosting.ingest"], env=self._environment)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            status = self._process.wait()
            if self._stopping.wait(_RESTART_SECONDS):
                return
            LOG.error("The ingest ended and is started anew.", extra={"status": status})
            self._process = self._start()


class MachineryCollector(Collector):
    """Looks at the state of the trigger and the timers when it is scraped."""

    def __init__(self, settings: HostingSettings) -> None:
        self._deliveries = Deliveries(settings.state_file)
        self._dead = DeadLetters(settings.dead_letters)
        self._runs = LastRuns(settings.state_file)
        self._jobs = jobs_of_ingest(boundary_check=settings.boundary_check)
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
        yield from job_families(self._runs, self._started_at, self._jobs)
        age = 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
        yield GaugeMetricFamily(
            "fly_potato_delivery_oldest_seconds",
            "How long the oldest delivery has been waiting; 0 without any.",
            value=age,
        )


def main() -> int:
    """Read the environment, serve until told to stop, and give the exit status."""
    logs.configure()
    try:
        settings, listening = load(HostingSettings), load(AppSettings)
        if load(AuthSettings).jwks_url is None:
            sentence = "Без AUTH_JWKS_URL, AUTH_ISSUER и AUTH_AUDIENCE никто не войдёт."
            raise ConfigurationError("SETTINGS_INVALID", sentence)
    except FlyPotatoError as error:
        LOG.critical("The server cannot start.", exc_info=error)
        sys.stderr.write(f"{error}\n")
        return 2
    REGISTRY.register(MachineryCollector(settings))
    start_http_server(settings.vitals_port)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn ends its serving on these and then sends them to the process once more, which has the ingest to stop.
        signal.signal(number, lambda *_: None)
    ingest = Ingest(ingest_environment(os.environ))
    # What only the ingest may know is not for the processes that answer HTTP.
    for name in [name for name in os.environ if name.startswith(_INGEST_PREFIX)]:
        del os.environ[name]
    try:
        # Queries may hold keys, so uvicorn's own access log, which writes them, stays off.
        uvicorn.run(
            "hosting.web:application",
            factory=True,
            host=listening.prometheus_host,
            port=listening.prometheus_port,
            workers=settings.workers,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
        )
    finally:
        ingest.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
