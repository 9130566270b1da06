"""``fly-potato reread``, ``withdraw``, ``forget`` and ``cleanup``: change what is stored.

Kept rows are read anew, a wrong workbook is taken back, a person is taken out of all texts, old files are removed.
"""

import asyncio
import getpass
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from fly_potato.terminal import exit_on_error, json_option, print_answer, print_line

if TYPE_CHECKING:
    from shared.ingest.jobs import Expired
    from shared.ingest.load import Differences
    from shared.ingest.stored_loads import WithdrawalEffect


@click.command()
@click.option(
    "--load", "load_id", type=click.IntRange(min=1), help="Одна загрузка, даже если её читал сегодняшний разбор."
)
@click.option("--dry-run", is_flag=True, help="Только сказать, что изменилось бы.")
@json_option
def reread(load_id: int | None, dry_run: bool) -> None:
    """Собрать полёты заново из хранимых строк загрузок, прочитанных прежним разбором; нужна POSTGRES_URI (fp_ingest).

    По загрузке за раз: прерванная работа продолжится со следующей.
    """
    from shared.db import connect_pool
    from shared.ingest.stored_loads import reread
    from shared.settings import DatabaseSettings, load

    async def read_anew() -> "Differences":
        pool = await connect_pool(load(DatabaseSettings), application="fly-potato-reread")
        try:
            return await reread(pool, load_id, dry_run=dry_run, done=lambda number: print_line(f"загрузка {number}"))
        finally:
            await pool.close()

    with exit_on_error():
        differences = asyncio.run(read_anew())
    heading = "было бы так:" if dry_run else "сделано:"
    print_answer({"dry_run": dry_run, **as_json(differences)}, [heading, *lines(differences)])


def as_json(differences: "Differences") -> dict[str, object]:
    """Give what changes, as an object of JSON has it."""
    regions = {name: {"lost": lost, "gained": gained} for name, (lost, gained) in differences.regions.items()}
    return {
        "new": differences.new,
        "gone": differences.gone,
        "changed": differences.changed,
        "fields": dict(differences.fields),
        "regions": regions,
    }


def lines(differences: "Differences") -> Iterator[str]:
    """Say what changes: how many flights, in which fields, in which regions."""
    new, vanished, changed = differences.new, differences.gone, differences.changed
    yield f"новых полётов {new}, исчезнет {vanished}, изменится {changed}"
    for name, flights in differences.fields.most_common():
        yield f"  {name:24}{flights:>10}"
    for region, (lost, gained) in sorted(differences.regions.items()):
        yield f"  {region:40}{-lost:>8}{gained:>+8}"


