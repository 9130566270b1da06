"""``fly-potato regions``: which boundaries decide where a flight was."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fly_potato.regions.connection import URI, connected

if TYPE_CHECKING:
    from shared.db import Connection
    from shared.regions import BoundarySet, LoadedSet

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)
_NUMBER = click.IntRange(1, 32767)


@click.group()
def command() -> None:
    """Load, check, compare and use the boundaries of regions."""


def _reading(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a file is to be read."""
    for option in (
        click.option("--id-field", help="Property with the region's number; default: the catalogue's number."),
        click.option("--code-field", help="Property with the ISO 3166-2 code."),
        click.option("--name-field", help="Property with the Russian name."),
        click.option("--time-zone-field", help="Property with the IANA time zone."),
        click.option("--area-field", help="Property with the official area in km²."),
        click.option("--default-time-zone", help="Time zone of regions that are not in the catalogue."),
        click.option(
            "--subjects",
            type=_FILE,
            help="CSV of subjects: name, code, time_zone, official_area_km2; default: FILE with .csv.",
        ),
        click.option("--layer", help="Layer of a GeoPackage that holds several."),
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
@URI
def load(file: Path | None, keep_active: bool, if_none: bool, uri: str | None, **options: Any) -> None:
    """Load FILE (GeoJSON, GeoPackage or a zipped shapefile, in any coordinate system) and put it in force.

    Without FILE it is the product's own set. Flights that are already there get their regions anew.
    """
    from fly_potato.terminal import refusing
    from shared.regions import active_set

    with refusing():
        if if_none and (active := connected(uri, active_set)):
            click.echo(f"Уже действует набор № {active.id}: {active.name}")
            return
        boundaries = _read(file, options)
        connected(uri, lambda conn: _load(conn, boundaries, not keep_active))


@command.command("use")
@click.argument("set_id", type=_NUMBER)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@URI
def use(set_id: int, dry_run: bool, uri: str | None) -> None:
    """Put the stored set SET_ID in force; flights get their regions anew, and the change is told region by region."""
    from fly_potato.terminal import refusing

    with refusing():
        connected(uri, lambda conn: _use(conn, set_id, rehearse=dry_run))


@command.command("list")
@URI
def list_(uri: str | None) -> None:
    """List the stored sets; the one in force has a star."""
    from fly_potato.regions import texts
    from fly_potato.terminal import refusing
    from shared.regions import list_sets

    with refusing():
        for stored in connected(uri, list_sets):
            _print_lines(texts.stored_set(stored))


@command.command("check")
@click.argument("file", type=_FILE, required=False)
@click.option("--tolerance", default=10.0, show_default=True, help="Overlaps and gaps up to so many km² are slivers.")
@_reading
@URI
def check(file: Path | None, tolerance: float, uri: str | None, **options: Any) -> None:
    """Examine FILE against the set in force without keeping anything; exit status 1 if regions overlap."""
    from fly_potato.regions import texts
    from fly_potato.terminal import refusing
    from shared.regions import examine

    with refusing():
        boundaries = _read(file, options)
        noticed = connected(uri, lambda conn: examine(conn, boundaries, tolerance_km2=tolerance))
    _print_lines(texts.examination(noticed))
    if noticed.overlaps:
        raise SystemExit(1)


@command.command("diff")
@click.argument("before", type=_NUMBER)
@click.argument("after", type=_NUMBER)
@URI
def diff(before: int, after: int, uri: str | None) -> None:
    """Compare the stored sets BEFORE and AFTER region by region."""
    from fly_potato.regions import texts
    from fly_potato.terminal import refusing
    from shared.regions import compare_sets

    with refusing():
        first, second, regions = connected(uri, lambda conn: compare_sets(conn, before, after))
        click.echo(f"№ {first.id}: {first.name} → № {second.id}: {second.name}")
        _print_lines(texts.differences(regions))


@command.command("export")
@click.argument("set_id", type=_NUMBER)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output; .gz is packed."
)
@URI
def export(set_id: int, output: Path | None, uri: str | None) -> None:
    """Write the stored set SET_ID as GeoJSON, with its licence in it."""
    from fly_potato.regions.files import write_export
    from fly_potato.terminal import refusing

    with refusing():
        connected(uri, lambda conn: write_export(conn, set_id, output))


@command.command("remove")
@click.argument("set_id", type=_NUMBER)
@URI
def remove(set_id: int, uri: str | None) -> None:
    """Remove the stored set SET_ID, unless it is in force."""
    from fly_potato.terminal import refusing
    from shared.regions import remove_set

    with refusing():
        connected(uri, lambda conn: remove_set(conn, set_id))
        click.echo(f"Набор № {set_id} удалён.")


@command.command("locate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("-o", "--output", type=_OUTPUT, help="Default: standard output.")
@click.option("--lat-field", default="lat", show_default=True, help="Column with the latitude, degrees of WGS 84.")
@click.option("--lon-field", default="lon", show_default=True, help="Column with the longitude, degrees of WGS 84.")
@URI
def locate(file: Path, output: Path | None, lat_field: str, lon_field: str, uri: str | None) -> None:
    """Read points from FILE (CSV with lat and lon; - is standard input) and write them with `got` and `match`.

    `got` is the region's ISO 3166-2 code or nothing; `match` is inside, near_border, outside or none, by the set in
    force and the database's own rule.
    """
    from fly_potato.regions.files import locate_file
    from fly_potato.terminal import refusing

    with refusing():
        locate_file(file, output, lat_field, lon_field, uri)


def _read(file: Path | None, options: dict[str, Any]) -> "BoundarySet":
    from fly_potato.regions import texts
    from shared.regions import BUNDLED, FieldNames, Provenance, read_boundaries

    boundaries = read_boundaries(
        file or BUNDLED,
        fields=FieldNames(
            options["id_field"],
            options["code_field"],
            options["name_field"],
            options["time_zone_field"],
            options["area_field"],
        ),
        provenance=Provenance(options["name"], options["source"], options["licence"], options["attribution"]),
        default_time_zone=options["default_time_zone"],
        subjects=options["subjects"],
        layer=options["layer"],
    )
    _print_lines(texts.remarks(boundaries.remarks))
    return boundaries


async def _load(conn: "Connection", boundaries: "BoundarySet", activate: bool) -> None:
    from shared.regions import store_boundaries

    # One transaction: nobody sees the new set with the flights' old regions.
    async with conn.transaction():
        stored = await store_boundaries(conn, boundaries, activate=False)
        _say_loaded(stored)
        if activate:
            await _use(conn, stored.id)


def _say_loaded(stored: "LoadedSet") -> None:
    from fly_potato.regions import texts

    _print_lines(texts.repairs(stored.repairs))
    click.echo(f"Набор № {stored.id}: {stored.name}, регионов: {stored.regions}{'' if stored.new else ' (уже был)'}")


async def _use(conn: "Connection", set_id: int, *, rehearse: bool = False) -> None:
    from fly_potato.regions import texts
    from shared.ingest.activation import put_in_force
    from shared.ingest.boundary_tasks import note_activation

    async with conn.transaction():
        done = await put_in_force(conn, set_id, rehearse=rehearse)
        if done.activated and not rehearse:
            await note_activation(conn, "fly-potato regions", set_id, done)
    if done.activated:
        _print_lines(texts.activation(done, rehearsed=rehearse))
    else:
        click.echo(f"Набор № {set_id} уже действует.")


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
