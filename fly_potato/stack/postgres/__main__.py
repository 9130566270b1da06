"""``python -m fly_potato.stack.postgres``: make sure that there is a PostGIS, and tell where."""

import click

from fly_potato.stack.postgres import install_postgis
from fly_potato.terminal import exit_on_error


@click.command()
def main() -> None:
    """Find PostgreSQL with PostGIS or install its packages."""
    with exit_on_error():
        binaries = install_postgis()
    click.echo(f"PostgreSQL {binaries.major} с PostGIS: {binaries.directory}")


if __name__ == "__main__":
    main()
