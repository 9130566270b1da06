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


async def verify(uri: str, *, rebuild: bool = False) -> tuple[list[Checksum], list[Rule]]:
    """Read checksums and rules from one snapshot; needs a role that may read ``raw``.

    With ``rebuild`` all flights are built anew beside the tables and compared, which takes as long as reading their
    workbooks did.
    """
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            sums = [Checksum(r["name"], r["rows"], r["checksum"]) for r in await connection.fetch(_SQL["checksums"])]
            broken_or_not = await rules(connection)
        if rebuild:
            # Imported here because it brings the parser.
            from shared.ingest.reread import flights_unlike_their_rows

            unlike = await flights_unlike_their_rows(connection)
            broken_or_not.append(Rule("flights that are not what their rows make", unlike))
    finally:
        await connection.close()
    return sums, broken_or_not
