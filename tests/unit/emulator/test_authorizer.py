"""Who gets past the gateway: tokens are signed by a real issuer and checked with the keys it serves."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from local.emulator.authorizer import AUDIENCE, Issuer
from local.emulator.settings import EmulatorSettings
from shared.errors import ConfigurationError
from tests.unit.emulator.conftest import Serve

ISSUER = "https://sso.example/realms/fly"


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path / "elsewhere", ISSUER)


@pytest.fixture
def jwks_uri(issuer: Issuer) -> Iterator[str]:

    keys = json.dumps(issuer.keys()).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(keys)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(serve: Serve, jwks_uri: str) -> httpx.Client:
    return serve(jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_jwks_uri=jwks_uri)


def _get(client: httpx.Client, token: str | None, path: str = "/secret", method: str = "GET") -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.request(method, path, headers=headers).status_code


def test_a_good_token_passes_and_others_do_not(client: httpx.Client, issuer: Issuer) -> None:
    past = datetime.now(UTC) - timedelta(hours=2)
    assert _get(client, issuer.token({"sub": "u"})) == 200
    bad = [
        None, "nonsense", issuer.token({}), issuer.token({"sub": "u", "aud": "other"}),
        issuer.token({"sub": "u", "iss": "https://other.example"}), issuer.token({"sub": "u", "exp": past}),
        issuer.token({"sub": "u", "nbf": datetime.now(UTC) + timedelta(hours=1)}), issuer.token({"sub": "u"})[:-4],
    ]  # fmt: skip
    assert [_get(client, token) for token in bad] == [401] * len(bad)
    assert client.get("/secret", headers={"Authorization": f"Basic {issuer.token({'sub': 'u'})}"}).status_code == 401


def test_a_scope_that_is_missing_is_403(client: httpx.Client, issuer: Issuer) -> None:
    assert _get(client, issuer.token({"sub": "u", "scope": "read"}), method="POST") == 403
    assert _get(client, issuer.token({"sub": "u", "scope": "read write"}), method="POST") == 200
    assert _get(client, issuer.token({"sub": "u", "scp": ["write"]}), method="POST") == 200


def test_signatures_that_the_gateway_does_not_know_are_401(client: httpx.Client, issuer: Issuer) -> None:
    claims = {"sub": "u", "iss": ISSUER, "aud": AUDIENCE, "exp": datetime.now(UTC) + timedelta(hours=1)}
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    head = {"kid": "local"}
    assert _get(client, jwt.encode(claims, stranger, "RS256", headers=head)) == 401
    assert _get(client, jwt.encode(claims, stranger, "PS256", headers=head)) == 401
    assert _get(client, jwt.encode(claims, "x" * 32, "HS256", headers=head)) == 401
    assert _get(client, jwt.encode(claims, None, "none", headers=head)) == 401


def test_claims_reach_the_function_as_text(client: httpx.Client, issuer: Issuer) -> None:
    token = issuer.token({"sub": "u", "scope": "read write", "roles": ["analyst"], "n": 1})
    event = client.get("/secret", headers={"Authorization": f"Bearer {token}", "X-Echo": "1"}).json()
    jwt_part = event["requestContext"]["authorizer"]["jwt"]
    assert jwt_part["scopes"] == ["read", "write"]
    claims = {name: jwt_part["claims"][name] for name in ("sub", "roles", "n")}
    assert claims == {"sub": "u", "roles": '["analyst"]', "n": "1"}
    assert all(isinstance(value, str) for value in jwt_part["claims"].values())


def test_dev_mode_makes_nobody_an_administrator_and_checks_tokens_all_the_same(issuer: Issuer, serve: Serve) -> None:
    dev = serve(auth="dev")
    event = dev.get("/secret", headers={"X-Echo": "1"}).json()
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["roles"] == '["administrator"]'
    assert _get(dev, issuer.token({"sub": "u"})) == 401, "a stranger's token is no better than in the cloud"
    assert dev.get("/.well-known/jwks.json").json()["keys"][0]["kid"] == "local"


def test_keys_that_cannot_be_had_are_500(serve: Serve, issuer: Issuer) -> None:
    nowhere = serve(jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_jwks_uri="http://127.0.0.1:1/keys")
    assert _get(nowhere, issuer.token({"sub": "u"})) == 500
    assert _get(nowhere, None) == 401


def test_placeholders_left_in_the_spec_are_said_so(serve: Serve) -> None:
    with pytest.raises(ConfigurationError, match=r"JWT_NOT_CONFIGURED.*EMULATOR_AUTH=dev"):
        serve()


def test_dev_mode_is_for_loopback_only() -> None:
    with pytest.raises(ValidationError, match="loopback"):
        EmulatorSettings(auth="dev", host="192.0.2.1")


def test_the_local_issuers_key_is_kept_and_private(tmp_path: Path) -> None:
    first = Issuer(tmp_path, ISSUER).token({"sub": "u"})
    second = Issuer(tmp_path, ISSUER)

    keys: Any = second.keys()
    assert jwt.decode(first, jwt.PyJWK(keys["keys"][0]), audience=AUDIENCE)["sub"] == "u"
    assert (tmp_path / "issuer.pem").stat().st_mode & 0o777 == 0o600
    assert "d" not in keys["keys"][0]


def test_a_token_without_an_end_is_401(client: httpx.Client, issuer: Issuer) -> None:
    endless = jwt.encode({"sub": "u", "iss": ISSUER, "aud": AUDIENCE}, issuer._key, "RS256", headers={"kid": "local"})
    assert _get(client, endless) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example:8073"}, {"Host": "evil.example:80@127.0.0.1"},
        {"Host": ""}, {"Host": "[::2]:8073"}, {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-Host": "localhost"},
        {"X-Forwarded-Proto": "https"}, {"Forwarded": "for=198.51.100.1"}, {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
    ],
)  # fmt: skip
def test_dev_mode_lets_in_only_who_sits_at_the_machine(serve: Serve, tmp_path: Path, headers: dict[str, str]) -> None:
    dev = serve(auth="dev")
    assert dev.get("/secret", headers=headers).status_code == 403
    # Whoever has a token may come by any way.
    own = Issuer(tmp_path / "state", "http://127.0.0.1:8073").token({"sub": "u"})
    assert dev.get("/secret", headers={**headers, "Authorization": f"Bearer {own}"}).status_code == 200
    for host in ("localhost:1", "127.0.0.1", "[::1]:8073"):
        assert dev.get("/secret", headers={"Host": host}).status_code == 200
