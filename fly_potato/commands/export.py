"""``fly-potato export``: flights and statistics as files for other programs."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fly_potato.terminal import json_option, refusing, tell

if TYPE_CHECKING:
    from fly_potato.exports import ExportScope
    from shared.stats.statements import Clock

_OUT = click.Path(dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Записать полёты или статистику в файл; имён, позывных, номеров планов и бортов в нём нет."""


def _scoped(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which database and which days."""
    for option in (
        click.option("--uri", envvar="POSTGRES_URI", required=True, help="Адрес базы, роль fp_api."),
        click.option(
            "--days",
            type=click.Choice(["moscow", "local", "utc"]),
            default="moscow",
            show_default=True,
            help="Чьи сутки.",
        ),
        click.option("--to", "last", type=_DAY, metavar="ДЕНЬ", help="Последний день; без него — до конца данных."),
        click.option("--from", "first", type=_DAY, metavar="ДЕНЬ", help="Первый день; без него — с начала данных."),
    ):
        function = option(function)
    return function


@command.command()
@click.argument("out", type=_OUT)
@click.option("--region", metavar="КОД", help="Только этот регион, ISO 3166-2.")
@click.option("--cancelled", is_flag=True, help="И отменённые планы.")
@_scoped
@json_option
def flights(out: Path, region: str | None, cancelled: bool, uri: str, **scope: Any) -> None:
    """Записать полёты в OUT: .parquet или .csv для русского Excel."""
    from fly_potato import exports

    states = ["flown", "planned", *(["cancelled"] if cancelled else [])]
    with refusing():
        number = asyncio.run(exports.flights(uri, _scope(region=region, **scope), states, out))
    tell({"file": out, "flights": number}, [f"{out}: полётов {number}"])


@command.command()
@click.argument("out", type=_OUT)
@_scoped
@json_option
def regions(out: Path, uri: str, **scope: Any) -> None:
    """Записать статистику регионов в OUT: .csv для русского Excel или .geojson с контурами."""
    from fly_potato import exports

    with refusing():
        number = asyncio.run(exports.regions(uri, _scope(**scope), out))
    tell({"file": out, "regions": number}, [f"{out}: регионов {number}"])


def _scope(days: "Clock", first: datetime | None, last: datetime | None, region: str | None = None) -> "ExportScope":
    from fly_potato.exports import ExportScope

    return ExportScope(first.date() if first else None, last.date() if last else None, days, region)
