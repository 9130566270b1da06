"""``fly-potato verify``: checksums of the tables, to compare two databases, and the rules that they must keep."""

import asyncio
import json
from dataclasses import dataclass

import asyncpg
import click

from shared.db import Connection
from shared.db.sql import load_sql
from shared.ingest.jobs import Rule, rules

_SQL = load_sql("fly_potato")


@dataclass(frozen=True, slots=True)
class Checksum:
    """A table's size and the sum over its rows' hashes."""

    table: str
    rows: int
    checksum: str


async def checksums(connection: Connection) -> list[Checksum]:
    """Read the checksum of each table, within the transaction that is open."""
    return [Checksum(r["name"], r["rows"], r["checksum"]) for r in await connection.fetch(_SQL["checksums"])]


async def verify(uri: str, *, rebuild: bool = False) -> tuple[list[Checksum], list[Rule]]:
    """Read checksums and rules from one snapshot; needs a role that may read ``raw``.

    With ``rebuild`` all flights are built anew beside the tables and compared, which takes as long as reading their
    workbooks did.
    """
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            sums = await checksums(connection)
            broken_or_not = await rules(connection)
        if rebuild:
            # Imported here because it brings the parser.
            from shared.ingest.reread import flights_unlike_their_rows

            unlike = await flights_unlike_their_rows(connection)
            broken_or_not.append(Rule("flights that are not what their rows make", unlike))
    finally:
        await connection.close()
    return sums, broken_or_not


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", help="Адрес базы; по умолчанию POSTGRES_URI, а без неё локальный стенд.")
@click.option("--json", "as_json", is_flag=True, help="Один объект JSON вместо строк.")
@click.option("--rebuild", is_flag=True, help="Ещё собрать каждый полёт заново из строк и сравнить; долго.")
def command(uri: str | None, as_json: bool, rebuild: bool) -> None:
    """Напечатать контрольную сумму каждой таблицы; у баз с одними и теми же фактами они равны.

    Код возврата 1, если какое-то правило нарушено.
    """
    if uri is None:
        from fly_potato.stack import Stack, stack_paths

        uri = Stack(stack_paths()).superuser_uri()
    sums, checked = asyncio.run(verify(uri, rebuild=rebuild))
    if as_json:
        tables = {s.table: {"rows": s.rows, "checksum": s.checksum} for s in sums}
        click.echo(json.dumps({"tables": tables, "rules": {r.name: r.offenders for r in checked}}))
    else:
        for s in sums:
            click.echo(f"{s.table:24}{s.rows:>12}  {s.checksum}")
        for r in checked:
            click.echo(f"{'ok' if not r.offenders else 'BROKEN':8}{r.name}{f': {r.offenders}' if r.offenders else ''}")
    if any(r.offenders for r in checked):
        raise SystemExit(1)
