"""Embed tokens as DataLens wants them.

A JSON Web Token, PS256, with ``embedId``, ``dlEmbedService``, ``iat``, ``exp`` (10 hours later at most) and
``params``, 30 KB at most. Source: https://yandex.cloud/docs/datalens/security/private-embedded-objects. Since
26.08.2025 a signed parameter outranks one of the same name in the link; an embedded dashboard takes only parameters
that its own settings declare, so every dashboard declares ``region``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from shared.embed.keys import KeyRing, read_ring
from shared.errors import ConfigurationError, Forbidden, RequestError
from shared.settings import EmbedSettings

SERVICE_MARK = "YC_DATALENS_EMBEDDING_SERVICE_MARK"
LONGEST = timedelta(hours=10)
TOKEN_BYTES = 30 * 1024
REGION = "region"
"""The dashboards' parameter that narrows them to regions (ISO 3166-2 codes)."""


class Dashboard(StrEnum):
    """The three dashboards of the site, each its own tab."""

    OVERVIEW = "overview"
    REGIONS = "regions"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed token, until when it holds (UTC), the key that signed it, and the address to put into a frame."""

    token: str
    expires_at: datetime
    kid: str
    embed_url: str


class EmbedTokens:
    """Issues tokens; the keys are parsed when the first one is asked for, and kept."""

    def __init__(self, settings: EmbedSettings) -> None:
        self._settings = settings
        self._ring: KeyRing | None = None

    @property
    def ring(self) -> KeyRing:
        """Give the keys, or raise ConfigurationError."""
        if self._ring is None:
            self._ring = read_ring(self._settings)
        return self._ring

    def embed_id(self, dashboard: Dashboard, now: datetime) -> str | None:
        """Give the id that DataLens knows the dashboard's embed by at an aware instant, where one is set.

        An embed is bound to one key. With an embed of its own for the next key, tokens of both hold side by side.
        """
        settings = self._settings
        ids = {
            Dashboard.OVERVIEW: (settings.overview_id, settings.next_overview_id),
            Dashboard.REGIONS: (settings.regions_id, settings.next_regions_id),
            Dashboard.TIME: (settings.time_id, settings.next_time_id),
        }
        current, following = ids[dashboard]
        return following if following is not None and settings.next_signs(now) else current

    def issue(
        self, dashboard: Dashboard, requested: Iterable[str], allowed: frozenset[str] | None, now: datetime
    ) -> Issued:
        """Sign a token for one dashboard.

        ``requested`` are regions (none: all that are allowed), ``allowed`` those the caller may see (None: all);
        ``now`` is aware.

        Raises:
            ConfigurationError: ``EMBED_ID_MISSING`` and those of ``read_ring``.
            Forbidden: ``REGION_FORBIDDEN``.
            RequestError: ``EMBED_TOKEN_TOO_LARGE``.
        """
        embed = self.embed_id(dashboard, now)
        if embed is None:
            sentence = f"Дашборд не подключён: не задана переменная DATALENS_{dashboard.name}_ID."
            raise ConfigurationError("EMBED_ID_MISSING", sentence)
        regions = narrow(requested, allowed)
        key = self.ring.signing(now)
        issued = int(now.timestamp())
        seconds = min(self._settings.token_ttl_seconds, int(LONGEST.total_seconds()))
        claims = {
            "embedId": embed,
            "dlEmbedService": SERVICE_MARK,
            "iat": issued,
            "exp": issued + seconds,
            "params": {} if regions is None else {REGION: regions},
        }
        token = jwt.encode(claims, key.private, algorithm="PS256", headers={"kid": key.kid})
        if len(token) > TOKEN_BYTES:
            raise RequestError("EMBED_TOKEN_TOO_LARGE", "Выбрано слишком много регионов для одного дашборда.")
        address = f"{self._settings.own_origin or self._settings.base_url}/embeds/dash#dl_embed_token={token}"
        return Issued(token, datetime.fromtimestamp(issued + seconds, UTC), key.kid, address)


def narrow(regions: Iterable[str], allowed: frozenset[str] | None) -> list[str] | None:
    """Give the regions to sign, sorted: what is requested if all of it is allowed; None for no narrowing at all.

    Raises Forbidden ``REGION_FORBIDDEN``, also for a caller who may see no region.
    """
    requested = frozenset(regions)
    if allowed is None:
        return sorted(requested) or None
    if not allowed or not requested <= allowed:
        raise Forbidden("REGION_FORBIDDEN", "Данные этих регионов вам не открыты.")
    return sorted(requested or allowed)
