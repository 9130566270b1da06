"""``fly-potato down``: stop the local stack."""

import click


@click.command()
def command() -> None:
    """Stop the emulator, S3 and PostGIS; the data stay in .local/."""
    from fly_potato.screen import refusing
    from fly_potato.stack import Stack, stack_paths

    with refusing():
        Stack(stack_paths()).down(click.echo)
