"""HTTP events of every shape through the adapter, and what it answers when things go wrong."""

import asyncio
import base64
import copy
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from shared import runtime
from shared.api.application import create_app
from shared.errors import DatabaseUnavailable
from shared.runtime import HttpHandler
from shared.runtime.http import CLAIMS, HttpEvent

HERE = Path(__file__).parent / "events"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "facts" / "events"


class Context:
    """The platform's context, with as much time as a test wants."""

    request_id = "context-id"

    def __init__(self, milliseconds: int = 5_000) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


def test_a_timer_keeps_the_application_ready_and_gets_no_answer() -> None:
    entered: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        entered.append("once")
        yield

    handler = HttpHandler(lambda: create_app([], lifespan=lifespan))
    try:
        for _ in range(2):
            assert handler({"messages": [{"event_metadata": {}, "details": {"payload": "{}"}}]}, Context()) == {}
    finally:
        runtime.shutdown()
    assert entered == ["once"]


def sample(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    runtime.shutdown()


class Built:
    """Counts what happens to an application."""

    def __init__(self) -> None:
        self.built = self.entered = self.left = 0
        self.fail_entering = 0
        self.threads: set[int] = set()
        self.loops: set[int] = set()

    def application(self) -> FastAPI:
        self.built += 1

        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
            if self.fail_entering:
                self.fail_entering -= 1
                raise DatabaseUnavailable("DATABASE_UNAVAILABLE", "База данных сейчас недоступна.")
            self.entered += 1
            yield {"pool": "open"}
            self.left += 1

        app = create_app([], lifespan=lifespan)

        @app.api_route("/", methods=["POST"])
        @app.api_route("/echo/{name}", methods=["GET", "POST"])
        async def echo(request: Request, name: str = "") -> dict[str, Any]:
            self.threads.add(threading.get_ident())
            self.loops.add(id(asyncio.get_running_loop()))
            body = await request.body()
            return {
                "name": name,
                "query": request.query_params.multi_items(),
                "cookies": request.cookies,
                "client": request.client.host if request.client else None,
                "scheme": request.url.scheme,
                "body": base64.b64encode(body).decode(),
                "claims": request.scope[CLAIMS],
                "pool": request.state.pool,
            }

        @app.get("/bytes")
        async def binary() -> Response:
            response = Response(b"\x00\xff", media_type="application/octet-stream")
            response.set_cookie("a", "1")
            response.set_cookie("b", "2")
            return response

        @app.get("/broken")
        async def broken() -> None:
            raise RuntimeError("Иванов +70000000000")

        @app.get("/inner")
        async def inner() -> None:
            raise TimeoutError

        @app.get("/slow")
        async def slow() -> None:
            await asyncio.sleep(30)

        @app.delete("/echo/{name}", status_code=204)
        async def nothing(name: str) -> None:
            return None

        return app


def get(path: str, **more: Any) -> dict[str, Any]:
    event = sample("http_v10")
    return {**event, "path": path, "resource": path, "multiValueQueryStringParameters": {}, **more}


@pytest.mark.parametrize("name", ["http_v10", "http_v01", "http_v20"])
def test_gateway_shapes_say_the_same(name: str) -> None:
    answer = HttpHandler(Built().application)(sample(name), Context())
    assert answer["statusCode"] == 200
    assert "headers" not in answer
    assert answer["multiValueHeaders"]["X-Request-Id"] == ["11111111-1111-4111-8111-111111111111"]
    assert json.loads(answer["body"]) == {
        "name": "Обзор 1",
        "query": [["m", "1"], ["m", "2"], ["t", "a b"]],
        "cookies": {"a": "1", "b": "2"},
        "client": "198.51.100.7",
        "scheme": "https",
        "body": "",
        "claims": {"sub": "person-1", "groups": '["operator"]'},
        "pool": "open",
    }


def test_a_direct_call_goes_to_the_root() -> None:
    answer = HttpHandler(Built().application)(sample("http_direct"), Context())
    body = json.loads(answer["body"])
    assert base64.b64decode(body["body"]).decode() == '{"hello": "мир"}'
    assert body["query"] == [["m", "1"], ["m", "2"]]
    assert body["claims"] is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="no captured events beside the project")
