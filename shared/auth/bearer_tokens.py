"""Bearer tokens, checked with the issuer's public keys.

Used where no gateway has done it: behind nginx and oauth2-proxy, or on a developer's machine. Keys are fetched once
and kept; an unknown ``kid`` fetches them again, at most every half minute, so rotated keys are found and a flood of bad
tokens is not passed on.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import jwt

from shared.errors import ConfigurationError, OutageError, Unauthenticated
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
