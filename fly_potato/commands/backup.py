"""``fly-potato backup``: dumps, base backups, what has had its time, trial restores, copies elsewhere."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from fly_potato.terminal import json_option, refusing, tell

_URI = click.option(
    "--uri", envvar=["MIGRATE_URI", "POSTGRES_URI"], required=True, help="Адрес базы, владелец кластера."
)


@click.group()
def command() -> None:
    """Резервные копии базы хоста: сделать, проверить, хранить; где и сколько — BACKUP_*."""


@command.command()
@_URI
@json_option
def dump(uri: str) -> None:
    """Выгрузить базы продукта и Keycloak с контрольными суммами."""
    from fly_potato.backups import backup_jobs

    with refusing():
        paths = asyncio.run(backup_jobs.dump_all(uri))
    tell({"files": paths}, map(str, paths))


@command.command()
@_URI
@json_option
def base(uri: str) -> None:
    """Сделать базовую копию, из которой восстанавливают любой более поздний момент."""
    from fly_potato.backups import backup_jobs

    with refusing():
        path = backup_jobs.make_base(uri)
    tell({"file": path}, [str(path)])


@command.command()
@_URI
@json_option
@click.argument("path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(uri: str, path: Path | None) -> None:
    """Восстановить выгрузку PATH (по умолчанию новейшую) в пробную базу и сравнить каждую таблицу."""
    from fly_potato.backups import backup_jobs

    with refusing():
        trial = asyncio.run(backup_jobs.try_restore(uri, path))
    took = f"восстановлен за {trial.restore_seconds:.1f} с и совпадает; всего {trial.seconds:.1f} с"
    tell(trial, [f"{trial.dump}: {took}"])


@command.command()
@click.option("--dry-run", is_flag=True, help="Только сказать, что было бы удалено.")
@json_option
def expire(dry_run: bool) -> None:
    """Удалить копии и архив WAL, срок которых вышел."""
    from fly_potato.backups import backup_jobs

    with refusing():
        expired = backup_jobs.expire(dry_run=dry_run)
    total = f"{'было бы удалено' if dry_run else 'удалено'}: {len(expired)}"
    tell({"files": expired, "deleted": not dry_run}, [*map(str, expired), total])


@command.command()
@json_option
def send() -> None:
    """Отправить в хранилище копий то, чего там нет, зашифровав."""
    from fly_potato.backups import backup_jobs

    with refusing():
        number = backup_jobs.send()
    tell({"sent": number}, [f"отправлено файлов: {number}"])


@command.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def encrypt(path: Path) -> None:
    """Зашифровать файл PATH, например .env.prod, для BACKUP_RECIPIENT и положить к копиям."""
    from fly_potato.backups.backup_jobs import BackupSettings
    from fly_potato.backups.backup_jobs import encrypt as encrypt_file
    from shared.errors import ConfigurationError

    with refusing():
        settings = BackupSettings()
        if settings.recipient is None:
            raise ConfigurationError("SETTINGS_INVALID", "Задайте BACKUP_RECIPIENT: открытый ключ age1….")
        made = encrypt_file(path, settings.directory, settings.recipient, datetime.now(UTC))
    tell({"file": made}, [str(made)])
