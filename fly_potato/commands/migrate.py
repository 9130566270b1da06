"""``fly-potato migrate``: bring the schema to the newest version."""

import click


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", required=True, help="Database address; default: POSTGRES_URI.")
@click.option("--check", "only_check", is_flag=True, help="Only compare the database with the metadata.")
@click.option("--revise", metavar="ID MESSAGE", nargs=2, help="Write a migration from the difference.")
@click.argument("revision", default="head")
def command(uri: str, only_check: bool, revise: tuple[str, str] | None, revision: str) -> None:
    """Migrate upwards to REVISION (default: the newest)."""
    from fly_potato import database

    if only_check:
        database.check(uri)
    elif revise:
        database.revise(uri, revise[1], revise[0])
    else:
        database.migrate(uri, revision)
        click.echo(f"schema is at {revision}")
