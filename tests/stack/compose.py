"""The compose command as an administrator types it, and what is asked of the running system."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("--profile", "core", "--profile", "auth", "--profile", "monitoring")
HOSTS = (
    "--env-file",
    ".env.prod",
    "-f",
    "local/compose.yaml",
    "-f",
    "local/compose.prod.yaml",
    "-f",
    "data/prod/images.yaml",
)
# What DATALENS_ADDRESSES adds to them.
GATE = ("-f", "local/compose.datalens.yaml", "-f", "data/prod/datalens.yaml")
live = pytest.mark.skipif(
    not os.environ.get("FLY_POTATO_LIVE_STACK"), reason="needs an engine of its own: make test-stack"
)


class Compose:
    """``docker compose`` with the same leading arguments each time."""

    def __init__(self, *leading: str) -> None:
        self._leading = leading

    def __call__(self, *arguments: str, seconds: float = 900, check: bool = True) -> str:
        """Run a command and give what it printed; on failure raise with the end of it."""
        command = ["docker", "compose", *self._leading, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}")
        return done.stdout

    def services(self) -> list[str]:
        """Name every service of the profiles."""
        return [service for service in self("config", "--services").split() if not service.startswith("time=")]

    def states(self) -> dict[str, str]:
        """Give the state of each container, with its health where it has one."""
        rows = [json.loads(line) for line in self("ps", "-a", "--format", "json").splitlines() if line.startswith("{")]
        return {row["Service"]: f"{row['State']} {row['Health']}".strip() + f" {row['ExitCode']}" for row in rows}

    def read(self, service: str, url: str) -> str:
        """Ask from within a container's network, for what publishes no port."""
        return self("exec", "-T", service, "wget", "-q", "-O", "-", url)


def get(url: str, **headers: str) -> tuple[int, str, Any]:
    """Ask for something without following redirects: status, text, headers."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    request = urllib.request.Request(url, headers=headers)  # noqa: S310
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace"), error.headers


def query(expression: str) -> list[dict[str, Any]]:
    """Ask the development Prometheus."""
    _, text, _ = get(f"http://localhost:9090/api/v1/query?query={urllib.parse.quote(expression)}")
    body = json.loads(text)
    assert body["status"] == "success", body
    result: list[dict[str, Any]] = body["data"]["result"]
    return result


def firing() -> set[str]:
    """Name the alerts that fire in development."""
    alerts = json.loads(get("http://localhost:9090/api/v1/alerts")[1])["data"]["alerts"]
    return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


def wait(condition: Callable[[], Any], seconds: float, what: str, meanwhile: Callable[[], Any] | None = None) -> Any:
    """Wait until a condition gives something true; do something in between if asked to."""
    until = time.monotonic() + seconds
    while True:
        try:
            found = condition()
        except (OSError, ValueError):
            found = None
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come within {seconds:.0f} s")
        if meanwhile is None:
            time.sleep(1)
        else:
            meanwhile()


def healthy(states: dict[str, str], expected: Sequence[str]) -> list[str]:
    """Name the services that are not as they should be: running and, where they say so, healthy."""
    good = {"running healthy 0", "running 0", "exited 0"}
    return [f"{service}: {states.get(service, 'absent')}" for service in expected if states.get(service) not in good]
