"""Flights and maps over HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from shared.api import cursors
from shared.api.cache import BODY_BYTES, Content, Render, respond
from shared.api.filters import CountedFilters, RequestFilters, permitted, select
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Connection
from shared.errors import NotFound
from shared.stats import flight_pages, maps, queries
from shared.stats.models import FlightPage, RegionShapes
from shared.stats.selection import Facts

router = APIRouter(prefix="/api", tags=["maps"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Format = Literal["geojson", "csv"]
State = Literal["planned", "flown", "cancelled"]


class GeoJson(JSONResponse):
    """An answer in GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"


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
    state: State | None = None,
    undated: Annotated[
        Literal["true"] | None,
        Query(description="List flights whose day is not known instead; no period holds them"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=2000, description="How many flights a page holds at most")] = 200,
    cursor: Annotated[str | None, Query(max_length=512, description="The `next` of the page before")] = None,
    as_format: Annotated[Format | None, Query(alias="format", description="Goes before the header Accept")] = None,
) -> Response:
    """List flights, the latest day first.

    Pages by cursor: `next` in GeoJSON, the header Link in CSV. No personal data: no callsign, registration, name or
    plan number.
    """
    chosen = as_format or ("csv" if "text/csv" in request.headers.get("accept", "") else "geojson")
    after = _after(cursor, undated=undated is not None) if cursor else None
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Render:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        if undated:
            rows = await flight_pages.undated_page(conn, selection, state, after[1] if after else None, limit + 1)
        else:
            rows = await flight_pages.page(conn, selection, state, after, limit + 1)
        return lambda: render(rows)

    def render(rows: list[flight_pages.FlightRow]) -> Content:
        written = (flight_pages.features if chosen == "geojson" else flight_pages.csv_lines)(rows[:limit])
        # A page of heavy flights ends early; the cursor goes on from there.
        count = flight_pages.fitting(written, BODY_BYTES - 10_000)
        following = _cursor(rows[count - 1]) if len(rows) > count else None
        if chosen == "geojson":
            return Content(flight_pages.geojson(written[:count], following), "application/geo+json")
        headers = {"Content-Disposition": 'attachment; filename="flights.csv"'}
        if following:
            address = request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
        return Content(flight_pages.as_csv(written[:count]), "text/csv; charset=utf-8; header=present", headers)

    return await respond(request, principal, produce, clock=filters.clock, variant=chosen)


@router.get(
    "/regions.geojson",
    operation_id="regionShapes",
    response_model=RegionShapes,
    response_class=GeoJson,
    responses={304: {}},
)
async def shapes(
    request: Request,
    principal: Analyst,
    detail: Annotated[
        Literal["low", "high"], Query(description="low is simplified by some 5 km, high by 1 km")
    ] = "low",
) -> Response:
    """Give the regions' shapes, simplified."""

    async def produce(conn: Connection, facts: Facts) -> Content:
        return Content(await maps.shapes(conn, detail, BODY_BYTES), "application/geo+json")

    return await respond(request, principal, produce)


@router.get(
    "/tiles/{z}/{x}/{tile}",
    operation_id="flightTile",
    response_class=Response,
    responses={
        200: {
            "content": {
                "application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}, "example": ""}
            }
        },
        304: {},
        404: {},
    },
)
async def tile(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    z: Annotated[int, Path(ge=0, le=maps.DEEPEST)],
    x: Annotated[int, Path(ge=0, lt=1 << maps.DEEPEST)],
    tile: Annotated[str, Path(pattern=r"^[0-9]{1,5}\.mvt$", description="The row from the north", examples=["4.mvt"])],
) -> Response:
    """Give one vector tile of flights.

    Mapbox vector tile, Web Mercator, one layer `flights` of points with the property `flights`: how many in a cell, 64
    by 64 cells a tile.
    """
    y = int(tile.removesuffix(".mvt"))
    if x >= 1 << z or y >= 1 << z:
        raise NotFound("TILE_NOT_FOUND", "Такой плитки карты нет.")
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        return Content(await maps.tile(conn, selection, z, x, y), "application/vnd.mapbox-vector-tile")

    return await respond(request, principal, produce, clock=filters.clock)


def _cursor(row: flight_pages.FlightRow) -> str:
    return cursors.pack("" if row.utc_day is None else row.utc_day.isoformat(), str(row.key))


def _after(cursor: str, *, undated: bool) -> tuple[date, UUID]:
    day, key = cursors.unpack(cursor, str, str)
    try:
        # A cursor of the other list has no place in this one.
        if undated != (day == ""):
            raise ValueError
        return (date.min if undated else date.fromisoformat(str(day))), UUID(str(key))
    except ValueError:
        raise cursors.invalid() from None
