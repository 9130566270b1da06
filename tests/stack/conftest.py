"""The two variants, one at a time; whoever asks for one gets the other taken down first."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import pytest

from tests.stack import hosts, report
from tests.stack.compose import HOSTS, PROFILES, ROOT, Compose

T = TypeVar("T")
OURS = "# Written by tests/stack for a run of its own.\n"
HEALTHY_WITHIN = 600

SETTINGS = {
    # Small enough for one workbook to overfill the bucket, and for a load to be slower than it may be.
    "S3_QUOTA_BYTES": "200000",
    "INGEST_SYNC_RESPONSE_SECONDS": "1",
    "INGEST_TIMEOUT_SECONDS": "20",
    "INGEST_LEASE_MARGIN_SECONDS": "5",
}


@dataclass(frozen=True, slots=True)
class Host:
    """The hosts' variant: its command, the directory of the test's CA, and what .env.prod says."""

    compose: Compose
    tls: Path
    values: dict[str, str]


class Variants:
    """Which variant runs; starting one stops the other."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._running: tuple[object, object] = (None, None)

    def use(self, variant: Callable[[], AbstractContextManager[T]]) -> T:
        """Give the variant, started unless it runs already."""
        if self._running[0] is not variant:
            self.close()
            self._running = variant, self._stack.enter_context(variant())
        return cast(T, self._running[1])

    def close(self) -> None:
        """Stop what runs."""
        self._running = (None, None)
        self._stack.close()


def claim(settings: Path) -> None:
    """Clear away what a run that was cut off left behind; somebody's own file stays, and the run ends."""
    left = settings.exists() and settings.read_text().startswith(OURS)
    assert left or not settings.exists(), f"{settings.name} of somebody's own is in the way"


def bring_up(variant: str, compose: Compose, *command: str) -> None:
    """Start a variant from nothing by the command that its guide gives, and say how long its parts took."""
    compose("down", "-v", "--remove-orphans", "-t", "5")
    began = time.monotonic()
    compose("build")
    built = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=HEALTHY_WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    report.note(f"{variant}: images of our own", built - began)
    report.note(f"{variant}: `{' '.join(command)}`", time.monotonic() - built)


@contextmanager
def in_development() -> Iterator[Compose]:
    """Start the development variant from nothing, by the guide's own command, with an .env.dev made of .env.example."""
    settings = ROOT / ".env.dev"
    claim(settings)
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = [next((f"{k}={v}" for k, v in SETTINGS.items() if line.startswith(f"{k}=")), line) for line in lines]
    settings.write_text(OURS + "\n".join(given) + "\n")
    compose = Compose(*PROFILES)
    try:
        bring_up("development", compose, "docker", "compose", *PROFILES, "up", "-d", "--wait")
        yield compose
    finally:
        compose("down", "-v", "--remove-orphans", "-t", "5", check=False)
        settings.unlink()


@contextmanager
def on_a_host() -> Iterator[Host]:
    """Start the hosts' variant as `make all-prod` does, with a CA and a responder of the test's own."""
    settings = ROOT / ".env.prod"
    claim(settings)
    compose = Compose(*HOSTS, "--profile", "all")
    with tempfile.TemporaryDirectory() as directory:
        tls = Path(directory)
        hosts.certificate(tls, days=10)
        values = hosts.settings(tls)
        hosts.write(settings, values)
        settings.write_text(OURS + settings.read_text())
        try:
            with hosts.responder(tls):
                # What compose.prod.yaml mounts has to be there before anything of it is asked.
                hosts.prepare()
                bring_up("hosts", compose, "make", "all-prod")
                yield Host(compose, tls, values)
        finally:
            compose("down", "-v", "--remove-orphans", "-t", "5", check=False)
            settings.unlink()
            shutil.rmtree(ROOT / "data" / "prod", ignore_errors=True)


@pytest.fixture(scope="session")
def variants() -> Iterator[Variants]:
    """Give the switch between the variants."""
    switch = Variants()
    yield switch
    switch.close()


@pytest.fixture(scope="module")
def development(variants: Variants) -> Compose:
    """Give the development variant, running."""
    return variants.use(in_development)


@pytest.fixture(scope="module")
def host(variants: Variants) -> Host:
    """Give the hosts' variant, running."""
    return variants.use(on_a_host)
