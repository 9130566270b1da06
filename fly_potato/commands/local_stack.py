"""``fly-potato up``, ``down`` and ``status``: the local stack."""

import click
from rich.table import Table

from fly_potato.stack import Stack, stack_paths
from fly_potato.terminal import console, refusing


@click.command()
def up() -> None:
    """Start PostGIS, S3 and the emulator, migrate, load boundaries, and wait until the gateway is healthy."""
    with refusing():
        Stack(stack_paths()).up(click.echo)


@click.command()
def down() -> None:
    """Stop the emulator, S3 and PostGIS; the data stay in .local/."""
    with refusing():
        Stack(stack_paths()).down(click.echo)


@click.command()
def status() -> None:
    """Show every part of the stack and the dead letters; exit 1 if a part does not run."""
    with refusing():
        paths = stack_paths()
        parts = Stack(paths).status()
    table = Table("часть", "работает", "адрес", "подробности")
    for part in parts:
        table.add_row(part.name, "да" if part.runs else "нет", part.where, part.detail)
    console().print(table)
    dead = sorted(paths.dead_letters.glob("*.json"))
    if dead:
        click.echo(f"недоставленных событий: {len(dead)}, они в {dead[0].parent}")
    if not all(part.runs for part in parts):
        raise SystemExit(1)
