"""The application factory of every HTTP function, and what every request passes through.

A plain ASGI middleware settles an id, guards against NUL, writes a log line and is the last catch: it must see the
request before routing and catch what the error handlers do not.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import logs
from shared.api.problem_details import UnprocessableInput, install, problem, problem_of
from shared.runtime.http import GUARDS, REQUEST_ID
from shared.runtime.loop import settled_id

if TYPE_CHECKING:
    from shared.auth.access import Authenticator

logger = logging.getLogger(__name__)

_GUARDS = tuple((name.lower().encode(), value.encode()) for name, value in GUARDS.items())
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


class RequestMiddleware:
    """Wraps an application; the body is read as a whole, for the platform never sends it in parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[REQUEST_ID] = request_id = request_id_of(scope)
        started, status = time.perf_counter(), [0]

        async def outward(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                message["headers"] = _headers(message, request_id)
            await send(message)

        with logs.bound(request_id=request_id):
            await self._answer(scope, receive, outward, status)
            route = getattr(scope.get("route"), "path", None)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            fields = {"method": scope["method"], "route": route, "status": status[0], "duration_ms": milliseconds}
            logger.info("Answered.", extra=fields)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, status: list[int]) -> None:
        request_id = scope[REQUEST_ID]
        try:
            body = await _body(receive)
            if _has_nul(scope, body):
                refusal = UnprocessableInput(
                    "NUL_CHARACTER", "Символ с кодом 0 не допускается ни в адресе, ни в данных."
                )
                await problem_of(refusal, request_id)(scope, receive, send)
                return
            await self._app(scope, _replay(body, receive), send)
        except Exception:
            logger.exception("The request failed.", extra={"code": "INTERNAL_ERROR"})
            if not status[0]:
                answer = problem(500, "INTERNAL_ERROR", "Внутренняя ошибка сервиса.", request_id)
                await answer(scope, receive, send)


def request_id_of(scope: Scope) -> str:
    """Give the id that was settled for a request, or settle it by its header."""
    settled: str | None = scope.get(REQUEST_ID)
    return settled or settled_id(dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1"))


def _headers(message: MutableMapping[str, Any], request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", [])]
    names = {name.lower() for name, _ in headers}
    added = [(name, value) for name, value in _GUARDS if name not in names]
    return [*headers, *added, (b"x-request-id", request_id.encode("ascii"))]


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    replayed = [False]

    async def again() -> Message:
        if replayed[0]:
            return await receive()
        replayed[0] = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _has_nul(scope: Scope, body: bytes) -> bool:
    if "\0" in scope["path"] or b"\0" in unquote_to_bytes(scope["query_string"]) or b"\0" in body:
        return True
    if b"\\u0000" not in body:
        return False
    try:
        return _holds_nul(json.loads(body))
    except (ValueError, RecursionError):
        # Not JSON after all; whoever parses it says so.
        return False


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(name) or _holds_nul(each) for name, each in value.items())
    return isinstance(value, list) and any(_holds_nul(each) for each in value)


def create_app(
    routers: Sequence[APIRouter], *, authenticator: "Authenticator | None" = None, lifespan: Lifespan | None = None
) -> FastAPI:
    """Make an application of some routers, with problem bodies, request ids and input guards.

    The interface is described by spec/openapi.yaml alone, so FastAPI's own documents are off. ``authenticator`` is
    needed where a route demands a role.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.authenticator = authenticator
    install(app)
    for router in routers:
        app.include_router(router, dependencies=[Depends(refuse_unknown_parameters)])
    app.add_middleware(RequestMiddleware)
    return app


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse a query parameter that the route does not have: a filter mistyped must not answer with everything.

    Raises:
        RequestValidationError: told as ``REQUEST_INVALID``, naming the parameters.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not request.query_params:
        return
    parameters = set(_query_parameters(route.dependant))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in parameters]
    if unknown:
        raise RequestValidationError([{"type": "extra_forbidden", "loc": ("query", name[:40])} for name in unknown])


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_parameters(inner)
