"""``fly-potato migrate``: bring the schema to the newest version."""

import click

from fly_potato.terminal import json_option, tell


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", required=True, help="Адрес базы; по умолчанию POSTGRES_URI.")
@click.option("--check", "only_check", is_flag=True, help="Только сравнить базу с описанием схемы.")
@click.option("--revise", metavar="ID MESSAGE", nargs=2, help="Написать версию по разнице.")
@click.argument("revision", default="head")
@json_option
def command(uri: str, only_check: bool, revise: tuple[str, str] | None, revision: str) -> None:
    """Привести схему к версии REVISION (по умолчанию новейшей)."""
    from fly_potato import database

    if only_check:
        database.check(uri)
    elif revise:
        database.revise(uri, revise[1], revise[0])
    else:
        database.migrate(uri, revision)
        tell({"revision": revision}, [f"схема приведена к {revision}"])
