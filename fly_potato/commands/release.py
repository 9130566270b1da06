"""``fly-potato release``: look at a host's installation before and after a release."""

import asyncio
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from fly_potato.terminal import json_option, refusing, tell


@click.group()
def command() -> None:
    """Выпуск на хостах: проверка установки и пробная загрузка (сам выпуск — make release)."""


@command.command()
@click.option("--uri", envvar=["MIGRATE_URI", "POSTGRES_URI"], required=True, help="Адрес базы, роль владельца.")
@click.option(
    "--backups", envvar="BACKUP_DIRECTORY", default=Path("/backups"), type=click.Path(path_type=Path), help="Копии."
)
@click.option(
    "--state",
    envvar="HOSTING_STATE",
    default=Path("/var/lib/fly-potato"),
    type=click.Path(path_type=Path),
    help="Что записал make all-prod.",
)
@click.option("--backend", default="http://backend:80", show_default=True, help="Адрес backend.")
@click.option("--prometheus", default="http://prometheus:9090", show_default=True, help="Адрес Prometheus.")
@click.option("--rehearse", is_flag=True, help="Ещё восстановить дамп рядом и мигрировать его вниз и вверх; долго.")
@click.option("--json", "as_json", is_flag=True, help="Список JSON вместо строк.")
def check(uri: str, backups: Path, state: Path, backend: str, prometheus: str, rehearse: bool, as_json: bool) -> None:
    """Пройти по списку перед выпуском и после него; код выхода 1, если что-то красное."""
    from fly_potato import release_check

    installation = release_check.CheckedHost(uri, backups, state, backend, prometheus)
    found = asyncio.run(release_check.check(installation, datetime.now(UTC), rehearse=rehearse))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            click.echo(f"{'зелёный' if each.ok else 'КРАСНЫЙ':8} {each.name:12} {each.sentence}")
    if not all(each.ok for each in found):
        raise SystemExit(1)


@command.command()
@click.option("--backend", default="http://127.0.0.1:80", show_default=True, help="Адрес backend.")
@click.option("--seconds", default=300.0, show_default=True, help="Сколько ждать готовности и загрузки.")
@json_option
def smoke(backend: str, seconds: float) -> None:
    """Посмотреть на backend и провести через него книгу из одной нечитаемой строки: полётов она не даёт.

    Запускается в контейнере backend: книга объявляется от его имени и отправляется прямо в хранилище.
    """
    os.environ["AUTH_TRUST_GATEWAY"] = "True"
    os.environ["S3_PUBLIC_ENDPOINT_URL"] = os.environ["S3_ENDPOINT_URL"]
    from fly_potato.deploy.calling import HandlerTransport
    from fly_potato.deploy.smoke import on_host
    from functions.upload.handler import handler
    from shared.auth.principals import Role

    inside = HandlerTransport(handler, {"sub": "fly-potato release smoke", "roles": Role.OPERATOR.value})
    with refusing():
        results = on_host(backend, inside, seconds=seconds)
    tell(dict(results), [f"{name}: {result}" for name, result in results.items()])
