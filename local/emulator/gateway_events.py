"""The event of an HTTP request, payload format 1.0 (https://yandex.cloud/docs/api-gateway/concepts/extensions/cloud-functions)."""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from local.emulator.gateway_spec import Match, Operation
from local.emulator.settings import HOP_BY_HOP

GATEWAY_ID = "d5dlocal000000000000"
Multi = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came over the wire: ``path`` decoded, ``target`` raw with the query, header names lower case."""

    method: str
    path: str
    target: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    client: tuple[str, int]
    scheme: str = "http"
    request_id: str = field(default_factory=lambda: str(uuid4()))

    def header(self, name: str) -> str:
        """Give a header's last value, or nothing."""
        return next((value for key, value in reversed(self.headers) if key == name), "")


def build(
    request: HttpRequest, match: Match, operation: Operation, jwt: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """Build the event; ``jwt`` is the authorizer's ``{claims, scopes}`` where there is one, ``now`` is aware."""
    headers = _headers(request, str(operation.integration.get("function_id", "")))
    query = _multi(parse_qsl(request.query, keep_blank_values=True))
    declared = _declared(operation, match.path_parameters, query, headers, request.header("cookie"))
    body, encoded = _body(request)
    return {
        "version": "1.0",
        "resource": match.template,
        "path": request.path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query),
        "multiValueQueryStringParameters": query,
        "pathParameters": dict(match.path_parameters),
        "parameters": _last(declared),
        "multiValueParameters": declared,
        "operationId": operation.operation_id or _invented_id(operation),
        "body": body,
        "isBase64Encoded": encoded,
        "requestContext": _context(request, operation, jwt, now),
    }


def _body(request: HttpRequest) -> tuple[str, bool]:
    # True for everything that is not exactly application/json, a GET without a body included.
    if request.header("content-type") == "application/json":
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def _context(
    request: HttpRequest, operation: Operation, jwt: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "identity": {"sourceIp": request.client[0], "userAgent": request.header("user-agent")},
        "httpMethod": request.method,
        "requestId": request.request_id,
        "requestTime": now.astimezone(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp()),
    }
    if jwt is not None:
        context["authorizer"] = {"jwt": dict(jwt)}
    if "context" in operation.integration:
        context["apiGateway"] = {"operationContext": operation.integration["context"]}
    return context


def _headers(request: HttpRequest, function_id: str) -> Multi:
    address, port = request.client
    forwarded = ", ".join([*(value for name, value in request.headers if name == "x-forwarded-for"), address])
    trace = secrets.token_hex(16)
    span = secrets.token_hex(8)
    added = {
        "X-Api-Gateway-Function-Id": function_id,
        "X-Envoy-External-Address": address,
        "X-Envoy-Original-Path": request.target,
        "X-Forwarded-For": forwarded,
        "X-Forwarded-Proto": request.scheme,
        "X-Real-Remote-Address": f"[{address}]:{port}",
        "X-Request-Id": request.request_id,
        "X-Serverless-Certificate-Ids": "",
        "X-Serverless-Gateway-Id": GATEWAY_ID,
        "X-Trace-Id": str(uuid4()),
        "Uber-Trace-Id": f"{trace}:{span}:0:1",
    }
    defaults = {"Accept": "*/*", "User-Agent": "", "Traceparent": f"00-{trace}-{span}-01", "Tracestate": ""}
    headers = _multi([(_title(name), value) for name, value in request.headers if name not in HOP_BY_HOP])
    for name, value in defaults.items():
        headers.setdefault(name, [value])
    return headers | {name: [value] for name, value in added.items()}


def _declared(operation: Operation, path: Mapping[str, str], query: Multi, headers: Multi, cookie: str) -> Multi:
    sources: dict[str, Multi] = {
        "path": {name: [value] for name, value in path.items()},
        "query": query,
        "header": headers,
        "cookie": cookies(cookie),
    }
    parameters: Multi = dict(sources["path"])
    for place, name in operation.parameters:
        values = sources.get(place, {}).get(_title(name) if place == "header" else name)
        if values is not None:
            parameters[name] = values
    return parameters


def cookies(text: str) -> Multi:
    """Split a Cookie header; a header that is none gives nothing."""
    try:
        return {name: [morsel.value] for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}


def _multi(pairs: Sequence[tuple[str, str]]) -> Multi:
    values: Multi = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _last(values: Multi) -> dict[str, str]:
    return {name: several[-1] for name, several in values.items()}


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def _invented_id(operation: Operation) -> str:
    return hashlib.sha256(f"{operation.method} {operation.template}".encode()).hexdigest()
