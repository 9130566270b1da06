"""``fly-potato reread``: read kept rows anew with today's parser."""

import asyncio
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from shared.ingest.merge import Differences


@click.command()
@click.option("--load", "load_id", type=click.IntRange(min=1), help="One load, also if today's parser has read it.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
def command(load_id: int | None, dry_run: bool) -> None:
    """Build flights anew from the kept rows of every load that an older parser read; needs POSTGRES_URI (fp_ingest).

    A load at a time: whoever is interrupted goes on with the next one.
    """
    from fly_potato.terminal import refusing
    from shared.db import connect_pool
    from shared.ingest.reread import reread
    from shared.settings import DatabaseSettings, load

    async def read_anew() -> "Differences":
        pool = await connect_pool(load(DatabaseSettings), application="fly-potato-reread")
        try:
            return await reread(pool, load_id, dry_run=dry_run, done=lambda number: click.echo(f"загрузка {number}"))
        finally:
            await pool.close()

    with refusing():
        differences = asyncio.run(read_anew())
    click.echo("было бы так:" if dry_run else "сделано:")
    show(differences)


def show(differences: "Differences") -> None:
    """Print what changes: how many flights, in which fields, in which regions."""
    new, vanished, changed = differences.new, differences.gone, differences.changed
    click.echo(f"новых полётов {new}, исчезнет {vanished}, изменится {changed}")
    for name, flights in differences.fields.most_common():
        click.echo(f"  {name:24}{flights:>10}")
    for region, (lost, gained) in sorted(differences.regions.items()):
        click.echo(f"  {region:40}{-lost:>8}{gained:>+8}")
