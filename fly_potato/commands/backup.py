"""``fly-potato backup``: dumps, base backups, what has had its time, trial restores, copies elsewhere."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

_URI = click.option(
    "--uri", envvar=["MIGRATE_URI", "POSTGRES_URI"], required=True, help="Database address of the cluster's owner."
)


@click.group()
def command() -> None:
    """Make, try and keep backups of a host's cluster; BACKUP_* say where they lie and for how long."""


@command.command()
@_URI
def dump(uri: str) -> None:
    """Dump the product's database and Keycloak's, with checksums of what was dumped."""
    from fly_potato.backups import backup_jobs
    from fly_potato.terminal import refusing

    with refusing():
        for path in asyncio.run(backup_jobs.dump_all(uri)):
            click.echo(path)


@command.command()
@_URI
def base(uri: str) -> None:
    """Make a base backup, which moments after it are restored from."""
    from fly_potato.backups import backup_jobs
    from fly_potato.terminal import refusing

    with refusing():
        click.echo(backup_jobs.make_base(uri))


@command.command()
@_URI
@click.argument("path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(uri: str, path: Path | None) -> None:
    """Restore a dump (default: the newest) into a scratch database and compare every table with what was dumped."""
    from fly_potato.backups import backup_jobs
    from fly_potato.terminal import refusing

    with refusing():
        trial = asyncio.run(backup_jobs.try_restore(uri, path))
    click.echo(f"{trial.dump}: восстановлен за {trial.restore_seconds:.1f} с и совпадает; всего {trial.seconds:.1f} с")


@command.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be deleted.")
def expire(dry_run: bool) -> None:
    """Delete dumps, bases and archived WAL that no longer has to be kept."""
    from fly_potato.backups import backup_jobs
    from fly_potato.terminal import refusing

    with refusing():
        expired = backup_jobs.expire(dry_run=dry_run)
    for path in expired:
        click.echo(path)
    click.echo(f"{'было бы удалено' if dry_run else 'удалено'}: {len(expired)}")


@command.command()
def send() -> None:
    """Send what the bucket of copies does not have, encrypted."""
    from fly_potato.backups import backup_jobs
    from fly_potato.terminal import refusing

    with refusing():
        click.echo(f"отправлено файлов: {backup_jobs.send()}")


@command.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def encrypt(path: Path) -> None:
    """Encrypt a file, such as .env.prod, for BACKUP_RECIPIENT, beside the other backups."""
    from fly_potato.backups.copies import encrypt as encrypt_file
    from fly_potato.backups.settings import BackupSettings
    from fly_potato.terminal import refusing
    from shared.errors import ConfigurationError

    with refusing():
        settings = BackupSettings()
        if settings.recipient is None:
            raise ConfigurationError("SETTINGS_INVALID", "Задайте BACKUP_RECIPIENT: открытый ключ age1….")
        click.echo(encrypt_file(path, settings.directory, settings.recipient, datetime.now(UTC)))
