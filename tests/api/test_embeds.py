"""Embed tokens as the site asks for them."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from tests.api.conftest import Caller

pytestmark = pytest.mark.usefixtures("configured")


def checked(call: Caller, token: str) -> dict[str, Any]:
    """Check a token with the published keys, as somebody outside would."""
    published = call("embed_token", "GET", "/api/embed-keys", roles=None).json
    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(token)["kid"]]
    return dict(jwt.decode(token, key, algorithms=["PS256"], options={"require": ["exp", "iat"]}))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_shows_one_dashboard(call: Caller, method: str) -> None:
    answer = call("embed_token", method, "/api/embed-token?dashboard=overview", roles=["analyst"])
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json
    claims = checked(call, body["token"])
    assert claims["embedId"] == "embed-1"
    assert claims["params"] == {}
    assert datetime.fromisoformat(body["expires_at"]) == datetime.fromtimestamp(claims["exp"], UTC)
    assert body["embed_url"].endswith(f"#dl_embed_token={body['token']}")


def test_regions_are_asked_for_by_repeating(call: Caller) -> None:
    body = call("embed_token", "GET", "/api/embed-token?dashboard=time&region=RU-MOW&region=RU-MOS").json
    assert checked(call, body["token"])["params"] == {"region": ["RU-MOS", "RU-MOW"]}


def test_a_narrowed_caller_sees_only_their_regions(call: Caller) -> None:
    narrowed = {"roles": "analyst", "regions": '["RU-MOS", "RU-MOW"]'}
    body = call("embed_token", "GET", "/api/embed-token?dashboard=time", claims=narrowed).json
    assert checked(call, body["token"])["params"] == {"region": ["RU-MOS", "RU-MOW"]}
    body = call("embed_token", "GET", "/api/embed-token?dashboard=time&region=RU-MOS", claims=narrowed).json
    assert checked(call, body["token"])["params"] == {"region": ["RU-MOS"]}
    answer = call("embed_token", "GET", "/api/embed-token?dashboard=time&region=RU-SPE", claims=narrowed)
    assert (answer.status, answer.json["code"]) == (403, "REGION_FORBIDDEN")
    nothing = {"roles": "analyst", "regions": "[]"}
    assert call("embed_token", "GET", "/api/embed-token?dashboard=time", claims=nothing).status == 403


def test_what_is_not_configured_is_said(call: Caller, configured: pytest.MonkeyPatch) -> None:
    answer = call("embed_token", "GET", "/api/embed-token?dashboard=regions")
    assert (answer.status, answer.json["code"]) == (503, "EMBED_ID_MISSING")
    assert "DATALENS_REGIONS_ID" in answer.json["detail"]
    listed = call("embed_token", "GET", "/api/dashboards").json["items"]
    assert [(each["dashboard"], each["configured"]) for each in listed] == [
        ("overview", True),
        ("regions", False),
        ("time", True),
    ]


def test_without_a_key_nothing_is_signed_and_dashboards_are_still_listed(
    call: Caller, configured: pytest.MonkeyPatch
) -> None:
    configured.delenv("DATALENS_PRIVATE_KEY")
    assert call("embed_token", "GET", "/api/embed-token?dashboard=time").json["code"] == "EMBED_KEY_MISSING"
    assert call("embed_token", "GET", "/api/embed-keys", roles=None).json["code"] == "EMBED_KEY_MISSING"
    assert call("embed_token", "GET", "/api/dashboards").status == 200


@pytest.mark.parametrize(
    "query",
    ["", "?dashboard=", "?dashboard=other", "?dashboard=time&region=moscow", "?dashboard=time&region=RU-MOS%00"],
)
def test_odd_requests_are_refused(call: Caller, query: str) -> None:
    assert call("embed_token", "GET", f"/api/embed-token{query}").status == 422


def test_too_many_regions_are_refused(call: Caller) -> None:
    many = "".join(f"&region=RU-{number:03}" for number in range(101))
    assert call("embed_token", "GET", f"/api/embed-token?dashboard=time{many}").status == 422
    assert call("embed_token", "GET", f"/api/embed-token?dashboard=time{many[:-14]}").status == 200
