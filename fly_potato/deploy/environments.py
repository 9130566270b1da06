"""Where an environment is, and what its things are called; terraform/locals.tf and terraform/bootstrap say the same."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import FlyPotatoError

ENVIRONMENTS = ("dev", "test", "preprod", "prod")
DATABASE_ROLES = ("fp_owner", "fp_ingest", "fp_api", "fp_datalens")


class DeployError(FlyPotatoError):
    """A deployment cannot go on; codes start with ``DEPLOY_``."""


@dataclass(frozen=True, slots=True)
class DeployEnvironment:
    """One environment in its own folder of the cloud."""

    environment: str
    cloud_id: str
    folder_id: str

    @property
    def name(self) -> str:
        """Give the first part of every name."""
        return f"fly-potato-{self.environment}"

    @property
    def state_bucket(self) -> str:
        """Name the bucket of Terraform's state."""
        return f"{self.name}-{self.folder_id}-state"

    @property
    def artifacts_bucket(self) -> str:
        """Name the bucket of bundles and releases."""
        return f"{self.name}-{self.folder_id}-artifacts"

    @property
    def backend(self) -> tuple[str, ...]:
        """Say where Terraform's state is, as ``-backend-config`` wants it."""
        return f"environments/{self.environment}.backend.hcl", f"bucket={self.state_bucket}"

    @property
    def deployer_secret(self) -> str:
        """Name the secret with the deployer's static key."""
        return f"{self.name}-deployer"

    @property
    def logs_bucket(self) -> str:
        """Name the bucket of exported logs."""
        return f"{self.name}-{self.folder_id}-logs"

    @property
    def logs_account(self) -> str:
        """Name the account that writes exported logs."""
        return f"{self.name}-logs"

    @property
    def metrics_secret(self) -> str:
        """Name the secret with the token that /metrics asks for."""
        return f"{self.name}-metrics"

    def database_secret(self, role: str) -> str:
        """Name the secret with the password of a database role."""
        return f"{self.name}-database-{role.replace('_', '-')}"


def place(environment: str, variables: Mapping[str, str] = os.environ) -> DeployEnvironment:
    """Read which cloud and folder an environment has from ``YC_CLOUD_ID`` and ``YC_FOLDER_ID``.

    Raises:
        DeployError: ``DEPLOY_PLACE_UNKNOWN``.
    """
    if environment not in ENVIRONMENTS:
        raise DeployError("DEPLOY_PLACE_UNKNOWN", f"Нет среды {environment}; есть {', '.join(ENVIRONMENTS)}.")
    missing = [name for name in ("YC_CLOUD_ID", "YC_FOLDER_ID") if not variables.get(name)]
    if missing:
        raise DeployError("DEPLOY_PLACE_UNKNOWN", f"Не заданы переменные {', '.join(missing)}.")
    return DeployEnvironment(environment, variables["YC_CLOUD_ID"], variables["YC_FOLDER_ID"])
