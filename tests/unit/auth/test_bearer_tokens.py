"""Bearer tokens against a real key server on loopback."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.auth.access import TokenVerifier
from shared.errors import ConfigurationError, OutageError, Unauthenticated
from shared.settings import AuthSettings

ISSUER = "https://sso.example/realms/fly"
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("one", "two", "stranger")}


class KeyServer(ThreadingHTTPServer):
    """Publishes the keys it is told to, and counts who asks."""

    published: tuple[str, ...] = ("one",)
    status = 200
    requests = 0


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, KeyServer)
        server.requests += 1
        keys = []
        for name in server.published:
            jwk = jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[name].public_key(), as_dict=True)
            keys.append({**jwk, "kid": name, "use": "sig", "alg": "RS256"})
        self.send_response(server.status)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": keys}).encode())

    def log_message(self, *arguments: Any) -> None:
        return


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with KeyServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def verifier(keys: KeyServer) -> TokenVerifier:
    url = f"http://127.0.0.1:{keys.server_port}/certs"
    return TokenVerifier(AuthSettings(jwks_url=url, issuer=ISSUER, audience="fly-api"))  # type: ignore[arg-type]


def token(key: str = "one", algorithm: str = "RS256", kid: str | None = None, **changes: Any) -> str:
    now = datetime.now(UTC)
    claims = {"sub": "person-1", "iss": ISSUER, "aud": "fly-api", "iat": now, "exp": now + timedelta(minutes=5)}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    secret: Any = "a-shared-secret-of-32-characters!" if algorithm.startswith("HS") else KEYS[key]
    return jwt.encode(claims, secret, algorithm=algorithm, headers={"kid": kid or key})


def claims_of(verifier: TokenVerifier, text: str) -> dict[str, Any]:
    return dict(asyncio.run(verifier.claims(text)))


def test_a_good_token_gives_its_claims_and_keys_are_fetched_once(verifier: TokenVerifier, keys: KeyServer) -> None:
    for _ in range(3):
        assert claims_of(verifier, token(roles=["operator"]))["roles"] == ["operator"]
    assert keys.requests == 1


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"key": "stranger", "kid": "one"}, "TOKEN_INVALID"),
        ({"iss": "https://evil.example"}, "TOKEN_INVALID"),
        ({"aud": "account"}, "TOKEN_INVALID"),
        ({"aud": None}, "TOKEN_INVALID"),
        ({"sub": None}, "TOKEN_INVALID"),
        ({"exp": None}, "TOKEN_INVALID"),
        ({"iat": None}, "TOKEN_INVALID"),
        ({"iss": None}, "TOKEN_INVALID"),
        ({"algorithm": "HS256"}, "TOKEN_INVALID"),
        ({"algorithm": "RS512"}, "TOKEN_INVALID"),
        ({"nbf": datetime(2999, 1, 1, tzinfo=UTC)}, "TOKEN_INVALID"),
        ({"exp": datetime(2020, 1, 1, tzinfo=UTC)}, "TOKEN_EXPIRED"),
    ],
)
def test_a_bad_token_is_refused(verifier: TokenVerifier, bad: dict[str, Any], code: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        claims_of(verifier, token(**bad))
    assert caught.value.code == code
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.", "é" * 10, "x" * 20_000])
def test_what_is_no_token_is_refused(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(Unauthenticated):
        claims_of(verifier, text)


def test_an_unsigned_token_is_refused(verifier: TokenVerifier) -> None:
    unsigned = jwt.encode({"sub": "p", "iss": ISSUER, "aud": "fly-api"}, "", algorithm="none", headers={"kid": "one"})
    with pytest.raises(Unauthenticated):
        claims_of(verifier, unsigned)


def test_a_flood_of_unknown_keys_is_not_passed_on(verifier: TokenVerifier, keys: KeyServer) -> None:
    claims_of(verifier, token())
    for number in range(20):
        with pytest.raises(Unauthenticated):
            claims_of(verifier, token("stranger", kid=f"unknown-{number}"))
    assert keys.requests <= 2


def test_a_rotated_key_is_found_when_the_cache_has_run_out(keys: KeyServer) -> None:
    url = f"http://127.0.0.1:{keys.server_port}/certs"
    verifier = TokenVerifier(AuthSettings(jwks_url=url, issuer=ISSUER, audience="fly-api", jwks_ttl_seconds=1))  # type: ignore[arg-type]
    claims_of(verifier, token("one"))
    keys.published = ("one", "two")
    threading.Event().wait(1.1)
    assert claims_of(verifier, token("two"))["sub"] == "person-1"


def test_a_key_server_that_is_away_is_an_outage(keys: KeyServer, verifier: TokenVerifier) -> None:
    keys.status = 500
    with pytest.raises(OutageError) as caught:
        claims_of(verifier, token())
    assert caught.value.code == "AUTH_KEYS_UNAVAILABLE"


def test_without_an_address_there_is_no_verifier() -> None:
    with pytest.raises(ConfigurationError):
        TokenVerifier(AuthSettings())
