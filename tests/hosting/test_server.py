"""The server of the hosts as it runs: processes of their own, a real PostGIS, a real bucket, tokens of a provider."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from click.testing import CliRunner

from fly_potato.commands.hosts import release
from fly_potato.stack.settings import ROOT, embed_key
from local.emulator.authorizer import AUDIENCE
from shared.settings import StorageSettings
from tests.api.contract import description
from tests.conftest import S3_SECRET, Database, free_port
from tests.site.issuer import Provider, provider

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Server:
    """``python -m hosting`` with its port and the provider whose tokens it takes."""

    def __init__(self, environment: dict[str, str], issuer: Provider) -> None:
        self.issuer = issuer
        self.port, self.vitals_port = free_port(), free_port()
        ports = {
            "APP_PROMETHEUS_HOST": "127.0.0.1",
            "APP_PROMETHEUS_PORT": str(self.port),
            "HOSTING_VITALS_PORT": str(self.vitals_port),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hosting"], env=environment | ports, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        self._wait_until(lambda: self.get("/health", token=None).status_code == 200)

    def get(self, path: str, *, token: str | None = "", method: str = "GET", **more: Any) -> httpx.Response:
        """Ask as the person, or as nobody with ``token=None``."""
        bearer = self.issuer.tokens()["access_token"] if token == "" else token
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=60, **more)

    def vitals(self) -> str:
        """Read the second port."""
        return httpx.get(f"http://127.0.0.1:{self.vitals_port}/metrics").text

    def ingest(self) -> psutil.Process:
        """Find the process that takes workbooks in."""
        children = psutil.Process(self.process.pid).children()
        (found,) = [child for child in children if "hosting.ingest" in child.cmdline()]
        return found

    def send(self, workbook: Path) -> str:
        """Send a workbook as the page does, and give the upload's id."""
        body = {"file_name": "пример.xlsx", "size": workbook.stat().st_size, "content_type": XLSX}
        announced = self.get("/api/uploads", method="POST", json=body)
        assert announced.status_code == 201, announced.text
        address = announced.json()["upload"]
        put = httpx.put(address["url"], headers=address["headers"], content=workbook.read_bytes())
        assert put.status_code == 200, put.text
        return str(announced.json()["id"])

    def outcome(self, upload: str) -> dict[str, Any]:
        """Wait for the upload's end."""
        ends = {"loaded", "duplicate", "failed"}
        self._wait_until(lambda: self.get(f"/api/uploads/{upload}").json()["state"] in ends)
        body: dict[str, Any] = self.get(f"/api/uploads/{upload}").json()
        return body

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        for _ in range(600):
            assert self.process.poll() is None, "the server has ended"
            try:
                if condition():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError

    wait_until = _wait_until


@pytest.fixture
def environment(mapped: Database, s3_settings: StorageSettings, tmp_path: Path) -> dict[str, str]:
    """Configure the server as a host's compose file does, each side with its own role of the database."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "POSTGRES_URI": mapped.uri("fp_api"),
        "PROCESS__POSTGRES_URI": mapped.uri("fp_ingest"),
        "S3_BUCKET": s3_settings.bucket,
        "S3_ENDPOINT_URL": s3_settings.endpoint_url,
        "S3_ACCESS_KEY_ID": s3_settings.access_key_id,
        "S3_SECRET_ACCESS_KEY": S3_SECRET,
        "DATALENS_PRIVATE_KEY_PATH": str(embed_key(tmp_path)),
        "HOSTING_STATE": str(tmp_path / "state"),
        "HOSTING_DEAD_LETTERS": str(tmp_path / "letters"),
        "HOSTING_WATCH_SECONDS": "0.2",
    }


@contextmanager
def serving(environment: dict[str, str], directory: Path) -> Iterator[Server]:
    """Run the server for an administrator until the block ends."""
    port = free_port()
    with provider(directory / "issuer", port, ["administrator", "operator"]) as issuer:
        settings = {"AUTH_JWKS_URL": f"{issuer.url}/jwks", "AUTH_ISSUER": issuer.url, "AUTH_AUDIENCE": AUDIENCE}
        running = Server(environment | settings, issuer)
        try:
            yield running
        finally:
            if running.process.poll() is None:
                running.process.terminate()
                running.process.wait(30)


@pytest.fixture
def server(environment: dict[str, str], storage: object, tmp_path: Path) -> Iterator[Server]:
    """Run the server as it is set by itself."""
    with serving(environment, tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invent a workbook of 200 rows."""
    path = tmp_path_factory.mktemp("hosting") / "sample.xlsx"
    command = [
        sys.executable,
        "-m",
        "fly_potato",
        "sample",
        "--rows",
        "200",
        "--layout",
        "2025",
        "--seed",
        "3",
        str(path),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return path


def _guarded() -> list[tuple[str, str]]:
    spec = description().document
    return [
        (method.upper(), path)
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and operation.get("security", spec.get("security"))
    ]


def test_every_guarded_route_of_the_contract_is_there_and_lets_nobody_in(server: Server) -> None:
    routes = _guarded()
    assert len(routes) > 15
    for method, path in routes:
        filled = path.replace("{upload}", "019f0000-0000-7000-8000-000000000000").replace("{", "").replace("}", "")
        for token in (None, "not.a.token"):
            answer = server.get(filled, token=token, method=method)
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), path


