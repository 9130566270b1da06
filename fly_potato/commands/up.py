"""``fly-potato up``: start the local stack."""

import click


@click.command()
def command() -> None:
    """Start PostGIS, S3 and the emulator, migrate, load boundaries, and wait until the gateway is healthy."""
    from fly_potato.screen import refusing
    from fly_potato.stack import Stack, stack_paths

    with refusing():
        Stack(stack_paths()).up(click.echo)
