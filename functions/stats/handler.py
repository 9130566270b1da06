"""The function ``stats``: statistics, flights, maps and reports."""

from typing import Any

from shared.api.statistics import application
from shared.runtime import HttpHandler

_answer = HttpHandler(application)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one HTTP event of the gateway, or of a direct call."""
    return _answer(event, context)
