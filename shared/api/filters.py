"""What a request for statistics asks about, and the same as the statistics take it."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from shared.api.problem_details import UnprocessableInput
from shared.auth.principals import Principal
from shared.errors import Forbidden, NotFound
from shared.stats.models import UNTOLD
from shared.stats.selection import ActiveRegion, Facts, Period, Selection, State
from shared.stats.statements import Clock

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a request; None where not given."""

    first: date | None
    last: date | None
    region: str | None
    uav_type: str | None
    clock: Clock
    state: State | None = None


def query_day(alias: str, description: str) -> Any:
    """Describe a parameter that is a day, YYYY-MM-DD; ``read_days`` checks it."""
    # The pattern is told and not checked: a refusal of ours says more than the framework's.
    shape = {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    return Query(alias=alias, max_length=10, description=description, json_schema_extra=shape)


RegionQuery = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=10,
        description="Code of a region, ISO 3166-2; the whole country where not given",
        examples=["RU-MOW"],
    ),
]
TypeQuery = Annotated[
    str | None,
    Query(
        alias="type",
        min_length=1,
        max_length=40,
        description="Type of aircraft; none for flights that do not tell one",
        examples=["BLA"],
    ),
]
ClockQuery = Annotated[
    Clock | None,
    Query(
        alias="days",
        description="Whose midnight ends a day: moscow, local (of the flight) or utc; else what STATS_DAYS says",
    ),
]
StateQuery = Annotated[State | None, Query(description="Flights that have flown only, and no plan alone")]


def read_filters(
    request: Request,
    first: Annotated[str | None, query_day("from", "First day; that of the data where not given")] = None,
    last: Annotated[str | None, query_day("to", "Last day, included")] = None,
    region: RegionQuery = None,
    uav_type: TypeQuery = None,
    clock: ClockQuery = None,
) -> Filters:
    """Read the filters. Raises UnprocessableInput ``DAY_INVALID`` or ``PERIOD_REVERSED``."""
    days = read_days(first, "from", last, "to")
    return Filters(*days, region, _type(uav_type), _clock(request, clock))


RequestFilters = Annotated[Filters, Depends(read_filters)]
"""The filters of a route."""


def read_counted_filters(filters: RequestFilters, state: StateQuery = None) -> Filters:
    """Read the filters of what is counted, by state too."""
    return replace(filters, state=state)


CountedFilters = Annotated[Filters, Depends(read_counted_filters)]
"""The filters of a route that counts."""


def read_whole_filters(
    request: Request,
    region: RegionQuery = None,
    uav_type: TypeQuery = None,
    clock: ClockQuery = None,
    state: StateQuery = None,
) -> Filters:
    """Read the filters of what is counted over all the data."""
    return Filters(None, None, region, _type(uav_type), _clock(request, clock), state)


WholeFilters = Annotated[Filters, Depends(read_whole_filters)]
"""The filters of a route that takes no period."""


def read_placed_filters(
    request: Request,
    first: Annotated[str | None, query_day("from", "First day; that of the data where not given")] = None,
    last: Annotated[str | None, query_day("to", "Last day, included")] = None,
    region: RegionQuery = None,
    clock: ClockQuery = None,
) -> Filters:
    """Read the filters of what is told of a period and a region for all types together."""
    return Filters(*read_days(first, "from", last, "to"), region, None, _clock(request, clock))


PlacedFilters = Annotated[Filters, Depends(read_placed_filters)]
"""The filters of a route that counts all types together."""


def read_placed_counted_filters(filters: PlacedFilters, state: StateQuery = None) -> Filters:
    """Read the filters of what is told for all types together, by state too."""
    return replace(filters, state=state)


PlacedCountedFilters = Annotated[Filters, Depends(read_placed_counted_filters)]
"""The filters of a route that counts all types together, by state too."""


def read_days(first: str | None, first_name: str, last: str | None, last_name: str) -> tuple[date | None, date | None]:
    """Read the two parameters of a period. Raises UnprocessableInput ``DAY_INVALID`` or ``PERIOD_REVERSED``."""
    days = _day(first, first_name), _day(last, last_name)
    if days[0] and days[1] and days[0] > days[1]:
        raise UnprocessableInput("PERIOD_REVERSED", "Начало периода позже его конца.")
    return days


def permitted(filters: Filters, principal: Principal) -> Filters:
    """Narrow the filters to the one region of a caller who may see no other.

    To be called before an answer is looked for, so that what is kept for others is out of reach.

    Raises:
        Forbidden: ``REGION_FORBIDDEN``, also for a caller with several regions who names none.
    """
    if filters.region is None and principal.regions is not None and len(principal.regions) == 1:
        return replace(filters, region=next(iter(principal.regions)))
    demand_region(filters.region, principal)
    return filters


def demand_region(code: str | None, principal: Principal) -> None:
    """Return if the caller may see a region (None: the whole country), else raise Forbidden ``REGION_FORBIDDEN``."""
    if principal.regions is not None and code not in principal.regions:
        raise Forbidden("REGION_FORBIDDEN", "Вам доступны не все регионы: выберите один из своих.")


def select(filters: Filters, facts: Facts, regions: list[ActiveRegion], visible: frozenset[str] | None) -> Selection:
    """Give the selection that permitted filters name; ``visible`` are the caller's regions, None all of them.

    Raises UnprocessableInput ``REGION_UNKNOWN``.
    """
    period = Period.within(facts, filters.first, filters.last)
    place = None
    if filters.region is not None:
        place = next((each for each in regions if each.code == filters.region), None)
        if place is None:
            raise UnprocessableInput("REGION_UNKNOWN", "Такого региона нет в действующем наборе границ.")
    return Selection(period, place, filters.uav_type, visible, filters.clock, filters.state)


def find(code: str, regions: list[ActiveRegion]) -> ActiveRegion:
    """Find a region by its code. Raises NotFound ``REGION_NOT_FOUND``."""
    place = next((each for each in regions if each.code == code), None)
    if place is None:
        raise NotFound("REGION_NOT_FOUND", "Такого региона нет в действующем наборе границ.")
    return place


def _type(text: str | None) -> str | None:
    return "" if text == UNTOLD else text


def _clock(request: Request, clock: Clock | None) -> Clock:
    usual: Clock = request.app.state.statistics_settings.days
    return clock or usual


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else _refuse(name)
    except ValueError:
        return _refuse(name)


def _refuse(name: str) -> date:
    raise UnprocessableInput("DAY_INVALID", f"Параметр {name} должен быть днём вида 2025-01-31.")
