"""``python -m hosting.backups``: the service ``backups``, which makes and tries backups and tells how they are.

It also does what needs the way out that the backend lacks, or looks back at a month: the check of boundaries at
REGIONS_CHECK_URL, as the role that loads, and the report of the service level.

A service of its own, for it connects as the owner of the cluster, which neither the HTTP side nor the ingest may. On
HOSTING_VITALS_PORT are when each job last ended well, how late it is, and how old the newest backups are.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import asyncpg
from prometheus_client import REGISTRY, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import SecretStr

from fly_potato import service_level
from fly_potato.backups import backup_jobs, dumps
from fly_potato.backups.backup_jobs import BackupSettings
from hosting import secret_ages
from hosting.settings import HostingSettings
from hosting.timers import Job, LastRuns, Timers, job_families
from shared import logs
from shared.db import connect_pool
from shared.errors import FlyPotatoError, OutageError
from shared.ingest.boundary_check import check_boundaries
from shared.settings import AppSettings, BoundarySettings, DatabaseSettings, load
from shared.switches import forget_audit

LOG = logging.getLogger("hosting.backups")
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)

JOBS = (
    Job("backup-dump", _DAY, time(1, 30), again=_QUARTER, takes=timedelta(hours=2)),
    Job("backup-base", 7 * _DAY, time(2, 30), again=_QUARTER, takes=timedelta(hours=4)),
    Job("backup-verify", _DAY, time(4, 30), again=_QUARTER, takes=timedelta(hours=4)),
    Job("check-boundaries", _DAY, time(5), again=_QUARTER),
    Job("slo-report", _DAY, time(5, 30), again=_QUARTER),
    Job("backup-expire", _DAY, time(6), again=_QUARTER),
    Job("audit-expire", _DAY, time(6, 15), again=_QUARTER),
    Job("backup-send", _QUARTER, again=_QUARTER, takes=timedelta(hours=4)),
)
"""In this order, so a first start dumps before it tries the dump; times are UTC, in the night of Moscow."""


async def run_job(name: str, uri: str) -> None:
    """Run one of the jobs. Raises FlyPotatoError."""
    if name == "backup-dump":
        await backup_jobs.dump_all(uri)
    elif name == "backup-base":
        await asyncio.to_thread(backup_jobs.make_base, uri)
    elif name == "backup-verify":
        await backup_jobs.try_restore(uri)
    elif name == "backup-expire":
        await asyncio.to_thread(backup_jobs.expire)
    elif name == "check-boundaries":
        await look_for_boundaries()
    elif name == "slo-report":
        address = os.environ.get("PROMETHEUS_URL", service_level.ON_HOSTS)
        await asyncio.to_thread(report_last_month, address, load(BackupSettings).directory, datetime.now(UTC))
    elif name == "audit-expire":
        await expire_audit(uri, timedelta(days=load(HostingSettings).audit_days))
    else:
        await asyncio.to_thread(backup_jobs.send)


async def look_for_boundaries() -> None:
    """Compare the boundaries in force with those at REGIONS_CHECK_URL, once a month. Raises DatabaseUnavailable."""
    settings = load(BoundarySettings)
    if settings.check_url is None:
        return
    pool = await connect_pool(DatabaseSettings(uri=SecretStr(os.environ["PROCESS__POSTGRES_URI"])))
    try:
        await check_boundaries(pool, settings)
    finally:
        await pool.close()


def report_last_month(prometheus: str, directory: Path, now: datetime) -> Path | None:
    """Write the report of the month before ``now`` (aware), unless it is there or nothing was seen of that month.

    Raises:
        OutageError: ``PROMETHEUS_UNREACHABLE``.
    """
    month = f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
    path = directory / f"slo-{month}.md"
    if path.exists():
        return None
    try:
        level = service_level.measure(prometheus, *service_level.month_of(month, now))
    except OutageError as error:
        if error.code == "PROMETHEUS_EMPTY":
            return None
        raise
    draft = path.with_suffix(".draft")
    draft.write_text(service_level.markdown(level), encoding="utf-8")
    draft.replace(path)
    LOG.info("The report of last month is written.")
    return path


async def expire_audit(uri: str, older_than: timedelta) -> None:
    """Delete what the audit has kept long enough, which takes the owner of the cluster."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        gone = await forget_audit(connection, older_than)
    finally:
        await connection.close()
    LOG.info("Lines of the audit have had their time.", extra={"count": gone})


