"""What we depend on fails under a running load; the tables end as after an undisturbed one."""

import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fly_potato.stack.postgres import Cluster
from shared.ingest.claims import LAST_ATTEMPT
from tests.chaos.conftest import Lab, Reference
from tests.chaos.faulty_s3 import Faults, faulty
from tests.chaos.wires import Wire
from tests.conftest import free_port

pytestmark = pytest.mark.chaos


def through(lab: Lab, port: int) -> str:
    """Write the database's address with another port."""
    own = lab.ingest.database.cluster.port
    return lab.ingest.database.uri("fp_ingest").replace(f":{own}/", f":{port}/")


def test_connection_cut_at_random_bytes(lab: Lab, reference: Reference) -> None:
    draw = random.Random(11)  # noqa: S311
    size = 4_000_000
    key = lab.ingest.put(reference.workbook)
    cuts = 0
    for _ in range(6):
        with Wire(lab.ingest.database.cluster.port, cut_after=draw.randrange(2_000, size)).open() as wire:
            end = lab.run(key, POSTGRES_URI=through(lab, wire.port))
            cuts += wire.cuts
        assert not end.startswith("crash"), end
    assert cuts > 0
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums


def test_postgres_restarts_in_the_middle(lab: Lab, reference: Reference, moments: Iterator[float]) -> None:
    key = lab.ingest.put(reference.workbook)
    cluster: Cluster = lab.ingest.database.cluster
    for _ in range(3):
        process = lab.start(key)
        time.sleep(next(moments))
        cluster.stop()
        time.sleep(0.3)
        cluster.start()
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err[-400:]
        assert out.strip() in ("loaded", "duplicate", "busy") or out.startswith("outage"), out
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums


def test_a_long_outage_of_the_database_is_no_fault_of_the_workbook(lab: Lab, reference: Reference) -> None:
    """More deliveries than a load has attempts, before, in the middle of and after an outage: nothing is lost."""
    key = lab.ingest.put(reference.workbook)
    cluster: Cluster = lab.ingest.database.cluster
    process = lab.start(key)
    time.sleep(reference.seconds / 2)
    cluster.stop()
    try:
        process.communicate(timeout=180)
        ends = [lab.run(key) for _ in range(LAST_ATTEMPT + 2)]
    finally:
        cluster.start()
    assert all(end.startswith("outage") for end in ends), ends
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums
    assert lab.ingest.upload(key)["outcome"] == "loaded"


def test_a_long_outage_of_the_bucket_is_no_fault_of_the_workbook(lab: Lab, reference: Reference) -> None:
    key = lab.ingest.put(reference.workbook)
    with faulty(lab.settings.endpoint_url, Faults(["error"] * 1_000)) as address:
        ends = [lab.run(key, S3_ENDPOINT_URL=address) for _ in range(LAST_ATTEMPT + 2)]
    assert ends == ["outage STORAGE_UNAVAILABLE"] * len(ends)
    assert lab.ingest.upload(key)["outcome"] is None
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums


def test_a_sick_bucket(lab: Lab, reference: Reference) -> None:
    faults = Faults(["error", "truncate", "slow", "error", "error", "error", "truncate"])
    key = lab.ingest.put(reference.workbook)
    with faulty(lab.settings.endpoint_url, faults) as address:
        ends = lab.until_done(key, S3_ENDPOINT_URL=address)
    assert faults.played[:2] == ["error", "truncate"]
    assert all(end in ("loaded", "duplicate") or end.startswith("outage") for end in ends), ends
    assert lab.ingest.sums() == reference.sums


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    """Mount a disk of 64 KB; only root can."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
        if mounted.returncode:
            pytest.skip("mounting a small disk needs root")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def test_a_full_disk(lab: Lab, reference: Reference, tiny_disk: Path) -> None:
    key = lab.ingest.put(reference.workbook)
    assert lab.run(key, WORK_DIR=str(tiny_disk)) == "outage TEMPORARY_DISK_FULL"
    assert list(tiny_disk.iterdir()) == []
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums


@pytest.fixture
def pooler(lab: Lab) -> Iterator[int]:
    """Run pgbouncer in transaction mode with two server connections before the database; give its port."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    port = free_port()
    cluster = lab.ingest.database.cluster
    with tempfile.TemporaryDirectory(prefix="fly-potato-pooler-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        target = f"host=127.0.0.1 port={cluster.port} user=postgres password=postgres"
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n{lab.ingest.database.name} = {target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n"
            f"logfile = \npidfile = \nunix_socket_dir = \n"
        )
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        (folder / "pgbouncer.ini").chmod(0o644)
        server = subprocess.Popen([*as_user, program, "-q", str(folder / "pgbouncer.ini")], stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            assert server.poll() is None, "pgbouncer ended at its start"
            yield port
        finally:
            server.terminate()
            server.wait(10)


def test_behind_a_transaction_pooler(lab: Lab, reference: Reference, pooler: int) -> None:
    key = lab.ingest.put(reference.workbook)
    uri = through(lab, pooler)
    ends: list[str] = []
    threads = [threading.Thread(target=lambda: ends.append(lab.run(key, POSTGRES_URI=uri))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("loaded") == 1, ends
    assert lab.ingest.sums() == reference.sums


@pytest.fixture
def fake_time() -> dict[str, str]:
    """Name what makes a process see another clock."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("faketime is not installed")
    return {"LD_PRELOAD": str(library), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.parametrize("offset", ["+600", "-600"])
def test_a_function_whose_clock_is_ten_minutes_off(
    lab: Lab, reference: Reference, fake_time: dict[str, str], offset: str
) -> None:
    key = lab.ingest.put(reference.workbook)
    assert lab.run(key, FAKETIME=offset, **fake_time) == "loaded"
    assert lab.run(key) == "duplicate"
    assert lab.ingest.sums() == reference.sums


def test_a_function_whose_clock_is_days_off_is_refused_by_the_bucket_and_nothing_is_lost(
    lab: Lab, reference: Reference, fake_time: dict[str, str]
) -> None:
    key = lab.ingest.put(reference.workbook)
    assert lab.run(key, FAKETIME="+40d", **fake_time) == "outage STORAGE_UNAVAILABLE"
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums
