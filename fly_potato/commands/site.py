"""``fly-potato site``: lay the web page out for whoever gives it to browsers."""

from pathlib import Path

import click


@click.command()
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--config", metavar="JSON", help="What becomes assets/config.json, for instance how people log in.")
@click.option("--policy", is_flag=True, help="Write a content security policy into the pages: nobody sends it.")
@click.option("--connect", multiple=True, metavar="URL", help="With --policy: what else the pages may talk to.")
def command(out_dir: Path, config: str | None, policy: bool, connect: tuple[str, ...]) -> None:
    """Lay the web page out in OUT_DIR, which then holds nothing else: no file of the user's own belongs there."""
    import json

    from fly_potato.site import lay_out
    from fly_potato.site import policy as policy_of
    from fly_potato.terminal import refusing

    try:
        settings = None if config is None else json.loads(config)
    except json.JSONDecodeError as error:
        raise click.BadParameter("не JSON", param_hint="--config") from error
    if settings is not None and not isinstance(settings, dict):
        raise click.BadParameter("нужен объект JSON", param_hint="--config")
    if connect and not policy:
        raise click.BadParameter("имеет смысл вместе с --policy", param_hint="--connect")
    with refusing():
        files = lay_out(out_dir, settings, policy_of(connect) if policy else None)
    click.echo(f"{out_dir}: файлов {len(files)}")
