"""What the caller gets: a function's value, a file of the page, or the headers that let a browser read it.

Sources: https://yandex.cloud/docs/functions/concepts/function-invoke,
https://yandex.cloud/docs/api-gateway/concepts/extensions/object-storage and .../cors.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response

from local.emulator.settings import ANSWER_DROPPED, ANSWER_FORBIDDEN, ANSWER_RENAMED, GATEWAY_BYTES, RENAMED_PREFIX
from shared.storage.object_keys import cache_control, content_type


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


def object_answer(
    folder: Path | None, integration: Mapping[str, Any], parameters: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """Give the object that an integration names, else its ``error_object`` with 404; headers as a bucket keeps them."""
    if any("\0" in value for value in parameters.values()):
        return message_response(400, "Bad request")
    name = str(integration.get("object", ""))
    for parameter, value in parameters.items():
        name = name.replace("{" + parameter + "}", value)
    for key, status in ((name, 200), (str(integration.get("error_object", "")), 404)):
        path = None if folder is None else _inside(folder, key)
        if path is not None:
            return _object(key, path.read_bytes(), status, headers.get("if-none-match", ""))
    return message_response(404, "Not found")


def _inside(folder: Path, key: str) -> Path | None:
    root = folder.resolve()
    try:
        path = (root / key).resolve()
        return path if key and path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError):
        # No name of a file: too long, or with a sign that none can hold.
        return None


def _object(key: str, body: bytes, status: int, if_none_match: str) -> Response:
    if len(body) > GATEWAY_BYTES:
        return message_response(502, "The object is over 2.5 MB")
    # A bucket's tag of an object sent in one piece.
    tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": cache_control(key)}
    if status == 200 and tag in {tag_seen.strip().removeprefix("W/") for tag_seen in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, status, {**headers, "Content-Type": content_type(key)})


def preflight(rule: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Answer an OPTIONS request that no operation of its own takes."""
    answer = Response(status_code=int(rule.get("optionsSuccessStatus", 200)))
    allow_origin(rule, headers.get("origin"), answer)
    if "access-control-allow-origin" not in answer.headers:
        return answer
    answer.headers["Access-Control-Allow-Methods"] = _joined(rule.get("methods", "*"))
    allowed = rule.get("allowedHeaders", headers.get("access-control-request-headers", ""))
    if allowed:
        answer.headers["Access-Control-Allow-Headers"] = _joined(allowed)
    if "maxAge" in rule:
        answer.headers["Access-Control-Max-Age"] = str(rule["maxAge"])
    return answer


def allow_origin(rule: Mapping[str, Any], origin: str | None, answer: Response) -> None:
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
