"""Whether people will be able to log in, before anything changes; against an issuer on a real HTTP server."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fly_potato.deploy import DeployError
from fly_potato.deploy.login_check import SignIn, check
from local.emulator.authorizer import Issuer
from tests.deploy.conftest import Stand

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def issuer(stand: Stand, tmp_path: Path) -> Issuer:
    """Have the stand answer as an issuer does."""
    made = Issuer(tmp_path, stand.url)
    stand.tell(DISCOVERY, {"issuer": stand.url, "code_challenge_methods_supported": ["S256"]})
    stand.tell("/keys", made.keys())
    return made


def sign_in(stand: Stand, **more: Any) -> SignIn:
    """Give what a plan says of that issuer."""
    return replace(SignIn(stand.url, f"{stand.url}/keys", "fly-potato", "fly-potato-dev-", True), **more)


def token(issuer: Issuer, **claims: Any) -> str:
    """Sign an operator's token, or one that differs from it."""
    return issuer.token({"sub": "somebody", "groups": ["fly-potato-dev-operator"], **claims})


def test_what_fits_is_told(stand: Stand, issuer: Issuer) -> None:
    seen = check(sign_in(stand), token(issuer))
    assert seen == {"issuer": stand.url, "keys": "RS256", "token": "operator"}


def test_before_the_page_is_known_there_no_token_can_fit(stand: Stand, issuer: Issuer) -> None:
    assert "token" not in check(sign_in(stand, ready=False), token(issuer))


def test_an_issuer_that_calls_itself_otherwise_is_found(stand: Stand, issuer: Issuer) -> None:
    stand.tell(DISCOVERY, {"issuer": "https://somebody.else"})
    with pytest.raises(DeployError, match=r"somebody\.else") as refused:
        check(sign_in(stand), None)
    assert refused.value.code == "DEPLOY_ISSUER_WRONG"


def test_an_issuer_that_does_not_answer_is_found(stand: Stand) -> None:
    with pytest.raises(DeployError) as refused:
        check(sign_in(stand), None)
    assert refused.value.code == "DEPLOY_ISSUER_WRONG"


@pytest.mark.parametrize(
    "keys", [[], [{"kty": "RSA", "alg": "PS256"}], [{"kty": "RSA", "use": "enc"}], [{"kty": "oct"}]]
)
def test_keys_that_the_gateway_cannot_use_are_found(stand: Stand, issuer: Issuer, keys: list[dict[str, str]]) -> None:
    stand.tell("/keys", {"keys": keys})
    with pytest.raises(DeployError) as refused:
        check(sign_in(stand), None)
    assert refused.value.code == "DEPLOY_KEYS_WRONG"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://somebody.else"},
        {"aud": "another-client"},
        {"exp": 1},
        {"groups": ["operator"]},
        {"groups": ["fly-potato-prod-operator"]},
        {"groups": ["fly-potato-dev-analyst"]},
    ],
)
def test_a_token_that_the_gateway_or_the_api_would_refuse_is_found(
    stand: Stand, issuer: Issuer, claims: dict[str, Any]
) -> None:
    with pytest.raises(DeployError) as refused:
        check(sign_in(stand), token(issuer, **claims))
    assert refused.value.code == "DEPLOY_TOKEN_WRONG"


def test_a_token_of_another_key_is_found(stand: Stand, issuer: Issuer, tmp_path: Path) -> None:
    stranger = Issuer(tmp_path / "other", stand.url)
    with pytest.raises(DeployError) as refused:
        check(sign_in(stand), token(stranger))
    assert refused.value.code == "DEPLOY_TOKEN_WRONG"
