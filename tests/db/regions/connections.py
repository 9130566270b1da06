"""What the tests of regions ask a database for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncpg

from shared.db import Connection
from shared.regions import attribute
from tests.conftest import Database

T = TypeVar("T")
Point = tuple[float | None, float | None]
"""Latitude and longitude."""


def run(database: Database, work: Callable[[Connection], Awaitable[T]], role: str = "fp_ingest") -> T:
    """Do something with a connection of a role."""

    async def once() -> T:
        connection = await asyncpg.connect(database.uri(role), statement_cache_size=0)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(once())


async def regions_of(conn: Connection, points: Sequence[Point]) -> list[tuple[int | None, str]]:
    """Attribute points in a staging table and give region and match of each, in order."""
    async with conn.transaction():
        await conn.execute(
            "CREATE TEMP TABLE stage_points (n serial, lat float8, lon float8, region_id smallint, region_match text,"
            " time_zone text) ON COMMIT DROP"
        )
        await conn.copy_records_to_table("stage_points", records=points, columns=("lat", "lon"))
        await attribute(conn, table="stage_points")
        rows = await conn.fetch("SELECT region_id, region_match FROM stage_points ORDER BY n")
    return [(row["region_id"], row["region_match"]) for row in rows]
