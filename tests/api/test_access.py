"""Who may call what: every route and role, as the gateway's description says."""

import re
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.auth.principals import STANDS_IN_FOR, Role
from tests.api.conftest import Caller
from tests.api.contract import description
from tests.unit.auth.test_bearer_tokens import ISSUER, KEYS, KeyServer, keys, token

__all__ = ["keys"]

pytestmark = pytest.mark.usefixtures("configured")

DESCRIPTION = description()
SEGMENTS = {
    "upload": "01990000-0000-7000-8000-000000000001",
    "code": "RU-MOS",
    "z": "3",
    "x": "1",
    "tile": "1.mvt",
    "document": "overview.json",
    "chart": "daily.json",
    "load": "1",
    "task": "01990000-0000-7000-8000-000000000003",
    "set_id": "1",
    "key": "01990000-0000-7000-8000-000000000002",
    "collection": "flights",
    "feature": "01990000-0000-7000-8000-000000000002",
}
QUERIES = {"/api/embed-token": "?dashboard=time"}
ROUTES = [
    (
        re.sub(r"\W|function_", "", DESCRIPTION.resolve(operation["x-yc-apigateway-integration"])["function_id"]),
        method,
        re.sub(r"\{(\w+)\}", lambda found: SEGMENTS[found[1]], path) + QUERIES.get(path, ""),
        operation.get("x-role"),
    )
    for (method, path), operation in DESCRIPTION.operations().items()
]
# The table that docs/api.md tells in words: whatever is not named here is for analysts.
OPERATORS = {
    ("POST", "/api/uploads"),
    ("GET", "/api/uploads/{upload}/rejects.xlsx"),
    ("GET", "/api/uploads/{upload}/source"),
    ("POST", "/api/explain"),
    ("GET", "/api/flights/{key}/telegrams"),
}
ADMINISTRATORS = {
    ("GET", "/api/loads/{load}/withdrawal"),
    ("POST", "/api/loads/{load}/withdrawal"),
    ("GET", "/api/region-sets/tasks"),
    ("GET", "/api/region-sets/tasks/{task}"),
    ("POST", "/api/maintenance"),
    ("POST", "/api/region-sets/files"),
    ("POST", "/api/region-sets/{set_id}/rehearsal"),
    ("POST", "/api/region-sets/{set_id}/activation"),
}
EVERYONE = {("GET", "/api/embed-keys"), ("GET", "/health"), ("GET", "/healthz"), ("GET", "/metrics")}


def body_of(method: str, target: str) -> Any:
    if method != "POST":
        return None
    bodies = {"/api/uploads": {"file_name": "a.xlsx", "size": 10}, "/api/explain": {"text": "(CNL-ZZZZZ-ZZZZ-ZZZZ)"}}
    return bodies.get(target, {"reason": None})


def test_the_description_gives_no_route_to_more_people_than_it_should() -> None:
    for key, operation in DESCRIPTION.operations().items():
        expected = Role.OPERATOR if key in OPERATORS else None if key in EVERYONE else Role.ANALYST
        expected = Role.ADMINISTRATOR if key in ADMINISTRATORS else expected
        assert operation.get("x-role") == expected, key


@pytest.mark.parametrize(("function", "method", "target", "needed"), ROUTES)
def test_every_route_and_role(call: Caller, function: str, method: str, target: str, needed: str | None) -> None:
    for held in (None, *Role, "stranger"):
        roles = None if held is None else [str(held)]
        answer = call(function, method, target, body=body_of(method, target), roles=roles)
        if needed is None:
            assert answer.status in {200, 503}
        elif held is None:
            assert (answer.status, answer.json["code"]) == (401, "TOKEN_MISSING")
            assert answer.headers["www-authenticate"] == "Bearer"
        elif isinstance(held, Role) and needed in STANDS_IN_FOR[held]:
            assert answer.status in {200, 201, 303, 404, 422}
        else:
            assert (answer.status, answer.json["code"]) == (403, "ROLE_MISSING"), held


def test_who_may_not_call_learns_nothing_of_the_request(call: Caller) -> None:
    answer = call("upload", "GET", "/api/uploads/01990000-0000-7000-8000-000000000001", roles=["stranger"])
    assert answer.status == 403
    answer = call("upload", "POST", "/api/uploads", body={"size": "x"}, roles=["analyst"])
    assert answer.status == 403


def test_a_bearer_token_counts_where_no_gateway_has_checked(
    call: Caller, configured: pytest.MonkeyPatch, keys: KeyServer
) -> None:
    configured.setenv("AUTH_JWKS_URL", f"http://127.0.0.1:{keys.server_port}/certs")
    configured.setenv("AUTH_ISSUER", ISSUER)
    configured.setenv("AUTH_AUDIENCE", "fly-api")

    def ask(authorization: str) -> tuple[int, str | None]:
        answer = call("embed_token", "GET", "/api/dashboards", roles=None, headers={"Authorization": authorization})
        return answer.status, answer.json.get("code")

    assert ask(f"Bearer {token(groups=['/analyst'])}") == (200, None)
    assert ask(f"bearer {token(groups=['/analyst'])}") == (200, None)
    assert ask(f"Bearer {token(groups=['/other'])}") == (403, "ROLE_MISSING")
    assert ask(f"Bearer {token(aud='account', groups=['/analyst'])}") == (401, "TOKEN_INVALID")
    assert ask("Bearer ") == (401, "TOKEN_MISSING")
    assert ask("Basic eDp5") == (401, "TOKEN_MISSING")


def test_a_bearer_token_alone_is_not_believed_without_keys(call: Caller) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = jwt.encode({"sub": "x", "roles": ["administrator"]}, stranger, algorithm="RS256")
    answer = call("upload", "GET", "/api/uploads", roles=None, headers={"Authorization": f"Bearer {forged}"})
    assert answer.status == 401


def test_gateway_claims_do_not_count_where_they_are_not_trusted(call: Caller, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("AUTH_TRUST_GATEWAY", "False")
    assert call("upload", "GET", "/api/uploads", roles=["administrator"]).status == 401


def test_claims_cannot_be_sent_as_headers(call: Caller) -> None:
    sneaky = {"X-Fly-Potato-Claims": '{"sub": "x"}', "fly_potato.claims": '{"sub": "x"}'}
    assert call("upload", "GET", "/api/uploads", roles=None, headers=sneaky).status == 401
    assert KEYS
