"""Finding out who calls a route, as a FastAPI dependency.

In order: claims that the gateway's authorizer has verified (they arrive in the event, which a caller cannot write),
then a bearer token checked here with the issuer's public keys: behind nginx and oauth2-proxy, or on a developer's
machine. Keys are fetched once and kept; an unknown ``kid`` fetches them again, at most every half minute, so rotated
keys are found and a flood of bad tokens is not passed on.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from fastapi import Request

from shared.auth.principals import Principal, Role, principal_of
from shared.errors import ConfigurationError, OutageError, Unauthenticated
from shared.runtime.http import CLAIMS
from shared.settings import AuthSettings

logger = logging.getLogger(__name__)

_TOKEN_LENGTH = 16_384


class TokenVerifier:
    """Checks signature, issuer, audience and times of access tokens of one issuer."""

    def __init__(self, settings: AuthSettings) -> None:
        if settings.jwks_url is None:
            raise ConfigurationError("SETTINGS_INVALID", "Переменная окружения AUTH_JWKS_URL не задана.")
        self._settings = settings
        self._keys = jwt.PyJWKClient(str(settings.jwks_url), lifespan=settings.jwks_ttl_seconds, timeout=5)

    async def claims(self, token: str) -> Mapping[str, Any]:
        """Give the claims of a good token.

        Raises:
            Unauthenticated: ``TOKEN_INVALID`` or ``TOKEN_EXPIRED``.
            OutageError: ``AUTH_KEYS_UNAVAILABLE`` when the key server does not answer.
        """
        return await asyncio.to_thread(self._verify, token)

    def _verify(self, token: str) -> Mapping[str, Any]:
        if len(token) > _TOKEN_LENGTH:
            raise _invalid()
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            return jwt.decode(
                token,
                key,
                algorithms=list(self._settings.algorithms),
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=self._settings.leeway_seconds,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            sentence = "Сервис входа сейчас недоступен, попробуйте позже."
            raise OutageError("AUTH_KEYS_UNAVAILABLE", sentence) from error
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("TOKEN_EXPIRED", "Время входа истекло. Войдите заново.") from None
        except jwt.PyJWTError as error:
            logger.info("A token was refused.", extra={"error_type": type(error).__name__})
            raise _invalid() from None


def _invalid() -> Unauthenticated:
    return Unauthenticated("TOKEN_INVALID", "Вход не подтверждён. Войдите заново.")


class Authenticator:
    """Tells who sent a request."""

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings
        self._tokens = TokenVerifier(settings) if settings.jwks_url is not None else None

    async def principal(self, request: Request) -> Principal:
        """Give the caller, or raise Unauthenticated."""
        claims = request.scope.get(CLAIMS) if self._settings.trust_gateway else None
        if not claims and self._tokens is not None:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() == "bearer" and token.strip():
                claims = await self._tokens.claims(token.strip())
        if not claims:
            raise Unauthenticated("TOKEN_MISSING", "Нужно войти в систему.")
        settings = self._settings
        return principal_of(claims, settings.roles_claims, settings.regions_claim, roles_prefix=settings.roles_prefix)


@dataclass(frozen=True, slots=True)
class Demand:
    """A dependency that gives the caller if they may do what ``role`` allows, by the app's authenticator."""

    role: Role

    async def __call__(self, request: Request) -> Principal:
        """Find the caller. Raises Unauthenticated, Forbidden."""
        authenticator: Authenticator = request.app.state.authenticator
        principal = await authenticator.principal(request)
        principal.demand(self.role)
        return principal


def require(role: Role) -> Demand:
    """Make the dependency of a route that demands a role."""
    return Demand(role)
