"""``fly-potato withdraw``: take a wrong workbook back."""

import asyncio
import getpass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from shared.ingest.withdraw import WithdrawalEffect


@click.command()
@click.argument("load_id", metavar="LOAD", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--reason", help="Why; it stays at the load's line. No names in it.")
def command(load_id: int, yes: bool, reason: str | None) -> None:
    """Take load LOAD back: its flights are built from the rows that remain; needs POSTGRES_URI (fp_ingest).

    Shows first what would change, and asks.
    """
    from fly_potato.commands.reread import show
    from fly_potato.terminal import refusing

    with refusing():
        preview = asyncio.run(_withdraw(load_id, reason, dry_run=True))
        click.echo(f"загрузка {load_id}, файл {preview.file_name or 'неизвестен'}")
        click.echo(f"{preview.flights_gone} полётов исчезнут, {preview.flights_changed} изменятся")
        show(preview.differences)
        if not yes and not click.confirm("Отозвать?"):
            raise SystemExit(1)
        asyncio.run(_withdraw(load_id, reason, dry_run=False))
    click.echo("отозвана; тот же файл можно прислать снова")


async def _withdraw(load_id: int, reason: str | None, *, dry_run: bool) -> "WithdrawalEffect":
    from shared.db import connect_pool
    from shared.ingest.withdraw import withdraw
    from shared.settings import DatabaseSettings, load

    pool = await connect_pool(load(DatabaseSettings), application="fly-potato-withdraw")
    try:
        by = f"fly-potato withdraw ({getpass.getuser()})"
        return await withdraw(pool, load_id, by=by, reason=reason, dry_run=dry_run)
    finally:
        await pool.close()
