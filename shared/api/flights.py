"""Flights over HTTP: the list by pages, how many it holds, one in full, and the whole list as a file."""

import math
import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from shared.api import cursors
from shared.api.cache import BODY_BYTES, Content, Render, respond
from shared.api.filters import RequestFilters, permitted, select
from shared.api.map_data import GeoJson
from shared.api.problem_details import UnprocessableInput
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Connection
from shared.errors import NotFound
from shared.stats import answers, flight_numbers, flight_pages, queries
from shared.stats.models import FlightInFull, FlightPage, FlightsCounted
from shared.stats.narrowing import Narrowing
from shared.stats.selection import Facts

router = APIRouter(prefix="/api", tags=["maps"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Format = Literal["geojson", "csv"]
State = Annotated[
    Literal["planned", "flown", "cancelled", "counted"] | None,
    Query(description="counted: all that statistics count, which is any but the cancelled; all where not given"),
]
_NUMBER = re.compile(r"-?\d{1,3}(\.\d{1,12})?")
Undated = Annotated[
    Literal["true"] | None, Query(description="List flights whose day is not known instead; no period holds them")
]


def _instant(description: str) -> Any:
    shape = {"format": "date-time"}
    return Query(max_length=40, description=description, json_schema_extra=shape, examples=["2025-01-31T09:00:00Z"])


def read_narrowing(
    since: Annotated[str | None, _instant("Took off at this instant or later")] = None,
    until: Annotated[str | None, _instant("Took off before this instant")] = None,
    airborne: Annotated[str | None, _instant("Was in the air at this instant")] = None,
    hour: Annotated[int | None, Query(ge=0, le=23, description="Hour of the take-off, local time")] = None,
    weekday: Annotated[int | None, Query(ge=1, le=7, description="Weekday of the take-off, local; 1 is Monday")] = None,
    least: Annotated[
        int | None, Query(alias="min_minutes", ge=0, le=100_000, description="Flew so long, at least")
    ] = None,
    most: Annotated[
        int | None, Query(alias="max_minutes", ge=0, le=100_000, description="Flew so long, at most")
    ] = None,
    operator: Annotated[
        Literal["state", "organisation", "entrepreneur", "person", "unknown"] | None,
        Query(description="Kind of operator"),
    ] = None,
    problem: Annotated[
        str | None,
        Query(
            max_length=40, description="Code of a repair or doubt that the flight carries", examples=["COORD_SWAPPED"]
        ),
    ] = None,
    match: Annotated[
        Literal["inside", "near_border", "outside", "none"] | None, Query(description="How the point got its region")
    ] = None,
    centre: Annotated[
        str | None, Query(min_length=1, max_length=100, description="Centre as the workbook names it")
    ] = None,
    bbox: Annotated[
        str | None,
        Query(max_length=80, description="West, south, east, north of the point, degrees", examples=["37,55,38,56"]),
    ] = None,
) -> Narrowing:
    """Read what a list is narrowed by. Raises UnprocessableInput ``BBOX_INVALID`` or ``INSTANT_INVALID``."""
    return Narrowing(
        since=_moment(since, "since"),
        until=_moment(until, "until"),
        airborne=_moment(airborne, "airborne"),
        hour=hour,
        weekday=weekday,
        least_minutes=least,
        most_minutes=most,
        operator=operator,
        problem=problem,
        match=match,
        centre=centre,
        box=None if bbox is None else box_of(bbox),
    )


RequestNarrowing = Annotated[Narrowing, Depends(read_narrowing)]
"""What the list of a route is narrowed by."""


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        sentence = f"Параметр {name} должен быть моментом со сдвигом от UTC вида 2025-01-31T09:00:00Z."
        raise UnprocessableInput("INSTANT_INVALID", sentence)
    return moment


def box_of(text: str) -> tuple[float, float, float, float]:
    """Read a box: west, south, east, north. Raises UnprocessableInput ``BBOX_INVALID``."""
    parts = text.split(",")
    numbers = [float(part) for part in parts if _NUMBER.fullmatch(part.strip())]
    if len(numbers) == len(parts) == 4:
        west, south, east, north = numbers
        if (
            -180 <= west <= 180
            and -180 <= east <= 180
            and -90 <= south <= north <= 90
            and all(map(math.isfinite, numbers))
        ):
            return west, south, east, north
    raise UnprocessableInput("BBOX_INVALID", "Область карты задаётся четырьмя числами: запад, юг, восток, север.")


def states_of(state: str | None) -> list[str] | None:
    """Give the states that a list is of; None for all."""
    return None if state is None else ["planned", "flown"] if state == "counted" else [state]


@router.get(
    "/flights",
    operation_id="listFlights",
    response_model=FlightPage,
    response_class=GeoJson,
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}, "example": "key,day,state,uav_type\n"}}},
        304: {},
    },
)
async def listed(
    request: Request,
    principal: Analyst,
    filters: RequestFilters,
    narrowing: RequestNarrowing,
    state: State = None,
    undated: Undated = None,
    limit: Annotated[int, Query(ge=1, le=2000, description="How many flights a page holds at most")] = 200,
    cursor: Annotated[str | None, Query(max_length=512, description="The `next` of the page before")] = None,
    as_format: Annotated[Format | None, Query(alias="format", description="Goes before the header Accept")] = None,
) -> Response:
    """List flights, the latest day first.

    Pages by cursor: `next` in GeoJSON, the header Link in CSV. No personal data: no callsign, registration, name or
    plan number. The whole list as a file for a spreadsheet is flights.csv and flights.xlsx.
    """
    chosen = as_format or ("csv" if "text/csv" in request.headers.get("accept", "") else "geojson")
    after = after_cursor(cursor, undated=undated is not None) if cursor else None
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Render:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        if undated:
            key = after[1] if after else None
            rows = await flight_pages.undated_page(conn, selection, states_of(state), key, limit + 1, narrowing)
        else:
            rows = await flight_pages.page(conn, selection, states_of(state), after, limit + 1, narrowing)
        return lambda: render(rows)

    def render(rows: list[flight_pages.FlightRow]) -> Content:
        encoded = (flight_pages.features if chosen == "geojson" else flight_pages.csv_lines)(rows[:limit])
        # A page of heavy flights ends early; the cursor goes on from there.
        count = flight_pages.fitting(encoded, BODY_BYTES - 10_000)
        following = cursor_of(rows[count - 1]) if len(rows) > count else None
        if chosen == "geojson":
            return Content(flight_pages.geojson(encoded[:count], following), "application/geo+json")
        headers = {"Content-Disposition": 'attachment; filename="flights.csv"'}
        if following:
            address = request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
        return Content(flight_pages.as_csv(encoded[:count]), "text/csv; charset=utf-8; header=present", headers)

    return await respond(request, principal, produce, clock=filters.clock, variant=chosen, compress=True)


