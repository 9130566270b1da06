"""``fly-potato site``: lay the web page out for whoever gives it to browsers."""

from pathlib import Path

import click

from fly_potato.terminal import json_option, refusing, tell


@click.command()
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--config", metavar="JSON", help="Содержимое assets/config.json, например как входят.")
@click.option("--policy", is_flag=True, help="Вписать в страницы политику безопасности: её некому присылать.")
@click.option("--connect", multiple=True, metavar="URL", help="Вместе с --policy: куда ещё страницам можно обращаться.")
@json_option
def command(out_dir: Path, config: str | None, policy: bool, connect: tuple[str, ...]) -> None:
    """Разложить веб-страницу в OUT_DIR; кроме неё, там ничего не останется."""
    import json

    from fly_potato.site import lay_out
    from fly_potato.site import policy as policy_of

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
    tell({"folder": out_dir, "files": len(files)}, [f"{out_dir}: файлов {len(files)}"])
