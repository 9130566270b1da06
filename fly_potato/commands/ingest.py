"""``fly-potato ingest``: send workbooks and follow them to the end."""

import json
from pathlib import Path

import click


@click.command()
@click.option("--url", envvar="FLY_POTATO_URL", help="Адрес шлюза; по умолчанию локальный стенд.")
@click.option("--token", envvar="FLY_POTATO_TOKEN", help="Токен, если шлюз его спрашивает.")
@click.option("--json", "as_json", is_flag=True, help="По объекту JSON на книгу вместо текста.")
@click.argument("workbooks", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(url: str | None, token: str | None, as_json: bool, workbooks: tuple[Path, ...]) -> None:
    """Отправить WORKBOOKS одну за другой; код возврата 1, если какая-то не загрузилась."""
    from fly_potato.client import Client
    from fly_potato.stack import stack_paths
    from fly_potato.terminal import refusing
    from fly_potato.workbook_upload import load, summary
    from shared.errors import FlyPotatoError

    failed = 0
    with refusing(), Client(url or stack_paths().url, token) as client:
        for workbook in workbooks:
            try:
                dead_letters = None if url else stack_paths().dead_letters
                state = load(client, workbook, dead_letters, quiet=as_json)
            except FlyPotatoError as error:
                if as_json:
                    fault = {"code": error.code, "sentence": error.sentence}
                    click.echo(
                        json.dumps({"file": str(workbook), "state": "refused", "error": fault}, ensure_ascii=False)
                    )
                else:
                    click.echo(f"{workbook}: {error.code}: {error.sentence}", err=True)
                failed += 1
                continue
            if as_json:
                click.echo(json.dumps({"file": str(workbook), **state}, ensure_ascii=False))
            else:
                click.echo(f"{workbook}: {summary(state)}")
            failed += state["state"] not in ("loaded", "duplicate")
    if failed:
        raise SystemExit(1)
