"""The gateway: a request becomes an event, a function's value becomes an answer, the platform's limits hold."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.emulator import gateway_events, responses
from local.emulator.authorizer import Authorizer, Denied
from local.emulator.gateway_events import HttpRequest
from local.emulator.gateway_spec import Match, Operation, Router, Spec
from local.emulator.pools import CallFailed, Pool
from local.emulator.settings import BODY_SECONDS, GATEWAY_BYTES, GATEWAY_SECONDS

LOG = logging.getLogger("local.emulator.gateway")


class BodyTooLarge(Exception):
    """A body over the gateway's limit."""


class BodyTooSlow(Exception):
    """A body that did not arrive in time."""


class Gateway:
    """An ASGI application that serves a spec with pools of functions."""

    def __init__(
        self,
        spec: Spec,
        pools: Mapping[str, Pool],
        authorizer: Authorizer,
        *,
        site: Path | None = None,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._router = Router(spec)
        self._pools = pools
        self._authorizer = authorizer
        self._site = site
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        match = self._router.match(request.scope["path"])
        if match is None:
            return responses.message_response(404, "Not found")
        operation = match.operation(request.method)
        if operation is None:
            return _other_method(match, request)
        if "tag" in dict(parse_qsl(request.url.query, keep_blank_values=True)):
            # The parameter chooses a function's version by tag; there is no such version.
            return responses.message_response(404, "Not found")
        try:
            answer = await self._serve(await _read(request, self._body_seconds), match, operation)
        except BodyTooLarge:
            answer = responses.message_response(413, "The request is over 2.5 MB")
            answer.headers["Connection"] = "close"
        except BodyTooSlow:
            answer = responses.message_response(408, "The request did not arrive in time")
            answer.headers["Connection"] = "close"
        except Denied as denied:
            answer = responses.message_response(denied.status, denied.message)
        if operation.cors is not None:
            responses.allow_origin(operation.cors, request.headers.get("origin"), answer)
        return answer

    async def _serve(self, request: HttpRequest, match: Match, operation: Operation) -> Response:
        jwt = await self._authorizer.check(operation, request)
        kind = operation.integration.get("type")
        if kind == "cloud_functions":
            event = gateway_events.build(request, match, operation, jwt, datetime.now(UTC))
            return await self._call(operation, event, request.request_id)
        if kind == "object_storage":
            headers = dict(request.headers)
            return responses.object_answer(self._site, operation.integration, match.path_parameters, headers)
        if kind == "dummy":
            return _dummy(operation.integration)
        return responses.message_response(501, f"The emulator does not serve integrations of type {kind}")

    async def _call(self, operation: Operation, event: dict[str, Any], request_id: str) -> Response:
        pool = self._pools.get(function_name(operation, self._pools))
        if pool is None:
            return responses.message_response(502, f"There is no function {operation.integration.get('function_id')}")
        try:
            return responses.read(await asyncio.wait_for(pool.call(event, request_id), GATEWAY_SECONDS))
        except TimeoutError:
            return responses.message_response(504, "The gateway's time is over")
        except CallFailed as failed:
            failure = {"request_id": request_id, "status": failed.status, "error_type": failed.error.get("errorType")}
            LOG.getChild(pool.function.name).warning("The call of a function failed.", extra=failure)
            return responses.failure(failed.status, failed.error)
        except responses.BadAnswer as bad:
            LOG.getChild(pool.function.name).warning("A function answered badly.", extra={"request_id": request_id})
            message = "Malformed serverless function response"
            return responses.failure(502, {"errorMessage": f"{message}: {bad}", "errorType": "ProxyIntegrationError"})


def function_name(operation: Operation, names: Mapping[str, Any]) -> str:
    """Find which function an integration means: the longest known name inside its id or Terraform placeholder."""
    text = str(operation.integration.get("function_id", "")).replace("-", "_")
    return max((name for name in names if name in text), key=len, default="")


async def _read(request: Request, seconds: float) -> HttpRequest:
    if int(request.headers.get("content-length") or 0) > GATEWAY_BYTES:
        raise BodyTooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > GATEWAY_BYTES:
                    raise BodyTooLarge
    except TimeoutError:
        raise BodyTooSlow from None
    raw_path = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope["query_string"].decode("latin-1")
    client = request.client
    return HttpRequest(
        method=request.method,
        path=request.scope["path"],
        target=raw_path.decode("latin-1") + (f"?{query}" if query else ""),
        query=query,
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]],
        body=bytes(body),
        client=(client.host, client.port) if client else ("127.0.0.1", 0),
        scheme=request.url.scheme,
    )


def _other_method(match: Match, request: Request) -> Response:
    rule = next((operation.cors for operation in match.operations.values() if operation.cors), None)
    if request.method == "OPTIONS" and rule is not None:
        return responses.preflight(rule, request.headers)
    answer = responses.message_response(405, "Method not allowed")
    answer.headers["Allow"] = ", ".join(sorted(match.operations))
    return answer


def _dummy(integration: Mapping[str, Any]) -> Response:
    contents = integration.get("content", {})
    media_type, content = next(iter(contents.items()), ("*", ""))
    answer = Response(str(content), int(integration.get("http_code", 200)))
    if media_type != "*":
        answer.headers["Content-Type"] = media_type
    for name, value in integration.get("http_headers", {}).items():
        answer.headers[name] = str(value)
    return answer