@router.get("/flights/count", operation_id="countFlights", response_model=FlightsCounted, responses={304: {}})
async def counted(
    request: Request, principal: Analyst, filters: RequestFilters, narrowing: RequestNarrowing, state: State = None
) -> Response:
    """Tell how many flights the list holds."""
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        count = await flight_numbers.count(conn, selection, states_of(state), narrowing)
        answer = FlightsCounted(**dict(answers.head(selection, facts)), flights=count)
        return Content(answer.model_dump_json().encode(), "application/json")

    return await respond(request, principal, produce, clock=filters.clock)


@router.get("/flights/{key}", operation_id="getFlight", response_model=FlightInFull, responses={304: {}, 404: {}})
async def one(
    request: Request,
    principal: Analyst,
    key: Annotated[UUID, Path(description="The `id` of a flight in the list")],
) -> Response:
    """Give one flight in full.

    Who may send workbooks gets its number, callsign and registrations too.
    """
    may_name = principal.may(Role.OPERATOR)

    async def produce(conn: Connection, facts: Facts) -> Content:
        flight = await flight_pages.one(conn, key, facts.clock)
        # A flight that a caller may not see is for them one that is not there.
        if flight is None or (principal.regions is not None and flight.region not in principal.regions):
            raise NotFound("FLIGHT_NOT_FOUND", "Такого полёта нет: возможно, его книгу отозвали или полёт перечитан.")
        answer = flight if may_name else flight.model_copy(update={"identity": None})
        return Content(answer.model_dump_json().encode("utf-8", "surrogatepass"), "application/json")

    variant = "named" if may_name else "unnamed"
    return await respond(request, principal, produce, clock=request.app.state.statistics_settings.days, variant=variant)


def cursor_of(row: flight_pages.FlightRow) -> str:
    """Give the cursor of the page after a flight."""
    return cursors.pack("" if row.utc_day is None else row.utc_day.isoformat(), str(row.key))


def after_cursor(cursor: str, *, undated: bool) -> tuple[date, UUID]:
    """Read the UTC day and key that a cursor stands for. Raises UnprocessableInput ``CURSOR_INVALID``."""
    day, key = cursors.unpack(cursor, str, str)
    try:
        # A cursor of the other list has no place in this one.
        if undated != (day == ""):
            raise ValueError
        return (date.min if undated else date.fromisoformat(str(day))), UUID(str(key))
    except ValueError:
        raise cursors.invalid() from None
