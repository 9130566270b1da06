"""From a workbook on a disk to flights in the tables, through every process that a user runs."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from fly_potato.client import Client, Json, load
from fly_potato.commands.demo import compare, truth_beside
from fly_potato.database import Checksum, verify
from fly_potato.stack import Stack, databases
from shared.errors import OutageError, RequestError


def _until(reached: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.05)


def _checksums(stack: Stack) -> list[Checksum]:
    sums, rules = asyncio.run(verify(stack.superuser_uri()))
    assert [rule for rule in rules if rule.offenders] == []
    return sums


def _is_true_to(workbook: Path, state: Json) -> None:
    totals = truth_beside(workbook)
    assert totals is not None
    assert compare(totals, state) == []


def test_a_workbook_becomes_flights_and_a_second_time_changes_nothing(
    stack: Stack, client: Client, samples: dict[str, Path]
) -> None:
    first = load(client, samples["small"])
    assert first["state"] == "loaded"
    _is_true_to(samples["small"], first)
    before = _checksums(stack)
    second = load(client, samples["small"])
    assert second["state"] == "duplicate"
    assert second["id"] != first["id"]
    assert _checksums(stack) == before


def test_rejected_rows_come_back_as_a_workbook(stack: Stack, client: Client, samples: dict[str, Path]) -> None:
    state = load(client, samples["small"])
    answer = httpx.get(f"{stack.paths.url}/api/uploads/{state['id']}/rejects.xlsx", follow_redirects=True)
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def test_a_kill_in_the_middle_of_a_load_ends_with_the_right_tables(
    stack: Stack, client: Client, samples: dict[str, Path]
) -> None:
    announced = client.announce(samples["large"])
    client.send(announced, samples["large"])
    _until(lambda: client.upload(announced["id"])["step"] in ("reading", "writing"))
    pid = stack.emulator.pid()
    assert pid is not None
    instances = psutil.Process(pid).children(recursive=True)
    os.kill(pid, signal.SIGKILL)
    _until(lambda: stack.emulator.pid() is None)
    assert psutil.wait_procs(instances, timeout=10)[1] == [], "instances end with their host"
    with pytest.raises(OutageError):
        client.health()
    stack.start_emulator()
    state = client.follow(announced["id"], lambda state: None, seconds=180)
    assert state["state"] == "loaded"
    _is_true_to(samples["large"], state)
    _checksums(stack)


def test_what_cannot_be_delivered_ends_as_a_dead_letter(stack: Stack, client: Client, samples: dict[str, Path]) -> None:
    announced = client.announce(samples["late"])
    postgres = databases.current(stack.paths)
    postgres.stop()
    try:
        client.send(announced, samples["late"])
        _until(lambda: list(stack.paths.dead_letters.glob("*.json")))
    finally:
        postgres.start()
    (letter,) = [json.loads(path.read_text()) for path in stack.paths.dead_letters.glob("*.json")]
    assert announced["id"] in letter["event"]["messages"][0]["details"]["object_id"]
    assert len(letter["failures"]) == 3
    assert load(client, samples["late"])["state"] == "loaded", "the same bytes, sent again, go in"


def test_only_what_was_announced_can_be_sent(client: Client, samples: dict[str, Path]) -> None:
    announced = client.announce(samples["late"])
    address = announced["upload"]
    other_type = announced | {"upload": address | {"headers": address["headers"] | {"Content-Type": "text/html"}}}
    with pytest.raises(RequestError, match="SignatureDoesNotMatch"):
        client.send(other_type, samples["late"])
    assert client.upload(announced["id"])["state"] == "announced"


def test_a_file_that_is_no_workbook_is_refused_in_words(client: Client, tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("this is no workbook")
    state = load(client, tmp_path / "text.xlsx")
    assert state["state"] == "failed"
    assert state["error"]["code"].startswith("WORKBOOK_")
    assert state["error"]["sentence"]
    (tmp_path / "old.xls").write_text("x")
    with pytest.raises(RequestError, match="UPLOAD_EXTENSION_UNSUPPORTED"):
        client.announce(tmp_path / "old.xls")


def test_the_gateway_keeps_its_limits(stack: Stack) -> None:
    url = stack.paths.url
    json_type = {"Content-Type": "application/json"}
    assert httpx.post(f"{url}/api/uploads", content=b" " * 2_700_000, headers=json_type).status_code == 413
    assert httpx.get(f"{url}/api/uploads", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert httpx.get(f"{url}/api/nothing").status_code == 404
    assert httpx.delete(f"{url}/api/uploads").status_code == 405


def test_tokens_health_and_readiness(stack: Stack, client: Client) -> None:
    assert client.embed_claims("regions")["embedId"] == "local-regions"
    assert client.health()["status"] == "ok"
    ready = httpx.get(f"{stack.paths.url}/healthz", timeout=30)
    assert (ready.status_code, ready.json()["status"]) == (200, "ready"), ready.text
    assert "fly_potato" in httpx.get(f"{stack.paths.url}/metrics", timeout=30).text


def test_no_secret_and_no_person_is_in_a_log(stack: Stack, samples: dict[str, Path]) -> None:
    text = "".join(path.read_text(errors="replace") for path in stack.paths.logs.iterdir())
    for secret in (stack.secrets.s3_secret_key, *stack.secrets.passwords().values(), "X-Amz-Signature"):
        assert secret not in text
    assert "ИВАНОВИЧ" not in text
    assert "+7000000" not in text
