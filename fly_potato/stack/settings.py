"""Where the local stack keeps its state, on which ports it listens, and its secrets.

Secrets are made at the first start and kept readable by their owner alone.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

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


@dataclass(frozen=True, slots=True)
class Secrets:
    """The bucket's key pair and the passwords of the database's roles."""

    s3_access_key: str
    s3_secret_key: str
    fp_owner: str
    fp_ingest: str
    fp_api: str
    fp_datalens: str

    def passwords(self) -> dict[str, str]:
        """Give the password of each role."""
        return {name: value for name, value in asdict(self).items() if name.startswith("fp_")}


def secrets_of(state: Path) -> Secrets:
    """Read a stack's secrets, or make them."""
    path = state / "secrets.json"
    if path.exists():
        return Secrets(**json.loads(path.read_text()))
    fresh = Secrets("local-" + secrets.token_hex(8), *(secrets.token_urlsafe(24) for _ in range(5)))
    _write(path, json.dumps(asdict(fresh), indent=2).encode())
    return fresh


def embed_key(state: Path) -> Path:
    """Give the private key that signs the local stack's embed tokens; it is made at the first use."""
    path = state / "datalens.pem"
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        _write(path, key.private_bytes(serialization.Encoding.PEM, kind, plain))
    return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    draft.replace(path)
