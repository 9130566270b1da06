"""Gateways for the site's tests: emulators in processes of their own, with PostGIS, a bucket and the page behind."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from fly_potato.site import lay_out, policy
from fly_potato.stack.settings import ROOT, embed_key
from tests.conftest import Database, free_port

SECRET = "an/invented+secret=="
BUCKET = "pages"


@dataclass
class Site:
    """One gateway; it can be stopped and started again."""

    database: Database
    folder: Path
    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        """Write its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """Name the file that tells the page how people log in."""
        return self.folder / "assets" / "config.json"

    def start(self) -> None:
        """Start the gateway and wait until it answers."""
        command = [sys.executable, "-m", "local.emulator", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        _wait(f"{self.url}/health", 200, self.process)

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def json(self, path: str) -> Any:
        """Ask the API as a program would."""
        return httpx.get(f"{self.url}{path}", timeout=30).raise_for_status().json()

    def bytes(self, path: str) -> bytes:
        """Ask for a file."""
        return httpx.get(f"{self.url}{path}", timeout=60).raise_for_status().content


@contextmanager
def bucket(directory: Path, *ports: int) -> Iterator[dict[str, str]]:
    """Run an S3 server that pages at these ports may talk to, and give the settings that lead there."""
    port = free_port()
    settings = {
        "S3_BUCKET": BUCKET, "S3_REGION": "ru-central1", "S3_ACCESS_KEY_ID": "pages",
        "S3_SECRET_ACCESS_KEY": SECRET, "S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    origins = [f"--origin=http://127.0.0.1:{each}" for each in ports]
    command = [sys.executable, "-m", "local.s3", "--port", str(port), "--directory", str(directory), *origins]
    process = subprocess.Popen(command, env=_python() | settings, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        _wait(settings["S3_ENDPOINT_URL"], 403, process)
        yield settings
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def serve(
    database: Database, s3: Mapping[str, str], port: int, config: Mapping[str, Any], *connect: str, **settings: str
) -> Iterator[Site]:
    """Serve the page as ``fly-potato site`` lays it out, told ``config``, with the API beside it."""
    with tempfile.TemporaryDirectory(prefix="fly-potato-site-", ignore_cleanup_errors=True) as directory:
        folder, state = Path(directory) / "site", Path(directory) / "state"
        lay_out(folder, config, policy([s3["S3_ENDPOINT_URL"], *connect]))
        api = database.uri("fp_api")
        environment = {
            **_python(), **s3,
            "PROCESS__POSTGRES_URI": database.uri("fp_ingest"),
            "UPLOAD__POSTGRES_URI": api, "HEALTH__POSTGRES_URI": api, "STATS__POSTGRES_URI": api,
            "DATALENS_PRIVATE_KEY_PATH": str(embed_key(state)),
            "EMULATOR_AUTH": "dev", "EMULATOR_SITE": str(folder), "EMULATOR_STATE": str(state),
            "EMULATOR_SPEC": str(ROOT / "spec" / "openapi.yaml"), "EMULATOR_DEAD_LETTERS": str(state / "letters"),
            "EMULATOR_WATCH_SECONDS": "0.2", **settings,
        }  # fmt: skip
        served = Site(database, folder, port, environment)
        served.start()
        try:
            yield served
        finally:
            served.stop()


def _python() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def _wait(url: str, status: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, f"{url} ended at its start"
        try:
            if httpx.get(url, timeout=5).status_code == status:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError(url)
