"""Put a set of boundaries in force: every flight gets its region anew, and the days concerned are counted anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.db import translated
from shared.db.sql import load_sql
from shared.regions import Reattribution, activate_set, active_set, reattribute

if TYPE_CHECKING:
    from shared.db import Connection

_SQL = load_sql("shared.regions")
OUTSIDE, UNPLACED = 0, -1
"""Stand for regions where there is none: points outside all regions, flights without a point."""


@dataclass(frozen=True, slots=True)
class RegionChange:
    """The flights of one region (by number) before and after; a name is None in a set that does not hold the region."""

    id: int
    name_before: str | None
    name_after: str | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Activation:
    """What putting a set in force came to; ``activated`` is false where it was in force already."""

    activated: bool
    changed: int
    regions: Sequence[RegionChange]


class _Undo(Exception):
    """Ends the transaction of a rehearsal."""


async def put_in_force(conn: "Connection", set_id: int, *, rehearse: bool = False) -> Activation:
    """Activate a set, give flights their regions anew and count the days concerned, in one transaction.

    A rehearsal does the same but the counting, tells what would come of it, and takes it back.

    Raises:
        NotFound: there is no such set.
        DatabaseUnavailable: the database is away.
    """
    results: list[Activation] = []
    with translated():
        try:
            async with conn.transaction():
                results.append(await _put_in_force(conn, set_id, rehearse))
                if rehearse:
                    raise _Undo
        except _Undo:
            pass
    return results[0]


async def _put_in_force(conn: "Connection", set_id: int, rehearse: bool) -> Activation:
    from shared.ingest.claims import MERGE_LOCK
    from shared.stats import recount_days

    # A load that attributes by the old set at this moment ends first; the next one sees the new set.
    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)
    active = await active_set(conn)
    names_before, before = await _names(conn, active.id if active else None), await _flights(conn)
    if not await activate_set(conn, set_id):
        return Activation(False, 0, [])
    changed: Reattribution = await reattribute(conn)
    if changed.flights and not rehearse:
        await recount_days(conn, changed.days)
    names_after, after = await _names(conn, set_id), await _flights(conn)
    ids = sorted({*names_before, *names_after, *before, *after})
    regions = [RegionChange(n, names_before.get(n), names_after.get(n), before.get(n, 0), after.get(n, 0)) for n in ids]
    return Activation(True, changed.flights, regions)


async def _names(conn: "Connection", set_id: int | None) -> Mapping[int, str]:
    rows = await conn.fetch("SELECT id, name FROM core.regions WHERE set_id = $1", set_id)
    return {row["id"]: row["name"] for row in rows}


async def _flights(conn: "Connection") -> Mapping[int, int]:
    return {row["id"]: row["flights"] for row in await conn.fetch(_SQL["flights_by_region"])}
