"""``fly-potato completion``: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Написать сценарий дополнения для оболочки SHELL: eval "$(fly-potato completion bash)"."""
    from fly_potato.main import main

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(shell)
    click.echo(completion(main, {}, "fly-potato", "_FLY_POTATO_COMPLETE").source())
