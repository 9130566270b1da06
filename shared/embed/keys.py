"""The keys that sign embed tokens, and how one follows another.

DataLens makes a key pair, shows the private half once and keeps the public one; an embed is bound to one key. To
rotate: put the new key and the embeds bound to it next to the current ones, choose an instant, take the old ones away
when their last tokens have run out. Both public halves are published all the while. A key is parsed once a process:
loading checks it, which takes 40 ms and more, signing 0.3 ms.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shared.errors import ConfigurationError
from shared.secrets import read_secret
from shared.settings import EmbedSettings

_BITS = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One parsed RSA key; ``kid`` is the thumbprint of its public half (RFC 7638)."""

    kid: str
    private: RSAPrivateKey

    @property
    def jwk(self) -> dict[str, str]:
        """Give the public half as a JSON Web Key."""
        return {**_members(self.private.public_key()), "use": "sig", "alg": "PS256", "kid": self.kid}


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The current key, the next one, and the aware instant from which the next one signs."""

    current: SigningKey
    following: SigningKey | None = None
    switch_at: datetime | None = None

    def signing(self, now: datetime) -> SigningKey:
        """Give the key that signs at an aware instant."""
        if self.following is not None and self.switch_at is not None and now >= self.switch_at:
            return self.following
        return self.current

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """Give every key whose tokens may be about."""
        return (self.current,) if self.following is None else (self.current, self.following)


def read_ring(settings: EmbedSettings) -> KeyRing:
    """Read the keys that the settings name.

    Raises:
        ConfigurationError: ``EMBED_KEY_MISSING``, ``EMBED_KEY_INVALID`` or ``SECRET_UNREADABLE``.
    """
    name = "DATALENS_PRIVATE_KEY"
    pem = read_secret(settings.private_key, settings.private_key_path, name)
    if pem is None:
        sentence = f"Ключ для встраивания не задан: нужна переменная {name} или {name}_PATH."
        raise ConfigurationError("EMBED_KEY_MISSING", sentence)
    current = parse_key(pem, name)
    name = "DATALENS_NEXT_PRIVATE_KEY"
    following = read_secret(settings.next_private_key, settings.next_private_key_path, name)
    return KeyRing(current, parse_key(following, name) if following else None, settings.next_key_from)


def parse_key(pem: str, variable: str) -> SigningKey:
    """Parse an RSA private key in PEM, PKCS#1 or PKCS#8, of 2048 bits or more.

    Raises:
        ConfigurationError: ``EMBED_KEY_INVALID``, naming the variable.
    """
    try:
        key = load_pem_private_key(pem.strip().encode("utf-8"), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _BITS:
        sentence = f"В {variable} нужен закрытый ключ RSA в формате PEM без пароля, не короче {_BITS} бит."
        raise ConfigurationError("EMBED_KEY_INVALID", sentence)
    return SigningKey(thumbprint(key.public_key()), key)


def thumbprint(key: RSAPublicKey) -> str:
    """Name a public key by the SHA-256 of its required members (RFC 7638), base64url."""
    canonical = json.dumps(_members(key), sort_keys=True, separators=(",", ":")).encode()
    return _base64url(hashlib.sha256(canonical).digest())


def _members(key: RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    sizes = {"e": numbers.e, "n": numbers.n}
    return {"kty": "RSA"} | {
        name: _base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in sizes.items()
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
