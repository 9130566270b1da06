"""Ask a function of the cloud as the gateway would, but at a version of our choosing and in a name of our choosing.

A deployment looks at a release this way before the gateway turns to it, and needs no person's token for it: whoever may
call a function hands it the event, and the claims in it, that the gateway otherwise makes.
"""

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from fly_potato.deploy.cloud import CloudClient

Handler = Callable[[dict[str, Any], object], dict[str, Any]]
"""A function's handler: an event and a context become an answer."""


class FunctionTransport(httpx.BaseTransport):
    """Carries requests to functions by events of payload 1.0; the longest matching prefix of a path picks the function.

    ``functions`` maps prefixes of paths to functions' ids, ``claims`` are the caller's as an authorizer gives them.
    """

    def __init__(self, cloud: CloudClient, functions: Mapping[str, str], tag: str, claims: Mapping[str, str]) -> None:
        self._cloud = cloud
        self._functions = functions
        self._tag = tag
        self._claims = claims

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the function; raises DeployError ``DEPLOY_FUNCTION_FAILED`` where it raises."""
        prefix = max((path for path in self._functions if request.url.path.startswith(path)), key=len)
        return _response(self._cloud.call(self._functions[prefix], event(request, self._claims), tag=self._tag))


class HandlerTransport(httpx.BaseTransport):
    """Carries requests to a function's handler in this process, with claims as an authorizer gives them."""

    def __init__(self, handler: Handler, claims: Mapping[str, str]) -> None:
        self._handler = handler
        self._claims = claims

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the handler; it answers whatever goes wrong."""
        return _response(self._handler(event(request, self._claims), None))


def _response(answer: Mapping[str, Any]) -> httpx.Response:
    body = answer.get("body", "")
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = [(name, value) for name, value in (answer.get("headers") or {}).items()]
    headers += [(name, value) for name, values in (answer.get("multiValueHeaders") or {}).items() for value in values]
    return httpx.Response(answer["statusCode"], headers=headers, content=content)


def event(request: httpx.Request, claims: Mapping[str, str]) -> dict[str, Any]:
    """Write a request as an event of payload 1.0.

    Source: https://yandex.cloud/docs/api-gateway/concepts/extensions/cloud-functions.
    """
    query = list(request.url.params.multi_items())
    now = datetime.now(UTC)
    headers = {name.title(): value for name, value in request.headers.items()}
    return {
        "version": "1.0",
        "resource": request.url.path,
        "path": request.url.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": {name: [v for n, v in query if n == name] for name, _ in query},
        "pathParameters": {},
        "parameters": {},
        "multiValueParameters": {},
        "requestContext": {
            "identity": {"sourceIp": "127.0.0.1", "userAgent": headers.get("User-Agent", "")},
            "httpMethod": request.method,
            "requestId": str(uuid.uuid4()),
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(now.timestamp()),
            "authorizer": {"jwt": {"claims": dict(claims), "scopes": []}} if claims else {},
        },
        "body": base64.b64encode(request.read()).decode(),
        "isBase64Encoded": True,
    }


def timer(job: str) -> dict[str, Any]:
    """Write the event of a timer with a job."""
    metadata = {
        "event_id": str(uuid.uuid4()),
        "event_type": "yandex.cloud.events.serverless.triggers.TimerMessage",
        "created_at": datetime.now(UTC).isoformat(),
    }
    details = {"trigger_id": "deployment", "payload": json.dumps({"job": job})}
    return {"messages": [{"event_metadata": metadata, "details": details}]}
