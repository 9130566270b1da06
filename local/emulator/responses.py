"""From what a function returned to what the caller gets (https://yandex.cloud/docs/functions/concepts/function-invoke)."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from local.emulator.limits import ANSWER_DROPPED, ANSWER_FORBIDDEN, ANSWER_RENAMED, GATEWAY_BYTES, RENAMED_PREFIX


class BadAnswer(Exception):
    """What a function returned is no HTTP answer; the text says why."""


def message_response(status: int, message: str) -> Response:
    """Write an answer of the gateway's own."""
    return _json(status, {"message": message})


def failure(status: int, error: Mapping[str, Any]) -> Response:
    """Write what the platform sends when a call failed: the error as the runtime reported it."""
    answer = _json(status, dict(error))
    answer.headers["X-Function-Error"] = "true"
    return answer


def read(value: Any) -> Response:
    """Turn a function's value into an answer; raises ``BadAnswer``."""
    if not isinstance(value, dict) or type(value.get("statusCode")) is not int or not 100 <= value["statusCode"] <= 599:
        raise BadAnswer("no statusCode from 100 to 599")
    body = _body(value)
    if len(body) > GATEWAY_BYTES:
        raise BadAnswer("the body is over 2.5 MB")
    answer = Response(content=body, status_code=value["statusCode"])
    for name, content in _headers(value):
        if name.lower() in ANSWER_FORBIDDEN:
            raise BadAnswer(f"the header {name} is not allowed")
        if name.lower() in ANSWER_RENAMED:
            name = f"{RENAMED_PREFIX}{name}"
        if name.lower() not in ANSWER_DROPPED | {"content-length"}:
            answer.headers.append(name, content)
    return answer


def _body(value: Mapping[str, Any]) -> bytes:
    body = value.get("body", "")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise BadAnswer("the body is not a string")
    if not value.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise BadAnswer("the body is not Base64") from None


def _headers(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    single, several = (_given(value.get(name)) for name in ("headers", "multiValueHeaders"))
    if not isinstance(single, dict) or not isinstance(several, dict):
        raise BadAnswer("headers are not a map")
    pairs = [(str(name), str(content)) for name, contents in several.items() for content in _listed(contents)]
    repeated = {name.lower() for name in several}
    return pairs + [(str(name), str(content)) for name, content in single.items() if name.lower() not in repeated]


def _given(headers: Any) -> Any:
    return {} if headers is None else headers


def _listed(contents: Any) -> list[Any]:
    if not isinstance(contents, list):
        raise BadAnswer("multiValueHeaders hold no lists")
    return contents


def _json(status: int, content: Mapping[str, Any]) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, media_type="application/json")
