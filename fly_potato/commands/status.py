"""``fly-potato status``: tell what of the local stack runs."""

import click


@click.command()
def command() -> None:
    """Show every part of the stack and the dead letters; exit 1 if a part does not run."""
    from rich.table import Table

    from fly_potato.screen import console, refusing
    from fly_potato.stack import Stack, stack_paths

    with refusing():
        here = stack_paths()
        parts = Stack(here).status()
    table = Table("часть", "работает", "адрес", "подробности")
    for part in parts:
        table.add_row(part.name, "да" if part.runs else "нет", part.where, part.detail)
    console().print(table)
    dead = sorted(here.letters.glob("*.json"))
    if dead:
        click.echo(f"недоставленных событий: {len(dead)}, они в {dead[0].parent}")
    if not all(part.runs for part in parts):
        raise SystemExit(1)
