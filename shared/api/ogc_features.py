"""Flights and regions by OGC API - Features, Part 1 (OGC 17-069r4), so that QGIS and GDAL open them by one address.

A thin layer over the lists that are there: the same rights, the same conditions, pages by cursor behind the link
``next``. GeoJSON alone, WGS 84 alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from shared.api.cache import BODY_BYTES, Content, Render, respond
from shared.api.filters import Filters, permitted, select
from shared.api.flights import after_cursor, box_of, cursor_of
from shared.api.map_data import GeoJson
from shared.api.problem_details import UnprocessableInput
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Connection
from shared.errors import NotFound
from shared.stats import flight_numbers, flight_pages, queries
from shared.stats.narrowing import Narrowing
from shared.stats.selection import Facts

router = APIRouter(prefix="/api/ogc", tags=["maps"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Collection = Literal["flights", "regions"]
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CLASSES = ("core", "geojson", "oas30")
_COUNTED = ["planned", "flown"]
_TITLES: Mapping[Collection, tuple[str, str]] = {
    "flights": ("Полёты", "Полёты беспилотных воздушных судов, кроме отменённых: точка, по которой определён регион."),
    "regions": ("Регионы", "Субъекты действующего набора границ, упрощённые примерно до 1 км."),
}


class _OgcShape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OgcLink(_OgcShape):
    """A link of RFC 8288."""

    href: str
    rel: str
    type: str
    title: str


class OgcLanding(_OgcShape):
    """Where everything else is."""

    title: str
    description: str
    links: list[OgcLink]


class OgcConformance(_OgcShape):
    """Which classes of the standard are followed."""

    conformsTo: list[str]


class OgcCollection(_OgcShape):
    """A collection of features."""

    id: Collection
    title: str
    description: str
    itemType: Literal["feature"] = "feature"
    crs: list[str] = [_CRS84]
    extent: dict[str, Any]
    links: list[OgcLink]


class OgcCollections(_OgcShape):
    """The collections there are."""

    links: list[OgcLink]
    collections: list[OgcCollection]


class OgcItems(_OgcShape):
    """A page of features; the link ``next`` leads to the page after."""

    type: Literal["FeatureCollection"]
    timeStamp: datetime
    numberReturned: int
    numberMatched: int
    links: list[OgcLink]
    features: list[dict[str, Any]]


@router.get("", operation_id="ogcLanding")
async def landing(request: Request, principal: Analyst) -> OgcLanding:
    """Say where the collections are: the address to give to QGIS or GDAL."""
    links = [
        _link(request, "", "self", "Этот документ"),
        _link(request, "/openapi.json", "service-desc", "Описание API", "application/vnd.oai.openapi+json;version=3.0"),
        _link(request, "/docs", "service-doc", "Описание API для людей", "text/html"),
        _link(request, "/api/ogc/conformance", "conformance", "Чему соответствует"),
        _link(request, "/api/ogc/collections", "data", "Наборы данных"),
    ]
    return OgcLanding(title="Fly Potato", description="Полёты и регионы по OGC API - Features", links=links)


@router.get("/conformance", operation_id="ogcConformance")
async def conformance(principal: Analyst) -> OgcConformance:
    """Say which classes of the standard are followed."""
    return OgcConformance(
        conformsTo=[f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in _CLASSES]
    )


@router.get("/collections", operation_id="ogcCollections")
async def collections(request: Request, principal: Analyst) -> OgcCollections:
    """List the collections."""
    links = [_link(request, "/api/ogc/collections", "self", "Этот документ")]
    return OgcCollections(links=links, collections=[_collection(request, name) for name in _TITLES])


@router.get("/collections/{collection}", operation_id="ogcCollection")
async def one_collection(request: Request, principal: Analyst, collection: Collection) -> OgcCollection:
    """Tell of one collection."""
    return _collection(request, collection)


@router.get(
    "/collections/{collection}/items",
    operation_id="ogcItems",
    response_model=OgcItems,
    response_class=GeoJson,
    responses={304: {}},
)
async def items(
    request: Request,
    principal: Analyst,
    collection: Collection,
    limit: Annotated[int, Query(ge=1, le=10_000, description="A page holds 2000 at most")] = 200,
    bbox: Annotated[
        str | None, Query(max_length=120, description="West, south, east, north", examples=["37,55,38,56"])
    ] = None,
    interval: Annotated[
        str | None,
        Query(
            alias="datetime",
            max_length=80,
            description="An instant, or two with / between; .. is open",
            examples=["2025-01-01/.."],
        ),
    ] = None,
    region: Annotated[str | None, Query(min_length=1, max_length=10, description="Code of a region")] = None,
    cursor: Annotated[str | None, Query(max_length=512, description="Out of the link `next`")] = None,
) -> Response:
    """Give a page of features, flights the latest day first."""
    box = None if bbox is None else box_of(_flat(bbox))
    since, until = _interval(interval)
    clock = request.app.state.statistics_settings.days
    filters = permitted(Filters(None, None, region, None, clock), principal)

    async def produce(conn: Connection, facts: Facts) -> Render | Content:
        if collection == "regions":
            return _regions(request, json.loads(await queries.shapes(conn, "high", BODY_BYTES, filters.region)), box)
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        narrowing = Narrowing(since=since, until=until, box=box)
        most = min(limit, 2000)
        after = after_cursor(cursor, undated=False) if cursor else None
        rows = await flight_pages.page(conn, selection, _COUNTED, after, most + 1, narrowing)
        matched = await flight_numbers.count(conn, selection, _COUNTED, narrowing)
        return lambda: _flights(request, rows, most, matched)

    return await respond(request, principal, produce, clock=clock, variant=_root(request))


@router.get(
    "/collections/{collection}/items/{feature}",
    operation_id="ogcItem",
    response_class=GeoJson,
    responses={
        200: {"content": {"application/geo+json": {"schema": {"type": "object"}, "example": {"type": "Feature"}}}},
        304: {},
        404: {},
    },
)
async def item(
    request: Request,
    principal: Analyst,
    collection: Collection,
    feature: Annotated[str, Path(max_length=40, examples=["RU-MOW"])],
) -> Response:
    """Give one feature."""
    clock = request.app.state.statistics_settings.days

    async def produce(conn: Connection, facts: Facts) -> Content:
        picked = None
        if collection == "regions":
            shapes = json.loads(await queries.shapes(conn, "high", BODY_BYTES, feature))["features"]
            visible = principal.regions is None or feature in principal.regions
            picked = shapes[0] if shapes and visible else None
        elif (key := _key(feature)) is not None:
            row = await flight_pages.one_row(conn, key, facts.clock)
            if row is not None and (principal.regions is None or row.region in principal.regions):
                picked = json.loads(flight_pages.features([row])[0])
        if picked is None:
            raise NotFound("FEATURE_NOT_FOUND", "Такого объекта в этом наборе нет.")
        return Content(json.dumps(picked, ensure_ascii=False).encode("utf-8", "surrogatepass"), "application/geo+json")

    return await respond(request, principal, produce, clock=clock)


def _flights(request: Request, rows: Sequence[flight_pages.FlightRow], most: int, matched: int) -> Content:
    written = flight_pages.features(rows[:most])
    count = flight_pages.fitting(written, BODY_BYTES - 10_000)
    links = [_link(request, _self_path(request), "self", "Эта страница", "application/geo+json")]
    if len(rows) > count:
        following = request.url.include_query_params(cursor=cursor_of(rows[count - 1]))
        links.append(_link(request, f"{following.path}?{following.query}", "next", "Дальше", "application/geo+json"))
    return _page(written[:count], links, matched)


def _regions(request: Request, collection: Mapping[str, Any], box: tuple[float, float, float, float] | None) -> Content:
    chosen = [each for each in collection["features"] if box is None or _touches(each, box)]
    links = [_link(request, _self_path(request), "self", "Эта страница", "application/geo+json")]
    return _page([json.dumps(each, ensure_ascii=False) for each in chosen], links, len(chosen))


def _page(written: Sequence[str], links: Sequence[OgcLink], matched: int) -> Content:
    head = {
        "type": "FeatureCollection",
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(written),
        "numberMatched": matched,
        "links": [link.model_dump() for link in links],
    }
    text = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [{",".join(written)}]}}'
    return Content(text.encode("utf-8", "surrogatepass"), "application/geo+json")


def _collection(request: Request, name: Collection) -> OgcCollection:
    title, description = _TITLES[name]
    path = f"/api/ogc/collections/{name}"
    return OgcCollection(
        id=name,
        title=title,
        description=description,
        extent={"spatial": {"bbox": [[-180, 40, 180, 82]], "crs": _CRS84}},
        links=[
            _link(request, path, "self", title),
            _link(request, f"{path}/items", "items", title, "application/geo+json"),
        ],
    )


def _link(request: Request, path: str, rel: str, title: str, media: str = "application/json") -> OgcLink:
    return OgcLink(href=_root(request) + (path or "/api/ogc"), rel=rel, type=media, title=title)


def _root(request: Request) -> str:
    """Give the address that the caller used: what stands before this one ends TLS and says so."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    return f"{'https' if scheme == 'https' else 'http'}://{request.headers.get('host', request.url.netloc)}"


