"""``fly-potato cleanup``: remove result files and announcements that have had their time."""

import asyncio
from datetime import UTC, datetime, timedelta

import click

from fly_potato.terminal import json_option, refusing, tell


@click.command()
@click.option("--dry-run", is_flag=True, help="Только сказать, что было бы убрано.")
@click.option("--ttl-hours", type=click.IntRange(min=1), help="Старше скольких часов; по умолчанию RESULT_TTL_HOURS.")
@json_option
def command(dry_run: bool, ttl_hours: int | None) -> None:
    """Убрать из хранилища старые книги отклонённых строк и отчёты; нужны POSTGRES_URI и S3_*."""
    from shared.db import connect_pool
    from shared.ingest.jobs import Expired, cleanup
    from shared.settings import DatabaseSettings, RetentionSettings, StorageSettings, load
    from shared.storage import Storage

    async def clean() -> Expired:
        ttl = timedelta(hours=ttl_hours or load(RetentionSettings).ttl_hours)
        pool = await connect_pool(load(DatabaseSettings), application="fly-potato-cleanup")
        try:
            return await cleanup(pool, Storage(load(StorageSettings)), ttl, datetime.now(UTC), dry_run=dry_run)
        finally:
            await pool.close()

    with refusing():
        removed = asyncio.run(clean())
    done = "было бы удалено" if dry_run else "удалено"
    total = f"файлов {len(removed.files)}, байт {removed.size_bytes}, объявлений без файла {removed.announcements}"
    tell({"dry_run": dry_run, "expired": removed}, [*removed.files, f"{done}: {total}"])
