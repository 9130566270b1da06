"""A private cluster: made, found running, stopped, and never confused with anything else on the machine."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fly_potato.stack.postgres import Binaries, Cluster, find_postgres, install_postgis
from shared.errors import ConfigurationError


@pytest.fixture(scope="module")
def binaries() -> Binaries:
    return install_postgis()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def cluster(binaries: Binaries, tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(
        binaries, tmp_path / "postgres", _free_port(), settings={"fsync": "off", "shared_buffers": "16MB"}
    )
    yield cluster
    cluster.remove()


def test_a_cluster_lives_through_stop_and_start(cluster: Cluster) -> None:
    assert not cluster.is_running()
    cluster.start()
    cluster.start()
    assert cluster.is_running()
    assert cluster.create_database("float_mode")
    assert not cluster.create_database("float_mode")
    version = cluster.sql("CREATE EXTENSION postgis; SELECT postgis_lib_version()", "float_mode")
    assert version.startswith("3.")
    cluster.stop()
    cluster.stop()
    assert not cluster.is_running()
    cluster.start()
    assert cluster.sql("SELECT count(*) FROM spatial_ref_sys", "float_mode") != "0"


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    cluster.start()

    def ask(uri: str) -> subprocess.CompletedProcess[str]:
        command = [cluster.binaries.program("psql"), "-XAtw", "-d", uri, "-c", "SELECT 1"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert ask(cluster.uri()).stdout == "1\n"
    assert "password authentication failed" in ask(cluster.uri(password="wrong")).stderr
    with pytest.raises(ConfigurationError, match="POSTGRES_SQL_FAILED"):
        cluster.sql("SELECT 1", "no_such_database")


def test_a_taken_port_is_said_so(binaries: Binaries, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        cluster = Cluster(binaries, tmp_path / "postgres", other.getsockname()[1])
        with pytest.raises(ConfigurationError, match=r"PORT_TAKEN.*FLY_POTATO_PG_PORT"):
            cluster.start()


def test_a_process_id_of_another_program_does_not_block_the_start(cluster: Cluster) -> None:
    cluster.start()
    pid_file = cluster.data_dir.resolve() / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not cluster.is_running()
    cluster.start()
    assert cluster.is_running()


def test_a_cluster_of_another_version_is_not_touched(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster.data_dir.resolve() / "PG_VERSION").write_text("13\n")
    with pytest.raises(ConfigurationError, match="POSTGRES_OTHER_VERSION"):
        cluster.start()


def test_a_directory_without_programs_is_not_a_postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLY_POTATO_PG_BIN", str(tmp_path))
    assert find_postgres() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only under root does another user run the server")
def test_a_directory_that_the_server_cannot_reach_becomes_a_link_and_a_deleted_link_a_fresh_start(
    binaries: Binaries, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    quick = {"fsync": "off", "shared_buffers": "16MB"}
    cluster = Cluster(binaries, hidden / "postgres", _free_port(), settings=quick)
    cluster.start()
    assert (hidden / "postgres").is_symlink()
    cluster.create_database("float_mode")
    cluster.stop()
    old = (hidden / "postgres").resolve()
    (hidden / "postgres").unlink()
    cluster.start()
    try:
        assert cluster.create_database("float_mode")
    finally:
        cluster.remove()
        Cluster(binaries, old, cluster.port).remove()
    assert not old.exists()
    assert not (hidden / "postgres").is_symlink()
