"""What can go wrong with a bundle."""

from shared.errors import FlyPotatoError


class BundleError(FlyPotatoError):
    """A bundle cannot be made, or may not be deployed; codes start with ``BUNDLE_``."""
