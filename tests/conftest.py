"""A real PostGIS for the tests: one private cluster a worker, one migrated template, one clone a test that asks."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from fly_potato.database import migrate, set_passwords
from fly_potato.stack.postgres import Cluster, find_postgres, install_postgis
from shared.regions import load_boundaries
from shared.settings import StorageSettings
from shared.storage import Storage
from tests.workers import SuiteScheduling, turn

# ``pytest tests/property --hypothesis-profile=thorough`` tries twenty times as much.
# The same examples in every run: what is found by chance must not decide about a change that has nothing to do with it.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile(
    "thorough", settings.get_profile("default"), derandomize=False, max_examples=2_000, print_blob=True
)
settings.load_profile("default")

TEMPLATE = "fly_potato_template"
ROLES = ("fp_owner", "fp_ingest", "fp_api", "fp_datalens")
# Characters that a URL, a shell or a libpq string would trip over.
HOSTILE_PASSWORD = "p@ss:w/o%r?d #1'\\"
_numbers = count(1)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SuiteScheduling:
    """Share the tests among workers as ``tests.workers`` says, where there are workers (``-n``)."""
    return SuiteScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, where workers share the tests."""
    if hasattr(config, "workerinput"):
        items.sort(key=turn)


def free_port() -> int:
    """Ask the kernel for a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Database:
    """One database of one test, as each role sees it."""

    cluster: Cluster
    name: str

    def uri(self, role: str = "postgres") -> str:
        """Write the address for a role."""
        return self.cluster.uri(role, self.name, HOSTILE_PASSWORD if role in ROLES else None)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a private PostGIS cluster that forgets everything afterwards."""
    binaries = find_postgres()
    if binaries is None:
        install_postgis()
        binaries = find_postgres()
    assert binaries is not None, "PostGIS is neither here nor to be installed"
    with tempfile.TemporaryDirectory(prefix="fly-potato-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o755)
        unsafe_but_quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        server = Cluster(binaries, Path(directory) / "data", free_port(), settings=unsafe_but_quick)
        server.start()
        try:
            yield server
        finally:
            server.remove()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """Migrate one database to the newest schema; tests clone it."""
    cluster.create_database(TEMPLATE)
    uri = cluster.uri(database=TEMPLATE)
    migrate(uri)
    set_passwords(uri, dict.fromkeys(ROLES, HOSTILE_PASSWORD))
    # Two of five pages that each clone would copy: systems of coordinates besides those of our points and of map tiles.
    cluster.sql("DELETE FROM spatial_ref_sys WHERE srid NOT IN (4326, 3857)", TEMPLATE)
    cluster.sql("VACUUM FULL spatial_ref_sys", TEMPLATE)
    return TEMPLATE


def clone(cluster: Cluster, template: str) -> Iterator[Database]:
    """Give a clone of a database for as long as it is needed."""
    name = f"test_{next(_numbers)}"
    cluster.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield Database(cluster, name)
    finally:
        cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[Database]:
    """Clone the migrated template: empty tables, no boundaries."""
    yield from clone(cluster, template)


MAPPED_TEMPLATE = "fly_potato_mapped_template"


async def _load_boundaries(uri: str) -> None:
    connection = await asyncpg.connect(uri)
    try:
        await load_boundaries(connection)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def mapped_template(cluster: Cluster, template: str) -> str:
    """Clone the template and load the boundaries that the product ships."""
    cluster.sql(f'CREATE DATABASE "{MAPPED_TEMPLATE}" TEMPLATE "{template}"')
    asyncio.run(_load_boundaries(Database(cluster, MAPPED_TEMPLATE).uri("fp_ingest")))
    return MAPPED_TEMPLATE


@pytest.fixture(scope="session")
def mapped_clones(cluster: Cluster, mapped_template: str) -> Iterator[Iterator[Database]]:
    """Make databases with boundaries on demand; all are dropped at the end of the run."""
    with contextlib.ExitStack() as open_clones:
        maker = contextlib.contextmanager(clone)
        yield (open_clones.enter_context(maker(cluster, mapped_template)) for _ in count())


@pytest.fixture
def mapped(cluster: Cluster, mapped_template: str) -> Iterator[Database]:
    """Clone the template that has boundaries."""
    yield from clone(cluster, mapped_template)


S3_SECRET = "an/invented+secret=="


@pytest.fixture(scope="session")
def s3_settings() -> Iterator[StorageSettings]:
    """Run the local S3 server in a process of its own."""
    port = free_port()
    names = {"S3_BUCKET": "tests", "S3_ACCESS_KEY_ID": "tests", "S3_SECRET_ACCESS_KEY": S3_SECRET}
    with tempfile.TemporaryDirectory(prefix="fly-potato-s3-") as directory:
        server = subprocess.Popen(
            [sys.executable, "-m", "local.s3", "--port", str(port), "--directory", directory],
            env=os.environ | names,
            stderr=subprocess.DEVNULL,
        )
        settings = StorageSettings(
            bucket="tests",
            endpoint_url=f"http://127.0.0.1:{port}",
            access_key_id="tests",
            secret_access_key=S3_SECRET,  # type: ignore[arg-type]
        )
        try:
            _wait_for(port, server)
            yield settings
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, "the S3 server ended at its start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the S3 server did not start")


@pytest.fixture
def storage(s3_settings: StorageSettings) -> Iterator[Storage]:
    """Give the bucket, empty again afterwards."""
    bucket = Storage(s3_settings)
    yield bucket
    for found in list(bucket.list("")):
        bucket.delete(found.key)