class BackupsCollector(Collector):
    """Looks at the backups and at the jobs' state when it is scraped."""

    def __init__(self, settings: HostingSettings, backups: BackupSettings) -> None:
        self._runs = LastRuns(settings.state_file)
        self._backups = backups
        self._secrets = settings.state / "secrets.json"
        self._host = settings.state / "host.json"
        self._started_at = datetime.now(UTC)

    def collect(self) -> Iterator[Metric]:
        """Give the jobs, and of each kind of backup the newest's time (Unix seconds) and size (bytes)."""
        yield from job_families(self._runs, self._started_at, JOBS)
        instants = GaugeMetricFamily(
            "fly_potato_backup_timestamp_seconds",
            "Unix time of the newest backup: dump, base; verified: when a dump was last restored and found equal;"
            " rehearsed: when a base last was, 0 if never.",
            labels=["kind"],
        )
        sizes = GaugeMetricFamily("fly_potato_backup_bytes", "Size of the newest backup.", labels=["kind"])
        newest = dumps.newest(self._backups.directory)
        if newest is not None:
            instants.add_metric(["dump"], newest.stat().st_mtime)
            sizes.add_metric(["dump"], newest.stat().st_size)
        tried = [path.stat().st_mtime for path in self._backups.directory.glob("*.verified")]
        if tried:
            instants.add_metric(["verified"], max(tried))
        # The label of a base is inside its archive; its file tells the time without opening that.
        archives = [path for path in self._backups.directory.glob("base_*/base.tar.gz") if ".draft" not in str(path)]
        if archives:
            last = max(archives, key=lambda path: path.stat().st_mtime)
            instants.add_metric(["base"], last.stat().st_mtime)
            sizes.add_metric(["base"], last.stat().st_size)
        rehearsals = self._backups.directory / "rehearsals.tsv"
        instants.add_metric(["rehearsed"], rehearsals.stat().st_mtime if rehearsals.exists() else 0)
        yield instants
        yield sizes
        ages = GaugeMetricFamily(
            "fly_potato_secret_age_seconds", "How long a secret has been what it is.", labels=["name"]
        )
        for age in secret_ages.read(self._secrets):
            ages.add_metric([age.name], (datetime.now(UTC) - age.since).total_seconds())
        yield ages
        yield from self._of_images()

    def _of_images(self) -> Iterator[Metric]:
        """Tell when registries were last asked for digests (Unix seconds, 0 if never), and how many are missing."""
        refreshed = GaugeMetricFamily(
            "fly_potato_images_asked_timestamp_seconds", "When registries were last asked for digests."
        )
        missing = GaugeMetricFamily("fly_potato_images_without_digest", "Images that only their version pins.")
        with suppress(FileNotFoundError, ValueError, KeyError):
            state = json.loads(self._host.read_text(encoding="utf-8"))
            day = datetime.fromisoformat(state["images_asked"]).replace(tzinfo=UTC) if state["images_asked"] else None
            refreshed.add_metric([], day.timestamp() if day else 0)
            missing.add_metric([], state["images_without_digest"])
        yield from (refreshed, missing)


def main() -> int:
    """Read the environment, run jobs until told to stop, and give the exit status."""
    try:
        logs.configure(load(AppSettings).effective_log_level)
        settings, backups = load(HostingSettings), load(BackupSettings)
        backups.elsewhere()
    except FlyPotatoError as error:
        LOG.critical("The backups cannot start.", exc_info=error)
        sys.stderr.write(f"{error}\n")
        return 2
    uri = os.environ["MIGRATE_URI"]
    REGISTRY.register(BackupsCollector(settings, backups))
    start_http_server(settings.vitals_port)
    timers = Timers(lambda name, _: run_job(name, uri), LastRuns(settings.state_file), JOBS)
    asyncio.run(timers.run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
