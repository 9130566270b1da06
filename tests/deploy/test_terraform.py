"""Terraform is driven through its steps: real Terraform, a configuration that needs no provider from anywhere."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from fly_potato.deploy import DeployError
from fly_potato.deploy.terraform import PRECIOUS, Change, Terraform, changes, refuse_loss

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")

CONFIGURATION = """
terraform {
  backend "local" {}
}

variable "database_passwords" {
  type      = map(string)
  sensitive = true
}

variable "release" {
  type = map(string)
}

resource "terraform_data" "function" {
  for_each         = var.release
  input            = each.value
  triggers_replace = each.value
}

output "functions" {
  value = { for name, function in terraform_data.function : name => function.output }
}
"""


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    """Write the configuration and its environment's file."""
    folder = tmp_path / "terraform"
    folder.mkdir()
    (folder / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "dev.tfvars").write_text('release = { upload = "1" }\n', encoding="utf-8")
    secrets = {"TF_VAR_database_passwords": json.dumps({"fp_api": "invented-password"})}
    made = Terraform(folder, tmp_path / "build" / "dev.tfplan", secrets)
    made.init(["path=dev.tfstate"])
    return made


def test_plans_applies_and_tells_the_outputs(terraform: Terraform) -> None:
    found = terraform.plan(["dev.tfvars"])
    assert set(found.outputs) == {"functions"}
    assert [(change.address, change.actions) for change in found.changes] == [
        ('terraform_data.function["upload"]', ("create",))
    ]
    assert stat.S_IMODE(terraform.plan_file.stat().st_mode) == 0o600
    said: list[str] = []
    terraform.apply(said.append)
    assert any("1 added" in line for line in said)
    assert not terraform.plan_file.exists()
    assert terraform.outputs() == {"functions": {"upload": "1"}}
    assert "invented-password" not in (terraform.folder / "dev.tfstate").read_text(encoding="utf-8")


def test_a_second_plan_holds_nothing_new(terraform: Terraform) -> None:
    terraform.plan(["dev.tfvars"])
    terraform.apply(lambda line: None)
    assert terraform.plan(["dev.tfvars"]).changes == ()


def test_what_a_plan_replaces_is_seen(terraform: Terraform) -> None:
    terraform.plan(["dev.tfvars"])
    terraform.apply(lambda line: None)
    (terraform.folder / "dev.tfvars").write_text('release = { upload = "2" }\n', encoding="utf-8")
    (found,) = terraform.plan(["dev.tfvars"]).changes
    assert found.destroys
    refuse_loss([found])


def test_a_failure_stops(terraform: Terraform) -> None:
    with pytest.raises(DeployError) as refused:
        terraform.plan(["nothing.tfvars"])
    assert refused.value.code == "DEPLOY_TERRAFORM_FAILED"


SAID = {"@message": "", "type": "diagnostic"}


@pytest.mark.parametrize(
    ("severity", "address", "code"),
    [
        ("warning", 'module.function["stats"].yandex_function.this', "DEPLOY_VERSION_NOT_MADE"),
        ("error", "yandex_api_gateway.this", "DEPLOY_TERRAFORM_FAILED"),
        ("warning", "yandex_storage_bucket.data", None),
    ],
)
def test_a_warning_of_a_function_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, severity: str, address: str, code: str | None
) -> None:
    """The provider makes a warning of a version that could not be made, and goes on as if it were there."""
    diagnostic = {"severity": severity, "summary": "cannot create version", "detail": "quota", "address": address}
    line = json.dumps({**SAID, "diagnostic": diagnostic})
    program = tmp_path / "terraform"
    program.write_text(f"#!/bin/sh\necho '{line}'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    said: list[str] = []
    made = Terraform(tmp_path, tmp_path / "dev.tfplan", {})
    if code is None:
        made.apply(said.append)
    else:
        with pytest.raises(DeployError) as refused:
            made.apply(said.append)
        assert refused.value.code == code
    assert "quota" in said[0]


def test_a_machine_without_a_configuration_asks_the_clouds_own_mirror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "terraform"
    program.write_text('#!/bin/sh\ncat "$TF_CLI_CONFIG_FILE"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    made = Terraform(tmp_path, tmp_path / "build" / "dev.tfplan", {})
    assert "network_mirror" in made._run("version", quiet=True)
    own = tmp_path / "own.rc"
    own.write_text("# my own", encoding="utf-8")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    assert made._run("version", quiet=True) == "# my own"


@pytest.mark.parametrize("kind", sorted(PRECIOUS))
@pytest.mark.parametrize("actions", [("delete",), ("delete", "create"), ("create", "delete")])
def test_a_plan_that_loses_data_is_refused(kind: str, actions: tuple[str, ...]) -> None:
    with pytest.raises(DeployError, match="allow-data-loss") as refused:
        refuse_loss([Change(f"{kind}.this", kind, actions)])
    assert refused.value.code == "DEPLOY_DESTROYS_DATA"


def test_what_is_only_read_or_left_is_no_change() -> None:
    resources = [
        {"address": "a", "type": "t", "change": {"actions": [action]}} for action in ("no-op", "read", "update")
    ]
    assert [change.actions for change in changes({"resource_changes": resources})] == [("update",)]


def test_secrets_are_in_no_representation(terraform: Terraform) -> None:
    assert "invented-password" not in repr(terraform)
