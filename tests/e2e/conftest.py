"""The whole local stack, detached as a user has it, on free ports and in a directory of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fly_potato.client import Client
from fly_potato.stack import Stack, StackPaths
from fly_potato.stack.postgres import Cluster, install_postgis
from testing.workbooks import make_sample
from tests.conftest import free_port

RELEASE = "releases/tests"
SETTINGS = {
    "APP_RELEASE": RELEASE,
    "FLY_POTATO_POSTGRES": "packages",
    "EMULATOR_RETRY_ATTEMPTS": "2",
    "EMULATOR_RETRY_INTERVAL_SECONDS": "0.5",
}


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """Bring a stack up for the tests of this folder and leave nothing of it."""
    before = dict(os.environ)
    os.environ.update(SETTINGS)
    state = Path(tempfile.mkdtemp(prefix="fly-potato-e2e-"))
    state.chmod(0o755)
    paths = StackPaths(state, postgres_port=free_port(), s3_port=free_port(), port=free_port())
    running = Stack(paths)
    try:
        running.up(lambda line: None)
        yield running
    finally:
        running.down(lambda line: None)
        Cluster(install_postgis(), paths.postgres_data, paths.postgres_port).remove()
        shutil.rmtree(state, ignore_errors=True)
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """Give a client of the stack's gateway."""
    with Client(stack.paths.url) as client:
        yield client


@pytest.fixture(scope="package")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make sample workbooks that differ from one another."""
    folder = tmp_path_factory.mktemp("samples")
    wanted = {
        "small": (1_500, "2024", 7),
        "large": (10_000, "2025", 8),
        "late": (300, "2025", 9),
        "other": (200, "2024", 10),
    }
    for name, (rows, layout, seed) in wanted.items():
        make_sample(folder / f"{name}.xlsx", rows=rows, layout=layout, seed=seed)
    return {name: folder / f"{name}.xlsx" for name in wanted}
