"""Asking a database what the charts ask, before people do."""

import time
from dataclasses import dataclass

import asyncpg

from datalens.chart_sql import chart_query
from datalens.description import CHARTS


@dataclass(frozen=True, slots=True)
class ChartAnswer:
    """How a chart's query went: rows and seconds, or the kind of error (SQLSTATE)."""

    chart: str
    rows: int
    seconds: float
    error: str | None


async def answers(uri: str) -> list[ChartAnswer]:
    """Ask every chart's query once, in the order of the description."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        results = []
        for chart in CHARTS:
            started = time.perf_counter()
            rows, error = 0, None
            try:
                rows = len(await connection.fetch(chart_query(chart)))
            except asyncpg.PostgresError as fault:
                error = fault.sqlstate or type(fault).__name__
            results.append(ChartAnswer(chart.id, rows, time.perf_counter() - started, error))
        return results
    finally:
        await connection.close()
