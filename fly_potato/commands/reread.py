"""``fly-potato reread``: read kept rows anew with today's parser."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from fly_potato.terminal import json_option, refusing, say, tell

if TYPE_CHECKING:
    from shared.ingest.merge import Differences


@click.command()
@click.option(
    "--load", "load_id", type=click.IntRange(min=1), help="Одна загрузка, даже если её читал сегодняшний разбор."
)
@click.option("--dry-run", is_flag=True, help="Только сказать, что изменилось бы.")
@json_option
def command(load_id: int | None, dry_run: bool) -> None:
    """Собрать полёты заново из хранимых строк загрузок, прочитанных прежним разбором; нужна POSTGRES_URI (fp_ingest).

    По загрузке за раз: прерванная работа продолжится со следующей.
    """
    from shared.db import connect_pool
    from shared.ingest.reread import reread
    from shared.settings import DatabaseSettings, load

    async def read_anew() -> "Differences":
        pool = await connect_pool(load(DatabaseSettings), application="fly-potato-reread")
        try:
            return await reread(pool, load_id, dry_run=dry_run, done=lambda number: say(f"загрузка {number}"))
        finally:
            await pool.close()

    with refusing():
        differences = asyncio.run(read_anew())
    heading = "было бы так:" if dry_run else "сделано:"
    tell({"dry_run": dry_run, **as_json(differences)}, [heading, *lines(differences)])


def as_json(differences: "Differences") -> dict[str, object]:
    """Give what changes, as an object of JSON has it."""
    regions = {name: {"lost": lost, "gained": gained} for name, (lost, gained) in differences.regions.items()}
    return {
        "new": differences.new,
        "gone": differences.gone,
        "changed": differences.changed,
        "fields": dict(differences.fields),
        "regions": regions,
    }


def lines(differences: "Differences") -> Iterator[str]:
    """Say what changes: how many flights, in which fields, in which regions."""
    new, vanished, changed = differences.new, differences.gone, differences.changed
    yield f"новых полётов {new}, исчезнет {vanished}, изменится {changed}"
    for name, flights in differences.fields.most_common():
        yield f"  {name:24}{flights:>10}"
    for region, (lost, gained) in sorted(differences.regions.items()):
        yield f"  {region:40}{-lost:>8}{gained:>+8}"
