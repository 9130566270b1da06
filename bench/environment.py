"""What a measurement stands on: a durable private PostGIS with real boundaries, a bucket, workbooks of each size."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from fly_potato.database import migrate, set_passwords
from fly_potato.stack.postgres import Cluster, find_postgres
from shared.regions import load_boundaries

# Like a small managed cluster: everything durable, a quarter of a gigabyte a core of cache.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "work_mem": "64MB", "maintenance_work_mem": "256MB"}
TEMPLATE = "bench_template"
SECRET = "an-invented-secret"  # noqa: S105


@dataclass(frozen=True, slots=True)
class BenchEnvironment:
    """Where the measurements run."""

    folder: Path
    cluster: Cluster
    environment: dict[str, str]

    def workbook(self, rows: int) -> Path:
        """Make the sample of this size once; every run takes the same bytes."""
        path = self.folder / f"sample-{rows}.xlsx"
        if not path.exists():
            command = [sys.executable, "-m", "fly_potato", "sample"]
            options = ["--rows", str(rows), "--layout", "2025", "--seed", "7", str(path)]
            subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
        return path

    @contextmanager
    def database(self) -> Iterator[str]:
        """Clone the database with boundaries; give its address for ``fp_ingest``."""
        name = f"bench_{time.time_ns()}"
        self.cluster.sql(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        self.cluster.sql("CHECKPOINT")
        self.cluster.sql("GRANT CREATE ON SCHEMA public TO fp_ingest", name)
        try:
            yield self.cluster.uri("fp_ingest", name)
        finally:
            self.cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def bench_environment(folder: Path) -> Iterator[BenchEnvironment]:
    """Start PostGIS and the bucket, and stop them afterwards, also by SIGTERM; workbooks stay for the next time."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder.mkdir(parents=True, exist_ok=True)
    binaries = find_postgres()
    if binaries is None:
        raise SystemExit("PostGIS is not installed: run `make up` or scripts/postgres first")
    cluster = Cluster(binaries, folder / "postgres", free_port(), settings=SETTINGS)
    if cluster.is_running():
        raise SystemExit(f"A PostgreSQL runs in {cluster.data_dir}: of another measurement, or of one that was killed.")
    cluster.start()
    try:
        _template(cluster)
        with _bucket(folder / "s3") as environment:
            postmaster = (folder / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0]
            yield BenchEnvironment(folder, cluster, environment | {"BENCH_SERVER": postmaster})
    finally:
        cluster.stop()


def _template(cluster: Cluster) -> None:
    for left in cluster.sql("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'").split():
        cluster.sql(f'DROP DATABASE "{left}"')
    cluster.create_database(TEMPLATE)
    uri = cluster.uri(database=TEMPLATE)
    migrate(uri)
    set_passwords(uri, {"fp_ingest": "fp_ingest"})

    async def boundaries() -> None:
        connection = await asyncpg.connect(uri)
        await load_boundaries(connection)
        await connection.close()

    asyncio.run(boundaries())


@contextmanager
def _bucket(folder: Path) -> Iterator[dict[str, str]]:
    port = free_port()
    names = {"S3_BUCKET": "bench", "S3_ACCESS_KEY_ID": "bench", "S3_SECRET_ACCESS_KEY": SECRET}
    command = [sys.executable, "-m", "local.s3", "--port", str(port), "--directory", str(folder)]
    server = subprocess.Popen(command, env=os.environ | names, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield names | {"S3_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    finally:
        server.terminate()
        server.wait(10)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
