"""The HTTP side's own parts: which application gets a request, and what ends one that takes too long."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp

from hosting.web import FirstMatch, TimeLimit


def _get(app: ASGIApp, path: str, method: str = "GET") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://host.example") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


def _application(name: str, *paths: str) -> FastAPI:
    app = FastAPI()
    for path in paths:
        app.add_api_route(path, lambda: name)
    return app


def test_a_request_goes_to_the_application_that_has_its_route() -> None:
    app = FirstMatch([_application("first", "/a"), _application("second", "/a/{id}", "/b")])
    assert [_get(app, path).json() for path in ("/a", "/a/1", "/b")] == ["first", "second", "second"]
    assert _get(app, "/b", "DELETE").status_code == 405
    assert _get(app, "/c").status_code == 404


def test_a_request_that_takes_too_long_is_a_problem() -> None:
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(30)

    answer = _get(TimeLimit(app, 0.05), "/slow")
    assert (answer.status_code, answer.json()["code"]) == (504, "TIME_OUT")


def test_a_time_out_of_something_else_is_no_time_out_of_the_request() -> None:
    async def broken(*_: Any) -> None:
        raise TimeoutError

    assert _get(TimeLimit(broken, 30), "/").status_code == 500
