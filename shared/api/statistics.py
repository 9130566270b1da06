"""The statistics over HTTP, and the application of the function ``stats``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response

from shared import logs
from shared.api import analyses, flight_files, flights, map_data, ogc_features, reports
from shared.api.application import create_app
from shared.api.cache import Content, ResponseCache, json_answer, respond
from shared.api.filters import CountedFilters, Filters, demand_region, find, permitted, select
from shared.auth.access import Authenticator, require
from shared.auth.principals import Principal, Role
from shared.db import Connection, connect_pool
from shared.settings import AppSettings, AuthSettings, DatabaseSettings, StatisticsSettings, StorageSettings, load
from shared.stats import answers, queries
from shared.stats.data_quality import Doubts, doubts
from shared.stats.models import (
    Answer,
    Completeness,
    Daily,
    Hourly,
    Overview,
    RankedRegion,
    Ranking,
    RegionPage,
    Types,
)
from shared.stats.selection import Facts, Period, Selection
from shared.storage import Storage

router = APIRouter(prefix="/api/stats", tags=["statistics"])
ROUTERS = (
    router,
    analyses.router,
    flight_files.router,
    flights.router,
    map_data.router,
    ogc_features.router,
    reports.router,
)
"""The routers of the function, which its application serves and the gateway's description is made of."""

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Statistic = Callable[[Connection, Selection, Facts], Awaitable[Answer]]
_SORTS: Mapping[str, Callable[[RankedRegion], Any]] = {
    "name": lambda region: region.name,
    "flights": lambda region: region.flights,
    "density": lambda region: region.density,
    "minutes": lambda region: region.actual.total_minutes,
    "zero_days": lambda region: region.zero_days,
}
Sort = Literal[
    "-flights", "flights", "name", "-name", "-density", "density", "-minutes", "minutes", "-zero_days", "zero_days"
]


@router.get("/overview", response_model=Overview, operation_id="statsOverview", responses={304: {}})
async def overview(request: Request, principal: Analyst, filters: CountedFilters) -> Response:
    """Give the key figures."""
    return await _respond_with(request, principal, filters, answers.overview)


@router.get("/regions", response_model=Ranking, operation_id="statsRegions", responses={304: {}, 404: {}})
async def regions(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    sort: Sort = "-flights",
    limit: Annotated[int, Query(ge=1, le=200, description="How many regions at most")] = 200,
) -> Response:
    """Give the ranking of the regions that the caller may see."""
    if filters.region is not None:
        demand_region(filters.region, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        period = Period.within(facts, filters.first, filters.last)
        selection = Selection(period, None, filters.uav_type, principal.regions, filters.clock, filters.state)
        ranking = await answers.regions(conn, selection, facts)
        items = ranking.items
        if filters.region is not None:
            code = find(filters.region, await queries.regions(conn)).code
            items = [item for item in items if item.code == code]
        if sort != "-flights":
            items = sorted(items, key=_SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
        return json_answer(ranking.model_copy(update={"items": items[:limit]}))

    return await respond(request, principal, produce, clock=filters.clock, compress=True)


@router.get("/region/{code}", response_model=RegionPage, operation_id="statsRegion", responses={304: {}, 404: {}})
async def region(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    code: Annotated[str, Path(max_length=10, description="Code of a region, ISO 3166-2", examples=["RU-MOW"])],
) -> Response:
    """Give everything of one region."""
    demand_region(code, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        place = find(code, await queries.regions(conn))
        period = Period.within(facts, filters.first, filters.last)
        selection = Selection(period, place, filters.uav_type, principal.regions, filters.clock, filters.state)
        return json_answer(await answers.region(conn, selection, facts))

    return await respond(request, principal, produce, clock=filters.clock, compress=True)


@router.get("/daily", response_model=Daily, operation_id="statsDaily", responses={304: {}})
async def daily(request: Request, principal: Analyst, filters: CountedFilters) -> Response:
    """Give days and months."""
    return await _respond_with(request, principal, filters, answers.daily)


@router.get("/hourly", response_model=Hourly, operation_id="statsHourly", responses={304: {}})
async def hourly(request: Request, principal: Analyst, filters: CountedFilters) -> Response:
    """Give local hours of the day and of the week."""
    return await _respond_with(request, principal, filters, answers.hourly)


@router.get("/types", response_model=Types, operation_id="statsTypes", responses={304: {}})
async def types(request: Request, principal: Analyst, filters: CountedFilters) -> Response:
    """Give types and operators' kinds."""
    return await _respond_with(request, principal, filters, answers.types)


@router.get("/quality", response_model=Completeness, operation_id="statsQuality", responses={304: {}})
async def quality(request: Request, principal: Analyst, filters: CountedFilters) -> Response:
    """Give how complete the data is."""
    return await _respond_with(request, principal, filters, answers.quality)


@router.get("/problems", response_model=Doubts, operation_id="statsProblems", responses={304: {}})
async def problems(request: Request, principal: Analyst, filters: CountedFilters) -> Response:
    """Count the repairs, doubts and losses that flights carry, by code, region and centre."""
    return await _respond_with(request, principal, filters, doubts)


async def _respond_with(request: Request, principal: Principal, filters: Filters, statistic: Statistic) -> Response:
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        return json_answer(await statistic(conn, selection, facts))

    return await respond(request, principal, produce, clock=filters.clock, compress=True)


def application() -> FastAPI:
    """Build the application of the function ``stats``."""
    logs.configure(load(AppSettings).effective_log_level)
    database = load(DatabaseSettings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await connect_pool(database, application="fly-potato-stats")
        try:
            yield
        finally:
            app.state.pool.terminate()

    app = create_app(
        ROUTERS,
        authenticator=Authenticator(load(AuthSettings)),
        lifespan=lifespan,
    )
    app.state.statistics_settings = load(StatisticsSettings)
    app.state.cache = ResponseCache()
    app.state.storage = Storage(load(StorageSettings))
    return app
