"""The application factory that every HTTP function uses."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.api.middleware import RequestMiddleware
from shared.api.problem_details import install

if TYPE_CHECKING:
    from shared.auth.access import Authenticator

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


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
