"""Will people be able to log in: is the issuer who it says, can the gateway check its signatures, does a token fit.

The gateway learns of a wrong issuer only by the first call, and answers 500 to everybody; here it is found before
anything changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from fly_potato.deploy.cloud import DeployError
from shared.auth import Role, principal_of

# https://yandex.cloud/docs/api-gateway/concepts/extensions/jwt-authorizer
ALGORITHMS = tuple(f"{family}{bits}" for family in ("RS", "ES") for bits in (256, 384, 512))


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whose tokens the gateway will believe, as a plan says it; ``ready`` is False before the page is known there."""

    issuer: str
    jwks_uri: str
    audience: str
    roles_prefix: str
    ready: bool


def check(sign_in: SignIn, token: str | None, replace: Mapping[str, str] | None = None) -> dict[str, str]:
    """Look at issuer, keys and, where there is one, an operator's token; gives what was seen, by check.

    ``replace`` maps beginnings of addresses to where they are answered instead, for a stand-in of the cloud.

    Raises:
        DeployError: ``DEPLOY_ISSUER_WRONG``, ``DEPLOY_KEYS_WRONG`` or ``DEPLOY_TOKEN_WRONG``.
    """
    results = {"issuer": _issuer(sign_in, replace or {})}
    keys = _keys(sign_in, replace or {})
    results["keys"] = ", ".join(sorted({str(key.get("alg") or key.get("kty")) for key in keys}))
    if token is not None and sign_in.ready:
        results["token"] = _token(sign_in, token, keys)
    return results


def _issuer(sign_in: SignIn, replace: Mapping[str, str]) -> str:
    address = f"{sign_in.issuer.rstrip('/')}/.well-known/openid-configuration"
    document = _fetched(address, replace, "DEPLOY_ISSUER_WRONG")
    issuer = document.get("issuer")
    if issuer != sign_in.issuer:
        sentence = (
            f"Издатель называет себя {issuer}, а в настройках {sign_in.issuer}: шлюз не поверит ни одному токену."
        )
        raise DeployError("DEPLOY_ISSUER_WRONG", sentence)
    methods = document.get("code_challenge_methods_supported")
    if methods is not None and "S256" not in methods:
        raise DeployError("DEPLOY_ISSUER_WRONG", f"{sign_in.issuer} не знает PKCE S256, без него странице не войти.")
    return sign_in.issuer


def _keys(sign_in: SignIn, replace: Mapping[str, str]) -> list[dict[str, Any]]:
    keys = _fetched(sign_in.jwks_uri, replace, "DEPLOY_KEYS_WRONG").get("keys", [])
    usable = [
        key
        for key in keys
        if key.get("use", "sig") == "sig"
        and (key["alg"] in ALGORITHMS if key.get("alg") else key.get("kty") in ("RSA", "EC"))
    ]
    if not usable:
        sentence = f"По адресу {sign_in.jwks_uri} нет ключа RS256…ES512; других подписей шлюз не проверяет."
        raise DeployError("DEPLOY_KEYS_WRONG", sentence)
    return usable


def _token(sign_in: SignIn, token: str, keys: list[dict[str, Any]]) -> str:
    try:
        head = jwt.get_unverified_header(token)
        key = next(jwt.PyJWK(jwk, head["alg"]) for jwk in keys if jwk.get("kid") == head.get("kid"))
        claims = jwt.decode(
            token, key, algorithms=list(ALGORITHMS), audience=sign_in.audience, issuer=sign_in.issuer,
            options={"require": ["exp", "sub"]},
        )  # fmt: skip
    except StopIteration:
        raise DeployError("DEPLOY_TOKEN_WRONG", "Токен подписан ключом, которого у издателя нет.") from None
    except (jwt.PyJWTError, KeyError, ValueError) as error:
        sentence = f"Шлюз не примет токен оператора: {type(error).__name__} (издатель, получатель, срок или подпись)."
        raise DeployError("DEPLOY_TOKEN_WRONG", sentence) from None
    principal = principal_of(claims, ("roles", "groups"), roles_prefix=sign_in.roles_prefix)
    if not principal.may(Role.OPERATOR):
        operator_role = f"{sign_in.roles_prefix}{Role.OPERATOR.value}"
        raise DeployError("DEPLOY_TOKEN_WRONG", f"В токене нет роли оператора: нужна группа или роль {operator_role}.")
    return ", ".join(sorted(role.value for role in principal.roles))


def _fetched(address: str, replace: Mapping[str, str], code: str) -> dict[str, Any]:
    url = next((new + address.removeprefix(old) for old, new in replace.items() if address.startswith(old)), address)
    try:
        answer = httpx.get(url, timeout=30, follow_redirects=True)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        sentence = f"{address} не отвечает ({type(error).__name__}): со шлюзом никто не войдёт."
        raise DeployError(code, sentence) from error
    return document
