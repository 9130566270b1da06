"""HTTP events of Yandex Cloud as ASGI requests, and ASGI answers as the platform wants them.

Four shapes reach a function: API Gateway's payload 0.1 (its default), 1.0 (what spec/openapi.yaml asks for), 2.0, and a
direct call of the function. They differ in where the path and the query are::

    shape    path                    query
    0.1      url before "?"          url after "?"             path holds the template
    1.0      path                    multiValueQuery…          resource holds the template
    2.0      rawPath                 rawQueryString            the method is in requestContext.http
    direct   none: the root          multiValueQuery…

``isBase64Encoded`` alone says how the body is written: it is true for a GET without a body too. Nothing that a caller
may see carries a stack trace: every error is an RFC 9457 problem.
"""

import base64
import binascii
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode, urlsplit

from shared import logs
from shared.errors import FlyPotatoError, InputError, OutageError, RequestError, Unauthenticated
from shared.runtime.loop import Call, OutOfTime, call_of, loop_thread

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger(__name__)

CLAIMS = "fly_potato.claims"
"""The scope's member that holds the claims which the gateway's authorizer has verified, or None."""
REQUEST_ID = "fly_potato.request_id"
"""The scope's member that holds the id of the request, once it is settled."""
PROBLEM = "application/problem+json"
GUARDS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""What every answer says that says nothing else of it."""
RETRY_AFTER_SECONDS = "30"
"""When a caller may try again after an outage."""

_TEXT = ("text/", "application/json", "application/problem+json", "application/geo+json", "application/xml")


class HttpHandler:
    """A function that answers HTTP events with a FastAPI application, which ``build`` makes on the first call."""

    def __init__(self, build: "Callable[[], FastAPI]") -> None:
        self._build = build

    def __call__(self, event: dict[str, Any], context: object = None) -> dict[str, Any]:
        """Answer one event; whatever goes wrong, the answer is a problem and never a stack trace.

        A trigger's event wants no answer: a timer keeps the instance and its application ready.
        """
        if event.get("messages"):
            loop_thread().run(loop_thread().opened(self, self._entered), call_of(context, None).seconds_left)
            return {}
        request = HttpEvent(event)
        call = call_of(context, request.request_id)
        with logs.bound(request_id=call.request_id):
            try:
                return loop_thread().run(self._answer(request, call), call.seconds_left)
            except InputError as error:
                return _problem(400, error.code, error.sentence, call)
            except FlyPotatoError as error:
                logger.exception("The function cannot start.", extra={"code": error.code})
                return _problem(503, error.code, error.sentence, call, error)
            except OutOfTime:
                logger.exception("The call ran out of time.", extra={"code": "TIME_OUT"})
                return _problem(504, "TIME_OUT", "Сервис не успел ответить, попробуйте ещё раз.", call)
            except Exception:
                logger.exception("The function failed.", extra={"code": "INTERNAL_ERROR"})
                return _problem(500, "INTERNAL_ERROR", "Внутренняя ошибка сервиса.", call)

    async def _answer(self, request: "HttpEvent", call: Call) -> dict[str, Any]:
        if not request.is_http:
            raise InputError("EVENT_MALFORMED", "Событие не похоже на HTTP-запрос.")
        scope, body = {**request.scope, REQUEST_ID: call.request_id}, request.body
        app, state = await loop_thread().opened(self, self._entered)
        from mangum.protocols import HTTPCycle

        cycle = HTTPCycle({**scope, "state": dict(state)}, body)
        await cycle.run(app)
        return platform_answer(cycle.status, [(bytes(name), bytes(value)) for name, value in cycle.headers], cycle.body)

    @asynccontextmanager
    async def _entered(self) -> "AsyncIterator[tuple[FastAPI, dict[str, Any]]]":
        app = self._build()
        async with app.router.lifespan_context(app) as state:
            yield app, dict(state or {})


class HttpEvent:
    """One request, read from an event of any of the four shapes."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        self._context = _mapping(event.get("requestContext"))
        self._http = _mapping(self._context.get("http"))

    @property
    def is_http(self) -> bool:
        """Tell whether the event is an HTTP one; a trigger's has ``messages`` and no request context."""
        if not isinstance(self._event.get("requestContext"), Mapping) or "messages" in self._event:
            return False
        return isinstance(self._event.get("httpMethod"), str) or isinstance(self._context.get("http"), Mapping)

    @property
    def request_id(self) -> str | None:
        """Give the platform's id of the request, if it has one."""
        request_id = self._context.get("requestId")
        return request_id if isinstance(request_id, str) and request_id else None

    @property
    def body(self) -> bytes:
        """Give the body's bytes.

        Raises:
            RequestError: ``BODY_MALFORMED`` when it says that it is base64 and is not.
        """
        body = self._event.get("body") or ""
        if not self._event.get("isBase64Encoded"):
            return str(body).encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise RequestError("BODY_MALFORMED", "Тело запроса повреждено.") from None

    @property
    def scope(self) -> dict[str, Any]:
        """Give the ASGI scope of the request."""
        headers = tuple(self._headers())
        by_name = dict(headers)
        path = self._path()
        scheme = by_name.get("x-forwarded-proto", "https").split(",")[0].strip()
        server = urlsplit(f"//{by_name.get('host', 'localhost')}")
        claims = _mapping(_mapping(_mapping(self._context.get("authorizer")).get("jwt")).get("claims"))
        identity = _mapping(self._context.get("identity"))
        client = self._http.get("sourceIp") or identity.get("sourceIp") or ""
        return {
            "type": "http",
            "http_version": "1.1",
            "method": str(self._event.get("httpMethod") or self._http.get("method") or "GET").upper(),
            "headers": [[name.encode("latin-1", "replace"), value.encode("utf-8")] for name, value in headers],
            "path": path,
            "raw_path": None,
            "root_path": "",
            "scheme": scheme if scheme in {"http", "https"} else "https",
            "query_string": self._query(),
            "server": (server.hostname or "localhost", _port(server.netloc, scheme)),
            "client": (str(client), 0),
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            CLAIMS: dict(claims) or None,
        }

    def _path(self) -> str:
        if isinstance(raw := self._event.get("rawPath"), str):
            path = raw
        elif self._event.get("version") == "1.0":
            path = str(self._event.get("path") or "/")
        elif isinstance(url := self._event.get("url"), str) and url:
            path = unquote(url.split("?", 1)[0])
        else:
            path = str(self._event.get("path") or "/")
        return path if path.startswith("/") else f"/{path}"

    def _query(self) -> bytes:
        url = self._event.get("url")
        if self._event.get("version") is None and isinstance(url, str) and "?" in url:
            return url.split("?", 1)[1].encode("utf-8")
        if isinstance(raw := self._event.get("rawQueryString"), str):
            return raw.encode("utf-8")
        several = _mapping(self._event.get("multiValueQueryStringParameters"))
        single = _mapping(self._event.get("queryStringParameters"))
        return urlencode(dict(several) or dict(single), doseq=True).encode("ascii")

    def _headers(self) -> Iterator[tuple[str, str]]:
        # The two maps say the same of a header, and not always with the same letters large.
        single, several = (_by_name(_mapping(self._event.get(name))) for name in ("headers", "multiValueHeaders"))
        for name, values in {**single, **several}.items():
            yield name, ("; " if name == "cookie" else ", ").join(values)


