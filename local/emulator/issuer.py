"""An issuer of access tokens for development: its key is in the state directory, its public half at a known path."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

JWKS_PATH = "/.well-known/jwks.json"
AUDIENCE = "fly-potato"
KEY_ID = "local"
ADMINISTRATOR: Mapping[str, Any] = {
    "sub": "local-administrator",
    "preferred_username": "local-administrator",
    "roles": ["administrator"],
}


class Issuer:
    """Signs tokens with the key in ``directory``; the key is made at the first use, readable by its owner alone."""

    def __init__(self, directory: Path, name: str) -> None:
        self.name = name
        self._key = _key(directory / "issuer.pem")

    def token(self, claims: Mapping[str, Any], seconds: int = 3600) -> str:
        """Sign a token with these claims over those of a fresh one."""
        now = datetime.now(UTC)
        times = {"iat": now, "nbf": now, "exp": now + timedelta(seconds=seconds)}
        payload = {"iss": self.name, "aud": AUDIENCE, **times, **claims}
        return jwt.encode(payload, self._key, "RS256", headers={"kid": KEY_ID})

    def keys(self) -> Mapping[str, Any]:
        """Give the public key set."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [public | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}


def _key(path: Path) -> rsa.RSAPrivateKey:
    if path.exists():
        stored = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(stored, rsa.RSAPrivateKey):
            return stored
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pem)
    return key
