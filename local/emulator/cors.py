"""Cross-origin rules as the gateway's extension states them (x-yc-apigateway-cors)."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response


def preflight(rule: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Answer an OPTIONS request that no operation of its own takes."""
    answer = Response(status_code=int(rule.get("optionsSuccessStatus", 200)))
    allow(rule, headers.get("origin"), answer)
    if "access-control-allow-origin" not in answer.headers:
        return answer
    answer.headers["Access-Control-Allow-Methods"] = _joined(rule.get("methods", "*"))
    allowed = rule.get("allowedHeaders", headers.get("access-control-request-headers", ""))
    if allowed:
        answer.headers["Access-Control-Allow-Headers"] = _joined(allowed)
    if "maxAge" in rule:
        answer.headers["Access-Control-Max-Age"] = str(rule["maxAge"])
    return answer


def allow(rule: Mapping[str, Any], origin: str | None, answer: Response) -> None:
    """Add what lets a browser read an answer, if its origin is allowed."""
    allowed = rule.get("origin", False)
    if origin is None or allowed is False:
        return
    origins = allowed if isinstance(allowed, list) else [allowed]
    if allowed is not True and "*" not in origins and origin not in origins:
        return
    open_to_all = "*" in origins and not rule.get("credentials")
    answer.headers["Access-Control-Allow-Origin"] = "*" if open_to_all else origin
    if not open_to_all:
        answer.headers.add_vary_header("Origin")
    if rule.get("credentials"):
        answer.headers["Access-Control-Allow-Credentials"] = "true"
    if "exposedHeaders" in rule:
        answer.headers["Access-Control-Expose-Headers"] = _joined(rule["exposedHeaders"])


def _joined(value: Any) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
