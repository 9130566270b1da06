"""Put a set of boundaries in force: flights get their regions anew, and what that changes is counted.

All of it is one transaction, so nobody sees the new set with the old regions of flights. Finding out what the new set
says of every position comes before the merge lock, and loads pass meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.db import Connection, translated
from shared.db.sql import load_sql
from shared.errors import Conflict
from shared.ingest.claims import MERGE_LOCK
from shared.regions import Reattribution, RegionChange, activate_set, list_sets
from shared.regions.attribution import (
    MOVED_FLIGHTS,
    days_of_other_clocks,
    end_moves,
    find_moves,
    judge_newcomers,
    judge_positions,
    write_moves,
)
from shared.regions.storing import set_missing
from shared.stats import are_few_changes, count_changes, note_before, recount_days

_SQL = load_sql("shared.regions")
_MOVED_DAYS = "SELECT day FROM stage_moved"
_ACTIVE = "SELECT id FROM core.boundary_sets WHERE active"


@dataclass(frozen=True, slots=True)
class Activation:
    """What putting a set in force came to; ``activated`` is false where it was in force already."""

    activated: bool
    changed: int
    regions: Sequence[RegionChange]


async def put_in_force(conn: Connection, set_id: int, *, rehearse: bool = False) -> Activation:
    """Activate a set, give flights their regions anew and count what that changes, in one transaction.

    A rehearsal tells what would come of it, changes nothing and takes no lock.

    Raises:
        NotFound: there is no such set.
        Conflict: ``REGIONS_SET_CHANGED``, somebody else put a set in force at the same time.
        DatabaseUnavailable: the database is away.
    """
    with translated():
        async with conn.transaction():
            before: int | None = await conn.fetchval(_ACTIVE)
            if set_id not in {stored.id for stored in await list_sets(conn)}:
                raise set_missing(set_id)
            if before == set_id:
                return Activation(False, 0, [])
            since = await judge_positions(conn, set_id)
            moved = await (find_moves(conn) if rehearse else _switch(conn, before, set_id, since))
            await end_moves(conn)
            return Activation(True, moved.flights, await _changes(conn, before, set_id, moved, rehearse=rehearse))


async def _switch(conn: Connection, before: int | None, set_id: int, since: int) -> Reattribution:
    # A load that attributes by the old set at this moment ends first; the next one sees the new set.
    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)
    if await conn.fetchval(_ACTIVE) != before:
        sentence = "Пока набор готовился, кто-то другой ввёл в действие другой. Посмотрите список и повторите."
        raise Conflict("REGIONS_SET_CHANGED", sentence)
    await judge_newcomers(conn, set_id, since)
    moved = await find_moves(conn)
    # Where a region has another clock, flights that stay count for other days too.
    clocks = await days_of_other_clocks(conn, before, set_id)
    few = not clocks and await are_few_changes(conn, moved.flights, _MOVED_DAYS)
    if few:
        await note_before(conn, MOVED_FLIGHTS)
    await activate_set(conn, set_id)
    await write_moves(conn)
    if few:
        await count_changes(conn, MOVED_FLIGHTS)
    elif days := {*moved.days, *clocks}:
        await recount_days(conn, days)
    return moved


async def _changes(
    conn: Connection, before: int | None, after: int, moved: Reattribution, *, rehearse: bool
) -> list[RegionChange]:
    names_before, names_after = await _names(conn, before), await _names(conn, after)
    now = {row["id"]: row["flights"] for row in await conn.fetch(_SQL["flights_by_region"])}
    # A rehearsal has counted before the change, the change itself after it.
    gains: dict[int, int] = {}
    for move in moved.moves:
        gains[move.after] = gains.get(move.after, 0) + move.flights
        gains[move.before] = gains.get(move.before, 0) - move.flights
    changes = []
    for number in sorted({*names_before, *names_after, *now, *gains}):
        counted, gain = now.get(number, 0), gains.get(number, 0)
        first = counted if rehearse else counted - gain
        changes.append(RegionChange(number, names_before.get(number), names_after.get(number), first, first + gain))
    return changes


async def _names(conn: Connection, set_id: int | None) -> Mapping[int, str]:
    rows = await conn.fetch("SELECT id, name FROM core.regions WHERE set_id = $1", set_id)
    return {row["id"]: row["name"] for row in rows}
