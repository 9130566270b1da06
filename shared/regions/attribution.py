"""Which region a point is in, decided in SQL for many points at once.

The rules, in this order:

* a point without coordinates: ``none``;
* inside a region of the active set, or on its border: ``inside``; on a border of several, the one with the smallest id;
* else within 12 nautical miles of one, by geodesic distance: ``coastal``, the nearest region, the smallest id of the
  equally near (a gap between two regions is judged the same way);
* else ``outside``.

As long as no set is active every point is ``outside``, readiness says so, and ``reattribute`` mends it afterwards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.db import Connection, translated
from shared.db.sql import load_sql

COASTAL_METRES = 22_224.0
"""12 nautical miles, the breadth of a territorial sea."""

_COASTAL_DEGREES = 0.202
"""No fewer degrees of latitude than COASTAL_METRES have anywhere (a degree has at least 110,574 m)."""

_SQL = load_sql("shared.regions")
_TABLE = re.compile("[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Reattribution:
    """What going over the flights came to: how many changed their region, and the UTC days they are counted under.

    The days are ordered; a None at the end stands for flights without a day.
    """

    flights: int
    days: Sequence[date | None]


async def attribute(conn: Connection, *, table: str = "stage_points") -> None:
    """Fill ``region_id`` and ``region_match`` of a table that has ``lat`` and ``lon``, degrees of WGS 84 as doubles.

    ``table`` is a name that the calling code chose (letters, digits, underscores); every row is judged by itself, so
    let the rows be distinct points.
    """
    if _TABLE.fullmatch(table) is None:
        raise ValueError(table)
    set_id = await conn.fetchval("SELECT id FROM core.boundary_sets WHERE active")
    await conn.execute(_for_table("attribute", table), set_id)
    await conn.execute(_for_table("attribute_coastal", table), set_id, COASTAL_METRES, _COASTAL_DEGREES)


async def reattribute(conn: Connection) -> Reattribution:
    """Give every flight the region that the active set says, in one transaction.

    Flights that keep theirs are not written. Roll-ups are the caller's matter: hold the merge lock and give the days to
    ``shared.stats.recount_days``.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    with translated():
        async with conn.transaction():
            await conn.execute(_SQL["reattribute_points"])
            await attribute(conn, table="stage_positions")
            row = await conn.fetchrow(_SQL["reattribute_flights"])
            await conn.execute("DROP TABLE stage_positions")
    if row is None:
        raise TypeError("an aggregate gave no row")
    return Reattribution(row["flights"], row["days"])


def _for_table(name: str, table: str) -> str:
    return _SQL[name].replace("stage_points", table)
