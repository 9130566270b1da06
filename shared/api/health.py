"""Is it alive, is it ready, how is it doing: ``/health``, ``/healthz``, ``/metrics``."""

import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Literal

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from shared import logs
from shared.api.application import create_app
from shared.api.probes import Check, Probes
from shared.errors import Unauthenticated
from shared.metrics import CONTENT_TYPE, Samples, exposition
from shared.runtime.http import RETRY_AFTER_SECONDS
from shared.settings import AppSettings, MetricsSettings, load

router = APIRouter(tags=["state"])


class Health(BaseModel):
    """The function runs."""

    status: Literal["ok"]
    title: str
    version: str
    release: str | None
    """What a deployment called the bundles that answer; null where nobody deployed."""


class CheckResult(BaseModel):
    """One thing that has to be there; ``code`` says why it is not."""

    name: str
    ok: bool
    code: str | None
    duration_ms: float


class Readiness(BaseModel):
    """Whether the product can do its work."""

    status: Literal["ready", "unready"]
    version: str
    checks: list[CheckResult]


@router.get("/health", operation_id="health")
async def health(request: Request) -> Health:
    """Say that the function runs; touches nothing else."""
    settings: AppSettings = request.app.state.app_settings
    return Health(status="ok", title=settings.title, version=settings.version, release=settings.release)


@router.get(
    "/healthz",
    operation_id="readiness",
    responses={
        503: {
            "model": Readiness,
            "description": "Not ready; each check says why, or a problem when the function cannot start",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    },
)
async def healthz(request: Request, response: Response) -> Readiness:
    """Check database, schema, boundaries, bucket and disk; 503 if one of them is not right."""
    probes: Probes = request.app.state.probes
    checks: Sequence[Check] = await probes.readiness()
    ready = all(check.ok for check in checks)
    if not ready:
        response.status_code = 503
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    results = [
        CheckResult(name=check.name, ok=check.ok, code=check.code, duration_ms=check.duration_ms) for check in checks
    ]
    version = request.app.state.app_settings.version
    return Readiness(status="ready" if ready else "unready", version=version, checks=results)


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=PlainTextResponse,
    responses={
        200: {"content": {"text/plain": {"example": "# HELP fly_potato_database_up 1 if it answered.\n"}}},
        401: {},
    },
)
async def metrics(request: Request) -> Response:
    """Give the numbers in Prometheus' text format 0.0.4.

    Asks for a bearer token of its own where METRICS_TOKEN is set. Each scrape is a billed call, so 60 seconds apart or
    more. spec/contracts/metrics.yaml lists the families.
    """
    settings: MetricsSettings = request.app.state.metrics_settings
    if settings.token is not None:
        expected = f"Bearer {settings.token.get_secret_value()}"
        header = request.headers.get("authorization", "")
        if not hmac.compare_digest(expected.encode(), header.encode()):
            raise Unauthenticated("METRICS_TOKEN_INVALID", "Для метрик нужен токен.")
    probes: Probes = request.app.state.probes
    version: str = request.app.state.app_settings.version
    samples: Samples = {**await probes.samples(), "build_info": {(version,): 1.0}}
    return Response(exposition(samples), media_type=CONTENT_TYPE)


def application() -> FastAPI:
    """Build the application of the function ``health``."""
    settings = load(AppSettings)
    logs.configure(settings.effective_log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.probes = Probes(app.state.metrics_settings, stack)
            yield

    app = create_app([router], lifespan=lifespan)
    app.state.app_settings = settings
    app.state.metrics_settings = load(MetricsSettings)
    return app
