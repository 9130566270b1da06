"""One workbook, what an undisturbed load makes of it, and deliveries in processes that can be killed."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fly_potato.database import Checksum
from shared.settings import StorageSettings
from shared.storage import Storage
from tests.conftest import S3_SECRET, Database
from tests.db.ingest_fixture import Ingest, Texts, flight_row, write_workbook

ROWS = 4_000


def many_rows(first: int = 1, count: int = ROWS, **said: str | None) -> list[Texts]:
    """Write ``count`` invented flights over a month and a few dozen places."""
    places = [f"{55 + n % 4}{n % 60:02d}N0{36 + n % 9}{(7 * n) % 60:02d}E" for n in range(40)]
    return [
        flight_row(n, day=f"2503{1 + n % 28:02d}", place=places[n % len(places)], **said)  # type: ignore[arg-type]
        for n in range(first, first + count)
    ]


@dataclass(frozen=True, slots=True)
class Lab:
    """An `Ingest` whose deliveries run in processes of their own."""

    ingest: Ingest
    settings: StorageSettings

    def start(self, key: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a delivery; the environment may point it to a sick bucket or a broken wire."""
        names = {
            "POSTGRES_URI": self.ingest.database.uri("fp_ingest"),
            "S3_ENDPOINT_URL": self.settings.endpoint_url,
            "S3_BUCKET": self.settings.bucket,
            "S3_ACCESS_KEY_ID": self.settings.access_key_id,
            "S3_SECRET_ACCESS_KEY": S3_SECRET,
        }
        command = [sys.executable, "-m", "tests.chaos.deliver", key]
        everything = os.environ | names | environment
        return subprocess.Popen(command, env=everything, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, key: str, **environment: str) -> str:
        """Deliver once and name the end; a crash of the delivery is named with its last words."""
        process = self.start(key, **environment)
        out, err = process.communicate(timeout=120)
        return out.strip() if process.returncode == 0 else f"crash {err.strip().splitlines()[-1:]}"

    def until_done(self, key: str, tries: int = 40, **environment: str) -> list[str]:
        """Deliver again and again, as the platform does, until the workbook is in."""
        ends = []
        for _ in range(tries):
            ends.append(self.run(key, **environment))
            if ends[-1] in ("loaded", "duplicate"):
                return ends
            time.sleep(0.2)
        raise AssertionError(f"never done: {ends}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A workbook, the tables after its undisturbed load, and how many seconds a delivery takes in all."""

    workbook: Path
    sums: list[Checksum]
    seconds: float


@pytest.fixture
def lab(mapped: Database, storage: Storage, s3_settings: StorageSettings, tmp_path: Path) -> Lab:
    return Lab(Ingest(mapped, storage, tmp_path), s3_settings)


@pytest.fixture(scope="session")
def reference(
    mapped_clones: Iterator[Database], s3_settings: StorageSettings, tmp_path_factory: pytest.TempPathFactory
) -> Reference:
    """Load the workbook once with nobody in the way."""
    folder = tmp_path_factory.mktemp("reference")
    workbook = write_workbook(folder / "reference.xlsx", [*many_rows(), ("Московский", "НЕ ТЕЛЕГРАММА", None, None)])
    lab = Lab(Ingest(next(mapped_clones), Storage(s3_settings), folder), s3_settings)
    key = lab.ingest.put(workbook)
    started = time.perf_counter()
    assert lab.run(key) == "loaded"
    seconds = time.perf_counter() - started
    return Reference(workbook, lab.ingest.sums(), seconds)


@pytest.fixture
def moments(reference: Reference, request: pytest.FixtureRequest) -> Iterator[float]:
    """Draw moments within a delivery's life, another series for each test, the same in each run."""
    draw = random.Random(request.node.name)  # noqa: S311
    return iter(lambda: draw.uniform(0.1, 1.05) * reference.seconds, None)


def elsewhere(ingest: Ingest, database: Database) -> Ingest:
    """Give the same bucket with another database."""
    return replace(ingest, database=database)