@pytest.mark.parametrize(
    ("name", "status"), [("http_v10", 404), ("http_v01", 404), ("http_v20", 404), ("http_direct", 200)]
)
def test_captured_events_reach_the_router(name: str, status: int) -> None:
    event = json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))
    assert HttpHandler(Built().application)(event, Context())["statusCode"] == status


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", "мир".encode(), b"{}"])
def test_the_flag_alone_says_how_the_body_is_written(body: bytes) -> None:
    event = {**sample("http_v10"), "httpMethod": "POST", "isBase64Encoded": True}
    event["body"] = base64.b64encode(body).decode()
    answer = HttpHandler(Built().application)(event, Context())
    if b"\0" in body:
        assert json.loads(answer["body"])["code"] == "NUL_CHARACTER"
    else:
        assert base64.b64decode(json.loads(answer["body"])["body"]) == body


def test_a_missing_body_is_an_empty_one() -> None:
    event = {**sample("http_v10"), "body": None, "isBase64Encoded": False}
    assert json.loads(HttpHandler(Built().application)(event, Context())["body"])["body"] == ""


def test_a_broken_body_is_a_problem() -> None:
    event = {**sample("http_v10"), "body": "***", "isBase64Encoded": True}
    answer = HttpHandler(Built().application)(event, Context())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "BODY_MALFORMED")


def test_bytes_go_as_base64_and_cookies_stay_apart() -> None:
    answer = HttpHandler(Built().application)(get("/bytes"), Context())
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == b"\x00\xff"
    assert len(answer["multiValueHeaders"]["Set-Cookie"]) == 2


def test_an_empty_answer_is_plain() -> None:
    answer = HttpHandler(Built().application)({**sample("http_v10"), "httpMethod": "DELETE"}, Context())
    assert (answer["statusCode"], answer["body"], answer["isBase64Encoded"]) == (204, "", False)


def test_one_loop_and_one_lifespan_for_all_calls() -> None:
    built = Built()
    handler = HttpHandler(built.application)
    assert built.built == 0
    for _ in range(5):
        assert handler(sample("http_v10"), Context())["statusCode"] == 200
    assert (built.built, built.entered, built.left) == (1, 1, 0)
    assert len(built.threads) == len(built.loops) == 1
    assert threading.get_ident() not in built.threads
    runtime.shutdown()
    assert built.left == 1


def test_a_call_inside_a_running_loop_works() -> None:
    async def call() -> dict[str, Any]:
        return HttpHandler(Built().application)(sample("http_v10"), Context())

    assert asyncio.run(call())["statusCode"] == 200


def test_a_failed_start_is_a_problem_and_the_next_call_tries_again() -> None:
    built = Built()
    built.fail_entering = 1
    handler = HttpHandler(built.application)
    answer = handler(sample("http_v10"), Context())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert handler(sample("http_v10"), Context())["statusCode"] == 200


def test_nothing_of_an_exception_reaches_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    answer = HttpHandler(Built().application)(get("/broken"), Context())
    problem = json.loads(answer["body"])
    assert answer["statusCode"] == 500
    assert answer["multiValueHeaders"]["Content-Type"] == ["application/problem+json"]
    assert problem["code"] == "INTERNAL_ERROR"
    assert problem["request_id"] == "11111111-1111-4111-8111-111111111111"
    assert "Иванов" not in answer["body"]
    assert "Traceback" not in answer["body"]


def test_a_call_that_takes_too_long_is_answered_before_the_platform_ends_it() -> None:
    started = time.monotonic()
    answer = HttpHandler(Built().application)(get("/slow"), Context(1_500))
    assert time.monotonic() - started < 1.5
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (504, "TIME_OUT")


