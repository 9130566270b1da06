"""``fly-potato maintenance``: pause and resume ingest, slow it, switch parts off, announce something."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from fly_potato.terminal import json_option, print_answer
from shared.switches import FEATURES, MOST_ANNOUNCED, MOST_LANES

if TYPE_CHECKING:
    from shared.db import Connection

_URI = click.option("--uri", envvar="POSTGRES_URI", required=True, help="Адрес базы; по умолчанию POSTGRES_URI.")


@click.group()
def command() -> None:
    """Переключить то, что действует на ходу; кто и что изменил, записывается в core.audit."""


async def _connected(uri: str, work: "Callable[[Connection], Awaitable[None]]") -> None:
    import asyncpg

    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        await work(connection)
    finally:
        await connection.close()


def _change(uri: str, name: str, value: object) -> None:
    from shared.switches import set_switches

    async def work(connection: "Connection") -> None:
        await set_switches(connection, _who(), {name: value})

    asyncio.run(_connected(uri, work))
    _show(uri)


def _who() -> str:
    return f"fly-potato maintenance, user {os.getuid()}"


def _show(uri: str) -> None:
    from shared.switches import read_maintenance

    async def work(connection: "Connection") -> None:
        state = await read_maintenance(connection)
        features = {name: state.allows(name) for name in FEATURES}
        since = f" с {state.paused_at:%Y-%m-%d %H:%M} UTC" if state.paused_at else ""
        lines = [
            f"приём: {'приостановлен' + since if state.paused else 'идёт'}",
            f"книг одновременно: {state.lanes or 'сколько у хоста'}",
            f"объявление: {state.announcement or 'нет'}",
            *(f"{name}: {'включено' if on else 'выключено'}" for name, on in features.items()),
        ]
        answer = {
            "paused": state.paused,
            "paused_at": state.paused_at,
            "lanes": state.lanes,
            "announcement": state.announcement,
            "features": features,
        }
        print_answer(answer, lines)

    asyncio.run(_connected(uri, work))


@command.command()
@_URI
@json_option
def show(uri: str) -> None:
    """Сказать, как обстоят дела."""
    _show(uri)


@command.command()
@_URI
@json_option
def pause(uri: str) -> None:
    """Больше ничего не загружать: книги принимаются и ждут."""
    _change(uri, "ingest", "paused")


@command.command()
@_URI
@json_option
def resume(uri: str) -> None:
    """Загрузить то, что ждёт, и продолжать."""
    _change(uri, "ingest", "running")


@command.command()
@_URI
@json_option
@click.argument("number", type=click.IntRange(0, MOST_LANES))
def lanes(uri: str, number: int) -> None:
    """Загружать не больше NUMBER книг сразу; 0 — сколько задано хосту. Начатые загрузки закончатся сами."""
    _change(uri, "lanes", number or None)


@command.command()
@_URI
@json_option
@click.argument("text", default="")
def announce(uri: str, text: str) -> None:
    """Показывать TEXT на каждой странице; без него — ничего."""
    if len(text.strip()) > MOST_ANNOUNCED:
        raise click.UsageError(f"объявление длиннее {MOST_ANNOUNCED} знаков")
    _change(uri, "announcement", text.strip() or None)


@command.command()
@_URI
@json_option
@click.argument("name", type=click.Choice(FEATURES))
@click.argument("state", type=click.Choice(["on", "off"]))
def feature(uri: str, name: str, state: str) -> None:
    """Выключить или включить часть продукта."""
    from shared.switches import read_maintenance, set_switches

    async def work(connection: "Connection") -> None:
        off = (await read_maintenance(connection)).features_off
        now_off = off - {name} if state == "on" else off | {name}
        await set_switches(connection, _who(), {"features": sorted(now_off)})

    asyncio.run(_connected(uri, work))
    _show(uri)
