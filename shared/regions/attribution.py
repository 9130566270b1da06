"""Which region a point is in, decided in SQL for many points at once.

The rules, in this order:

* a point without coordinates: ``none``;
* inside a region of the active set, or on its border: ``inside``; on a border of several, the one with the smallest id;
* on foreign land: ``outside``, however near a border is;
* else (at sea, on a shore that the set draws otherwise, in a gap between regions) within 5 km of a region by geodesic
  distance: ``near_border``, the nearest region, the smallest id of the equally near;
* else ``outside``.

As long as no set is active every point is ``outside``, readiness says so, and ``reattribute`` mends it afterwards.
"""

import re

from shared.db import Connection
from shared.db.sql import load_sql

NEAR_BORDER_METRES = 5_000.0
"""How far outside all regions a point may lie and still be given to one."""

_NEAR_BORDER_DEGREES = 0.0453
"""No fewer degrees of latitude than NEAR_BORDER_METRES have anywhere (a degree has at least 110,574 m)."""

_SQL = load_sql("shared.regions")
_TABLE = re.compile("[a-z_][a-z0-9_]{0,62}")


async def attribute(conn: Connection, *, table: str = "stage_points", set_id: int | None = None) -> None:
    """Fill ``region_id``, ``region_match``, ``time_zone`` of a table with ``lat``, ``lon``: WGS 84, degrees as doubles.

    ``time_zone`` is the IANA zone of the point where it is another than its region's, else it stays as it is.
    ``table`` is a name that the calling code chose (letters, digits, underscores); every row is judged by itself, so
    let the rows be distinct points. ``set_id`` is another set than the active one.
    """
    if _TABLE.fullmatch(table) is None:
        raise ValueError(table)
    if set_id is None:
        set_id = await conn.fetchval("SELECT id FROM core.boundary_sets WHERE active")
    await conn.execute(_for_table("attribute", table), set_id)
    await conn.execute(_for_table("attribute_near_border", table), set_id, NEAR_BORDER_METRES, _NEAR_BORDER_DEGREES)
    await conn.execute(_for_table("attribute_time_zone", table), set_id)


def _for_table(name: str, table: str) -> str:
    return _SQL[name].replace("stage_points", table)
