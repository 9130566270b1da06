"""The tunnels of the guide: its command run whole, with an ssh that gives its words to a shell as sshd does."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.stack.test_files import ROOT, compose

GUIDE = (ROOT / "docs/admin-guide.ru.md").read_text()
TUNNELS = re.findall(r"local/tunnel ХОСТ ([a-z_]+) (\d+)", GUIDE)
(TEMPLATE,) = re.findall(r"template='(.+)'", (ROOT / "local/tunnel").read_text())
SSH = """#!/bin/sh
if [ "$1" = -N ]; then printf '%s\\n' "$@" > "$SAID"; exit 0; fi
shift; exec sh -c "$*"
"""
DOCKER = """#!/bin/sh
printf '%s\\n' "$@" > "$ASKED"; echo 172.20.0.7
"""


def test_the_guide_has_a_tunnel_for_each_thing_that_is_looked_at() -> None:
    assert {name for name, _ in TUNNELS} == {"keycloak", "prometheus", "alertmanager"}
    assert not re.search(r"\{\{range \.NetworkSettings", GUIDE), "a service of two networks has two addresses"


@pytest.mark.parametrize(("service", "port"), TUNNELS)
def test_the_command_asks_for_one_address_and_opens_the_way(tmp_path: Path, service: str, port: str) -> None:
    for name, text in (("ssh", SSH), ("docker", DOCKER)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SAID": f"{tmp_path}/said", "ASKED": f"{tmp_path}/asked"}
    subprocess.run(["local/tunnel", "example.test", service, port], cwd=ROOT, env=environment, check=True)
    template = '{{(index .NetworkSettings.Networks "fly-potato_internal").IPAddress}}'
    assert (tmp_path / "asked").read_text().splitlines() == ["inspect", "-f", template, f"fly-potato-{service}-1"]
    said = (tmp_path / "said").read_text().splitlines()
    assert said == ["-N", "-L", f"{port}:172.20.0.7:{port}", "example.test"]
    assert "internal" in compose("compose.prod.yaml")["services"][service]["networks"]
