"""Where the local stack keeps its state and on which ports it listens."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ConfigurationError

_PORTS = "ports.json"
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
    """Read ``FLY_POTATO_STATE``, ``FLY_POTATO_PG_PORT``, ``FLY_POTATO_S3_PORT``, ``FLY_POTATO_PORT``.

    A port that is not set is the one that the stack was last started with, else the default.

    Raises ``ConfigurationError`` PORT_INVALID.
    """
    state = Path(os.environ.get("FLY_POTATO_STATE") or ROOT / ".local").absolute()
    kept = _kept(state)
    return StackPaths(
        state=state,
        postgres_port=_port("FLY_POTATO_PG_PORT", kept.get("postgres", 5433)),
        s3_port=_port("FLY_POTATO_S3_PORT", kept.get("s3", 9000)),
        port=_port("FLY_POTATO_PORT", kept.get("gateway", 8073)),
    )


def keep_ports(paths: StackPaths) -> None:
    """Write down which ports a stack was started with, so that other shells find it."""
    ports = {"postgres": paths.postgres_port, "s3": paths.s3_port, "gateway": paths.port}
    paths.state.mkdir(parents=True, exist_ok=True)
    (paths.state / _PORTS).write_text(json.dumps(ports), encoding="utf-8")


def _kept(state: Path) -> dict[str, int]:
    try:
        ports = json.loads((state / _PORTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: port for name, port in ports.items() if isinstance(port, int)} if isinstance(ports, dict) else {}


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ConfigurationError("PORT_INVALID", f"В {name} нужен номер порта от 1 до 65535, а там {text}.")
    return int(text)
