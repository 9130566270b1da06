"""``fly-potato cleanup``: remove result files and announcements that have had their time."""

import asyncio
from datetime import UTC, datetime, timedelta

import click


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@click.option("--ttl-hours", type=click.IntRange(min=1), help="How old is old; default: RESULT_TTL_HOURS.")
def command(dry_run: bool, ttl_hours: int | None) -> None:
    """Free the bucket of old files of rejects and reports; needs POSTGRES_URI and S3_* in the environment."""
    from fly_potato.terminal import refusing
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
    for key in removed.files:
        click.echo(key)
    done = "было бы удалено" if dry_run else "удалено"
    click.echo(
        f"{done}: файлов {len(removed.files)}, байт {removed.size_bytes}, объявлений без файла {removed.announcements}"
    )
