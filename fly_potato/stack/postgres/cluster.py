"""One private PostgreSQL cluster in a directory of its own, reachable on loopback only."""

import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psutil

from fly_potato.stack.postgres.programs import Binaries, SystemUser, account
from shared.errors import ConfigurationError

SUPERUSER = "postgres"
PASSWORD = "postgres"  # noqa: S105
START_SECONDS = 60

# The log tells who came and how the server does, never what was asked or found: statements, rows and the messages about
# them (`invalid input syntax ...: "..."`) carry names and telephone numbers. Callers log their own errors, by type.
QUIET_LOG = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}
SETTINGS: Mapping[str, str] = QUIET_LOG | {
    "listen_addresses": "localhost",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


class Cluster:
    """A cluster in ``data_dir`` on ``port``; made at the first start, kept until ``remove``.

    ``settings`` go over the defaults, for instance ``{"fsync": "off"}`` for a cluster of tests.
    """

    def __init__(
        self, binaries: Binaries, data_dir: Path, port: int, *, settings: Mapping[str, str] | None = None
    ) -> None:
        self.binaries = binaries
        self.data_dir = data_dir
        self.port = port
        self.settings = dict(SETTINGS) | dict(settings or {})

    @property
    def log_file(self) -> Path:
        """Name the server's log; it lies with the data, where the server's user can write."""
        return self.data_dir.resolve() / "server.log"

    def uri(self, role: str = SUPERUSER, database: str = "postgres", password: str | None = None) -> str:
        """Write the address of a database for a role; the password is the role's name unless another is given."""
        user, secret, name = (quote(word, safe="") for word in (role, password or role, database))
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{name}"

    def is_running(self) -> bool:
        """Tell whether this directory's own server runs; a stale or foreign process id does not count."""
        return self._postmaster() is not None

    def start(self) -> None:
        """Start the server and wait until it takes connections; make the cluster first if there is none.

        Raises ``ConfigurationError``: PORT_TAKEN, POSTGRES_OTHER_VERSION, POSTGRES_INITDB_FAILED, POSTGRES_FAILED.
        """
        if self.is_running():
            return
        if _listens(self.port):
            raise ConfigurationError(
                "PORT_TAKEN",
                f"Порт {self.port} занят другой программой. Освободите его или назовите другой в FLY_POTATO_PG_PORT.",
            )
        user = account()
        directory = user.place(self.data_dir)
        if not (directory / "PG_VERSION").exists():
            self._initialise(user, directory)
        self._same_version(directory)
        self._drop_foreign_pid(directory)
        words = " ".join(
            f"-c {name}={_quoted(value)}" for name, value in (self.settings | {"port": str(self.port)}).items()
        )
        self._pg_ctl(user, directory, "start", "-w", "-t", str(START_SECONDS), "-l", str(self.log_file), "-o", words)

    def stop(self) -> None:
        """Stop the server, breaking off open connections; nothing happens if it does not run."""
        if self.is_running():
            self._pg_ctl(account(), self.data_dir.resolve(), "stop", "-w", "-m", "fast")

    def remove(self) -> None:
        """Stop the server and delete the cluster with all its data."""
        self.stop()
        directory = self.data_dir.resolve()
        if self.data_dir.is_symlink():
            self.data_dir.unlink()
        shutil.rmtree(directory, ignore_errors=True)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run statements as the superuser through psql and give back the bare values, a row a line."""
        done = account().run(
            [
                self.binaries.program("psql"),
                "-XAtq",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                self.uri(database=database),
                "-c",
                statement,
            ]
        )
        if done.returncode != 0:
            raise ConfigurationError("POSTGRES_SQL_FAILED", f"PostgreSQL отказал: {done.stderr.strip()}")
        return done.stdout.strip()

    def create_database(self, name: str) -> bool:
        """Make a database unless it is there; tell whether it was made."""
        if self.sql(f"SELECT 1 FROM pg_database WHERE datname = {_quoted(name)}"):  # noqa: S608
            return False
        self.sql(f'CREATE DATABASE "{name}"')
        return True

    def _postmaster(self) -> psutil.Process | None:
        directory = self.data_dir.resolve()
        try:
            pid = int((directory / "postmaster.pid").read_text().splitlines()[0])
            process = psutil.Process(pid)
            if Path(process.cwd()) == directory and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return None

    def _initialise(self, user: SystemUser, directory: Path) -> None:
        user.own(directory)
        with tempfile.NamedTemporaryFile("w", suffix=".password", dir="/tmp") as password:
            password.write(PASSWORD)
            password.flush()
            if user.prefix:
                shutil.chown(password.name, user.uid, user.gid)
            done = user.run(
                [
                    self.binaries.program("initdb"), "--pgdata", str(directory), "--username", SUPERUSER,
                    "--pwfile", password.name, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
                ]
            )  # fmt: skip
        if done.returncode != 0:
            raise ConfigurationError("POSTGRES_INITDB_FAILED", f"Не удалось создать кластер: {done.stderr.strip()}")

    def _same_version(self, directory: Path) -> None:
        made_by = (directory / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major):
            raise ConfigurationError(
                "POSTGRES_OTHER_VERSION",
                f"Кластер {directory} создан PostgreSQL {made_by}, а найден PostgreSQL {self.binaries.major}. "
                f"Верните прежнюю версию (FLY_POTATO_PG_BIN) или удалите каталог {self.data_dir}.",
            )

    def _drop_foreign_pid(self, directory: Path) -> None:
        # After a power cut the number may belong to another program; the server would then refuse to start for ever.
        if not any(_works_in(process, directory) for process in psutil.process_iter()):
            (directory / "postmaster.pid").unlink(missing_ok=True)

    def _pg_ctl(self, user: SystemUser, directory: Path, *words: str) -> None:
        done = user.run([self.binaries.program("pg_ctl"), "-D", str(directory), "-s", *words])
        if done.returncode != 0:
            last = self.log_file.read_text(errors="replace").splitlines()[-5:] if self.log_file.exists() else []
            raise ConfigurationError(
                "POSTGRES_FAILED", f"pg_ctl {words[0]}: {done.stderr.strip()} {' '.join(last)}".strip()
            )


def _works_in(process: psutil.Process, directory: Path) -> bool:
    try:
        return Path(process.cwd()) == directory
    except (psutil.Error, OSError):
        return False


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
