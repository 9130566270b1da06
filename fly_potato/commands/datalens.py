"""``fly-potato datalens``: the dashboards as code."""

import asyncio
from pathlib import Path

import click

HOST = "c-ИДЕНТИФИКАТОР.rw.mdb.yandexcloud.net"


@click.group()
def command() -> None:
    """Make the dashboards of DataLens from their description in this repository."""


@command.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--host", default=HOST, show_default=True, help="The database's host as DataLens reaches it.")
@click.option("--port", type=click.IntRange(1, 65535), default=6432, show_default=True, help="Its port.")
@click.option("--database", default="float_mode", show_default=True, help="The database's name.")
@click.option("--user", default="fp_datalens", show_default=True, help="The role that DataLens connects as.")
@click.option("--no-tls", is_flag=True, help="Connect without TLS: in a closed network alone.")
def workbook(out: Path, host: str, port: int, database: str, user: str, no_tls: bool) -> None:
    """Write the workbook file that DataLens imports; the password is typed in there, never here."""
    from datalens.workbook import DatabaseAddress, text

    out.write_text(text(DatabaseAddress(host, port, database, user, tls=not no_tls)), encoding="utf-8")
    click.echo(f"записано: {out}. В DataLens: «Создать» → «Импортировать воркбук»; затем введите пароль подключения.")


@command.command()
@click.option("--uri", envvar="DATALENS_POSTGRES_URI", required=True, help="The database, as DataLens' role.")
def check(uri: str) -> None:
    """Ask the database what each chart asks; exit 1 if one of them cannot be answered."""
    from datalens.proof import answers

    results = asyncio.run(answers(uri))
    for result in results:
        state = f"строк: {result.rows}" if result.error is None else f"ОШИБКА {result.error}"
        click.echo(f"{result.chart:20} {result.seconds:7.3f} с  {state}")
    if any(result.error is not None for result in results):
        raise SystemExit(1)
