"""``fly-potato export``: flights and statistics as files for other programs, read as the API reads them, nobody named.

Parquet is for many flights: typed columns, compressed, a page of flights a row group.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import click

from fly_potato.terminal import exit_on_error, json_option, print_answer
from shared.errors import InputError
from shared.reports import flight_lists, region_tables
from shared.stats import answers, flight_pages, queries
from shared.stats.flight_pages import FlightRow
from shared.stats.selection import Period, Selection
from shared.stats.statements import Clock

if TYPE_CHECKING:
    from shared.stats.statements import Clock


_OUT = click.Path(dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
SHAPES_BYTES = 8_000_000
"""How heavy the outlines of regions in a GeoJSON may be."""


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

    states = ["flown", "planned", *(["cancelled"] if cancelled else [])]
    with exit_on_error():
        number = asyncio.run(export_flights(uri, _scope(region=region, **scope), states, out))
    print_answer({"file": out, "flights": number}, [f"{out}: полётов {number}"])


@command.command()
@click.argument("out", type=_OUT)
@_scoped
@json_option
def regions(out: Path, uri: str, **scope: Any) -> None:
    """Записать статистику регионов в OUT: .csv для русского Excel или .geojson с контурами."""

    with exit_on_error():
        number = asyncio.run(export_regions(uri, _scope(**scope), out))
    print_answer({"file": out, "regions": number}, [f"{out}: регионов {number}"])


def _scope(days: "Clock", first: datetime | None, last: datetime | None, region: str | None = None) -> "ExportScope":
    if first and last and last < first:
        raise click.UsageError("--to раньше, чем --from")
    return ExportScope(first.date() if first else None, last.date() if last else None, days, region)


@dataclass(frozen=True, slots=True)
class ExportScope:
    """What is exported: days of a clock, both included (None: from where to where data lie), a region's code or all."""

    first: date | None
    last: date | None
    clock: Clock
    region: str | None = None


async def export_flights(uri: str, scope: ExportScope, states: Sequence[str], path: Path) -> int:
    """Write the flights of a scope as ``.parquet`` or ``.csv``; give how many. ``uri`` is that of ``fp_api``.

    Raises:
        InputError: ``REGION_UNKNOWN``, ``EXPORT_KIND_UNKNOWN``.
    """
    write = {".parquet": _parquet, ".csv": flight_lists.write_csv}.get(path.suffix)
    if write is None:
        raise InputError("EXPORT_KIND_UNKNOWN", "Файл полётов — .parquet или .csv.")
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            selection = await _selection(connection, scope)
            return await write(flight_pages.pages(connection, selection, states), path)
    finally:
        await connection.close()


async def export_regions(uri: str, scope: ExportScope, path: Path) -> int:
    """Write the ranking of regions as ``.csv``, or as ``.geojson`` with their outlines; give how many regions.

    Raises:
        InputError: ``EXPORT_KIND_UNKNOWN``.
    """
    if path.suffix not in (".csv", ".geojson"):
        raise InputError("EXPORT_KIND_UNKNOWN", "Файл статистики — .csv или .geojson.")
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            facts = await queries.facts(connection, scope.clock)
            selection = Selection(Period.within(facts, scope.first, scope.last), clock=scope.clock)
            ranking = await answers.regions(connection, selection, facts)
            if path.suffix == ".csv":
                path.write_bytes(region_tables.as_csv(ranking))
            else:
                shapes = json.loads(await queries.shapes(connection, "low", SHAPES_BYTES))
                path.write_bytes(region_tables.as_geojson(ranking, shapes))
            return len(ranking.items)
    finally:
        await connection.close()


async def _selection(connection: Any, scope: ExportScope) -> Selection:
    facts = await queries.facts(connection, scope.clock)
    period = Period.within(facts, scope.first, scope.last)
    places = {each.code: each for each in await queries.regions(connection)}
    if scope.region is not None and scope.region not in places:
        raise InputError("REGION_UNKNOWN", "Такого региона нет в действующем наборе границ.")
    return Selection(period, places[scope.region] if scope.region else None, clock=scope.clock)


async def _parquet(pages: AsyncIterator[Sequence[FlightRow]], path: Path) -> int:
    # Imported here because it takes as long as all else together.
    import pyarrow as pa
    from pyarrow import parquet

    text, degrees, moment, count = pa.string(), pa.float64(), pa.timestamp("s", tz="UTC"), pa.int32()
    types = {
        "key": text, "day": pa.date32(), "state": text, "uav_type": text, "uav_count": count, "operator_kind": text,
        "region": text, "region_name": text, "region_match": text, "position_source": text, "lat": degrees,
        "lon": degrees, "dep_lat": degrees, "dep_lon": degrees, "arr_lat": degrees, "arr_lon": degrees,
        "dep_dt": moment, "arr_dt": moment, "duration_min": count, "plan_dep_dt": moment, "plan_arr_dt": moment,
        "plan_duration_min": count, "level_lower_m": count, "level_upper_m": count, "problems": pa.list_(text),
    }  # fmt: skip
    schema, written = pa.schema(list(types.items())), 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as out:
        async for page in pages:
            rows = [{**asdict(row), "key": str(row.key), "problems": list(row.problems)} for row in page]
            out.write_table(pa.Table.from_pylist(rows, schema=schema))
            written += len(rows)
    return written
