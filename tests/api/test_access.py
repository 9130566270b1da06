"""Who may call what: every route and role, as the gateway's description says."""

from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.auth.principals import STANDS_IN_FOR, Role
from tests.api.conftest import Caller
from tests.api.contract import Contract
from tests.unit.auth.test_bearer_tokens import ISSUER, KEYS, KeyServer, keys, token

__all__ = ["keys"]

pytestmark = pytest.mark.usefixtures("configured")

ROUTES = [
    ("upload", "POST", "/api/uploads", Role.OPERATOR),
    ("upload", "GET", "/api/uploads", Role.ANALYST),
    ("upload", "GET", "/api/uploads/01990000-0000-7000-8000-000000000001", Role.ANALYST),
    ("upload", "GET", "/api/uploads/01990000-0000-7000-8000-000000000001/rejects", Role.ANALYST),
    ("upload", "GET", "/api/uploads/01990000-0000-7000-8000-000000000001/rejects.xlsx", Role.OPERATOR),
    ("embed_token", "GET", "/api/embed-token?dashboard=time", Role.ANALYST),
    ("embed_token", "POST", "/api/embed-token?dashboard=time", Role.ANALYST),
    ("embed_token", "GET", "/api/dashboards", Role.ANALYST),
    ("embed_token", "GET", "/api/embed-keys", None),
    ("health", "GET", "/health", None),
    ("health", "GET", "/healthz", None),
    ("health", "GET", "/metrics", None),
]


def body_of(method: str, target: str) -> Any:
    return {"file_name": "a.xlsx", "size": 10} if (method, target) == ("POST", "/api/uploads") else None


def test_the_table_is_the_description_s(contract: Contract) -> None:
    covered = set()
    for _, method, target, role in ROUTES:
        found = contract.operation(method, urlsplit(target).path)
        assert found is not None
        assert found[1].get("x-role") == role, target
        covered.add(found[0])
    assert covered == set(contract.operations())


@pytest.mark.parametrize(("function", "method", "target", "needed"), ROUTES)
def test_every_route_and_role(call: Caller, function: str, method: str, target: str, needed: Role | None) -> None:
    for held in (None, *Role, "stranger"):
        roles = None if held is None else [str(held)]
        answer = call(function, method, target, body=body_of(method, target), roles=roles)
        if needed is None:
            assert answer.status in {200, 503}
        elif held is None:
            assert (answer.status, answer.json["code"]) == (401, "TOKEN_MISSING")
            assert answer.headers["www-authenticate"] == "Bearer"
        elif isinstance(held, Role) and needed in STANDS_IN_FOR[held]:
            assert answer.status in {200, 201, 404}
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
