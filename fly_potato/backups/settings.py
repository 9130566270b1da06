"""Where backups lie, how long they are kept, and where copies of them go."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import ConfigurationError
from shared.settings import StorageSettings


class BackupSettings(BaseSettings):
    """Read by the service ``backups`` of hosts and by ``fly-potato backup``."""

    model_config = SettingsConfigDict(
        env_prefix="BACKUP_", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    directory: Path = Path("/backups")
    wal_archive: Path = Path("/wal-archive")
    dump_days: int = Field(default=30, ge=14)
    """How long dumps are kept; the newest stays however old it is."""
    wal_days: int = Field(default=14, ge=7)
    """How far back a moment may be restored: bases and archive reach at least that far."""
    recipient: str | None = None
    """Whom copies are encrypted for: an age public key. Its private half is kept elsewhere."""
    s3_endpoint_url: str = "https://storage.yandexcloud.net"
    s3_region: str = "ru-central1"
    s3_bucket: str | None = None
    """Where copies go; None: nowhere."""
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None

    def elsewhere(self) -> StorageSettings | None:
        """Give the bucket for copies; None where there is none.

        Raises:
            ConfigurationError: ``SETTINGS_INVALID``: a bucket without a key, or without whom to encrypt for.
        """
        if self.s3_bucket is None:
            return None
        if self.s3_access_key_id is None or self.s3_secret_access_key is None or self.recipient is None:
            missing = "BACKUP_S3_ACCESS_KEY_ID, BACKUP_S3_SECRET_ACCESS_KEY, BACKUP_RECIPIENT"
            raise ConfigurationError("SETTINGS_INVALID", f"Для копий вне хоста нужны {missing}.")
        return StorageSettings(
            bucket=self.s3_bucket,
            endpoint_url=self.s3_endpoint_url,
            region=self.s3_region,
            access_key_id=self.s3_access_key_id,
            secret_access_key=self.s3_secret_access_key,
        )
