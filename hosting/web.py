"""The HTTP side of the hosts: the functions' own FastAPI applications in one process.

The functions check bearer tokens themselves (AUTH_JWKS_URL), so no gateway stands before them; nginx does what else a
gateway would. There are none of the cloud's limits on bodies here, but the same answers and codes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hosting.settings import HostingSettings
from shared.api import embeds, health, statistics, uploads
from shared.api.application import request_id_of
from shared.api.problem_details import problem


def application() -> Starlette:
    """Build the application that uvicorn serves.

    Raises:
        ConfigurationError: ``SETTINGS_INVALID``, naming the variables.
    """
    applications = [
        build() for build in (health.application, statistics.application, uploads.application, embeds.application)
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in applications:
                await stack.enter_async_context(each.router.lifespan_context(each))
            yield

    timed = TimeLimit(FirstMatch(applications), HostingSettings().request_seconds)
    return Starlette(routes=[Mount("/", app=timed)], lifespan=lifespan)


class FirstMatch:
    """Gives a request to the first application that has its route, else to the first of all, which answers 404."""

    def __init__(self, applications: Sequence[FastAPI]) -> None:
        self._applications = applications

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; an application with the path and another method is taken where none has both."""
        matches = [max(route.matches(scope)[0].value for route in app.routes) for app in self._applications]
        # The first of the best: Match.FULL is more than PARTIAL (the path with another method), that more than NONE.
        await self._applications[matches.index(max(matches))](scope, receive, send)


class TimeLimit:
    """Ends a request after so many seconds with 504 TIME_OUT; an answer that has begun is cut off."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request in time."""
        begun = False

        async def outward(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                await self._app(scope, receive, outward)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            sentence = "Сервис не успел ответить, попробуйте ещё раз."
            request_id = request_id_of(scope)
            headers = {"X-Request-Id": request_id}
            await problem(504, "TIME_OUT", sentence, request_id, headers=headers)(scope, receive, send)
