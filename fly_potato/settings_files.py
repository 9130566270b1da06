"""Where a deployment's settings of embedded dashboards stand: ``.env.prod`` on hosts, a JSON of Terraform in the cloud.

Both are read and changed by the names of the environment's variables; what else is in the file stays as it is.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from shared.errors import FlyPotatoError

TERRAFORM: Mapping[str, str] = {
    "DATALENS_OVERVIEW_ID": "overview_id",
    "DATALENS_REGIONS_ID": "regions_id",
    "DATALENS_TIME_ID": "time_id",
    "DATALENS_TOKEN_TTL_SECONDS": "token_ttl_seconds",
    "DATALENS_KEY_VERSION_ID": "key_version_id",
    "DATALENS_KEY_CREATED": "key_created",
    "DATALENS_NEXT_OVERVIEW_ID": "next_overview_id",
    "DATALENS_NEXT_REGIONS_ID": "next_regions_id",
    "DATALENS_NEXT_TIME_ID": "next_time_id",
    "DATALENS_NEXT_KEY_VERSION_ID": "next_key_version_id",
    "DATALENS_NEXT_KEY_CREATED": "next_key_created",
    "DATALENS_NEXT_KEY_FROM": "next_key_from",
}
"""Members of Terraform's variable ``datalens`` by the variables that the function gets of them."""
BY_HAND = "own_origin"
"""The member that no command writes."""


class EmbedKeyError(FlyPotatoError):
    """A key or its settings cannot be changed so; codes start with ``KEYS_``."""


class SettingsFile(Protocol):
    """A file that settings are read from and written to."""

    def read(self) -> dict[str, str]:
        """Give what is set, empty values left out."""

    def change(self, values: Mapping[str, str]) -> None:
        """Set these; an empty text takes a setting away."""


class EnvironmentFile:
    """A file of ``NAME=value`` lines that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, str]:
        """Give what is set, empty values left out."""
        pairs = (re.fullmatch(r"([A-Z0-9_]+)=(.*)", line) for line in self._lines())
        return {pair[1]: pair[2].strip("'\"") for pair in pairs if pair and pair[2].strip("'\"")}

    def change(self, values: Mapping[str, str]) -> None:
        """Set these where their lines stand; what has no line gets one at the end."""
        rest, lines = dict(values), []
        for line in self._lines():
            name = line.partition("=")[0]
            lines.append(f"{name}={rest.pop(name)}" if name in rest else line)
        lines += [f"{name}={value}" for name, value in rest.items() if value]
        _replace(self._path, "\n".join(lines) + "\n")

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8").splitlines()
        except OSError:
            raise EmbedKeyError("KEYS_SETTINGS_UNREADABLE", f"Файл настроек не читается: {self._path}.") from None


class TerraformFile:
    """A JSON of variables, ``{"datalens": {…}}``, that a deployment takes after the environment's own ``.tfvars``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, str]:
        """Give what is set, empty values left out."""
        variables = self._held().get("datalens", {})
        return {name: str(variables[member]) for name, member in TERRAFORM.items() if variables.get(member)}

    def change(self, values: Mapping[str, str]) -> None:
        """Set these; the file is made where it is not there."""
        _refuse_unknown(set(values) - set(TERRAFORM))
        document = self._held()
        variables = dict(document.get("datalens", {}))
        for name, value in values.items():
            variables.pop(TERRAFORM[name], None)
            if value:
                variables[TERRAFORM[name]] = value
        _replace(
            self._path, json.dumps({**document, "datalens": variables}, indent=2, sort_keys=True) + "\n", mode=0o644
        )

    def check(self) -> None:
        """Refuse a file with a member that Terraform would pass over without a word, for a slip of the pen.

        Raises:
            EmbedKeyError: ``KEYS_SETTINGS_UNREADABLE`` or ``KEYS_NOT_OF_TERRAFORM``.
        """
        document = self._held()
        _refuse_unknown({*document} - {"datalens"} | {*document.get("datalens", {})} - {*TERRAFORM.values(), BY_HAND})

    def _held(self) -> dict[str, dict[str, str]]:
        if not self._path.exists():
            return {}
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            document = None
        if not isinstance(document, dict) or not isinstance(document.get("datalens", {}), dict):
            raise EmbedKeyError("KEYS_SETTINGS_UNREADABLE", f"Файл настроек не читается: {self._path}.")
        return document


def settings_file(path: Path) -> SettingsFile:
    """Take a file for what its name says: ``*.json`` is Terraform's, all else an environment's."""
    return TerraformFile(path) if path.suffix == ".json" else EnvironmentFile(path)


def _refuse_unknown(names: set[str]) -> None:
    if names:
        raise EmbedKeyError("KEYS_NOT_OF_TERRAFORM", f"В облаке таких настроек нет: {', '.join(sorted(names))}.")


def _replace(path: Path, text: str, mode: int = 0o600) -> None:
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(path)
