"""The busiest regions, straight from the view that dashboards read, as the role that reads nothing else."""

import asyncio

import asyncpg

from fly_potato.client import Json


def busiest_regions(uri: str, limit: int = 10) -> list[Json]:
    """Read the regions with the most flights, the busiest first; ``uri`` is that of ``fp_datalens``."""
    return asyncio.run(_read(uri, limit))


async def _read(uri: str, limit: int) -> list[Json]:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        rows = await connection.fetch(
            "SELECT name, flights FROM mart.region_totals ORDER BY flights DESC, name LIMIT $1", limit
        )
    finally:
        await connection.close()
    return [{"name": row["name"], "flights": int(row["flights"])} for row in rows]
