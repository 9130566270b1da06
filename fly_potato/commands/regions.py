"""``fly-potato regions``: which boundaries decide where a flight was."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from shared.db import Connection
    from shared.regions import BoundarySet, Examination

T = TypeVar("T")
Options = Callable[[Callable[..., None]], Callable[..., None]]
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_URI = click.option("--uri", envvar="POSTGRES_URI", required=True, help="Database address; default: POSTGRES_URI.")
_DIFFERENCE = 0.02


@click.group()
def command() -> None:
    """Load, check and list the boundaries of regions."""


def _reading(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a file is to be read."""
    for option in (
        click.option("--id-field", help="Property with the region's number (default: id, else the subject's code)."),
        click.option("--code-field", help="Property with the ISO 3166-2 code."),
        click.option("--name-field", help="Property with the Russian name."),
        click.option("--time-zone-field", help="Property with the IANA time zone."),
        click.option("--area-field", help="Property with the official area in km²."),
        click.option("--default-time-zone", help="Time zone of regions that are not in the catalogue."),
        click.option("--name", help="What the set is called."),
        click.option("--source", help="Where it comes from, with its version or date."),
        click.option("--licence", help="Its licence."),
        click.option("--attribution", help="The line that has to stand under a map."),
    ):
        function = option(function)
    return function


@command.command("load")
@click.argument("file", type=_FILE, required=False)
@click.option("--keep-active", is_flag=True, help="Only store the set; the active one stays in force.")
@click.option("--if-none", is_flag=True, help="Do nothing where a set is in force already.")
@_reading
@_URI
def load(file: Path | None, keep_active: bool, if_none: bool, uri: str, **told: str | None) -> None:
    """Load FILE (.geojson, .geojson.gz, .zip with a shapefile; default: the product's own set) and put it in force.

    Flights that are already there get their regions anew.
    """
    from fly_potato.screen import refusing
    from shared.regions import active_set

    with refusing():
        if if_none and (found := asyncio.run(_connected(uri, active_set))):
            click.echo(f"Уже действует набор № {found.id}: {found.name}")
            return
        boundaries = _read(file, told)
        asyncio.run(_connected(uri, lambda conn: _load(conn, boundaries, not keep_active)))


@command.command("use")
@click.argument("set_id", type=click.IntRange(1, 32767))
@_URI
def use(set_id: int, uri: str) -> None:
    """Put the stored set SET_ID in force and give flights their regions anew."""
    from fly_potato.screen import refusing

    with refusing():
        asyncio.run(_connected(uri, lambda conn: _use(conn, set_id)))


@command.command("list")
@_URI
def list_(uri: str) -> None:
    """List the stored sets; the one in force has a star."""
    from fly_potato.screen import refusing
    from shared.regions import list_sets

    with refusing():
        for found in asyncio.run(_connected(uri, list_sets)):
            click.echo(f"{'*' if found.active else ' '} № {found.id}: {found.name}, регионов: {found.regions}")
            click.echo(f"    загружен {found.loaded_at:%Y-%m-%d %H:%M} UTC; {found.licence}; {found.attribution}")
            click.echo(f"    {found.source}; sha256 {found.sha256.hex()[:16]}")


@command.command("check")
@click.argument("file", type=_FILE, required=False)
@click.option("--tolerance", default=10.0, show_default=True, help="Overlaps and gaps up to so many km² are let pass.")
@_reading
@_URI
def check(file: Path | None, tolerance: float, uri: str, **told: str | None) -> None:
    """Examine FILE against the set in force without keeping anything; exit status 1 if regions overlap."""
    from fly_potato.screen import refusing
    from shared.regions import examine

    with refusing():
        boundaries = _read(file, told)
        found = asyncio.run(_connected(uri, lambda conn: examine(conn, boundaries, tolerance_km2=tolerance)))
    _tell(found)
    if found.overlaps:
        raise SystemExit(1)


def _read(file: Path | None, told: dict[str, str | None]) -> "BoundarySet":
    from shared.regions import BUNDLED, FieldNames, Provenance, read_boundaries

    return read_boundaries(
        file or BUNDLED,
        fields=FieldNames(
            told["id_field"], told["code_field"], told["name_field"], told["time_zone_field"], told["area_field"]
        ),
        provenance=Provenance(told["name"], told["source"], told["licence"], told["attribution"]),
        default_time_zone=told["default_time_zone"],
    )


async def _connected(uri: str, work: "Callable[[Connection], Coroutine[Any, Any, T]]") -> T:
    import asyncpg

    from shared.db import translated

    with translated():
        conn = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        return await work(conn)
    finally:
        await conn.close()


async def _load(conn: "Connection", boundaries: "BoundarySet", activate: bool) -> None:
    from shared.regions import store_boundaries

    # One transaction: nobody sees the new set with the flights' old regions.
    async with conn.transaction():
        loaded = await store_boundaries(conn, boundaries, activate=activate)
        click.echo(
            f"Набор № {loaded.id}: {loaded.name}, регионов: {loaded.regions}{'' if loaded.new else ' (уже был)'}"
        )
        if loaded.activated:
            await _reattribute(conn)


async def _use(conn: "Connection", set_id: int) -> None:
    from shared.regions import activate_set

    async with conn.transaction():
        if await activate_set(conn, set_id):
            await _reattribute(conn)
        else:
            click.echo(f"Набор № {set_id} уже действует.")


async def _reattribute(conn: "Connection") -> None:
    from shared.ingest.claims import MERGE_LOCK
    from shared.regions import reattribute
    from shared.stats import recount_days

    # A load that attributes by the old set at this moment ends first; the next one sees the new set.
    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", MERGE_LOCK)
    changed = await reattribute(conn)
    if changed.flights:
        await recount_days(conn, changed.days)
    click.echo(f"Набор действует. Регион изменился у полётов: {changed.flights}")


def _tell(found: "Examination") -> None:
    click.echo(f"Регионов: {found.regions}")
    for overlap in found.overlaps:
        click.echo(f"Наложение: {overlap.name} / {overlap.other}: {overlap.km2:,.1f} км²")
    for gap in found.gaps:
        click.echo(f"Пробел: {gap.lat:.4f}, {gap.lon:.4f}: {gap.km2:,.1f} км²")
    for area in found.areas:
        for other, what in ((area.official_area_km2, "официальной"), (area.other_area_km2, "действующего набора")):
            if other and abs(area.area_km2 / other - 1) > _DIFFERENCE:
                click.echo(
                    f"Площадь: {area.name}: {area.area_km2:,.0f} км², {area.area_km2 / other - 1:+.1%} от {what}"
                )
    if found.compared_with and (new := [area.name for area in found.areas if area.other_name is None]):
        click.echo(f"Нет в действующем наборе «{found.compared_with}»: {', '.join(new)}")
    click.echo(f"Наложений: {len(found.overlaps)}, пробелов: {len(found.gaps)}")
