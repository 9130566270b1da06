"""Where the local stack keeps its state and on which ports it listens."""

import os
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class StackPaths:
    """One stack: its state directory and ports. Two stacks with different ones live side by side."""

    state: Path
    postgres_port: int = 5433
    s3_port: int = 9000
    port: int = 8073

    @property
    def postgres_data(self) -> Path:
        """Name the cluster's directory."""
        return self.state / "postgres"

    @property
    def logs(self) -> Path:
        """Name the directory of the logs."""
        return self.state / "log"

    @property
    def dead_letters(self) -> Path:
        """Name the directory of the dead letters."""
        return self.state / "dead-letters"

    @property
    def site(self) -> Path:
        """Name the directory of the web page as it is served."""
        return self.state / "site"

    @property
    def url(self) -> str:
        """Write the gateway's address."""
        return f"http://localhost:{self.port}"

    @property
    def s3_url(self) -> str:
        """Write the bucket server's address."""
        return f"http://localhost:{self.s3_port}"


def stack_paths() -> StackPaths:
    """Read ``FLY_POTATO_STATE``, ``FLY_POTATO_PG_PORT``, ``FLY_POTATO_S3_PORT``, ``FLY_POTATO_PORT``, or the defaults.

    Raises ``ConfigurationError`` PORT_INVALID.
    """
    return StackPaths(
        state=Path(os.environ.get("FLY_POTATO_STATE") or ROOT / ".local").absolute(),
        postgres_port=_port("FLY_POTATO_PG_PORT", 5433),
        s3_port=_port("FLY_POTATO_S3_PORT", 9000),
        port=_port("FLY_POTATO_PORT", 8073),
    )


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ConfigurationError("PORT_INVALID", f"В {name} нужен номер порта от 1 до 65535, а там {text}.")
    return int(text)
