"""What stands between the platform's calls and the product: one loop, HTTP events, triggers' events."""

from shared.runtime.loop import Call, HttpHandler, TriggerHandler, shutdown

__all__ = ["Call", "HttpHandler", "TriggerHandler", "shutdown"]
