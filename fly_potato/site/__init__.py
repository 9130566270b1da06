"""The web page laid out for whoever gives it to browsers: the gateway from its bucket, nginx, the emulator."""

from fly_potato.site.headers import cache_control, content_type, policy
from fly_potato.site.layout import CONFIG, furnish, in_order, lay_out, outdated

__all__ = ["CONFIG", "cache_control", "content_type", "furnish", "in_order", "lay_out", "outdated", "policy"]
