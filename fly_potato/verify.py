"""Checksums of the tables, to compare two databases, and rules that every database must keep."""

from dataclasses import dataclass

import asyncpg

from shared.db.sql import load_sql
from shared.ingest.jobs import Rule, rules

_SQL = load_sql("fly_potato")


@dataclass(frozen=True, slots=True)
class Checksum:
    """A table's size and the sum over its rows' hashes."""

    table: str
    rows: int
    checksum: str


async def verify(uri: str) -> tuple[list[Checksum], list[Rule]]:
    """Read checksums and rules from one snapshot; needs a role that may read ``raw``."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            sums = [Checksum(r["name"], r["rows"], r["checksum"]) for r in await connection.fetch(_SQL["checksums"])]
            broken_or_not = await rules(connection)
    finally:
        await connection.close()
    return sums, broken_or_not
