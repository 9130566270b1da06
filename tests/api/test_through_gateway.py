"""The same requests through the local gateway over a socket: other processes, the same answers."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from shared.settings import StorageSettings
from shared.storage import Storage
from tests.api.conftest import _by_event, _claims
from tests.api.contract import Contract
from tests.api.test_uploads import send
from tests.conftest import S3_SECRET, Database, free_port
from tests.db.ingest_fixture import flight_row, write_workbook

REQUESTS: tuple[tuple[str, str, str, Any], ...] = (
    ("health", "GET", "/health", None),
    ("upload", "GET", "/api/uploads", None),
    ("upload", "GET", "/api/uploads?limit=0&cursor=%D1%8F", None),
    ("upload", "GET", "/api/uploads/01990000-0000-7000-8000-000000000001", None),
    ("upload", "GET", "/api/uploads/%00/rejects", None),
    ("upload", "POST", "/api/uploads", {"file_name": "Отчёт.xls", "size": 10}),
    ("upload", "POST", "/api/uploads", {"file_name": "a\0.xlsx", "size": 10}),
    ("upload", "POST", "/api/uploads", {"size": "десять"}),
    ("embed_token", "GET", "/api/dashboards", None),
    ("embed_token", "GET", "/api/embed-token?dashboard=regions&region=RU-MOS&region=RU-MOW", None),
    ("embed_token", "GET", "/api/embed-keys", None),
)


@pytest.fixture
def gateway(
    configured: pytest.MonkeyPatch, database: Database, s3_settings: StorageSettings, storage: Storage, tmp_path: Path
) -> Iterator[httpx.Client]:
    """Run the emulator with the real functions, each with its own rights."""
    port = free_port()
    given = {
        "PROCESS__POSTGRES_URI": database.uri("fp_ingest"),
        "S3_SECRET_ACCESS_KEY": S3_SECRET,
        "EMULATOR_AUTH": "dev",
        "EMULATOR_STATE": str(tmp_path / "state"),
        "EMULATOR_DEAD_LETTERS": str(tmp_path / "dead"),
        "EMULATOR_WATCH_SECONDS": "0.2",
    }
    log = (tmp_path / "emulator.log").open("wb")
    command = [sys.executable, "-m", "local.emulator", "--port", str(port)]
    with log, subprocess.Popen(command, env=os.environ | given, stderr=log, stdout=log) as server:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                for _ in range(150):
                    assert server.poll() is None, (tmp_path / "emulator.log").read_text()
                    try:
                        client.get("/health")
                        break
                    except httpx.TransportError:
                        time.sleep(0.2)
                yield client
        finally:
            server.terminate()


def bare(body: Any) -> Any:
    """Leave out what differs from request to request."""
    return {name: value for name, value in body.items() if name != "request_id"}


def test_the_gateway_and_the_handler_answer_alike(gateway: httpx.Client, contract: Contract) -> None:
    for function, method, target, body in REQUESTS:
        through = gateway.request(method, target, json=body)
        contract.check(method, urlsplit(target).path, through.status_code, dict(through.headers), through.content)
        content = through.request.content
        kind = {"Content-Type": "application/json"} if body is not None else {}
        straight = _by_event(function, method, target, _claims(["administrator"], None), kind, content)
        assert (through.status_code, bare(through.json())) == (straight.status, bare(straight.json)), target
        for name in ("content-type", "cache-control", "x-content-type-options"):
            assert through.headers[name] == straight.headers[name]


def test_a_sent_workbook_is_found_and_loaded(gateway: httpx.Client, tmp_path: Path) -> None:
    body = write_workbook(tmp_path / "book.xlsx", [flight_row(1), flight_row(2)]).read_bytes()
    announced = gateway.post("/api/uploads", json={"file_name": "Книга.xlsx", "size": len(body)}).json()
    assert send(announced["upload"], body) == 200
    state: dict[str, Any] = {}
    for _ in range(300):
        state = gateway.get(f"/api/uploads/{announced['id']}").json()
        if state["state"] not in {"announced", "processing"}:
            break
        time.sleep(0.2)
    assert (state["state"], state["counts"]["flights_new"]) == ("loaded", 2)
    metrics = gateway.get("/metrics")
    assert 'fly_potato_uploads{state="loaded"} 1.0' in metrics.text
    assert metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
