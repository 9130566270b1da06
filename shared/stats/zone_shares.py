"""Zones of flights: how much of them lies in each region, and those most often named.

A flight counts once, for the region of its point. Beside that a flight with a circle or polygon is shared out among the
regions by the geodesic area of its zone; one whose zone has no outline counts whole for its region.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from shared.db import Connection
from shared.stats import queries
from shared.stats.answers import head
from shared.stats.models import Answer, Code, Count, Model, Name, Share
from shared.stats.selection import Facts, Selection
from shared.stats.statements import STATEMENTS

NAMES = 50
"""How many names of zones are told."""
_MILLION = 1_000_000


class ZoneKinds(Model):
    """Flights by how their zone is told."""

    named: Share
    circle: Share
    polygon: Share
    route: Share
    none: Annotated[Share, Field(description="no zone is told, or it cannot be read")]


class ZoneRegion(Model):
    """A region, or what lies in none, with the flights of its own and its part in zones."""

    code: Annotated[Code | None, Field(description="null: no region")]
    name: Name | None
    flights: Annotated[Count, Field(description="whose point lies in the region, as everywhere else")]
    touching: Annotated[Count, Field(description="whose circle or polygon has an area in the region")]
    by_area: Annotated[float, Field(description="flights shared out by the area of their zones")]
    gained: Annotated[float, Field(description="by_area less flights")]


class ZoneName(Model):
    """A zone that flights name."""

    name: Annotated[str, Field(examples=["MR076285"])]
    flights: Annotated[int, Field(ge=1)]


class Zones(Answer):
    """Zones of the flights of a selection; the regions' ``by_area`` add up to all flights."""

    flights: Count
    kinds: ZoneKinds
    unmeasured: Annotated[
        Count,
        Field(description="whose circle or polygon is not measured yet: they count for their own region"),
    ]
    regions: Annotated[list[ZoneRegion], Field(description="those with any, the largest by_area first")]
    different_names: Count
    names: Annotated[list[ZoneName], Field(max_length=NAMES, description="the most often named first")]


async def zones(conn: Connection, selection: Selection, facts: Facts) -> Zones:
    """Tell of the zones of a selection; all types together."""
    period, statements = selection.period, STATEMENTS[selection.clock]
    parts = period.parts
    rows = {row["region_id"]: row for row in await conn.fetch(statements["zones"], *parts, selection.state)}
    # The planner does not know how many names the lists hold and would sort them all; a hash is four times as quick.
    await conn.execute("SET LOCAL enable_sort = off")
    names = await conn.fetch(statements["zone_names"], *parts, selection.region_id, NAMES, selection.state)
    await conn.execute("SET LOCAL enable_sort = on")
    own = rows.get(selection.region_id)
    flights, named, circles, polygons, routes, measured = (
        (own[n] for n in ("flights", "named", "circles", "polygons", "routes", "measured")) if own else (0,) * 6
    )
    places: list[tuple[int, str | None, str | None]] = [
        (place.region_id, place.code, place.name) for place in await queries.regions(conn)
    ]
    if selection.region is not None:
        places = [(selection.region.region_id, selection.region.code, selection.region.name)]
    elif selection.visible is None:
        places.append((0, None, None))
    regions = [_region(code, name, dict(rows[number])) for number, code, name in places if number in rows]
    return Zones(
        **dict(head(selection, facts)),
        flights=flights,
        kinds=ZoneKinds(
            named=Share.within(named, flights),
            circle=Share.within(circles, flights),
            polygon=Share.within(polygons, flights),
            route=Share.within(routes, flights),
            none=Share.within(flights - named - circles - polygons - routes, flights),
        ),
        # What a load took away stays measured until the next measuring.
        unmeasured=max(0, circles + polygons - measured),
        regions=sorted(regions, key=lambda each: (-each.by_area, each.name or "")),
        different_names=names[0]["names"] if names else 0,
        names=[ZoneName(name=row["name"], flights=row["flights"]) for row in names],
    )


def _region(code: str | None, name: str | None, row: Mapping[str, Any]) -> ZoneRegion:
    gained = row["millionths"] - _MILLION * row["measured"]
    return ZoneRegion(
        code=code,
        name=name,
        flights=row["flights"],
        touching=row["touching"],
        by_area=round(row["flights"] + gained / _MILLION, 2),
        gained=round(gained / _MILLION, 2),
    )
