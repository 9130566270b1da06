"""``fly-potato forget``: a person's right to be forgotten, with a preview."""

import asyncio
import os

import click

from fly_potato.terminal import json_option, refusing, say, tell


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", required=True, help="Адрес базы, роль, которая читает raw.")
@click.option("--yes", is_flag=True, help="Не спрашивать.")
@click.option("--keep-files", is_flag=True, help="Книги в хранилище оставить; иначе нужны S3_*.")
@json_option
def command(uri: str, yes: bool, keep_files: bool) -> None:
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

    with refusing():
        seen = asyncio.run(work(change=False))
        files = 0 if keep_files else len(seen.objects)
        say(
            f"строк и отклонённых строк: {seen.rows}, загрузок: {len(seen.loads)}, имён файлов: {seen.file_names},"
            f" книг будет удалено: {files}"
        )
        found = {"rows": seen.rows, "loads": len(seen.loads), "file_names": seen.file_names, "files": files}
        if not seen.rows and not seen.file_names:
            tell({**found, "done": False})
            return
        if not yes and not click.confirm("Обезличить?", err=True):
            raise SystemExit(1)
        asyncio.run(work(change=True))
    tell({**found, "done": True}, ["обезличено; полёты и статистика прежние"])
