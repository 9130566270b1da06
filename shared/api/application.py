"""The application factory that every HTTP function uses."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI

from shared.api.envelope import Envelope
from shared.api.problems import install

if TYPE_CHECKING:
    from shared.auth.access import Gatekeeper

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_app(
    routers: Sequence[APIRouter], *, gatekeeper: "Gatekeeper | None" = None, lifespan: Lifespan | None = None
) -> FastAPI:
    """Make an application of some routers, with problem bodies, request ids and input guards.

    The interface is described by spec/openapi.yaml alone, so FastAPI's own documents are off. ``gatekeeper`` is needed
    where a route demands a role.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.gatekeeper = gatekeeper
    install(app)
    for router in routers:
        app.include_router(router)
    app.add_middleware(Envelope)
    return app
