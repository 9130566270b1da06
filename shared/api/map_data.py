"""What maps are drawn from, over HTTP: shapes of regions and vector tiles of flights."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from shared.api.cache import BODY_BYTES, Content, respond
from shared.api.filters import CountedFilters, demand_region, permitted, select
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Connection
from shared.errors import NotFound
from shared.reports import region_tables
from shared.stats import answers, queries
from shared.stats.models import RegionShapes
from shared.stats.selection import Facts, Period, Selection

router = APIRouter(prefix="/api", tags=["maps"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]


class GeoJson(JSONResponse):
    """An answer in GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"


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
    region: Annotated[
        str | None,
        Query(min_length=1, max_length=10, description="The shape of this region alone", examples=["RU-MOW"]),
    ] = None,
) -> Response:
    """Give the regions' shapes, simplified."""

    async def produce(conn: Connection, facts: Facts) -> Content:
        return Content(await queries.shapes(conn, detail, BODY_BYTES, region), "application/geo+json")

    return await respond(request, principal, produce, compress=True)


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
    z: Annotated[int, Path(ge=0, le=queries.DEEPEST)],
    x: Annotated[int, Path(ge=0, lt=1 << queries.DEEPEST)],
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
        return Content(await queries.tile(conn, selection, z, x, y), "application/vnd.mapbox-vector-tile")

    return await respond(request, principal, produce, clock=filters.clock)


@router.get(
    "/exports/regions/{document}",
    operation_id="fetchRegions",
    response_class=Response,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": "Место;Код;Регион\r\n"},
                "application/geo+json": {"schema": {"type": "object"}, "example": {"type": "FeatureCollection"}},
            }
        },
        304: {},
    },
)
async def regions_file(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    document: Annotated[str, Path(pattern=r"^regions\.(csv|geojson)$", examples=["regions.csv"])],
) -> Response:
    """Give the ranking of regions as CSV for a Russian Excel, or as GeoJSON with their shapes."""
    if filters.region is not None:
        demand_region(filters.region, principal)

    async def produce(conn: Connection, facts: Facts) -> Content:
        period = Period.within(facts, filters.first, filters.last)
        selection = Selection(period, None, filters.uav_type, principal.regions, filters.clock, filters.state)
        ranking = await answers.regions(conn, selection, facts)
        if document.endswith(".csv"):
            disposition = f'attachment; filename="regions {period.first} - {period.last}.csv"'
            media = "text/csv; charset=utf-8; header=present"
            return Content(region_tables.as_csv(ranking), media, {"Content-Disposition": disposition})
        shapes = json.loads(await queries.shapes(conn, "low", BODY_BYTES // 2))
        return Content(region_tables.as_geojson(ranking, shapes), "application/geo+json")

    return await respond(request, principal, produce, clock=filters.clock)
