"""What an administrator types on a host runs there by the Python that is there: 3.9 on RHEL 9, 3.10 on Ubuntu 22.04."""

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from hosting import environment
from tests.stack import hosts
from tests.stack.test_files import ROOT

OLDEST = (3, 9)
COMMANDS = ("environment", "prepare", "secret_ages", "images", "release", "realm", "new_secrets")
YOUNGER = re.compile(r"import .*\bUTC\b|slots=True|kw_only=True|strict=(True|False)|\bStrEnum\b|\btomllib\b")
"""What came with 3.10 and 3.11 and would be written here first."""


@cache
def brought(module: str) -> frozenset[str]:
    """Name the modules of the project that a module imports, itself included."""
    found = {module}
    for node in ast.walk(ast.parse(source(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                if source(name).is_file():
                    found |= brought(name)
        elif isinstance(node, ast.Import):
            assert {each.name.partition(".")[0] for each in node.names} <= sys.stdlib_module_names, module
    return frozenset(found)


def source(module: str) -> Path:
    """Give where a module of the project would stand."""
    return ROOT / f"{module.replace('.', '/')}.py"


def test_documents_name_every_command_that_is_tried() -> None:
    """And no other: ``hosting.ingest`` and its like run in containers."""
    texts = [*(ROOT / "docs").rglob("*.ru.md"), ROOT / "Makefile", ROOT / "local/renewed"]
    named = {name for path in texts for name in re.findall(r"python3 -m hosting\.(\w+)", path.read_text("utf-8"))}
    assert named == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_younger_and_nothing_installed_is_used(command: str) -> None:
    for module in brought(f"hosting.{command}"):
        text = source(module).read_text(encoding="utf-8")
        tree = ast.parse(text, feature_version=OLDEST)
        assert not YOUNGER.search(text), module
        if " | " in text:
            assert "from __future__ import annotations" in text, module
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not source(node.module).is_file():
                first = node.module.partition(".")[0]
                assert first in sys.stdlib_module_names or (ROOT / first).is_dir(), (module, node.module)


def interpreter(version: str) -> str:
    """Find a Python of a version, or skip the test by its name."""
    homes = [
        *Path.home().glob(f".pyenv/versions/{version}.*"),
        *Path("/opt/hostedtoolcache/Python").glob(f"{version}.*/x64"),
    ]
    candidates = [shutil.which(f"python{version}"), *(str(home / "bin/python3") for home in homes)]
    for candidate in filter(None, candidates):
        tried = subprocess.run([candidate, "-c", ""], capture_output=True, check=False)
        if tried.returncode == 0:
            return candidate
    pytest.skip(f"python{version} is not here")


@pytest.mark.parametrize("version", ["3.9", "3.10"])
def test_a_host_is_checked_and_prepared(version: str, tmp_path: Path) -> None:
    python = interpreter(version)
    hosts.certificate(tmp_path / "tls", days=90)
    checkout = tmp_path / "checkout"
    for name in ("hosting", "local", "fly_potato", "shared"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
    shutil.copy(environment.EXAMPLE, checkout)
    hosts.write(checkout / ".env.prod", hosts.settings(tmp_path / "tls"))

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        command = [python, "-I", "-c", "import runpy, sys; sys.path.insert(0, '.'); del sys.argv[0];"
                   " runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)", *words]  # fmt: skip
        return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)

    checked = typed("hosting.environment", ".env.prod")
    assert (checked.returncode, checked.stderr) == (0, "")
    prepared = typed("hosting.prepare", ".env.prod")
    assert prepared.returncode == 0, prepared.stderr
    assert (checkout / "data/prod/secrets/MIGRATE_URI").is_file()
    ages = typed("hosting.secret_ages")
    assert (ages.returncode, "0 сут." in ages.stdout) == (0, True), ages.stderr
    for name in ("images", "release", "new_secrets"):
        assert typed(f"hosting.{name}", "--help").returncode == 0, name
    (checkout / ".env.prod").unlink()
    for words in (["hosting.release"], ["hosting.realm"], ["hosting.new_secrets", "POSTGRES_PASSWORD"]):
        told = typed(*words)
        assert (told.returncode, told.stderr.count("\n")) == (1, 1), told.stderr
        assert told.stderr.startswith("Нет файла .env.prod: ")
