"""What the emulator itself needs to know, and the platform's limits that it keeps; functions' settings pass through.

Sources of the limits: https://yandex.cloud/docs/api-gateway/concepts/limits,
https://yandex.cloud/docs/functions/concepts/limits, https://yandex.cloud/docs/functions/concepts/function-invoke.
"""

import json
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

GATEWAY_BYTES = 2_621_440
"""2.5 MB of body, each way."""
FUNCTION_JSON_BYTES = 3_670_016
"""3.5 MB of JSON, each way."""
GATEWAY_SECONDS = 300.0
BODY_SECONDS = 30.0
"""How long a request's body may take to arrive: as nginx on hosts; the gateway's own figure is not published."""

HOP_BY_HOP = frozenset(
    {
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
ANSWER_DROPPED = frozenset({"host", "authorization", "user-agent", "connection", "max-forwards", "cookie"})
ANSWER_FORBIDDEN = frozenset({"proxy-authenticate", "transfer-encoding", "via"})
ANSWER_RENAMED = frozenset({"content-md5", "date", "server", "www-authenticate"})
RENAMED_PREFIX = "X-Yf-Remapped-"


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class EmulatorSettings(BaseSettings):
    """Where it listens, whom it lets in, and how its trigger behaves."""

    model_config = SettingsConfigDict(env_prefix="EMULATOR_", extra="ignore", frozen=True, env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8073, ge=1, le=65535)
    spec: Path = Path("spec/openapi.yaml")
    state: Path = Path(".local/emulator")
    dead_letters: Path = Path(".local/dead-letters")
    site: Path | None = None
    """The web page as ``fly-potato site`` lays it out; without it there is none."""

    auth: Literal["spec", "dev"] = "spec"
    """``dev`` makes whoever comes without a token a local administrator: on loopback only, under a name of loopback,
    and not by way of a proxy."""
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    jwt_jwks_uri: str | None = None
    cors_origins: tuple[str, ...] = ()
    """Browser origins, as a JSON list, that may call besides the gateway's own."""

    watch_prefix: str = "incoming/"
    watch_seconds: float = Field(default=0.5, gt=0)
    retry_attempts: int = Field(default=5, ge=1, le=5)
    retry_interval_seconds: float = Field(default=10, ge=0, le=60)
    body_seconds: float = Field(default=BODY_SECONDS, gt=0)
    """How long a request's body may take to arrive."""
    process_instances: int = Field(default=2, ge=1, le=10)
    enforce_memory: bool = False

    @model_validator(mode="after")
    def _dev_stays_at_home(self) -> Self:
        if self.auth == "dev" and self.host not in LOOPBACK:
            raise ValueError("EMULATOR_AUTH=dev listens on loopback only")
        return self

    def values(self) -> dict[str, str]:
        """Give what stands in the spec for Terraform's values of the same names."""
        values = {
            "oidc_issuer": self.jwt_issuer,
            "oidc_audience": self.jwt_audience,
            "oidc_jwks_uri": self.jwt_jwks_uri,
            "live_tag": "$latest",
            "security_profile": "",
            "cors_origins": json.dumps(self.cors_origins),
        }
        return {name: value for name, value in values.items() if value is not None}
