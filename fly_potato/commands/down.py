"""``fly-potato down``: stop the local stack."""

import click


@click.command()
def command() -> None:
    """Stop the emulator, S3 and PostGIS; the data stay in .local/."""
    from fly_potato.screen import refusing
    from fly_potato.stack import Stack, places

    with refusing():
        Stack(places()).down(click.echo)
