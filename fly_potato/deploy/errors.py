"""What can stop a deployment."""

from shared.errors import FlyPotatoError


class DeployError(FlyPotatoError):
    """A deployment cannot go on; codes start with ``DEPLOY_``."""
