"""Which region a point is in, decided in SQL for many points at once.

The rules, in this order:

* a point without coordinates: ``none``;
* inside a region of the active set, or on its border: ``inside``; on a border of several, the one with the smallest id;
* on foreign land: ``outside``, however near a border is;
* else (at sea, on a shore that the set draws otherwise, in a gap between regions) within 5 km of a region by geodesic
  distance: ``near_border``, the nearest region, the smallest id of the equally near;
* else ``outside``.

As long as no set is active every point is ``outside``, readiness says so, and ``reattribute`` mends it afterwards.

Flights that have their regions already get those of another set. Every distinct position is judged anew, and only
flights that are judged differently are written. Judging asks for no lock, so loads pass meanwhile; what they bring is
looked at once more, under the merge lock, before flights are written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.db import Connection, translated
from shared.db.sql import load_sql

NEAR_BORDER_METRES = 5_000.0
"""How far outside all regions a point may lie and still be given to one."""

_NEAR_BORDER_DEGREES = 0.0453
"""No fewer degrees of latitude than NEAR_BORDER_METRES have anywhere (a degree has at least 110,574 m)."""

_SQL = load_sql("shared.regions")
_TABLE = re.compile("[a-z_][a-z0-9_]{0,62}")
OUTSIDE, UNPLACED = 0, -1
"""Stand for regions where there is none: points outside all regions, flights without a point."""
MOVED_FLIGHTS = "SELECT key FROM stage_moved"
"""Gives the keys of the flights that ``find_moves`` has found."""


async def attribute(conn: Connection, *, table: str = "stage_points", set_id: int | None = None) -> None:
    """Fill ``region_id``, ``region_match``, ``time_zone`` of a table with ``lat``, ``lon``: WGS 84, degrees as doubles.

    ``time_zone`` is the IANA zone of the point where it is another than its region's, else it stays as it is.
    ``table`` is a name that the calling code chose (letters, digits, underscores); every row is judged by itself, so
    let the rows be distinct points. ``set_id`` is another set than the active one. The caller is in a transaction.
    """
    if _TABLE.fullmatch(table) is None:
        raise ValueError(table)
    if set_id is None:
        set_id = await conn.fetchval("SELECT id FROM core.boundary_sets WHERE active")
    await conn.execute(_for_table("squares", table), set_id)
    await conn.execute("CREATE INDEX ON stage_squares (x, y); ANALYZE stage_squares (x, y)")
    await conn.execute(_for_table("attribute", table))
    await conn.execute("DROP TABLE stage_squares")
    await conn.execute(_for_table("attribute_near_border", table), set_id, NEAR_BORDER_METRES, _NEAR_BORDER_DEGREES)
    await conn.execute(_for_table("attribute_time_zone", table), set_id)


def _for_table(name: str, table: str) -> str:
    return _SQL[name].replace("stage_points", table)


class Move(NamedTuple):
    """How many flights went from one region (by number) to another; 0 stands for none."""

    before: int
    after: int
    flights: int


@dataclass(frozen=True, slots=True)
class RegionChange:
    """The flights of one region (by number) before and after; a name is None in a set that does not hold the region."""

    id: int
    name_before: str | None
    name_after: str | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Reattribution:
    """What going over the flights came to: how many changed, and the UTC days they are counted under.

    The days are ordered; a None at the end stands for flights without a day. ``moves`` tell from where to where.
    """

    flights: int
    days: Sequence[date | None]
    moves: Sequence[Move] = field(default=(), compare=False)


async def reattribute(conn: Connection) -> Reattribution:
    """Give every flight the region that the active set says, in one transaction.

    Flights that keep theirs are not written. Roll-ups are the caller's matter: hold the merge lock and give the days to
    ``shared.stats.recount_days``.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    with translated():
        async with conn.transaction():
            await judge_positions(conn, await conn.fetchval("SELECT id FROM core.boundary_sets WHERE active"))
            moved = await find_moves(conn)
            await write_moves(conn)
            await end_moves(conn)
            return moved


async def judge_positions(conn: Connection, after: int | None) -> int:
    """Judge the positions of flights by a set, for ``find_moves`` in the same transaction.

    Writes nothing that others see, and takes no lock; give what is returned to ``judge_newcomers`` once the merge lock
    is held.
    """
    await conn.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
    await conn.execute(_SQL["stage_positions"])
    # The oldest transaction that may still write what the following statement does not see. Ages are counted from one
    # point as long as the transaction lives, so what comes later has less.
    since: int = await conn.fetchval("SELECT age(pg_snapshot_xmin(pg_current_snapshot())::xid)")
    await _judge(conn, after, None)
    return since


async def judge_newcomers(conn: Connection, after: int | None, since: int) -> None:
    """Judge what loads have written since ``judge_positions``, which has given the point in time."""
    await _judge(conn, after, since)


async def _judge(conn: Connection, after: int | None, since: int | None) -> None:
    await conn.execute(_SQL["concerned_positions"], since)
    await attribute(conn, table="stage_concerned", set_id=after)
    await conn.execute("INSERT INTO stage_positions SELECT * FROM stage_concerned")
    await conn.execute("DROP TABLE stage_concerned")
    await conn.execute("ANALYZE stage_positions")


async def find_moves(conn: Connection) -> Reattribution:
    """Tell which flights were judged differently; ``MOVED_FLIGHTS`` gives their keys until ``end_moves``."""
    await conn.execute(_SQL["moved_flights"])
    await conn.execute("ANALYZE stage_moved")
    moves = [Move(*row) for row in await conn.fetch(_SQL["moves"])]
    days = [row["day"] for row in await conn.fetch("SELECT DISTINCT day FROM stage_moved ORDER BY day NULLS LAST")]
    return Reattribution(sum(move.flights for move in moves), days, moves)


async def write_moves(conn: Connection) -> None:
    """Give the flights that ``find_moves`` has found their other regions."""
    await conn.execute(_SQL["move_flights"])


async def end_moves(conn: Connection) -> None:
    """End what ``judge_positions`` began."""
    await conn.execute("DROP TABLE IF EXISTS stage_positions, stage_moved")


async def days_of_other_clocks(conn: Connection, before: int | None, after: int) -> Sequence[date | None]:
    """Give the UTC days of flights whose region has another time zone in the second set; None for no day."""
    return [row["day"] for row in await conn.fetch(_SQL["other_clocks"], before, after)]
