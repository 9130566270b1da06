"""Terraform, run step by step with what one environment needs."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fly_potato.deploy.cloud import DeployError

_FUNCTION = "yandex_function.this"

_MIRROR = """\
provider_installation {
  network_mirror {
    url     = "https://terraform-mirror.yandexcloud.net/"
    include = ["registry.terraform.io/*/*"]
  }
  direct {
    exclude = ["registry.terraform.io/*/*"]
  }
}
"""

# What is lost with these cannot be made again by applying once more.
PRECIOUS = frozenset(
    {
        "yandex_mdb_postgresql_cluster_v2",
        "yandex_mdb_postgresql_database",
        "yandex_kms_symmetric_key",
        "yandex_storage_bucket",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a plan holds: ``actions`` are Terraform's own words."""

    address: str
    kind: str
    actions: tuple[str, ...]

    @property
    def destroys(self) -> bool:
        """Tell whether something is deleted, also to be made anew."""
        return "delete" in self.actions


@dataclass(frozen=True, slots=True)
class TerraformPlan:
    """What a plan changes, and the outputs there will be as far as they are known."""

    changes: tuple[Change, ...]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Terraform:
    """A configuration in its folder; ``secrets`` go into the environment of the process and are shown nowhere."""

    folder: Path
    plan_file: Path
    secrets: Mapping[str, str] = field(repr=False)

    def init(self, backend: Sequence[str]) -> None:
        """Connect to the state and fetch the provider."""
        self._run(
            "init", "-input=false", "-no-color", "-reconfigure", *(f"-backend-config={option}" for option in backend)
        )

    def plan(self, var_files: Sequence[str], *, destroy: bool = False) -> TerraformPlan:
        """Write a plan to its file, readable by its owner alone, and give what it holds."""
        self.plan_file.parent.mkdir(parents=True, exist_ok=True)
        self.plan_file.unlink(missing_ok=True)
        # A plan holds the variables' values, so it must never be readable, not even while it is written.
        with os.fdopen(os.open(self.plan_file, os.O_CREAT | os.O_WRONLY, 0o600), "w"):
            pass
        files = [*(["-destroy"] if destroy else []), *(f"-var-file={path}" for path in var_files)]
        self._run("plan", "-input=false", "-no-color", "-lock-timeout=5m", f"-out={self.plan_file.resolve()}", *files)
        shown = json.loads(self._run("show", "-json", str(self.plan_file.resolve()), quiet=True))
        outputs = shown.get("planned_values", {}).get("outputs", {})
        return TerraformPlan(tuple(changes(shown)), {name: path.get("value") for name, path in outputs.items()})

    def apply(self, report: Callable[[str], None]) -> None:
        """Apply the plan that was written, tell what happens, and remove it.

        Raises:
            DeployError: ``DEPLOY_TERRAFORM_FAILED`` with what Terraform said; ``DEPLOY_VERSION_NOT_MADE`` where the
                provider warns of a function, for a version that could not be made is a warning to it.
        """
        diagnostics: list[Mapping[str, Any]] = []
        words = ("apply", "-input=false", "-json", "-lock-timeout=5m", str(self.plan_file.resolve()))
        try:
            for line in self._lines(*words):
                diagnostics += _messages(line, report)
        finally:
            self.plan_file.unlink(missing_ok=True)
        errors = [diagnostic for diagnostic in diagnostics if diagnostic["severity"] == "error"]
        warnings = [
            diagnostic
            for diagnostic in diagnostics
            if diagnostic["severity"] == "warning" and _FUNCTION in diagnostic.get("address", "")
        ]
        if warnings:
            where = ", ".join(sorted({str(diagnostic["address"]) for diagnostic in warnings}))
            raise DeployError("DEPLOY_VERSION_NOT_MADE", f"Облако не сделало версию функции: {where}. Причина выше.")
        if errors:
            raise DeployError("DEPLOY_TERRAFORM_FAILED", "terraform apply не удался, причина выше.")

    def outputs(self) -> dict[str, Any]:
        """Give the outputs by name; none before the first apply."""
        outputs = json.loads(self._run("output", "-json", "-no-color", quiet=True))
        return {name: each["value"] for name, each in outputs.items()}

    def _command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        program = shutil.which("terraform")
        if program is None:
            raise DeployError("DEPLOY_TOOL_MISSING", "Нужна программа terraform версии 1.11 или новее.")
        environment = {**os.environ, **self.secrets, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
        if "TF_CLI_CONFIG_FILE" not in environment and not (Path.home() / ".terraformrc").exists():
            environment["TF_CLI_CONFIG_FILE"] = str(self._mirror())
        return [program, f"-chdir={self.folder}", *arguments], environment

    def _mirror(self) -> Path:
        """Write a configuration that fetches the provider from the cloud's own mirror.

        Terraform's registry does not answer Russian addresses; whoever has a configuration of their own keeps it
        (https://yandex.cloud/docs/tutorials/infrastructure-management/terraform-quickstart).
        """
        path = self.plan_file.resolve().with_name("terraform.rc")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_MIRROR, encoding="utf-8")
        return path

    def _lines(self, *arguments: str) -> Iterator[str]:
        command, environment = self._command(*arguments)
        with subprocess.Popen(  # noqa: S603
            command, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            yield from process.stdout or ()

    def _run(self, *arguments: str, quiet: bool = False) -> str:
        command, environment = self._command(*arguments)
        done = subprocess.run(  # noqa: S603
            command,
            env=environment,
            stdout=subprocess.PIPE if quiet else None,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DeployError("DEPLOY_TERRAFORM_FAILED", f"terraform {arguments[0]} не удался, причина выше.")
        return done.stdout or ""


def _messages(line: str, report: Callable[[str], None]) -> Iterator[Mapping[str, Any]]:
    """Tell one line of ``apply -json`` to people, and give the diagnostic in it if there is one."""
    try:
        message = json.loads(line)
    except ValueError:
        report(line.rstrip())
        return
    kind, diagnostic = message.get("type"), message.get("diagnostic")
    if diagnostic is not None:
        where, detail = diagnostic.get("address", ""), diagnostic.get("detail", "")
        report(f"{diagnostic['severity']}: {where} {diagnostic['summary']} {detail}")
        yield diagnostic
    elif kind in ("apply_complete", "apply_errored", "change_summary"):
        report(str(message.get("@message", "")))


def changes(plan: Mapping[str, Any]) -> Iterator[Change]:
    """Read the changes of a plan as ``terraform show -json`` writes it."""
    for resource in plan.get("resource_changes", ()):
        actions = tuple(resource["change"]["actions"])
        if actions not in (("no-op",), ("read",)):
            yield Change(resource["address"], resource["type"], actions)


def refuse_loss(planned: Sequence[Change]) -> None:
    """Stop where a plan would destroy data.

    Raises:
        DeployError: ``DEPLOY_DESTROYS_DATA``, naming what would go.
    """
    lost = [change.address for change in planned if change.destroys and change.kind in PRECIOUS]
    if lost:
        sentence = f"План удаляет данные: {', '.join(lost)}. Если так и надо, повторите с --allow-data-loss."
        raise DeployError("DEPLOY_DESTROYS_DATA", sentence)
