"""Starting, stopping and looking at the parts together, in the order in which they need one another."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from fly_potato.stack import databases
from fly_potato.stack.daemons import Daemon
from fly_potato.stack.databases import uri
from fly_potato.stack.settings import ROOT, Secrets, StackPaths, embed_key, keep_ports, secrets_of
from shared.errors import ConfigurationError

HEALTHY_SECONDS = 60
SITE = {"login": "none", "dashboards": False}
"""What the page reads in its config.json: no login, for whoever has no token is an administrator, and no DataLens."""
Report = Callable[[str], None]
BUCKET = "fly-potato"
INHERITED = ("HOME", "LANG", "PATH", "TMPDIR", "SSL_CERT_FILE", "APP_DEBUG", "APP_LOG_LEVEL", "METRICS_TOKEN")
API_FUNCTIONS = ("UPLOAD", "HEALTH", "STATS")
_FROM_SHELL = ("APP_", "EMULATOR_", "DATALENS_", "UPLOAD_")


@dataclass(frozen=True, slots=True)
class Part:
    """One part as ``status`` shows it."""

    name: str
    runs: bool
    where: str
    detail: str


class Stack:
    """The local stack in ``paths``; every step may be repeated."""

    def __init__(self, paths: StackPaths) -> None:
        self.paths = paths
        self.s3 = Daemon("s3", paths.state)
        self.emulator = Daemon("emulator", paths.state)

    @property
    def secrets(self) -> Secrets:
        """Give the stack's secrets, made at the first use."""
        return secrets_of(self.paths.state)

    def up(self, report: Report) -> None:
        """Start what does not run and wait until the gateway is healthy; ``report`` gets a line a step.

        Raises ``ConfigurationError`` where something is missing or a part does not start.
        """
        with self._alone():
            keep_ports(self.paths)
            self._database(report)
            self._s3(report)
            self._emulator(report)

    def down(self, report: Report) -> None:
        """Stop everything; the data stay."""
        with self._alone():
            for daemon in (self.emulator, self.s3):
                if daemon.stop():
                    report(f"{daemon.name} остановлен")
            postgres = databases.current(self.paths)
            if postgres.is_running():
                postgres.stop()
                report("postgres остановлен")

    def status(self) -> list[Part]:
        """Tell of every part whether it runs and where."""
        postgres = databases.current(self.paths)
        return [
            Part("postgres", postgres.is_running(), f"localhost:{self.paths.postgres_port}", postgres.kind),
            _part(self.s3, self.paths.s3_url),
            _part(self.emulator, self.paths.url),
        ]

    def superuser_uri(self) -> str:
        """Write the superuser's address of the database."""
        return databases.superuser_uri(self.paths)

    def start_emulator(self) -> None:
        """Start the emulator alone and wait until it is healthy."""
        self._free(self.paths.port, self.emulator, "FLY_POTATO_PORT")
        self.emulator.start(
            [sys.executable, "-m", "local.emulator", "--port", str(self.paths.port)],
            environment(self.paths, self.secrets),
        )
        self._wait(self.emulator, lambda: _answers(f"{self.paths.url}/health", 200))

    def _database(self, report: Report) -> None:
        postgres = databases.choose(self.paths)
        if not postgres.is_running():
            report("PostGIS: запуск (первый раз ставятся пакеты, это может занять несколько минут)")
            postgres.start()
        databases.remember_kind(self.paths, postgres)
        report(f"PostGIS работает: localhost:{self.paths.postgres_port} ({postgres.kind})")
        loaded = databases.prepare(self.paths, self.secrets)
        report(f"схема базы новейшая, границы регионов {'загружены' if loaded else 'на месте'}")

    def _s3(self, report: Report) -> None:
        if self.s3.pid() is None:
            self._free(self.paths.s3_port, self.s3, "FLY_POTATO_S3_PORT")
            origins = (self.paths.url, self.paths.url.replace("localhost", "127.0.0.1"))
            self.s3.start(
                [
                    sys.executable, "-m", "local.s3", "--port", str(self.paths.s3_port),
                    "--directory", str(self.paths.state / "s3"), *(f"--origin={origin}" for origin in origins),
                ],
                environment(self.paths, self.secrets),
            )  # fmt: skip
            self._wait(self.s3, lambda: _answers(self.paths.s3_url, 403))
        report(f"S3 работает: {self.paths.s3_url}")

    def _emulator(self, report: Report) -> None:
        if self.emulator.pid() is None:
            # The chart library comes with it, which takes a second that no other command need pay.
            from fly_potato.site import lay_out, policy

            lay_out(self.paths.site, SITE, policy([self.paths.s3_url]))
            self.start_emulator()
        report(f"шлюз работает: {self.paths.url}")
        report(f"сайт: {self.paths.url}/")

    def _free(self, port: int, daemon: Daemon, variable: str) -> None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                sentence = (
                    f"Порт {port} ({daemon.name}) занят другой программой. Освободите его или задайте {variable}."
                )
                raise ConfigurationError("PORT_TAKEN", sentence)

    def _wait(self, daemon: Daemon, healthy: Callable[[], bool]) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not healthy():
            if daemon.pid() is None or time.monotonic() > deadline:
                daemon.stop()
                words = f"{daemon.name} не запустился, журнал {daemon.log}:\n{daemon.last_words()}"
                raise ConfigurationError("PART_NOT_STARTED", words)
            time.sleep(0.1)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.paths.state.mkdir(parents=True, exist_ok=True)
        with (self.paths.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _part(daemon: Daemon, where: str) -> Part:
    pid = daemon.pid()
    return Part(daemon.name, pid is not None, where, f"pid {pid}" if pid else "")


def _answers(url: str, status: int) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == status
    except httpx.HTTPError:
        return False


def environment(paths: StackPaths, secrets: Secrets) -> dict[str, str]:
    """Give the environment of the emulator and the S3 server; what the shell says goes before."""
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
    own = {name: value for name, value in os.environ.items() if name.startswith(_FROM_SHELL)}
    return inherited | _python() | _storage(paths, secrets) | _functions(paths, secrets) | _emulator(paths) | own


def _python() -> dict[str, str]:
    # The console script may have been started from anywhere; the packages are found all the same.
    return {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "VIRTUAL_ENV": str(Path(sys.prefix))}


def _storage(paths: StackPaths, secrets: Secrets) -> dict[str, str]:
    return {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": paths.s3_url,
        "S3_REGION": "ru-central1",
        "S3_ACCESS_KEY_ID": secrets.s3_access_key,
        "S3_SECRET_ACCESS_KEY": secrets.s3_secret_key,
    }


def _functions(paths: StackPaths, secrets: Secrets) -> dict[str, str]:
    api = uri(paths, "fp_api", secrets.fp_api)
    return {
        "PROCESS__POSTGRES_URI": uri(paths, "fp_ingest", secrets.fp_ingest),
        **{f"{name}__POSTGRES_URI": api for name in API_FUNCTIONS},
        "DATALENS_PRIVATE_KEY_PATH": str(embed_key(paths.state)),
        "DATALENS_OVERVIEW_ID": "local-overview",
        "DATALENS_REGIONS_ID": "local-regions",
        "DATALENS_TIME_ID": "local-time",
    }


def _emulator(paths: StackPaths) -> dict[str, str]:
    return {
        "EMULATOR_AUTH": "dev",
        "EMULATOR_PORT": str(paths.port),
        "EMULATOR_SPEC": str(ROOT / "spec" / "openapi.yaml"),
        "EMULATOR_SITE": str(paths.site),
        "EMULATOR_STATE": str(paths.state / "emulator"),
        "EMULATOR_DEAD_LETTERS": str(paths.dead_letters),
        "EMULATOR_RETRY_INTERVAL_SECONDS": "3",
    }
