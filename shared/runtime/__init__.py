"""What stands between the platform's calls and the product: one loop, HTTP events, triggers' events."""

from shared.runtime.http import HttpHandler
from shared.runtime.loop import Call, shutdown
from shared.runtime.triggers import TriggerHandler

__all__ = ["Call", "HttpHandler", "TriggerHandler", "shutdown"]
