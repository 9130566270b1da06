"""The page of an embedded dashboard, as DataLens documents what it takes: a stand-in that refuses the rest."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import jwt

MARK = "YC_DATALENS_EMBEDDING_SERVICE_MARK"
LONGEST, LARGEST = timedelta(hours=10), 30 * 1024


class Rejected(Exception):
    """A token that does not open the dashboard."""


class Embeds(Protocol):
    """Embeds by id, each bound to a key; keys by id, each with its public half in PEM."""

    embeds: dict[str, dict[str, Any]]
    secrets: dict[str, dict[str, Any]]


class EmbedPage:
    """Opens dashboards for tokens of ``embeds``; ``scoped`` are private parameters without which it opens nothing."""

    def __init__(self, embeds: Embeds, scoped: tuple[str, ...] = ("region",)) -> None:
        self._embeds = embeds
        self._scoped = scoped

    def open(self, token: str, now: datetime) -> Mapping[str, Any]:
        """Give the parameters that the dashboard is opened with, or raise Rejected with the reason."""
        if len(token) > LARGEST:
            raise Rejected("TOO_LARGE")
        try:
            header = jwt.get_unverified_header(token)
            content = json.loads(jwt.utils.base64url_decode(token.split(".")[1]))
        except (jwt.InvalidTokenError, ValueError, IndexError):
            raise Rejected("NOT_A_TOKEN") from None
        if header.get("alg") != "PS256":
            raise Rejected("WRONG_ALGORITHM")
        embed = self._embeds.embeds.get(str(content.get("embedId")))
        if embed is None:
            raise Rejected("UNKNOWN_EMBED")
        public = self._embeds.secrets[embed["embeddingSecretId"]]["publicKey"]
        try:
            # The instant is the test's own, so the clock's checks are below.
            claims = jwt.decode(token, public, algorithms=["PS256"], options={"verify_exp": False, "verify_iat": False})
        except jwt.InvalidTokenError:
            raise Rejected("FOREIGN_KEY") from None
        self._check(claims, now)
        unknown = set(claims["params"]) - set(embed["privateParams"])
        if unknown:
            raise Rejected("UNKNOWN_PARAMETER")
        if any(not claims["params"].get(name) for name in self._scoped):
            raise Rejected("PARAMETER_MISSING")
        params: Mapping[str, Any] = claims["params"]
        return params

    @staticmethod
    def _check(claims: Mapping[str, Any], now: datetime) -> None:
        if claims.get("dlEmbedService") != MARK:
            raise Rejected("NO_MARK")
        issued, ends = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(ends, int):
            raise Rejected("NO_TIMES")
        if now.timestamp() >= ends:
            raise Rejected("EXPIRED")
        if issued > now.timestamp() + 60:
            raise Rejected("FROM_THE_FUTURE")
        if ends - issued > LONGEST.total_seconds():
            raise Rejected("TOO_LONG_A_LIFE")
