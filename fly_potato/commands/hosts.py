"""``fly-potato release``, ``slo``, ``secrets`` and ``backup``: what an administrator of hosts looks at and keeps."""

import asyncio
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from fly_potato.terminal import exit_on_error, json_option, print_answer

_AGES = Path("/var/lib/fly-potato/secrets.json")
_URI = click.option(
    "--uri", envvar=["MIGRATE_URI", "POSTGRES_URI"], required=True, help="Адрес базы, владелец кластера."
)


@click.group()
def release() -> None:
    """Выпуск на хостах: проверка установки и пробная загрузка (сам выпуск — make release)."""


@release.command()
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
    findings = asyncio.run(release_check.check(installation, datetime.now(UTC), rehearse=rehearse))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for each in findings:
            click.echo(f"{'зелёный' if each.ok else 'КРАСНЫЙ':8} {each.name:12} {each.sentence}")
    if not all(each.ok for each in findings):
        raise SystemExit(1)


@release.command()
@click.option("--backend", default="http://127.0.0.1:80", show_default=True, help="Адрес backend.")
@click.option("--seconds", default=300.0, show_default=True, help="Сколько ждать готовности и загрузки.")
@json_option
def smoke(backend: str, seconds: float) -> None:
    """Посмотреть на backend и провести через него книгу из одной нечитаемой строки: полётов она не даёт.

    Запускается в контейнере backend: книга объявляется от его имени и отправляется прямо в хранилище.
    """
    os.environ["AUTH_TRUST_GATEWAY"] = "True"
    # Inside the host the bucket is reached where the backend itself reaches it, not by the perimeter.
    if address := os.environ.get("S3_ENDPOINT_URL"):
        os.environ["S3_PUBLIC_ENDPOINT_URL"] = address
    from fly_potato.commands.stored_data import remove_expired
    from fly_potato.deploy.cloud import HandlerTransport
    from fly_potato.deploy.smoke import on_host
    from functions.upload.handler import handler
    from shared.auth.principals import Role

    inside = HandlerTransport(handler, {"sub": "fly-potato release smoke", "roles": Role.OPERATOR.value})
    with exit_on_error():
        results = on_host(backend, inside, seconds=seconds)
        expired = asyncio.run(remove_expired(None, dry_run=True))
        results["cleanup"] = f"{len(expired.files)} files would go"
    print_answer(dict(results), [f"{name}: {result}" for name, result in results.items()])


@click.group()
def slo() -> None:
    """Уровень обслуживания: доступность, запас недоступности, задержки, загрузки."""


@slo.command()
@click.argument("month", required=False)
@click.option(
    "--prometheus",
    envvar="PROMETHEUS_URL",
    default="http://prometheus:9090",
    show_default=True,
    help="Адрес Prometheus.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Файл вместо вывода на экран.")
@json_option
def report(month: str | None, prometheus: str, output: Path | None) -> None:
    """Написать отчёт за МЕСЯЦ (2026-10; по умолчанию прошлый) в Markdown; код выхода 1, если доступность ниже цели."""
    from fly_potato import service_level

    now = datetime.now(UTC)
    with exit_on_error():
        start, end = service_level.month_of(month or f"{now.replace(day=1) - timedelta(days=1):%Y-%m}", now)
        level = service_level.measure(prometheus, start, end)
    text = service_level.markdown(level)
    if output is not None:
        output.write_text(text, encoding="utf-8")
    print_answer(level, [text.rstrip("\n") if output is None else str(output)])
    if level.availability is None or level.availability < service_level.AVAILABILITY:
        raise SystemExit(1)


@click.group()
def secrets() -> None:
    """Секреты хоста: ни один не показывается."""


@secrets.command()
@click.option("--file", "path", type=click.Path(path_type=Path), default=_AGES, help="Где записаны возрасты.")
@json_option
def status(path: Path) -> None:
    """Сказать, с каких пор секрет такой, как сейчас; код выхода 1, если какой-то старше 90 суток."""
    from hosting.secret_ages import NOTHING_KNOWN, read
    from hosting.secret_ages import status as status_of

    lines, late = status_of(path, datetime.now(UTC))
    secrets = [{"name": age.name, "since": age.since, "fingerprint": age.fingerprint} for age in read(path)]
    print_answer({"secrets": secrets, "late": late}, lines or [NOTHING_KNOWN])
    if late or not lines:
        raise SystemExit(1)


@click.group()
def backup() -> None:
    """Резервные копии базы хоста: сделать, проверить, хранить; где и сколько — BACKUP_*."""


@backup.command()
@_URI
@json_option
def dump(uri: str) -> None:
    """Выгрузить базы продукта и Keycloak с контрольными суммами."""
    from fly_potato.backups import backup_jobs

    with exit_on_error():
        paths = asyncio.run(backup_jobs.dump_all(uri))
    print_answer({"files": paths}, map(str, paths))


@backup.command()
@_URI
@json_option
def base(uri: str) -> None:
    """Сделать базовую копию, из которой восстанавливают любой более поздний момент."""
    from fly_potato.backups import backup_jobs

    with exit_on_error():
        path = backup_jobs.make_base(uri)
    print_answer({"file": path}, [str(path)])


@backup.command()
@_URI
@json_option
@click.argument("path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(uri: str, path: Path | None) -> None:
    """Восстановить выгрузку PATH (по умолчанию новейшую) в пробную базу и сравнить каждую таблицу."""
    from fly_potato.backups import backup_jobs

    with exit_on_error():
        trial = asyncio.run(backup_jobs.try_restore(uri, path))
    took = f"восстановлен за {trial.restore_seconds:.1f} с и совпадает; всего {trial.seconds:.1f} с"
    print_answer(trial, [f"{trial.dump}: {took}"])


@backup.command()
@click.option("--dry-run", is_flag=True, help="Только сказать, что было бы удалено.")
@json_option
def expire(dry_run: bool) -> None:
    """Удалить копии и архив WAL, срок которых вышел."""
    from fly_potato.backups import backup_jobs

    with exit_on_error():
        expired = backup_jobs.expire(dry_run=dry_run)
    total = f"{'было бы удалено' if dry_run else 'удалено'}: {len(expired)}"
    print_answer({"files": expired, "deleted": not dry_run}, [*map(str, expired), total])


@backup.command()
@json_option
def send() -> None:
    """Отправить в хранилище копий то, чего там нет, зашифровав."""
    from fly_potato.backups import backup_jobs

    with exit_on_error():
        number = backup_jobs.send()
    nowhere = "копии вне хоста не заданы: BACKUP_RECIPIENT и BACKUP_S3_* в .env.prod"
    print_answer({"sent": number}, [nowhere if number is None else f"отправлено файлов: {number}"])


@backup.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def encrypt(path: Path) -> None:
    """Зашифровать файл PATH, например .env.prod, для BACKUP_RECIPIENT и положить к копиям."""
    from fly_potato.backups.backup_jobs import BackupSettings
    from fly_potato.backups.backup_jobs import encrypt as encrypt_file
    from shared.errors import ConfigurationError
    from shared.settings import load

    with exit_on_error():
        settings = load(BackupSettings)
        if settings.recipient is None:
            raise ConfigurationError("SETTINGS_INVALID", "Задайте BACKUP_RECIPIENT: открытый ключ age1….")
        made = encrypt_file(path, settings.directory, settings.recipient, datetime.now(UTC))
    print_answer({"file": made}, [str(made)])
