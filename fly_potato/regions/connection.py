"""Which database a command of regions speaks to: the one that is named, else the local stack's."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import click

from shared.errors import ConfigurationError, DatabaseUnavailable

if TYPE_CHECKING:
    from shared.db import Connection

T = TypeVar("T")
Work = Callable[["Connection"], Coroutine[Any, Any, T]]

URI = click.option(
    "--uri",
    envvar="POSTGRES_URI",
    help="Адрес базы, роль fp_ingest; по умолчанию POSTGRES_URI, а без неё локальный стенд.",
)


def connected(uri: str | None, work: "Work[T]") -> T:
    """Do something with a connection.

    Raises:
        ConfigurationError: no database is named and there is no local stack.
        DatabaseUnavailable: the database is away.
    """
    local = uri is None
    try:
        return asyncio.run(_connected(uri or _local_uri(), work))
    except DatabaseUnavailable as error:
        if not local:
            raise
        sentence = f"{error.sentence} Запустите местный стек (make up) или назовите базу: --uri или POSTGRES_URI."
        raise DatabaseUnavailable(error.code, sentence) from None


async def _connected(uri: str, work: "Work[T]") -> T:
    import asyncpg

    from shared.db import translated

    with translated():
        try:
            conn = await asyncpg.connect(uri, statement_cache_size=0)
        except ValueError:
            sentence = "Адрес базы не читается: нужен вид postgresql://роль:пароль@узел:порт/база."
            raise ConfigurationError("POSTGRES_URI_INVALID", sentence) from None
    try:
        return await work(conn)
    finally:
        await conn.close()


def _local_uri() -> str:
    from fly_potato.stack import databases
    from fly_potato.stack.paths import stack_paths

    paths = stack_paths()
    try:
        password = json.loads((paths.state / "secrets.json").read_text())["fp_ingest"]
    except (OSError, ValueError, KeyError):
        sentence = (
            "База не названа, а местного стека здесь нет. Запустите его (make up) или укажите --uri или POSTGRES_URI."
        )
        raise ConfigurationError("POSTGRES_URI_MISSING", sentence) from None
    return databases.uri(paths, "fp_ingest", password)
