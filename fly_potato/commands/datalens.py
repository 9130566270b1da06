"""``fly-potato datalens``: the dashboards as code."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fly_potato.commands.keys import settings_option, store_options
from fly_potato.terminal import exit_on_error, json_option, print_answer

if TYPE_CHECKING:
    from datalens.installation import Installation
    from datalens.push import Pushed

HOST = "c-ИДЕНТИФИКАТОР.rw.mdb.yandexcloud.net"
ACTIONS = {"create": "создать", "update": "изменить", "publish": "опубликовать", "keep": "без изменений"}
SCOPES = {"connection": "подключение", "dataset": "датасет", "widget": "чарт", "dash": "дашборд"}


@click.group()
def command() -> None:
    """Сделать дашборды DataLens по описанию из этого репозитория."""


def _database(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where DataLens finds the database."""
    for option in (
        click.option("--host", default=HOST, show_default=True, help="Хост базы, каким его видит DataLens."),
        click.option("--port", type=click.IntRange(1, 65535), default=6432, show_default=True, help="Порт."),
        click.option("--database", default="float_mode", show_default=True, help="База."),
        click.option("--user", default="fp_datalens", show_default=True, help="Роль, которой подключается DataLens."),
        click.option(
            "--schema",
            type=click.Choice(["mart", "narrowed"]),
            default="mart",
            show_default=True,
            help="Все регионы или регионы суженной роли.",
        ),
        click.option("--no-tls", is_flag=True, help="Без TLS: только в закрытой сети."),
    ):
        function = option(function)
    return function


