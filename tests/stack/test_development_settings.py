"""What somebody writes into .env.dev takes effect, each variable by itself, with the guide's one command: cp."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from hosting import environment
from hosting.settings import HostingSettings
from shared.settings import variables
from tests.stack.test_files import LOCAL, ROOT, program

EXAMPLE = (ROOT / ".env.example").read_text()
GROUP = EXAMPLE.split("# --- Containers only")[1].split("# --- Not to be set here")[0]
CONTAINERS_OWN = {"HOSTING_WORKERS", "HOSTING_INGEST_LANES", "PROCESS__POSTGRES_URI"}
"""Reach the backend by its env_file or, for addresses of the network, are fixed there."""


def of_development() -> set[str]:
    """Name the variables of the containers' group that development uses: those not under a comment "Hosts:"."""
    found, hosts, commenting = set(), False, False
    for line in GROUP.splitlines():
        if line.startswith("#"):
            hosts = "Hosts:" in line or (commenting and hosts)
        commenting = line.startswith("#")
        if commenting:
            continue
        if (match := re.match(r"([A-Z][A-Z0-9_]*)=", line)) and not hosts:
            found.add(match[1])
    return found - CONTAINERS_OWN


def interpolated(text: str, values: dict[str, str]) -> str:
    """Put values into ``${NAME:-default}``, innermost first, as compose does."""
    pattern = re.compile(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)(?::-([^${}]*))?\}")
    while match := pattern.search(text):
        value = values.get(match[1]) or match[2] or ""
        text = text[: match.start()] + value + text[match.end() :]
    return text


def model(values: dict[str, str]) -> dict[str, Any]:
    """Read the development file with some variables set: services with what they are told."""
    services: dict[str, Any] = yaml.safe_load(interpolated((LOCAL / "compose.yaml").read_text(), values))["services"]
    return services


def test_there_is_something_to_change() -> None:
    assert {
        "OAUTH2_CLIENT_SECRET",
        "OAUTH2_COOKIE_SECRET",
        "GF_SECURITY_ADMIN_PASSWORD",
        "POSTGRES_PASSWORD",
    } <= of_development()


FROM_THE_ENV_FILE = {"FP_DATALENS_PASSWORD", "FP_MONITOR_PASSWORD"}


@pytest.mark.parametrize("name", sorted(of_development()))
def test_each_variable_changes_what_a_service_is_told(name: str) -> None:
    changed = {
        service for service, described in model({name: "changed-value"}).items() if described != model({})[service]
    }
    if name in FROM_THE_ENV_FILE:
        assert model({})["migration"]["env_file"] == [{"path": "../.env.dev", "required": False}]
    else:
        assert changed, name


def test_compose_finds_the_copy_by_itself() -> None:
    """``include`` reads the .env beside the included file; that is a link, and may lead nowhere."""
    link = LOCAL / ".env"
    assert link.is_symlink()
    assert os.readlink(link) == "../.env.dev"
    included = yaml.safe_load((ROOT / "compose.yaml").read_text())["include"]
    assert included == [{"path": "local/compose.yaml"}]
    tracked = subprocess.run(
        ["git", "ls-files", "-s", "local/.env"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert tracked.stdout.startswith("120000 "), "git keeps the link, never a file"


def test_compose_itself_takes_every_changed_value(tmp_path: Path) -> None:
    if subprocess.run([program("docker"), "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no compose plug-in")
    for name in ("compose.yaml", "local"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, symlinks=True)
        else:
            shutil.copy(source, tmp_path / name)

    def config() -> str:
        command = ["docker", "compose", "--profile", "all", "config", "--format", "json"]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    json.loads(config())
    values = {name: f"changed-{number:02}" for number, name in enumerate(sorted(of_development()))}
    lines = [f"{name}={values.get(name, value)}\n" for name, value in environment.read(environment.EXAMPLE).items()]
    (tmp_path / ".env.dev").write_text("".join(lines))
    changed = config()
    assert not [name for name, value in values.items() if value not in changed]


def test_the_example_tells_of_every_variable_that_there_is() -> None:
    """Whatever a compose file puts in, and whatever the server of hosts reads, is named there."""
    named = set(re.findall(r"\b[A-Z][A-Z0-9_]{3,}\b", EXAMPLE))
    read = set(variables(HostingSettings)) | {"MIGRATE_URI"}
    for name in ("compose.yaml", "compose.prod.yaml"):
        read |= set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)", (LOCAL / name).read_text()))
    for path in (*(ROOT / "migrations").glob("*.py"), *(ROOT / "hosting").glob("*.py")):
        read |= set(re.findall(r"""(?:environ(?:\.get)?[\[(]|_wanted\()"([A-Z][A-Z0-9_]+)""", path.read_text()))
    assert read - named - {"PROCESS__"} == set()
    assert {"FLY_POTATO_*", "EMULATOR_*"} <= set(re.findall(r"[A-Z_]+\*", EXAMPLE))
