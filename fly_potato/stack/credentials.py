"""Secrets of one local stack, made at its first start and kept readable by their owner alone."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


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
