"""How many flights a list holds: of the roll-ups where they know it, else one by one.

Roll-ups know one kind of condition at a time. Most of them leave cancelled flights out; those are few, and an index
finds them to be looked at one by one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.db import Connection
from shared.stats.narrowing import ALL, INSTANTS, Narrowing, midnight
from shared.stats.selection import Period, Selection
from shared.stats.statements import STATEMENTS

States = Sequence[str]
STATES: States = ("planned", "flown", "cancelled")
_COUNTERS: Mapping[str, str] = {
    **{kind: f"c.by_{kind}" for kind in ("state", "organisation", "entrepreneur", "person", "unknown")},
    "inside": "c.flights - c.near_border - c.outside - c.unplaced",
    "near_border": "c.near_border",
    "outside": "c.outside",
    "none": "c.unplaced",
}
"""What counts the flights of a kind of operator, and those whose point got its region in some way."""
_DAYS = "f.day BETWEEN $1::date - 1 AND $2::date + 1"
_DAYS_APART = """f.day = ANY (
    ARRAY(SELECT n::date FROM generate_series(($1::date - 1)::timestamp, ($2::date + 1)::timestamp, '1 day') AS n)
)"""
"""The same days one by one: where few regions are meant, as of a box, the index by day and region is then used."""
_ANY_MINUTES = -(2**31), 2**31 - 1
_HOURS = 24


async def count(conn: Connection, selection: Selection, states: States | None, narrowing: Narrowing = ALL) -> int:
    """Count the flights that the pages of a selection hold together."""
    states, given = states or STATES, narrowing.given
    for names, way in _OF_ALL:
        if given <= names and (flights := await way(conn, selection, states, narrowing)) is not None:
            return flights
    uncancelled = [state for state in states if state != "cancelled"]
    for names, way in _OF_UNCANCELLED if uncancelled else ():
        if given <= names and (flights := await way(conn, selection, uncancelled, narrowing)) is not None:
            cancelled = await _one_by_one(conn, selection, ["cancelled"], narrowing) if "cancelled" in states else 0
            return flights + cancelled
    return await _one_by_one(conn, selection, states, narrowing)


async def _of_counter(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int | None:
    counter = _COUNTERS.get(narrowing.operator or narrowing.match or "", "c.flights")
    statement = STATEMENTS[selection.clock]["flights_by_counter"].replace("{counter}", counter)
    return int(await conn.fetchval(statement, *_summed(selection, states)))


async def _between_instants(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int | None:
    """Add up whole UTC days: a flight's UTC day is that of the moment that ``since`` and ``until`` ask for."""
    begin = None if narrowing.since is None else midnight(narrowing.since, 1)
    end = None if narrowing.until is None else midnight(narrowing.until, 0)
    if begin is not None and end is not None and begin >= end:
        return None
    days = (*_day_by_day(selection, selection.period, states), begin and begin.date(), end and end.date())
    flights = int(await conn.fetchval(STATEMENTS[selection.clock]["flights_of_days"], *days))
    for since, until in ((narrowing.since, begin), (end, narrowing.until)):
        if since != until:
            flights += await _one_by_one(conn, selection, states, Narrowing(since=since, until=until))
    return flights


async def _of_minutes(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int | None:
    least, most = narrowing.least_minutes, narrowing.most_minutes
    bounds = _ANY_MINUTES[0] if least is None else least, _ANY_MINUTES[1] if most is None else most
    statement = STATEMENTS[selection.clock]["flights_by_value"].replace("{list}", "durations")
    return int(await conn.fetchval(statement, *_summed(selection, states), *bounds, None))


async def _of_hours(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int | None:
    weekday = narrowing.weekday
    # Hours of the week are counted from Monday's first one on.
    bounds = (0, 7 * _HOURS - 1) if weekday is None else ((weekday - 1) * _HOURS, weekday * _HOURS - 1)
    statement = STATEMENTS[selection.clock]["flights_by_value"].replace("{list}", "slots")
    return int(await conn.fetchval(statement, *_summed(selection, states), *bounds, narrowing.hour))


async def _of_problem(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int | None:
    statement = STATEMENTS[selection.clock]["flights_by_problem"]
    return int(await conn.fetchval(statement, *_summed(selection, states), narrowing.problem, narrowing.centre))


async def _of_box(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int | None:
    """Sum up the cells in a box; None where a flight lies in a cell that an edge cuts, or the box is turned over."""
    if narrowing.box is None or narrowing.box[0] > narrowing.box[2]:
        return None
    arguments = (*_summed(selection, states), *narrowing.box)
    row = await conn.fetchrow(STATEMENTS[selection.clock]["flights_by_box"], *arguments)
    return None if row is None or row["on_edge"] else int(row["flights"])


async def _one_by_one(conn: Connection, selection: Selection, states: States, narrowing: Narrowing) -> int:
    arguments = _day_by_day(selection, narrowing.within(selection.period), states)
    conditions, more = narrowing.conditions(len(arguments))
    days = _DAYS_APART if narrowing.box else _DAYS
    statement = STATEMENTS[selection.clock]["flights_one_by_one"].replace("{narrowed}", conditions)
    statement = statement.replace("{days}", days)
    return int(await conn.fetchval(statement, *arguments, *more))


_Way = Callable[[Connection, Selection, States, Narrowing], Awaitable[int | None]]
_OF_ALL: Sequence[tuple[frozenset[str], _Way]] = (
    (frozenset({"operator"}), _of_counter),
    (frozenset({"match"}), _of_counter),
    (INSTANTS, _between_instants),
)
"""What the roll-ups tell of all flights, by the conditions that may be given; None where after all they cannot."""
_OF_UNCANCELLED: Sequence[tuple[frozenset[str], _Way]] = (
    (frozenset({"hour", "weekday"}), _of_hours),
    (frozenset({"least_minutes", "most_minutes"}), _of_minutes),
    (frozenset({"problem", "centre"}), _of_problem),
    (frozenset({"box"}), _of_box),
)
"""The same of what they tell of flights that are not cancelled."""


def _summed(selection: Selection, states: States) -> tuple[object, ...]:
    return *selection.period.parts, selection.region_id, selection.uav_type, states


def _day_by_day(selection: Selection, period: Period, states: States) -> tuple[object, ...]:
    return period.first, period.last, selection.region_id, selection.uav_type, states
