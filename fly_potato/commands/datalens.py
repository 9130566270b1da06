"""``fly-potato datalens``: the dashboards as code."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fly_potato.commands.keys import settings_option, store_options

if TYPE_CHECKING:
    from datalens.installation import Installation
    from datalens.push import Pushed

HOST = "c-ИДЕНТИФИКАТОР.rw.mdb.yandexcloud.net"
ACTIONS = {"create": "создать", "update": "изменить", "publish": "опубликовать", "keep": "без изменений"}
SCOPES = {"connection": "подключение", "dataset": "датасет", "widget": "чарт", "dash": "дашборд"}


@click.group()
def command() -> None:
    """Make the dashboards of DataLens from their description in this repository."""


def _database(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where DataLens finds the database."""
    for option in (
        click.option("--host", default=HOST, show_default=True, help="The database's host as DataLens reaches it."),
        click.option("--port", type=click.IntRange(1, 65535), default=6432, show_default=True, help="Its port."),
        click.option("--database", default="float_mode", show_default=True, help="The database's name."),
        click.option("--user", default="fp_datalens", show_default=True, help="The role that DataLens connects as."),
        click.option(
            "--schema",
            type=click.Choice(["mart", "narrowed"]),
            default="mart",
            show_default=True,
            help="All regions, or those of a role that is narrowed.",
        ),
        click.option("--no-tls", is_flag=True, help="Connect without TLS: in a closed network alone."),
    ):
        function = option(function)
    return function