@click.command()
@click.argument("load_id", metavar="LOAD", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Не спрашивать.")
@click.option("--reason", help="Почему; останется в строке загрузки. Без имён.")
@json_option
def withdraw(load_id: int, yes: bool, reason: str | None) -> None:
    """Отозвать загрузку LOAD: её полёты собираются из оставшихся строк; нужна POSTGRES_URI (fp_ingest).

    Сначала показывает, что изменится, и спрашивает.
    """

    with exit_on_error():
        preview = asyncio.run(_withdraw(load_id, reason, dry_run=True))
        print_line(f"загрузка {load_id}, файл {preview.file_name or 'неизвестен'}")
        print_line(f"{preview.flights_gone} полётов исчезнут, {preview.flights_changed} изменятся")
        for line in lines(preview.differences):
            print_line(line)
        if not yes and not click.confirm("Отозвать?", err=True):
            raise SystemExit(1)
        asyncio.run(_withdraw(load_id, reason, dry_run=False))
    print_answer({"load": load_id, **as_json(preview.differences)}, ["отозвана; тот же файл можно прислать снова"])


async def _withdraw(load_id: int, reason: str | None, *, dry_run: bool) -> "WithdrawalEffect":
    from shared.db import connect_pool
    from shared.ingest.stored_loads import withdraw
    from shared.settings import DatabaseSettings, load

    pool = await connect_pool(load(DatabaseSettings), application="fly-potato-withdraw")
    try:
        by = f"fly-potato withdraw ({getpass.getuser()})"
        return await withdraw(pool, load_id, by=by, reason=reason, dry_run=dry_run)
    finally:
        await pool.close()


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", required=True, help="Адрес базы, роль, которая читает raw.")
@click.option("--yes", is_flag=True, help="Не спрашивать.")
@click.option("--keep-files", is_flag=True, help="Книги в хранилище оставить; иначе нужны S3_*.")
@json_option
def forget(uri: str, yes: bool, keep_files: bool) -> None:
    """Заменить все хранимые тексты, где назван человек или телефон; полёты и статистика остаются прежними.

    Кого — спросит и нигде не повторит: ни в командной строке, ни в журналах, ни в аудите.
    """
    from shared.ingest.retention import Mentions, find_mentions, forget_person
    from shared.settings import StorageSettings, load
    from shared.storage import Storage
    from shared.switches import audit

    words = click.prompt("Фамилия с именем или телефон", hide_input=True, err=True).strip()
    if len(words) < 5:
        raise click.UsageError("слишком коротко: нашлось бы слишком многое")
    who = f"fly-potato forget, user {os.getuid()}"

    async def work(change: bool) -> Mentions:
        import asyncpg

        connection = await asyncpg.connect(uri, statement_cache_size=0)
        try:
            if change:
                storage = None if keep_files else Storage(load(StorageSettings))
                return await forget_person(connection, storage, words, who)
            mentions = await find_mentions(connection, words)
            await audit(connection, who, "look for a person", {"rows": mentions.rows})
            return mentions
        finally:
            await connection.close()

    with exit_on_error():
        seen = asyncio.run(work(change=False))
        files = 0 if keep_files else len(seen.objects)
        print_line(
            f"строк и отклонённых строк: {seen.rows}, загрузок: {len(seen.loads)}, имён файлов: {seen.file_names},"
            f" книг будет удалено: {files}"
        )
        counts = {"rows": seen.rows, "loads": len(seen.loads), "file_names": seen.file_names, "files": files}
        if not seen.rows and not seen.file_names:
            print_answer({**counts, "done": False})
            return
        if not yes and not click.confirm("Обезличить?", err=True):
            raise SystemExit(1)
        asyncio.run(work(change=True))
    print_answer({**counts, "done": True}, ["обезличено; полёты и статистика прежние"])


@click.command()
@click.option("--dry-run", is_flag=True, help="Только сказать, что было бы убрано.")
@click.option("--ttl-hours", type=click.IntRange(min=1), help="Старше скольких часов; по умолчанию RESULT_TTL_HOURS.")
@json_option
def cleanup(dry_run: bool, ttl_hours: int | None) -> None:
    """Убрать из хранилища старые книги отклонённых строк и отчёты; нужны POSTGRES_URI и S3_*."""
    with exit_on_error():
        removed = asyncio.run(remove_expired(ttl_hours, dry_run=dry_run))
    done = "было бы удалено" if dry_run else "удалено"
    total = f"файлов {len(removed.files)}, байт {removed.size_bytes}, объявлений без файла {removed.announcements}"
    print_answer({"dry_run": dry_run, "expired": removed}, [*removed.files, f"{done}: {total}"])


async def remove_expired(ttl_hours: int | None, *, dry_run: bool) -> "Expired":
    """Remove what is older than so many hours (None: the setting's), or only tell what; settings from the environment.

    Raises:
        FlyPotatoError: ``SETTINGS_INVALID``, or the database or the bucket is away.
    """
    from shared.db import connect_pool
    from shared.ingest.jobs import cleanup
    from shared.settings import DatabaseSettings, RetentionSettings, StorageSettings, load
    from shared.storage import Storage

    ttl = timedelta(hours=ttl_hours or load(RetentionSettings).ttl_hours)
    pool = await connect_pool(load(DatabaseSettings), application="fly-potato-cleanup")
    try:
        return await cleanup(pool, Storage(load(StorageSettings)), ttl, datetime.now(UTC), dry_run=dry_run)
    finally:
        await pool.close()