def test_unknown_routes_and_methods_are_problems(server: Server) -> None:
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "ROUTE_NOT_FOUND"),
        ("DELETE", "/api/uploads", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/health", 405, "METHOD_NOT_ALLOWED"),
    ):
        answer = server.get(path, method=method)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_workbook_is_loaded_and_counted(server: Server, workbook: Path) -> None:
    assert server.get("/healthz", token=None).json()["status"] == "ready"
    outcome = server.outcome(server.send(workbook))
    assert outcome["state"] == "loaded"
    assert server.get("/api/stats/overview").json()["totals"]["flights"] > 100
    assert server.outcome(server.send(workbook))["state"] == "duplicate"
    assert 'fly_potato_deliveries{state="waiting"} 0.0' in server.vitals()
    assert "process_resident_memory_bytes" in server.vitals()


def test_an_ingest_that_is_killed_comes_back_and_finishes(server: Server, workbook: Path) -> None:
    first = server.ingest()
    first.send_signal(signal.SIGSTOP)
    upload = server.send(workbook)
    first.kill()
    assert server.outcome(upload)["state"] == "loaded"
    assert server.ingest().pid != first.pid


def test_paused_ingest_takes_workbooks_and_loads_them_when_it_goes_on(server: Server, workbook: Path) -> None:
    paused = server.get("/api/maintenance", method="POST", json={"ingest": "paused"})
    assert (paused.status_code, paused.json()["ingest"]) == (200, "paused")
    time.sleep(3)
    upload = server.send(workbook)
    server.wait_until(lambda: 'fly_potato_deliveries{state="waiting"} 1.0' in server.vitals())
    time.sleep(3)
    assert server.get(f"/api/uploads/{upload}").json()["state"] == "announced"
    assert "fly_potato_ingest_paused 1.0" in server.get("/metrics", token=None).text
    server.get("/api/maintenance", method="POST", json={"ingest": "running"})
    assert server.outcome(upload)["state"] == "loaded"


def test_the_trial_of_a_release_carries_a_workbook_that_makes_no_flight(
    server: Server, environment: dict[str, str], mapped: Database, tmp_path: Path
) -> None:
    words = ["release", "smoke", "--backend", f"http://127.0.0.1:{server.port}", "--seconds", "60"]
    done = subprocess.run(
        [sys.executable, "-m", "fly_potato", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "upload: loaded" in done.stdout
    assert "cleanup: 0 files would go" in done.stdout
    assert server.get("/api/stats/overview").json()["totals"]["flights"] == 0
    # The list of a release, with nobody who watches and no backup: each line tells of itself alone.
    looked = CliRunner().invoke(
        release,
        [
            *("check", "--json", "--uri", mapped.uri(), "--backups", str(tmp_path), "--state", str(tmp_path)),
            *("--backend", f"http://127.0.0.1:{server.port}", "--prometheus", "http://127.0.0.1:9"),
        ],
    )
    assert looked.exit_code == 1
    found = {finding["name"]: finding["ok"] for finding in json.loads(looked.output)}
    assert {name for name, ok in found.items() if ok} == {"schema", "rules", "ready", "metrics"}
    assert {"dump", "verified", "base", "rehearsed", "monitoring", "secrets", "images"} <= found.keys()


def test_each_process_knows_its_own_secrets_alone(server: Server, mapped: Database) -> None:
    of_ingest = server.ingest().environ()
    assert of_ingest["POSTGRES_URI"] == mapped.uri("fp_ingest")
    assert not [name for name in of_ingest if name.startswith(("DATALENS_", "AUTH_", "PROCESS__"))]


def test_it_ends_when_told_to_and_leaves_nobody(server: Server) -> None:
    ingest = server.ingest()
    server.process.terminate()
    assert server.process.wait(30) == 0
    assert not ingest.is_running()


def test_an_ingest_without_its_parent_ends(server: Server) -> None:
    ingest = server.ingest()
    server.process.kill()
    server.process.wait()
    ingest.wait(15)


def test_each_of_two_processes_answers_alone(environment: dict[str, str], storage: object, tmp_path: Path) -> None:
    with serving(environment | {"HOSTING_WORKERS": "2"}, tmp_path) as server:
        children = psutil.Process(server.process.pid).children()
        workers = [child for child in children if any("spawn_main" in word for word in child.cmdline())]
        assert len(workers) == 2
        for worker in workers:
            worker.suspend()
            try:
                assert server.get("/api/stats/overview").status_code == 200
            finally:
                with suppress(psutil.NoSuchProcess):
                    worker.resume()


def test_a_wrong_setting_is_named_and_not_repeated(environment: dict[str, str]) -> None:
    for module in ("hosting", "hosting.ingest"):
        command = [sys.executable, "-m", module]
        ended = subprocess.run(
            command, env=environment | {"HOSTING_INGEST_LANES": "9999"}, cwd=ROOT, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        assert ended.returncode == 2
        assert "HOSTING_INGEST_LANES" in ended.stdout + ended.stderr
        assert "9999" not in ended.stdout + ended.stderr


def test_it_does_not_start_where_nobody_could_log_in(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "hosting"]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2
    assert "AUTH_JWKS_URL" in ended.stderr
