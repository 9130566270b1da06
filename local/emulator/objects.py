"""Files out of a folder as the gateway gives them out of a bucket (https://yandex.cloud/docs/api-gateway/concepts/extensions/object-storage)."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response

from local.emulator import responses
from local.emulator.limits import GATEWAY_BYTES
from shared.storage.object_keys import cache_control, content_type


def answer(
    folder: Path | None, integration: Mapping[str, Any], parameters: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """Give the object that an integration names, else its ``error_object`` with 404; headers as a bucket keeps them."""
    if any("\0" in value for value in parameters.values()):
        return responses.message_response(400, "Bad request")
    name = str(integration.get("object", ""))
    for parameter, value in parameters.items():
        name = name.replace("{" + parameter + "}", value)
    for key, status in ((name, 200), (str(integration.get("error_object", "")), 404)):
        path = None if folder is None else _inside(folder, key)
        if path is not None:
            return _object(key, path.read_bytes(), status, headers.get("if-none-match", ""))
    return responses.message_response(404, "Not found")


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
        return responses.message_response(502, "The object is over 2.5 MB")
    # A bucket's tag of an object sent in one piece.
    tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": cache_control(key)}
    if status == 200 and tag in {tag_seen.strip().removeprefix("W/") for tag_seen in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, status, {**headers, "Content-Type": content_type(key)})
