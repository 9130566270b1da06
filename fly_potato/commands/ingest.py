"""``fly-potato ingest``: send workbooks and follow them to the end."""

from pathlib import Path

import click


@click.command()
@click.option("--url", envvar="FLY_POTATO_URL", help="The gateway; default: that of the local stack.")
@click.option("--token", envvar="FLY_POTATO_TOKEN", help="A bearer token, where the gateway asks for one.")
@click.argument("workbooks", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(url: str | None, token: str | None, workbooks: tuple[Path, ...]) -> None:
    """Send WORKBOOKS one after another; exit 1 if one of them was not loaded."""
    from fly_potato.client import Client
    from fly_potato.stack import stack_paths
    from fly_potato.terminal import refusing
    from fly_potato.workbook_upload import load, summary
    from shared.errors import FlyPotatoError

    failed = 0
    with refusing(), Client(url or stack_paths().url, token) as client:
        for workbook in workbooks:
            try:
                state = load(client, workbook, None if url else stack_paths().dead_letters)
            except FlyPotatoError as error:
                click.echo(f"{workbook}: {error.code}: {error.sentence}", err=True)
                failed += 1
                continue
            click.echo(f"{workbook}: {summary(state)}")
            failed += state["state"] not in ("loaded", "duplicate")
    if failed:
        raise SystemExit(1)
