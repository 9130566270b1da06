"""``fly-potato withdraw``: take a wrong workbook back."""

import asyncio
import getpass
from typing import TYPE_CHECKING

import click

from fly_potato.terminal import json_option, refusing, say, tell

if TYPE_CHECKING:
    from shared.ingest.withdraw import WithdrawalEffect


@click.command()
@click.argument("load_id", metavar="LOAD", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Не спрашивать.")
@click.option("--reason", help="Почему; останется в строке загрузки. Без имён.")
@json_option
def command(load_id: int, yes: bool, reason: str | None) -> None:
    """Отозвать загрузку LOAD: её полёты собираются из оставшихся строк; нужна POSTGRES_URI (fp_ingest).

    Сначала показывает, что изменится, и спрашивает.
    """
    from fly_potato.commands.reread import as_json, lines

    with refusing():
        preview = asyncio.run(_withdraw(load_id, reason, dry_run=True))
        say(f"загрузка {load_id}, файл {preview.file_name or 'неизвестен'}")
        say(f"{preview.flights_gone} полётов исчезнут, {preview.flights_changed} изменятся")
        for line in lines(preview.differences):
            say(line)
        if not yes and not click.confirm("Отозвать?", err=True):
            raise SystemExit(1)
        asyncio.run(_withdraw(load_id, reason, dry_run=False))
    tell({"load": load_id, **as_json(preview.differences)}, ["отозвана; тот же файл можно прислать снова"])


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