def _installation(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which workbook of which installation."""
    for option in (
        click.option("--workbook", metavar="ID", required=True, help="The workbook; its id stands in its address."),
        click.option("--url", help="The API of an installation of one's own; without it Yandex Cloud."),
    ):
        function = option(function)
    return function


@command.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@_database
def workbook(out: Path, **database: Any) -> None:
    """Write the workbook file that DataLens imports; the password is typed in there, never here."""
    from datalens.workbook import text

    out.write_text(text(_address(**database)), encoding="utf-8")
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


@command.command("new-workbook")
@click.argument("title")
@click.option("--collection", metavar="ID", help="The collection it is made in; without it the root.")
@click.option("--url", help="The API of an installation of one's own; without it Yandex Cloud.")
def new_workbook(title: str, collection: str | None, url: str | None) -> None:
    """Make an empty workbook called TITLE and print its id."""

    def make(at: "Installation") -> None:
        body = {"title": title} | ({"collectionId": collection} if collection else {})
        click.echo(at.call("createWorkbook", body)["workbookId"])

    _with(url, make)


@command.command()
@_installation
@_database
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the role's password; without it FP_DATALENS_PASSWORD. Needed for a new connection alone.",
)
@click.option("--renew-password", is_flag=True, help="Send the password to the connection that is there, too.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
def push(
    workbook: str,
    url: str | None,
    password_file: Path | None,
    renew_password: bool,
    dry_run: bool,
    **database: Any,
) -> None:
    """Make and change what the description says, keeping ids: embeds and links live on. Repeating changes nothing.

    Who calls: DATALENS_IAM_TOKEN and DATALENS_ORG_ID or the profile of yc in Yandex Cloud; with --url
    DATALENS_OAUTH_TOKEN, or DATALENS_SERVICE_ACCOUNT_ID, DATALENS_SERVICE_KEY_ID and DATALENS_SERVICE_KEY_PATH.
    """
    password = _password(password_file)

    def bring(at: "Installation") -> None:
        from datalens.push import push as pushing

        how = {"renew_password": renew_password, "dry_run": dry_run}
        _show(pushing(at, workbook, _address(**database), password, **how), dry_run=dry_run)

    _with(url, bring)


@command.command()
@_installation
@_database
def plan(workbook: str, url: str | None, **database: Any) -> None:
    """Tell what a push would make and change, and what of the workbook is not described; ask only, write nothing."""

    def ask(at: "Installation") -> None:
        from datalens.push import push as pushing

        _show(pushing(at, workbook, _address(**database), None, dry_run=True), dry_run=True)

    _with(url, ask)


@command.command()
@click.argument("role", required=False)
@click.option("--region", "regions", multiple=True, metavar="CODE", help="A region it may see; none: it sees nothing.")
@click.option("--uri", envvar="MIGRATE_URI", required=True, help="The database, as who may make roles or as its owner.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the password that the role gets.",
)
@click.option("--list", "listing", is_flag=True, help="List the narrowed roles.")
def narrow(role: str | None, regions: tuple[str, ...], uri: str, password_file: Path | None, listing: bool) -> None:
    """Let a database ROLE see these regions alone: a connection of DataLens as it shows no others, whoever asks.

    It reads the views of the schema `narrowed`; `push --schema narrowed --user ROLE` makes a workbook over them.
    """
    from fly_potato import narrowed_roles
    from fly_potato.terminal import refusing

    with refusing():
        if listing:
            for name, codes in asyncio.run(narrowed_roles.narrowed(uri)).items():
                click.echo(f"{name}: {', '.join(codes)}")
            return
        if role is None:
            raise click.UsageError("назовите роль или --list")
        password = None if password_file is None else password_file.read_text(encoding="utf-8").strip()
        count = asyncio.run(narrowed_roles.narrow(uri, role, regions, password))
        click.echo(f"{role}: {', '.join(sorted(regions)) or 'ни одного региона'}; витрин: {count}")


@command.command()
@_installation
@settings_option
@store_options
def embed(workbook: str, url: str | None, settings: Path, key_folder: Path | None, lockbox: str | None) -> None:
    """Make the key and the embeds of the three dashboards and write their ids into the settings.

    `region` is a private parameter of each: it is taken from the signed token alone. Repeating puts embeds right and
    keeps their ids; a new key comes by `fly-potato keys add`.
    """
    from fly_potato.commands.keys import made_by_datalens, store_of
    from fly_potato.keys.rotation import CURRENT, IDS, ring
    from fly_potato.keys.settings_files import settings_file
    from fly_potato.terminal import refusing

    with refusing():
        file, store = settings_file(settings), store_of(key_folder, lockbox)
        entries = ring(file.read(), datetime.now(UTC))
        if not entries:
            _, embeds = made_by_datalens(file, store, workbook, url)
        else:
            from datalens.embedding import bind, secret_of
            from datalens.installation import connect

            at = connect(url)
            try:
                embeds = bind(at, workbook, secret_of(at, workbook, entries[0].embeds))
            finally:
                at.close()
            file.change({CURRENT + IDS[key]: each for key, each in embeds.items()})
        for key, each in embeds.items():
            click.echo(f"{key}: {each}")
        click.echo(f"записано: {settings}. Примените настройки.")


def _with(url: str | None, work: Callable[["Installation"], None]) -> None:
    from fly_potato.terminal import refusing

    with refusing():
        try:
            from datalens.installation import connect
        except ModuleNotFoundError:
            click.echo(
                "Нужна библиотека datalens-sdk: pip install --require-hashes -r requirements/datalens.txt", err=True
            )
            raise SystemExit(1) from None
        at = connect(url)
        try:
            work(at)
        finally:
            at.close()


def _address(host: str, port: int, database: str, user: str, schema: str, no_tls: bool) -> Any:
    from datalens.workbook import DatabaseAddress

    return DatabaseAddress(host, port, database, user, tls=not no_tls, schema=schema)


def _password(path: Path | None) -> str | None:
    import os

    if path is None:
        return os.environ.get("FP_DATALENS_PASSWORD")
    return path.read_text(encoding="utf-8").strip()


def _show(pushed: "Pushed", *, dry_run: bool) -> None:
    for change in pushed.changes:
        if change.action != "keep":
            where = f" ({', '.join(change.where)})" if change.where else ""
            click.echo(f"{ACTIONS[change.action]}: {SCOPES[change.scope]} «{change.name}»{where}")
    counts = Counter[str](change.action for change in pushed.changes)
    click.echo("; ".join(f"{word}: {counts[action]}" for action, word in ACTIONS.items() if counts[action]) + ".")
    for entry in pushed.foreign:
        click.echo(f"не из описания, не тронуто: {entry}")
    if dry_run:
        click.echo("Ничего не изменено.")
    else:
        for key in ("overview", "regions", "time"):
            click.echo(f"{key}: {pushed.ids[key]}")