def problem_body(
    status: int, code: str, sentence: str, request_id: str | None, fields: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Make the body of an error (RFC 9457): ``detail`` is for a person, ``code`` is stable, ``errors`` is by field."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "code": code,
        "request_id": request_id,
    }
    return {**body, "errors": list(fields)} if fields else body


def problem_headers(error: FlyPotatoError | None = None) -> dict[str, str]:
    """Give the headers that an error's answer has: when to try again, how to prove who calls."""
    headers = dict(GUARDS)
    if isinstance(error, OutageError):
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def platform_answer(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> dict[str, Any]:
    """Give an answer as the platform takes it: headers by ``multiValueHeaders`` alone, other than text as base64."""
    several: dict[str, list[str]] = {}
    for name, value in headers:
        several.setdefault(name.decode("latin-1").title(), []).append(value.decode("latin-1"))
    kind = several.get("Content-Type", ["text/plain"])[0].lower()
    plain = kind.startswith(_TEXT) and "Content-Encoding" not in several
    text = body.decode("utf-8") if plain else base64.b64encode(body).decode("ascii")
    return {
        "statusCode": status,
        "multiValueHeaders": several,
        "body": text,
        "isBase64Encoded": not plain and bool(body),
    }


def _problem(status: int, code: str, sentence: str, call: Call, error: FlyPotatoError | None = None) -> dict[str, Any]:
    headers = {**problem_headers(error), "Content-Type": PROBLEM, "X-Request-Id": call.request_id}
    body = json.dumps(problem_body(status, code, sentence, call.request_id), ensure_ascii=False)
    return platform_answer(status, [(n.encode(), v.encode()) for n, v in headers.items()], body.encode())


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _by_name(headers: Mapping[str, Any]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in headers.items():
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        gathered.setdefault(str(name).lower(), []).extend(str(each) for each in values if each is not None)
    return gathered


def _port(netloc: str, scheme: str) -> int:
    tail = netloc.rpartition(":")[2]
    return int(tail) if tail.isdecimal() and len(tail) < 6 else (80 if scheme == "http" else 443)
