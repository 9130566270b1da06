"""What the statistics are compared, judged and foretold by, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from shared.api.cache import Content, json_answer, respond
from shared.api.filters import (
    CountedFilters,
    Filters,
    PlacedCountedFilters,
    PlacedFilters,
    WholeFilters,
    demand_region,
    find,
    permitted,
    query_day,
    read_days,
    select,
)
from shared.api.problem_details import UnprocessableInput
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Connection
from shared.stats import queries
from shared.stats.anomalies import USUAL_K, Anomalies, anomalies
from shared.stats.comparison import Comparison, Days, compare, last_whole_month
from shared.stats.data_quality import CenterLeague, league
from shared.stats.forecast import Forecast, forecast
from shared.stats.models import Answer
from shared.stats.plan_fact import PlanFact, plan_fact
from shared.stats.selection import Facts, Period, Selection
from shared.stats.zone_shares import Zones, zones

router = APIRouter(prefix="/api/stats", tags=["statistics"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Statistic = Callable[[Connection, Selection, Facts], Awaitable[Answer]]


@router.get("/comparison", response_model=Comparison, operation_id="statsComparison", responses={304: {}, 404: {}})
async def comparison(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    against: Annotated[
        Literal["previous", "year"],
        Query(description="What to compare with: the period of the same length before, or the same a year ago"),
    ] = "previous",
    against_from: Annotated[str | None, query_day("against_from", "First day of another period")] = None,
    against_to: Annotated[str | None, query_day("against_to", "Its last day, included")] = None,
) -> Response:
    """Compare two periods, with each region's part in the change.

    Without from and to the last whole month is compared. Whole months are compared with as many whole months.
    """
    if filters.region is not None:
        demand_region(filters.region, principal)
    chosen = _chosen(against_from, against_to)

    async def produce(conn: Connection, facts: Facts) -> Content:
        first, last = filters.first, filters.last
        if first is None and last is None:
            first, last = await last_whole_month(conn, facts) or (None, None)
        period = Period.within(facts, first, last)
        place = None if filters.region is None else find(filters.region, await queries.regions(conn))
        selection = Selection(period, place, filters.uav_type, principal.regions, filters.clock, filters.state)
        return json_answer(await compare(conn, selection, facts, "chosen" if chosen else against, chosen))

    return await respond(request, principal, produce, clock=filters.clock, compress=True)


@router.get("/forecast", response_model=Forecast, operation_id="statsForecast", responses={304: {}})
async def foretold(request: Request, principal: Analyst, filters: WholeFilters) -> Response:
    """Forecast the next three months, with a band and the error that the method had in the past.

    The method is told in the answer. Months that the data hold in part are left out.
    """
    return await _respond_with(request, principal, filters, forecast)


@router.get("/anomalies", response_model=Anomalies, operation_id="statsAnomalies", responses={304: {}})
async def odd_days(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    k: Annotated[
        float, Query(ge=1, le=100, description="How many median distances (MAD) from the median a day is odd")
    ] = USUAL_K,
) -> Response:
    """Give the days unlike their weekday: against the median of the same weekday of the eight weeks before.

    Without a region the odd days of each region are told beside the country's, for the last 92 days of the period.
    """

    async def odd(conn: Connection, selection: Selection, facts: Facts) -> Anomalies:
        return await anomalies(conn, selection, facts, k)

    return await _respond_with(request, principal, filters, odd)


@router.get("/plan-fact", response_model=PlanFact, operation_id="statsPlanFact", responses={304: {}})
async def plans_and_facts(
    request: Request,
    principal: Analyst,
    filters: PlacedFilters,
    state: Annotated[
        str | None,
        Query(max_length=20, description="Refused (STATE_NOT_TAKEN): plans never flown are what is told here"),
    ] = None,
) -> Response:
    """Hold plans against facts, in all, by centre and by kind of operator.

    Lateness of take-offs, planned against actual minutes, plans never flown, take-offs never closed.
    """
    if state is not None:
        raise UnprocessableInput(
            "STATE_NOT_TAKEN",
            "План и факт сравнивают состоявшееся с несостоявшимся: отбор по состоянию здесь не действует, уберите его.",
        )
    return await _respond_with(request, principal, filters, plan_fact)


@router.get("/centers", response_model=CenterLeague, operation_id="statsCenters", responses={304: {}})
async def centers(request: Request, principal: Analyst, filters: PlacedCountedFilters) -> Response:
    """Rank the centres of air traffic management by the quality of their data.

    The score is told with its formula: 100 less the mean of four shares of what is not as it should be, of a region or
    of flown flights three, for a rejected row has neither a place nor a state.
    """
    return await _respond_with(request, principal, filters, league)


@router.get("/zones", response_model=Zones, operation_id="statsZones", responses={304: {}})
async def zones_of_flights(request: Request, principal: Analyst, filters: PlacedCountedFilters) -> Response:
    """Tell how much of the flights' zones lies in each region, and which zones are named most often.

    A flight counts once for the region of its point; by_area shares it out by the geodesic area of its zone.
    """
    return await _respond_with(request, principal, filters, zones)


async def _respond_with(request: Request, principal: Principal, filters: Filters, statistic: Statistic) -> Response:
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        return json_answer(await statistic(conn, selection, facts))

    return await respond(request, principal, produce, clock=filters.clock, compress=True)


def _chosen(first: str | None, last: str | None) -> Days | None:
    days = read_days(first, "against_from", last, "against_to")
    if days[0] is None and days[1] is None:
        return None
    if days[0] is None or days[1] is None:
        raise UnprocessableInput("PERIOD_OPEN", "Укажите оба дня периода сравнения: against_from и against_to.")
    return days[0], days[1]
