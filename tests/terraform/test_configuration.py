"""terraform/ passes Terraform's own checks and its own tests, and those tests notice what must not slip through."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.terraform.checking import ROOT, check, copy

ENVIRONMENTS = ("dev", "test", "preprod", "prod")
# What an environment's file leaves to the deployment.
_GIVEN = {"cloud_id", "folder_id", "database_passwords", "release"}

RUN = """
run "{name}" {{
  command = apply

  assert {{
    condition     = startswith(output.buckets.data, "fly-potato-{name}-")
    error_message = "Names carry the environment."
  }}
}}
"""


@pytest.mark.parametrize(
    "stack", ["terraform", "terraform/modules/function", "terraform/bootstrap", "terraform/sign_in"]
)
def test_passes_its_own_tests(tmp_path: Path, stack: str) -> None:
    checked = check(copy(tmp_path), stack, checkov=os.environ.get("CHECKOV") == "1")
    assert checked.passed, checked.log[-4000:]
    assert re.search(r"[1-9]\d* passed, 0 failed", checked.log), checked.log[-4000:]


def test_every_environment_applies(tmp_path: Path) -> None:
    root = copy(tmp_path)
    tests = root / "terraform" / "tests"
    common = _assignments(tests / "terraform.tfvars")
    mocks = (tests / "apply.tftest.hcl").read_text(encoding="utf-8").partition('run "')[0]
    for old in tests.glob("*.tf*"):
        old.unlink()
    given = "\n".join(text for name, text in common.items() if name in _GIVEN)
    for name in ENVIRONMENTS:
        own = (root / "terraform" / "environments" / f"{name}.tfvars").read_text(encoding="utf-8")
        text = f"{mocks}\nvariables {{\n{given}\n{own}\n}}\n{RUN.format(name=name)}"
        (tests / f"{name}.tftest.hcl").write_text(text, encoding="utf-8")
    _format(root)
    checked = check(root)
    assert checked.passed, checked.log[-4000:]
    assert f"{len(ENVIRONMENTS)} passed" in checked.log


# Where, what, by what, and what has to be said of it.
MISTAKES = (
    (
        "database.tf",
        r"data_lens( +)= true",
        r"datalens\1= true",
        "DataLens reaches the cluster by its flag.",
    ),
    (
        "storage.tf",
        r"read        = false",
        "read        = true",
        "No bucket is public.",
    ),
    (
        "storage.tf",
        r'"storage\.uploader" =',
        '"storage.admin" =',
        "Functions read and write objects and delete none.",
    ),
    (
        "functions.tf",
        r'RESULT_FILES_EXPIRE_THEMSELVES = "True"',
        'RESULT_FILES_EXPIRE_THEMSELVES = "False"',
        "Whoever may not delete is told to leave files to the bucket's rules.",
    ),
    (
        "triggers.tf",
        r"tag                = var\.tags\.live",
        'tag                = "$latest"',
        "So do the triggers.",
    ),
    (
        "triggers.tf",
        r"(local\.name\}-workbook\".*?queue_id           = )yandex_message_queue\.dead_letters\.arn",
        r'\1"nowhere"',
        "What cannot be processed goes to the dead letters.",
    ),
    (
        "database.tf",
        r"assign_public_ip = false",
        "assign_public_ip = true",
        "No host has a public address.",
    ),
    (
        "database.tf",
        r'"LOG_LEVEL_PANIC"',
        '"LOG_LEVEL_ERROR"',
        "Statements, parameters and rows are not logged",
    ),
    (
        "storage.tf",
        r"days = ceil\(var\.result_ttl_hours / 24\)",
        "days = 3650",
        "Files of rejects live for RESULT_TTL_HOURS",
    ),
    (
        "storage.tf",
        r"allowed_origins = local\.own_origins",
        'allowed_origins = ["*"]',
        "Only the product's own pages may send workbooks from a browser.",
    ),
    (
        "triggers.tf",
        r'retry_attempts = "5"',
        'retry_attempts = "0"',
        "Retries are written out",
    ),
    (
        "gateway.tf",
        r"= local\.buckets\.site",
        "= local.buckets.data",
        "Pages come from the site's bucket",
    ),
    (
        "network.tf",
        r"v4_cidr_blocks = \[local\.functions_cidr\]",
        'v4_cidr_blocks = ["0.0.0.0/0"]',
        "Functions and the network's own subnets come in, nobody else.",
    ),
)


def test_mistakes_are_noticed(tmp_path: Path) -> None:
    root = copy(tmp_path)
    (root / "terraform" / "tests" / "apply.tftest.hcl").unlink()
    for name, pattern, replacement, _ in MISTAKES:
        path = root / "terraform" / name
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
        assert count == 1, pattern
        path.write_text(text, encoding="utf-8")
    _format(root)
    checked = check(root)
    assert not checked.passed
    unnoticed = [sentence for *_, sentence in MISTAKES if sentence not in checked.log]
    assert not unnoticed, checked.log[-6000:]


def test_environments_share_no_network() -> None:
    networks = {
        re.search(r'network_cidr = "([^"]+)"', path.read_text(encoding="utf-8")).group(1)  # type: ignore[union-attr]
        for path in (ROOT / "terraform" / "environments").glob("*.tfvars")
    }
    assert len(networks) == len(ENVIRONMENTS)


def test_a_lock_file_is_the_real_providers() -> None:
    for path in (ROOT / "terraform").rglob(".terraform.lock.hcl"):
        # A stand-in's lock has no hashes of published archives, and Terraform would refuse the real provider by it.
        assert "zh:" in path.read_text(encoding="utf-8"), path


def _assignments(path: Path) -> dict[str, str]:
    """Split a file of variables into its top-level assignments."""
    found: dict[str, str] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if started := re.match(r"^(\w+)\s*=", line):
            name = started.group(1)
        if name and not line.startswith("#"):
            found[name] = found.get(name, "") + line + "\n"
    return found


def _format(root: Path) -> None:
    terraform = shutil.which(os.environ.get("TERRAFORM", "terraform"))
    if terraform is None:
        pytest.skip("terraform is not installed")
    subprocess.run([terraform, f"-chdir={root / 'terraform'}", "fmt", "-recursive"], capture_output=True, check=False)