def _self_path(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _flat(bbox: str) -> str:
    """Take heights out of a box of six numbers."""
    parts = bbox.split(",")
    return ",".join([*parts[:2], *parts[3:5]]) if len(parts) == 6 else bbox


def _interval(text: str | None) -> tuple[datetime | None, datetime | None]:
    """Read an instant or an interval of RFC 3339; a day alone is all of it. Raises ``INSTANT_INVALID``."""
    if text is None:
        return None, None
    first, _, last = text.partition("/")
    since = _instant(first, end=False)
    until = _instant(last or first, end=True) if "/" in text or first else None
    return since, until


def _instant(text: str, *, end: bool) -> datetime | None:
    if text in ("", ".."):
        return None
    try:
        if "T" not in text:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return day + timedelta(days=1) if end else day
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise UnprocessableInput("INSTANT_INVALID", "Параметр datetime должен быть моментом или промежутком RFC 3339.")
    # The end of an interval is in it.
    return moment + timedelta(seconds=1) if end else moment


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _touches(feature: Mapping[str, Any], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    places = list(_places(feature["geometry"]["coordinates"]))
    lons, lats = [place[0] for place in places], [place[1] for place in places]
    across = west > east
    beside = max(lons) < west or min(lons) > east
    return not (max(lats) < south or min(lats) > north) and (across or not beside)


def _places(node: Any) -> Iterator[Sequence[float]]:
    if isinstance(node[0], (int, float)):
        yield node
        return
    for each in node:
        yield from _places(each)
