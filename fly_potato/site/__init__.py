"""The web page laid out for whoever gives it to browsers: the gateway from its bucket, nginx, the emulator."""

from fly_potato.site.layout import CONFIG, configure, in_order, lay_out, outdated, policy

__all__ = ["CONFIG", "configure", "in_order", "lay_out", "outdated", "policy"]
