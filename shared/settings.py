"""Settings of the product, one small class a concern, read from the environment.

A function composes only the classes it needs, so it holds only the secrets it needs. Every variable stands in
``.env.example``, which a test compares with these classes both ways. Nothing is read at import.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AnyHttpUrl, AwareDatetime, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.errors import ConfigurationError

VERSION = "0.1.0"
"""The product's version; a test holds it equal to pyproject.toml and spec/contracts/VERSION.json."""


def _prefixed(prefix: str) -> SettingsConfigDict:
    # A function reads a few of these groups: none is built before it is.
    return SettingsConfigDict(
        env_prefix=prefix,
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class AppSettings(BaseSettings):
    """What the application calls itself, where it listens outside the cloud, and how much it says."""

    model_config = _prefixed("APP_")

    title: str = "Fly Potato"
    version: str = VERSION
    release: str | None = None
    """What a deployment calls the release: a digest over its bundles; None where nobody deploys."""
    environment: Literal["dev", "test", "preprod", "prod"] | None = None
    """Which of the environments this is; None where nobody said, as on a developer's machine."""
    debug: bool = False
    prometheus_host: str = "0.0.0.0"  # noqa: S104 - inside a container the port is published by the engine
    prometheus_port: int = Field(default=8000, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARN", "ERROR"] = "INFO"

    @property
    def effective_log_level(self) -> str:
        """Give the level to log at: debugging says everything."""
        return "DEBUG" if self.debug else self.log_level


class DatabaseSettings(BaseSettings):
    """How to reach PostGIS; ``sslmode`` and ``sslrootcert`` go into the URI's query."""

    model_config = _prefixed("POSTGRES_")

    uri: SecretStr
    pool_size: int = Field(default=2, ge=1, le=100)
    connect_timeout_seconds: float = Field(default=5.0, gt=0)


class StorageSettings(BaseSettings):
    """How to reach Object Storage, or any S3."""

    model_config = _prefixed("S3_")

    bucket: str
    endpoint_url: str = "https://storage.yandexcloud.net"
    public_endpoint_url: str | None = None
    """The endpoint a browser uses; ``endpoint_url`` where it is not set."""
    region: str = "ru-central1"
    access_key_id: str
    secret_access_key: SecretStr
    quota_bytes: int = Field(default=10 * 1024**3, gt=0)
    """What the bucket may hold; the share in use is a metric."""

    @property
    def browser_endpoint_url(self) -> str:
        """Give the endpoint that pre-signed addresses carry."""
        return self.public_endpoint_url or self.endpoint_url


class UploadSettings(BaseSettings):
    """What a workbook may be before it is sent."""

    model_config = _prefixed("UPLOAD_")

    max_bytes: int = Field(default=200 * 1024**2, gt=0)
    url_ttl_seconds: int = Field(default=900, ge=60, le=7 * 24 * 3600)

    @property
    def arrival_window(self) -> timedelta:
        """Give how long after its announcement a workbook may still arrive: its address' life, and five minutes."""
        return timedelta(seconds=self.url_ttl_seconds, minutes=5)


class IngestSettings(BaseSettings):
    """How long a load may take."""

    model_config = _prefixed("INGEST_")

    timeout_seconds: int = Field(default=600, gt=0)
    """The function's own time-out; where the platform gives a deadline, that one counts."""
    lease_margin_seconds: int = Field(default=60, gt=0)
    sync_response_seconds: int = Field(default=300, gt=0)
    """T_sync_response: what the p95 of a load is measured against."""


class RetentionSettings(BaseSettings):
    """How long what was made of a workbook is kept."""

    model_config = _prefixed("RESULT_")

    ttl_hours: int = Field(default=720, gt=0)
    """RESULT_TTL_HOURS: files of rejects and reports, and announcements that no workbook followed."""
    files_expire_themselves: bool = False
    """The bucket's own rules remove the files, and whoever cleans up may not: then only announcements go."""


class KeptTextSettings(BaseSettings):
    """How long the text of telegrams, which names people, is kept as it came."""

    model_config = _prefixed("RAW_")

    ttl_months: int = Field(default=12, ge=1)
    """RAW_TTL_MONTHS: after that a text is replaced by one without people, and the workbook it came in is removed."""


class MetricsSettings(BaseSettings):
    """How ``/metrics`` and ``/healthz`` look at the system."""

    model_config = _prefixed("METRICS_")

    token: SecretStr | None = None
    """A bearer token that ``/metrics`` asks for; None leaves it open to whoever reaches it."""
    window_seconds: int = Field(default=300, gt=0)
    check_timeout_seconds: float = Field(default=2.0, gt=0)


class AuthSettings(BaseSettings):
    """Who may call: whose claims are believed, and where roles and regions stand in them."""

    model_config = _prefixed("AUTH_")

    trust_gateway: bool = True
    """Take the claims that the gateway's authorizer has verified."""
    jwks_url: AnyHttpUrl | None = None
    """Where the keys of a bearer token are, when no gateway has verified it."""
    issuer: str | None = None
    audience: str | None = None
    algorithms: Annotated[tuple[str, ...], NoDecode] = ("RS256", "ES256")
    roles_claims: Annotated[tuple[str, ...], NoDecode] = ("roles", "groups")
    roles_prefix: str = ""
    """What stands before a role's name in the claims: groups that many products share carry their product's name."""
    regions_claim: str = "regions"
    jwks_ttl_seconds: int = Field(default=300, gt=0)
    leeway_seconds: int = Field(default=30, ge=0, le=300)

    @field_validator("algorithms", "roles_claims", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("algorithms")
    @classmethod
    def _asymmetric(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        allowed = {f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)}
        if not value or not set(value) <= allowed:
            raise ValueError("only RS*, PS* and ES* can be checked with a public key")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.jwks_url is not None and not (self.issuer and self.audience):
            raise ValueError("a JWKS needs AUTH_ISSUER and AUTH_AUDIENCE")
        return self


class EmbedKeyDates(BaseSettings):
    """When the keys that sign embed tokens were issued, and when one follows the other; nothing secret."""

    model_config = _prefixed("DATALENS_")

    key_created: date | None = None
    next_key_created: date | None = None
    next_key_from: AwareDatetime | None = None
    """From when the next key signs; until then it is only published."""

    def age_days(self, now: datetime) -> int | None:
        """Give how old the signing key is at an aware instant, in whole days; None where its day is not set."""
        follows = self.next_key_from is not None and now >= self.next_key_from and self.next_key_created is not None
        created = self.next_key_created if follows else self.key_created
        return None if created is None else max(0, (now.astimezone(UTC).date() - created).days)


class EmbedSettings(EmbedKeyDates):
    """What signs the dashboards' embed tokens, and which dashboards there are."""

    base_url: Literal["https://datalens.yandex.cloud", "https://datalens.ru"] = "https://datalens.yandex.cloud"
    own_origin: str | None = Field(default=None, pattern=r"^https://[a-z0-9.-]+(:[0-9]{1,5})?$")
    """Where dashboards of an installation of one's own are framed from; the page's policy has to allow it."""
    overview_id: str | None = None
    regions_id: str | None = None
    time_id: str | None = None
    token_ttl_seconds: int = Field(default=3600, ge=60, le=10 * 3600)
    private_key: SecretStr | None = None
    private_key_path: Path | None = None
    next_overview_id: str | None = None
    next_regions_id: str | None = None
    next_time_id: str | None = None
    """Embeds bound to the next key; where one is left out, the embed itself is bound anew at the instant."""
    next_private_key: SecretStr | None = None
    next_private_key_path: Path | None = None

    def next_signs(self, now: datetime) -> bool:
        """Tell whether the next key signs at an aware instant; one without an instant never does."""
        has_next = self.next_private_key is not None or self.next_private_key_path is not None
        return has_next and self.next_key_from is not None and now >= self.next_key_from


class StatisticsSettings(BaseSettings):
    """What the authority counts by where a request does not say."""

    model_config = _prefixed("STATS_")

    days: Literal["moscow", "local", "utc"] = "moscow"
    """Whose midnight ends a day: Moscow's, that of the flight's own place, or UTC's."""


class BoundarySettings(BaseSettings):
    """Which files of boundaries are taken, and where newer ones are looked for."""

    model_config = _prefixed("REGIONS_")

    max_bytes: int = Field(default=64 * 1024**2, gt=0)
    """What a file may have that an administrator sends, or that is fetched."""
    check_url: AnyHttpUrl | None = None
    """Where a file of boundaries is fetched once a month and compared with the set in force; None: nowhere."""


ALL_SETTINGS: tuple[type[BaseSettings], ...] = (
    AppSettings,
    DatabaseSettings,
    StorageSettings,
    UploadSettings,
    IngestSettings,
    RetentionSettings,
    KeptTextSettings,
    MetricsSettings,
    AuthSettings,
    EmbedKeyDates,
    EmbedSettings,
    StatisticsSettings,
    BoundarySettings,
)

_S = TypeVar("_S", bound=BaseSettings)


def variables(settings: type[BaseSettings]) -> tuple[str, ...]:
    """Name the environment variables that a class reads, in its own order."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    return tuple(f"{prefix}{name}".upper() for name in settings.model_fields)


def load(settings: type[_S]) -> _S:
    """Read one class from the environment.

    Raises:
        ConfigurationError: ``SETTINGS_INVALID``, naming the variables and never their values.
    """
    try:
        return settings()
    except ValidationError as error:
        prefix = str(settings.model_config.get("env_prefix", ""))
        names = sorted({f"{prefix}{fault['loc'][0] if fault['loc'] else '*'}".upper() for fault in error.errors()})
        sentence = f"Переменные окружения не заданы или заданы неверно: {', '.join(names)}."
        raise ConfigurationError("SETTINGS_INVALID", sentence) from None
