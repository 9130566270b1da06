"""What the server of the hosts itself needs to know; the product's own settings stand beside them."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from hosting.delivery_queue import RetryPolicy


class HostingSettings(BaseSettings):
    """With how many processes it answers, and how its trigger behaves; APP_PROMETHEUS_HOST and _PORT say where."""

    model_config = SettingsConfigDict(env_prefix="HOSTING_", extra="ignore", frozen=True, env_ignore_empty=True)

    vitals_port: int = Field(default=8001, ge=1, le=65535)
    """Where the numbers of the processes and of the trigger are."""
    workers: int = Field(default=1, ge=1, le=16)
    """Processes that answer HTTP."""
    request_seconds: float = Field(default=30, gt=0)
    """What a request may take before it is answered 504."""

    state: Path = Path("/var/lib/fly-potato/hosting")
    dead_letters: Path = Path("/var/lib/fly-potato/dead-letters")
    watch_seconds: float = Field(default=1, gt=0)
    ingest_lanes: int = Field(default=2, ge=1, le=10)
    """Workbooks that are loaded at the same time."""
    boundary_check: bool = True
    """Whether the ingest itself looks for boundaries at REGIONS_CHECK_URL; on hosts the service ``backups`` does."""
    audit_days: int = Field(default=365, ge=180)
    """How long lines of the audit are kept."""
    retry_first_seconds: float = Field(default=10, gt=0)
    retry_longest_seconds: float = Field(default=300, gt=0)
    retry_give_up_seconds: float = Field(default=24 * 3600, gt=0)

    @property
    def state_file(self) -> Path:
        """Give the file of what the trigger has still to deliver and of when each job last ended well."""
        return self.state / "deliveries.sqlite3"

    @property
    def retries(self) -> RetryPolicy:
        """Give when a failed delivery comes again: twice as late each time, up to five minutes, for a day."""
        return RetryPolicy(
            self.retry_first_seconds, 2, self.retry_longest_seconds, give_up_seconds=self.retry_give_up_seconds
        )
