"""Flights by region, straight from the view that dashboards read, as the role that reads nothing else."""

import asyncio
from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True, slots=True)
class RegionFlights:
    """How many flights a region has, cancelled ones left out; ``iso`` is its ISO 3166-2 code where there is one."""

    iso: str | None
    name: str
    flights: int


def flights_by_region(uri: str) -> list[RegionFlights]:
    """Read all regions, the busiest first; ``uri`` is that of ``fp_datalens``."""
    return asyncio.run(_read(uri))


async def _read(uri: str) -> list[RegionFlights]:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        rows = await connection.fetch(
            "SELECT iso, name, flights::bigint FROM mart.region_totals ORDER BY flights DESC, name"
        )
    finally:
        await connection.close()
    return [RegionFlights(row["iso"], row["name"], row["flights"]) for row in rows]
