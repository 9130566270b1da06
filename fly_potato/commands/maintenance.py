"""``fly-potato maintenance``: pause and resume ingest, slow it, switch parts off, announce something."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from shared.switches import FEATURES, MOST_LANES

if TYPE_CHECKING:
    from shared.db import Connection

_URI = click.option("--uri", envvar="POSTGRES_URI", required=True, help="Database address; default: POSTGRES_URI.")


@click.group()
def command() -> None:
    """Set what holds while the product runs; who changed what is put down in core.audit."""


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
        since = f" с {state.paused_at:%Y-%m-%d %H:%M} UTC" if state.paused_at else ""
        click.echo(f"приём: {'приостановлен' + since if state.paused else 'идёт'}")
        click.echo(f"книг одновременно: {state.lanes or 'сколько у хоста'}")
        click.echo(f"объявление: {state.announcement or 'нет'}")
        for name in FEATURES:
            click.echo(f"{name}: {'включено' if state.allows(name) else 'выключено'}")

    asyncio.run(_connected(uri, work))


@command.command()
@_URI
def show(uri: str) -> None:
    """Tell how things stand."""
    _show(uri)


@command.command()
@_URI
def pause(uri: str) -> None:
    """Load nothing more: workbooks are still taken, and wait."""
    _change(uri, "ingest", "paused")


@command.command()
@_URI
def resume(uri: str) -> None:
    """Load what waits, and go on."""
    _change(uri, "ingest", "running")


@command.command()
@_URI
@click.argument("number", type=click.IntRange(0, MOST_LANES))
def lanes(uri: str, number: int) -> None:
    """Load NUMBER workbooks at a time at most; 0: as many as the host is set to. Loads under way end as they are."""
    _change(uri, "lanes", number or None)


@command.command()
@_URI
@click.argument("text", default="")
def announce(uri: str, text: str) -> None:
    """Show TEXT on every page; without it nothing is shown any more."""
    _change(uri, "announcement", text.strip() or None)


@command.command()
@_URI
@click.argument("name", type=click.Choice(FEATURES))
@click.argument("state", type=click.Choice(["on", "off"]))
def feature(uri: str, name: str, state: str) -> None:
    """Switch a part off or on."""
    from shared.switches import read_maintenance, set_switches

    async def work(connection: "Connection") -> None:
        off = (await read_maintenance(connection)).features_off
        now_off = off - {name} if state == "on" else off | {name}
        await set_switches(connection, _who(), {"features": sorted(now_off)})

    asyncio.run(_connected(uri, work))
    _show(uri)
