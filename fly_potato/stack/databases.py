"""Which PostGIS serves the stack: a container where an engine runs and has the image, else a private cluster.

The first choice is kept, for the data lie with it. ``FLY_POTATO_POSTGRES`` decides instead: ``docker`` or
``packages``.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Protocol

from fly_potato.stack.postgres import PASSWORD, SUPERUSER, Binaries, Cluster, find_postgres, install_postgis
from fly_potato.stack.settings import Secrets, StackPaths
from shared.errors import ConfigurationError

DATABASE = "float_mode"
IMAGE = "postgis/postgis:16-3.4"
PULL_SECONDS = 300
READY_SECONDS = 90


class Postgres(Protocol):
    """A PostGIS that can be started and stopped."""

    @property
    def kind(self) -> str:
        """Say what it is, in a word."""

    def is_running(self) -> bool:
        """Tell whether it runs."""

    def start(self) -> None:
        """Start it, wait until it takes connections and has the database."""

    def stop(self) -> None:
        """Stop it; the data stay."""


class Packaged:
    """A private cluster of the distribution's PostgreSQL; packages are installed where there are none."""

    kind = "packages"

    def __init__(self, paths: StackPaths) -> None:
        self._paths = paths

    def is_running(self) -> bool:
        """Tell whether the cluster runs."""
        binaries = find_postgres()
        return binaries is not None and self._cluster(binaries).is_running()

    def start(self) -> None:
        """Start the cluster; raises ``ConfigurationError`` where something is missing."""
        cluster = self._cluster(install_postgis())
        cluster.start()
        cluster.create_database(DATABASE)
        link = self._paths.logs / "postgres.log"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(cluster.log_file)

    def stop(self) -> None:
        """Stop the cluster."""
        binaries = find_postgres()
        if binaries is not None:
            self._cluster(binaries).stop()

    def _cluster(self, binaries: Binaries) -> Cluster:
        return Cluster(binaries, self._paths.postgres_data, self._paths.postgres_port)


class Contained:
    """A container of the pinned image, with its data in a volume."""

    kind = "docker"

    def __init__(self, paths: StackPaths) -> None:
        self._port = paths.postgres_port
        self._name = "fly-potato-postgres-" + hashlib.sha256(str(paths.state).encode()).hexdigest()[:8]

    def is_running(self) -> bool:
        """Tell whether the container runs."""
        state = _docker("inspect", "--format", "{{.State.Running}}", self._name)
        return state.returncode == 0 and state.stdout.strip() == "true"

    def start(self) -> None:
        """Start the container, making it first if there is none."""
        if not self.is_running() and _docker("start", self._name).returncode != 0:
            created = _docker(
                "run", "--detach", "--name", self._name, "--publish", f"127.0.0.1:{self._port}:5432",
                "--env", f"POSTGRES_PASSWORD={PASSWORD}", "--env", f"POSTGRES_USER={SUPERUSER}",
                "--env", f"POSTGRES_DB={DATABASE}", "--volume", f"{self._name}:/var/lib/postgresql/data", IMAGE,
            )  # fmt: skip
            if created.returncode != 0:
                raise ConfigurationError("DOCKER_FAILED", f"Docker не запустил PostGIS: {created.stderr.strip()}")
        deadline = time.monotonic() + READY_SECONDS
        # The image's first start runs a server on its socket only; TCP answers when the real one is up.
        while _docker("exec", self._name, "pg_isready", "-h", "127.0.0.1", "-d", DATABASE).returncode != 0:
            if time.monotonic() > deadline:
                raise ConfigurationError("DOCKER_FAILED", f"PostGIS в контейнере {self._name} не отвечает.")
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop the container."""
        _docker("stop", self._name)


def choose(paths: StackPaths) -> Postgres:
    """Give the PostGIS to start: the one that was kept or is wanted, else the first that can be had."""
    kind = os.environ.get("FLY_POTATO_POSTGRES") or _kept_kind(paths)
    if kind not in ("", "docker", "packages"):
        raise ConfigurationError("POSTGRES_KIND_INVALID", "FLY_POTATO_POSTGRES бывает docker или packages.")
    if not kind:
        kind = "docker" if _image_can_be_had() else "packages"
    return Contained(paths) if kind == "docker" else Packaged(paths)


def current(paths: StackPaths) -> Postgres:
    """Give the PostGIS that was started here, without looking for another."""
    return Contained(paths) if _kept_kind(paths) == "docker" else Packaged(paths)


def remember_kind(paths: StackPaths, postgres: Postgres) -> None:
    """Put the choice down, once it has been started: the data lie there now."""
    _kind_file(paths).parent.mkdir(parents=True, exist_ok=True)
    _kind_file(paths).write_text(postgres.kind + "\n")


def _kept_kind(paths: StackPaths) -> str:
    return _kind_file(paths).read_text().strip() if _kind_file(paths).exists() else ""


def _kind_file(paths: StackPaths) -> Path:
    return paths.state / "postgres.kind"


def superuser_uri(paths: StackPaths) -> str:
    """Write the superuser's address of the product's database."""
    return uri(paths, SUPERUSER, PASSWORD)


def uri(paths: StackPaths, role: str, password: str) -> str:
    """Write a role's address of the product's database."""
    return f"postgresql://{role}:{password}@127.0.0.1:{paths.postgres_port}/{DATABASE}"


def _image_can_be_had() -> bool:
    if shutil.which("docker") is None or _docker("info", "--format", "{{.ID}}", seconds=15).returncode != 0:
        return False
    if _docker("image", "inspect", IMAGE).returncode == 0:
        return True
    return _docker("pull", "--quiet", IMAGE, seconds=PULL_SECONDS).returncode == 0


def _docker(*words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    command = ["docker", *words]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(type(error).__name__))


def prepare(paths: StackPaths, secrets: Secrets) -> bool:
    """Migrate, set the roles' passwords, load boundaries if there are none; tell whether they were loaded."""
    # Migrations cost a second of imports, which `down` and `status` need not pay.
    from fly_potato.database import migrate, set_passwords

    superuser = superuser_uri(paths)
    migrate(superuser)
    set_passwords(superuser, secrets.passwords())
    return asyncio.run(_boundaries(uri(paths, "fp_ingest", secrets.fp_ingest)))


async def _boundaries(uri: str) -> bool:
    import asyncpg

    from shared.regions import load_boundaries

    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM core.boundary_sets WHERE active)"):
            return False
        await load_boundaries(connection)
    finally:
        await connection.close()
    return True
