"""``fly-potato secrets``: how old a host's secrets are."""

from datetime import UTC, datetime
from pathlib import Path

import click

_AGES = Path("/var/lib/fly-potato/secrets.json")


@click.group()
def command() -> None:
    """Секреты хоста: ни один не показывается."""


@command.command()
@click.option("--file", "path", type=click.Path(path_type=Path), default=_AGES, help="Где записаны возрасты.")
def status(path: Path) -> None:
    """Сказать, с каких пор секрет такой, как сейчас; код выхода 1, если какой-то старше 90 суток."""
    from hosting.secret_ages import status as status_of

    lines, late = status_of(path, datetime.now(UTC))
    for line in lines:
        click.echo(line)
    if late or not lines:
        raise SystemExit(1)