@pytest.mark.parametrize(
    "event", [{}, {"messages": []}, {"requestContext": {}}, {"requestContext": None}, {"httpMethod": "GET"}]
)
def test_what_is_no_http_event_is_a_problem(event: dict[str, Any]) -> None:
    built = Built()
    answer = HttpHandler(built.application)(event, Context())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "EVENT_MALFORMED")
    assert json.loads(answer["body"])["request_id"] == "context-id"
    assert built.built == 0


def problems() -> Iterator[tuple[str, dict[str, Any]]]:
    built = Built()
    handler = HttpHandler(built.application)
    built.fail_entering = 1
    yield "start", handler(sample("http_v10"), Context())
    yield "clock", handler(get("/slow"), Context(1_500))
    yield "fault", handler(get("/broken"), Context())
    yield "inner", handler(get("/inner"), Context())
    yield "route", handler(get("/nowhere"), Context())
    yield "event", handler({**sample("http_v10"), "httpMethod": None}, Context())
    yield "nul", handler(get("/\0"), Context())
    yield "body", handler({**sample("http_v10"), "body": "***", "isBase64Encoded": True}, Context())


def test_every_problem_has_one_body_and_the_same_headers() -> None:
    for name, answer in problems():
        body, headers = json.loads(answer["body"]), answer["multiValueHeaders"]
        assert set(body) == {"type", "title", "status", "detail", "code", "request_id"}, name
        assert (body["status"], body["title"]) == (answer["statusCode"], HTTPStatus(body["status"]).phrase)
        assert headers["X-Request-Id"] == [body["request_id"]], name
        assert headers["Content-Type"] == ["application/problem+json"]
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == (["no-store"], ["nosniff"]), name
        assert headers.get("Retry-After") == (["30"] if name == "start" else None), name
        assert not answer["isBase64Encoded"]


def test_a_time_out_inside_a_handler_is_a_fault_and_not_the_calls_end() -> None:
    answer = HttpHandler(Built().application)(get("/inner"), Context())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "INTERNAL_ERROR")

    def build() -> FastAPI:
        raise TimeoutError

    answer = HttpHandler(build)(get("/inner"), Context())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "INTERNAL_ERROR")


def test_a_header_in_both_maps_comes_once_however_its_letters_are() -> None:
    event = get(
        "/echo/x", headers={"host": "a.example"}, multiValueHeaders={"Host": ["a.example"], "X-Two": ["1", "2"]}
    )
    assert dict(HttpEvent(event).scope["headers"]) == {b"host": b"a.example", b"x-two": b"1, 2"}
    assert HttpEvent(event).scope["server"] == ("a.example", 443)


@pytest.mark.parametrize("odd", ["a b", "Иванов", "x" * 129, "a\nb", "", None, 7])
def test_an_id_that_may_not_stand_in_logs_is_replaced_everywhere_alike(odd: object) -> None:
    event = get("/nowhere")
    event["requestContext"] = {**event["requestContext"], "requestId": odd}
    context = Context()
    context.request_id = odd  # type: ignore[assignment]
    answer = HttpHandler(Built().application)(event, context)
    assert [json.loads(answer["body"])["request_id"]] == answer["multiValueHeaders"]["X-Request-Id"]
    assert answer["multiValueHeaders"]["X-Request-Id"] != [odd]


@pytest.mark.parametrize(
    "change",
    [
        {"headers": None, "multiValueHeaders": None},
        {"headers": {}, "multiValueHeaders": {"X": [None]}},
        {"multiValueQueryStringParameters": None, "queryStringParameters": None},
        {"path": None},
        {"path": "no-slash"},
        {"headers": {"Host": "[::1"}},
        {"headers": {"Host": "x:port"}},
        {"headers": {"X-Forwarded-Proto": "gopher"}},
        {"requestContext": {"identity": None, "authorizer": None, "requestId": None}},
        {"requestContext": {"authorizer": {"jwt": {"claims": "text"}}}},
        {"httpMethod": "BREW"},
    ],
)
def test_odd_events_never_raise(change: dict[str, Any]) -> None:
    event = {**copy.deepcopy(sample("http_v10")), **change}
    answer = HttpHandler(Built().application)(event, Context())
    assert 200 <= answer["statusCode"] < 500
    json.dumps(answer)
