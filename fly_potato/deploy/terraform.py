"""Terraform, run step by step with what one environment needs."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fly_potato.deploy.errors import DeployError

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
class Terraform:
    """A configuration in its folder; ``secrets`` go into the environment of the process and are shown nowhere."""

    folder: Path
    plan_file: Path
    secrets: Mapping[str, str] = field(repr=False)

    def init(self, backend: Sequence[str]) -> None:
        """Connect to the state and fetch the provider."""
        self._run("init", "-input=false", "-no-color", "-reconfigure", *(f"-backend-config={each}" for each in backend))

    def plan(self, var_files: Sequence[str]) -> tuple[Change, ...]:
        """Write a plan to its file, readable by its owner alone, and give its changes."""
        self.plan_file.parent.mkdir(parents=True, exist_ok=True)
        self.plan_file.unlink(missing_ok=True)
        # A plan holds the variables' values, so it must never be readable, not even while it is written.
        with os.fdopen(os.open(self.plan_file, os.O_CREAT | os.O_WRONLY, 0o600), "w"):
            pass
        files = (f"-var-file={each}" for each in var_files)
        self._run("plan", "-input=false", "-no-color", "-lock-timeout=5m", f"-out={self.plan_file.resolve()}", *files)
        return tuple(changes(json.loads(self._run("show", "-json", str(self.plan_file.resolve()), quiet=True))))

    def apply(self) -> None:
        """Apply the plan that was written, and remove it."""
        try:
            self._run("apply", "-input=false", "-no-color", "-lock-timeout=5m", str(self.plan_file.resolve()))
        finally:
            self.plan_file.unlink(missing_ok=True)

    def outputs(self) -> dict[str, Any]:
        """Give the outputs by name."""
        told = json.loads(self._run("output", "-json", "-no-color", quiet=True))
        return {name: each["value"] for name, each in told.items()}

    def _run(self, *arguments: str, quiet: bool = False) -> str:
        found = shutil.which("terraform")
        if found is None:
            raise DeployError("DEPLOY_TOOL_MISSING", "Нужна программа terraform версии 1.11 или новее.")
        environment = {**os.environ, **self.secrets, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
        done = subprocess.run(  # noqa: S603
            [found, f"-chdir={self.folder}", *arguments],
            env=environment,
            stdout=subprocess.PIPE if quiet else None,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DeployError("DEPLOY_TERRAFORM_FAILED", f"terraform {arguments[0]} не удался, причина выше.")
        return done.stdout or ""


def changes(plan: Mapping[str, Any]) -> Iterator[Change]:
    """Read the changes of a plan as ``terraform show -json`` writes it."""
    for each in plan.get("resource_changes", ()):
        actions = tuple(each["change"]["actions"])
        if actions not in (("no-op",), ("read",)):
            yield Change(each["address"], each["type"], actions)


def refuse_loss(found: Sequence[Change]) -> None:
    """Stop where a plan would destroy data.

    Raises:
        DeployError: ``DEPLOY_DESTROYS_DATA``, naming what would go.
    """
    lost = [change.address for change in found if change.destroys and change.kind in PRECIOUS]
    if lost:
        sentence = f"План удаляет данные: {', '.join(lost)}. Если так и надо, повторите с --allow-data-loss."
        raise DeployError("DEPLOY_DESTROYS_DATA", sentence)
