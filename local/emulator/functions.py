"""Which functions there are, with the limits and settings each has in the cloud."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from pydantic_settings import BaseSettings

from shared.settings import (
    AppSettings,
    AuthSettings,
    DatabaseSettings,
    EmbedKeyDates,
    EmbedSettings,
    IngestSettings,
    MetricsSettings,
    RetentionSettings,
    StorageSettings,
    UploadSettings,
    variables,
)

PLATFORM_PATH = "/usr/local/bin:/usr/bin:/bin"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its module, limits, and the environment variables it may see."""

    name: str
    module: str
    timeout_seconds: float
    memory_mb: int
    variables: tuple[str, ...]
    instances: int = 2
    directory: Path = ROOT
    interpreter: tuple[str, ...] = (sys.executable,)
    """The Python that runs it, with its options."""

    def environment(self, source: Mapping[str, str]) -> dict[str, str]:
        """Pick this function's variables; ``PROCESS__POSTGRES_URI`` goes before ``POSTGRES_URI`` for ``process``."""
        path = f"{self.directory.resolve()}:{ROOT}"
        chosen = {"PATH": PLATFORM_PATH, "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": path}
        for name in self.variables:
            # A value left empty counts as not set.
            value = source.get(f"{self.name.upper()}__{name}") or source.get(name)
            if value is not None:
                chosen[name] = value
        return chosen


def _function(name: str, seconds: float, memory_mb: int, *settings: type[BaseSettings]) -> Function:
    groups: tuple[type[BaseSettings], ...] = (AppSettings, *settings)
    names = tuple(variable for group in groups for variable in variables(group))
    return Function(name, f"functions.{name}.handler", seconds, memory_mb, names)


# terraform/functions.tf says the same; a test holds them together.
FUNCTIONS: tuple[Function, ...] = (
    _function("upload", 27, 512, AuthSettings, DatabaseSettings, StorageSettings, UploadSettings),
    _function(
        "process", 600, 2048, DatabaseSettings, StorageSettings, IngestSettings, RetentionSettings, UploadSettings
    ),
    _function("embed_token", 15, 256, AuthSettings, EmbedSettings),
    _function(
        "health",
        15,
        256,
        DatabaseSettings,
        StorageSettings,
        MetricsSettings,
        UploadSettings,
        IngestSettings,
        EmbedKeyDates,
    ),
    _function("stats", 27, 1024, AuthSettings, DatabaseSettings, StorageSettings),
)


def present(process_instances: int) -> dict[str, Function]:
    """Give the functions whose code is there, by name."""
    functions = {function.name: function for function in FUNCTIONS if _exists(function.module)}
    if "process" in functions:
        functions["process"] = replace(functions["process"], instances=process_instances)
    return functions


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
