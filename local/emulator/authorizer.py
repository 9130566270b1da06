"""The gateway's JWT authorizer (https://yandex.cloud/docs/api-gateway/concepts/extensions/jwt-authorizer).

RS and ES signatures of 256, 384 and 512 bits; exp (none may lack it), nbf, iat, iss, aud, required claims, then the
scopes an operation names. 401 for no or a bad token, 403 for a missing scope, 500 when the keys cannot be had. Claims
travel on as text. Where nobody else issues tokens, an issuer for development does: its key is in the state directory.
"""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.emulator.gateway_events import HttpRequest, cookies
from local.emulator.gateway_spec import Node, Operation, Spec
from shared.errors import ConfigurationError

ALGORITHMS = [f"{family}{bits}" for family in ("RS", "ES") for bits in (256, 384, 512)]
_LOCAL_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?")
_PROXIES = frozenset({"forwarded", "via", "x-real-ip"})
Jwks = Callable[[], Awaitable[jwt.PyJWKSet]]
JWKS_PATH = "/.well-known/jwks.json"
AUDIENCE = "fly-potato"
KEY_ID = "local"
ADMINISTRATOR: Mapping[str, Any] = {
    "sub": "local-administrator",
    "preferred_username": "local-administrator",
    "roles": ["administrator"],
}


class Denied(Exception):
    """A request that the authorizer turns away, with the gateway's status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Scheme:
    """One JWT authorizer: where tokens are, who issues them for whom, and where the keys come from."""

    place: str
    name: str
    prefix: str
    issuers: Sequence[str]
    audiences: Sequence[str]
    required: Sequence[str]
    jwks: Jwks


class Authorizer:
    """All JWT authorizers of a spec; ``anonymous`` are the claims of whoever has no token, where such are let in."""

    def __init__(self, schemes: Mapping[str, Scheme], anonymous: Mapping[str, Any] | None = None) -> None:
        self._schemes = schemes
        self._anonymous = anonymous

    async def check(self, operation: Operation, request: HttpRequest) -> dict[str, Any] | None:
        """Give ``{claims, scopes}``, or None where the operation is open to all; raises ``Denied``."""
        if not operation.security:
            return None
        denied = Denied(401, "Unauthorized")
        for alternative in operation.security:
            try:
                return await self._alternative(alternative, request)
            except Denied as refusal:
                denied = refusal
        raise denied

    async def _alternative(
        self, alternative: Mapping[str, Sequence[str]], request: HttpRequest
    ) -> dict[str, Any] | None:
        result: dict[str, Any] | None = None
        for name, scopes in alternative.items():
            scheme = self._schemes.get(name)
            if scheme is None:
                raise Denied(500, f"The security scheme {name} has no JWT authorizer")
            result = await self._one(scheme, scopes, request)
        return result

    async def _one(self, scheme: Scheme, needed: Sequence[str], request: HttpRequest) -> dict[str, Any]:
        token = _token(scheme, request)
        if token is None and self._anonymous is not None:
            if not _from_this_machine(request):
                raise Denied(403, "Only a request made on this machine itself is let in without a token")
            claims = self._anonymous
        else:
            claims = await _verified(scheme, token)
        scopes = _scopes(claims)
        if not set(needed) <= set(scopes):
            raise Denied(403, "Forbidden")
        return {"claims": {name: _text(value) for name, value in claims.items()}, "scopes": scopes}


def authorizer(spec: Spec) -> Authorizer:
    """Build the authorizer of a spec."""
    schemes = {
        name: _scheme(name, node["x-yc-apigateway-authorizer"])
        for name, node in spec.schemes.items()
        if node.get("x-yc-apigateway-authorizer", {}).get("type") == "jwt"
    }
    return Authorizer(schemes)


def local_authorizer(
    spec: Spec, issuer: str, audience: str, jwks: Mapping[str, Any], anonymous: Mapping[str, Any]
) -> Authorizer:
    """Build one where a local issuer stands for every scheme and ``anonymous`` for whoever has no token."""
    key_set = jwt.PyJWKSet.from_dict(dict(jwks))

    async def keys() -> jwt.PyJWKSet:
        return key_set

    schemes = {}
    for name, node in spec.schemes.items():
        source = node.get("x-yc-apigateway-authorizer", {}).get("identitySource", {})
        place, header, prefix = (
            source.get("in", "header"),
            source.get("name", "Authorization"),
            source.get("prefix", ""),
        )
        schemes[name] = Scheme(place, header, prefix, [issuer], [audience], ["sub"], keys)
    return Authorizer(schemes, anonymous)


def _scheme(name: str, node: Node) -> Scheme:
    source = node.get("identitySource", {})
    uri = str(node.get("jwksUri", ""))
    issuers, audiences = list(node.get("issuers", [])), list(node.get("audiences", []))
    if any("${" in text for text in (uri, *issuers, *audiences)):
        raise ConfigurationError(
            "JWT_NOT_CONFIGURED",
            f"Схема входа {name} ждёт значений: задайте EMULATOR_JWT_ISSUER, EMULATOR_JWT_AUDIENCE и "
            "EMULATOR_JWT_JWKS_URI или EMULATOR_AUTH=dev.",
        )
    return Scheme(
        place=source.get("in", "header"),
        name=source.get("name", "Authorization"),
        prefix=source.get("prefix", ""),
        issuers=issuers,
        audiences=audiences,
        required=list(node.get("requiredClaims", [])),
        jwks=_remote(uri, float(node.get("jwkTtlInSeconds", 0))),
    )


def _remote(uri: str, seconds: float) -> Jwks:
    """Keys behind an address; kept for so many seconds, not at all where that is nothing."""
    client = jwt.PyJWKClient(uri, cache_jwk_set=seconds > 0, lifespan=seconds or 1, timeout=5)

    async def keys() -> jwt.PyJWKSet:
        try:
            return await asyncio.to_thread(client.get_jwk_set)
        except (jwt.PyJWKClientError, jwt.PyJWKSetError):
            raise Denied(500, "The key server cannot be reached") from None

    return keys


async def _verified(scheme: Scheme, token: str | None) -> Mapping[str, Any]:
    if token is None:
        raise Denied(401, "Unauthorized")
    keys = await scheme.jwks()
    try:
        head = jwt.get_unverified_header(token)
        key = next(key for key in keys.keys if key.key_id == head.get("kid"))
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=list(scheme.audiences) or None,
            issuer=list(scheme.issuers) or None,
            options={"require": ["exp", *scheme.required], "verify_aud": bool(scheme.audiences)},
        )
    except (jwt.PyJWTError, StopIteration):
        raise Denied(401, "Unauthorized") from None
    return claims


def _from_this_machine(request: HttpRequest) -> bool:
    """Tell whether nobody stands between: not another name that a browser was led here by, and no proxy."""
    forwarded = any(name in _PROXIES or name.startswith("x-forwarded-") for name, _ in request.headers)
    return _LOCAL_HOST.fullmatch(request.header("host")) is not None and not forwarded


def _token(scheme: Scheme, request: HttpRequest) -> str | None:
    if scheme.place == "header":
        text = request.header(scheme.name.lower())
    elif scheme.place == "cookie":
        text = "".join(cookies(request.header("cookie")).get(scheme.name, []))
    else:
        text = dict(httpx.QueryParams(request.query)).get(scheme.name, "")
    if not text:
        return None
    if not text.startswith(scheme.prefix):
        raise Denied(401, "Unauthorized")
    return text.removeprefix(scheme.prefix)


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    value = claims.get("scope", claims.get("scp", []))
    return value.split() if isinstance(value, str) else [str(scope) for scope in value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


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