def _installation(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which workbook of which installation."""
    for option in (
        click.option("--workbook", metavar="ID", required=True, help="Номер воркбука из его адреса."),
        click.option("--url", help="API своей установки; без него Yandex Cloud."),
    ):
        function = option(function)
    return function


@command.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@_database
@json_option
def workbook(out: Path, **database: Any) -> None:
    """Записать файл воркбука OUT для импорта; пароль вводят уже в DataLens."""
    from datalens.workbook import text

    out.write_text(text(_address(**database)), encoding="utf-8")
    afterwards = "В DataLens: «Создать» → «Импортировать воркбук»; затем введите пароль подключения."
    print_answer({"file": out}, [f"записано: {out}. {afterwards}"])


@command.command()
@click.option("--uri", envvar="DATALENS_POSTGRES_URI", required=True, help="Адрес базы, роль DataLens.")
@json_option
def check(uri: str) -> None:
    """Задать базе запрос каждого чарта; код возврата 1, если на какой-то нет ответа."""
    from datalens.proof import answers

    results = asyncio.run(answers(uri))
    lines = [
        f"{result.chart:22} {result.seconds:7.3f} с  "
        + (f"строк: {result.rows}" if result.error is None else f"ОШИБКА {result.error}")
        for result in results
    ]
    print_answer({"charts": results}, lines)
    if any(result.error is not None for result in results):
        raise SystemExit(1)


@command.command("new-workbook")
@click.argument("title")
@click.option("--collection", metavar="ID", help="Коллекция; без неё корень.")
@click.option("--url", help="API своей установки; без него Yandex Cloud.")
@json_option
def new_workbook(title: str, collection: str | None, url: str | None) -> None:
    """Создать пустой воркбук TITLE и напечатать его номер."""

    def make(at: "Installation") -> None:
        body = {"title": title} | ({"collectionId": collection} if collection else {})
        made = at.call("createWorkbook", body)["workbookId"]
        print_answer({"workbook": made}, [made])

    _with(url, make)


@command.command()
@_installation
@_database
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Файл с паролем роли; без него FP_DATALENS_PASSWORD. Нужен только новому подключению.",
)
@click.option("--renew-password", is_flag=True, help="Послать пароль и тому подключению, которое уже есть.")
@click.option("--dry-run", is_flag=True, help="Сказать, что было бы сделано, и ничего не делать.")
@json_option
def push(
    workbook: str,
    url: str | None,
    password_file: Path | None,
    renew_password: bool,
    dry_run: bool,
    **database: Any,
) -> None:
    """Создать и изменить по описанию, сохранив номера: встраивания и ссылки живут. Повтор ничего не меняет.

    Кто вызывает: DATALENS_IAM_TOKEN и DATALENS_ORG_ID или профиль yc в Yandex Cloud; с --url — DATALENS_OAUTH_TOKEN или
    DATALENS_SERVICE_ACCOUNT_ID, DATALENS_SERVICE_KEY_ID и DATALENS_SERVICE_KEY_PATH.
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
@json_option
def plan(workbook: str, url: str | None, **database: Any) -> None:
    """Сказать, что создаст и изменит push и чего в воркбуке нет в описании; ничего не писать."""

    def ask(at: "Installation") -> None:
        from datalens.push import push as pushing

        _show(pushing(at, workbook, _address(**database), None, dry_run=True), dry_run=True)

    _with(url, ask)


@command.command()
@click.argument("role", required=False)
@click.option(
    "--region", "regions", multiple=True, metavar="CODE", help="Регион, который ей виден; без них не видно ничего."
)
@click.option("--uri", envvar="MIGRATE_URI", required=True, help="Адрес базы: кто может делать роли или владелец.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Файл с паролем для роли.",
)
@click.option("--list", "listing", is_flag=True, help="Показать суженные роли.")
@json_option
def narrow(role: str | None, regions: tuple[str, ...], uri: str, password_file: Path | None, listing: bool) -> None:
    """Показывать роли базы ROLE только эти регионы: подключение под ней других не покажет, кто бы ни спросил.

    Роль читает витрины схемы narrowed; push --schema narrowed --user ROLE делает воркбук поверх них.
    """
    from fly_potato import database

    with exit_on_error():
        if listing:
            roles = {name: list(codes) for name, codes in asyncio.run(database.narrowed(uri)).items()}
            print_answer({"roles": roles}, [f"{name}: {', '.join(codes)}" for name, codes in roles.items()])
            return
        if role is None:
            raise click.UsageError("назовите роль или --list")
        password = None if password_file is None else password_file.read_text(encoding="utf-8").strip()
        count = asyncio.run(database.narrow(uri, role, regions, password))
        line = f"{role}: {', '.join(sorted(regions)) or 'ни одного региона'}; витрин: {count}"
        print_answer({"role": role, "regions": sorted(regions), "views": count}, [line])


@command.command()
@_installation
@settings_option
@store_options
@json_option
def embed(workbook: str, url: str | None, settings: Path, key_folder: Path | None, lockbox: str | None) -> None:
    """Выпустить ключ и встраивания трёх дашбордов и записать их номера в настройки.

    region у каждого закрытый: берётся только из подписанного токена. Повтор поправит встраивания и сохранит номера;
    новый ключ — fly-potato keys add.
    """
    from fly_potato.commands.keys import made_by_datalens, store_of
    from fly_potato.key_rotation import CURRENT, IDS, ring
    from fly_potato.settings_files import settings_file

    with exit_on_error():
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
        lines = [*(f"{key}: {each}" for key, each in embeds.items()), f"записано: {settings}. Примените настройки."]
        print_answer({"embeds": dict(embeds), "settings": settings}, lines)


def _with(url: str | None, work: Callable[["Installation"], None]) -> None:

    with exit_on_error():
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
    ids = {} if dry_run else {key: pushed.ids[key] for key in ("overview", "regions", "time")}
    answer = {"changes": pushed.changes, "foreign": pushed.foreign, "dashboards": ids, "dry_run": dry_run}
    print_answer(answer, _lines(pushed, ids))


def _lines(pushed: "Pushed", ids: Mapping[str, str]) -> Iterator[str]:
    for change in pushed.changes:
        if change.action != "keep":
            where = f" ({', '.join(change.where)})" if change.where else ""
            yield f"{ACTIONS[change.action]}: {SCOPES[change.scope]} «{change.name}»{where}"
    counts = Counter[str](change.action for change in pushed.changes)
    yield "; ".join(f"{word}: {counts[action]}" for action, word in ACTIONS.items() if counts[action]) + "."
    yield from (f"не из описания, не тронуто: {entry}" for entry in pushed.foreign)
    yield from (f"{key}: {each}" for key, each in ids.items())
    if not ids:
        yield "Ничего не изменено."
