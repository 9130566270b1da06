"""What commands write to a terminal, and how they end when something is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from shared.errors import FlyPotatoError


def console() -> Console:
    """Give a console that is plain and wide where nobody watches."""
    probe = Console(highlight=False)
    return probe if probe.is_terminal else Console(highlight=False, width=120, no_color=True)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn an error of the product into its sentence on standard error and exit status 1."""
    try:
        yield
    except FlyPotatoError as error:
        click.echo(f"{error.code}: {error.sentence}", err=True)
        raise SystemExit(1) from None
