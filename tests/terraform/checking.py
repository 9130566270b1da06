"""Run Terraform's own checks over a copy of the tree: with the real provider where it can be had, else with a stand-in.

The stand-in is a command ``check [--checkov] --root ROOT FOLDER`` that does formatting, init, validate and test.
``TERRAFORM_OFFLINE`` says where it is; a checkout that has one beside it needs no variable.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "terraform-offline" / "check"
_LEFT_OUT = shutil.ignore_patterns(".terraform", "*.tfstate*", "*.tfplan", ".terraform.lock.hcl")


@dataclass(frozen=True, slots=True)
class Checked:
    """How a run of the checks ended, and what it said."""

    passed: bool
    log: str


def copy(folder: Path) -> Path:
    """Copy what Terraform reads into an empty folder and give its root."""
    shutil.copytree(ROOT / "terraform", folder / "terraform", ignore=_LEFT_OUT)
    shutil.copytree(ROOT / "spec", folder / "spec")
    return folder


def check(root: Path, stack: str = "terraform", *, checkov: bool = False) -> Checked:
    """Check one configuration of a copied tree."""
    stand_in = _stand_in()
    if stand_in is not None:
        options = ["--checkov"] if checkov else []
        return _run([str(stand_in), *options, "--root", str(root), str(root / stack)])
    if not _real_provider():
        pytest.skip("neither the yandex provider nor a stand-in (TERRAFORM_OFFLINE) is within reach")
    log = ""
    for words in (["fmt", "-check", "-recursive"], ["init", "-backend=false"], ["validate"], ["test"]):
        done = _run(["terraform", f"-chdir={root / stack}", *words, "-no-color"])
        log += done.log
        if not done.passed:
            return Checked(False, log)
    return Checked(True, log)


def _run(command: list[str]) -> Checked:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Checked(done.returncode == 0, done.stdout + done.stderr)


def _stand_in() -> Path | None:
    named = os.environ.get("TERRAFORM_OFFLINE")
    found = Path(named) if named else BESIDE
    if not found.is_file():
        return None
    if shutil.which(os.environ.get("TERRAFORM", "terraform")) is None:
        pytest.skip("terraform is not installed")
    return found


@cache
def _real_provider() -> bool:
    if shutil.which("terraform") is None:
        return False
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        root = copy(Path(directory))
        return _run(["terraform", f"-chdir={root / 'terraform'}", "init", "-backend=false", "-no-color"]).passed
