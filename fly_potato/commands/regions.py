"""``fly-potato regions``: which boundaries decide where a flight was."""

from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fly_potato.region_files import URI, connected
from fly_potato.terminal import exit_on_error, json_option, print_answer, print_line, wants_json

if TYPE_CHECKING:
    from shared.db import Connection
    from shared.ingest.activation import Activation
    from shared.regions import BoundarySet, LoadedSet

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)
_NUMBER = click.IntRange(1, 32767)


@click.group()
def command() -> None:
    """Границы регионов: загрузить, проверить, сравнить, ввести в действие."""


def _reading(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a file is to be read."""
    for option in (
        click.option("--id-field", help="Свойство с номером региона; по умолчанию номер из перечня."),
        click.option("--code-field", help="Свойство с кодом ISO 3166-2."),
        click.option("--name-field", help="Свойство с русским названием."),
        click.option("--time-zone-field", help="Свойство с часовым поясом IANA."),
        click.option("--area-field", help="Свойство с официальной площадью, кв. км."),
        click.option("--default-time-zone", help="Часовой пояс регионов, которых нет в перечне."),
        click.option(
            "--subjects",
            type=_FILE,
            help="CSV субъектов: name, code, time_zone, official_area_km2; по умолчанию FILE с .csv.",
        ),
        click.option("--layer", help="Слой GeoPackage или шейп-файл архива, если их несколько."),
        click.option("--name", help="Как набор называется."),
        click.option("--source", help="Откуда он, с версией или датой."),
        click.option("--licence", help="Лицензия."),
        click.option("--attribution", help="Строка, которая должна стоять под картой."),
    ):
        function = option(function)
    return function


def _square_kilometres(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not 0 <= value < inf:
        raise click.BadParameter("нужно число не меньше нуля.")
    return value


@command.command("load")
@click.argument("file", type=_FILE, required=False)
@click.option("--keep-active", is_flag=True, help="Только сохранить набор; действует прежний.")
@click.option("--if-none", is_flag=True, help="Ничего не делать, если какой-то набор уже действует.")
@_reading
@URI
@json_option
def load(file: Path | None, keep_active: bool, if_none: bool, uri: str | None, **options: Any) -> None:
    """Загрузить FILE (GeoJSON, GeoPackage, shapefile в zip; любая система координат) и ввести в действие.

    Без FILE — набор из поставки. Полёты, которые уже есть, получат регионы заново.
    """
    from shared.regions import active_set

    with exit_on_error():
        if if_none and (active := connected(uri, active_set)):
            print_answer({"set": active}, [f"Уже действует набор № {active.id}: {active.name}"])
            return
        boundaries = _read(file, options)
        stored, done = connected(uri, lambda conn: _load(conn, boundaries, not keep_active))
    if wants_json():
        print_answer({"set": stored, "activation": done})


@command.command("use")
@click.argument("set_id", type=_NUMBER)
@click.option("--dry-run", is_flag=True, help="Сказать, что изменилось бы, и ничего не менять.")
@URI
@json_option
def use(set_id: int, dry_run: bool, uri: str | None) -> None:
    """Ввести в действие набор SET_ID: полёты получат регионы заново; показать, что изменилось в каждом регионе."""

    with exit_on_error():
        done = connected(uri, lambda conn: _use(conn, set_id, rehearse=dry_run))
    if wants_json():
        print_answer({"rehearsed": dry_run, "activation": done})


@command.command("list")
@URI
@json_option
def list_(uri: str | None) -> None:
    """Показать сохранённые наборы; действующий — со звёздочкой."""
    from fly_potato import region_texts
    from shared.regions import list_sets

    with exit_on_error():
        sets = connected(uri, list_sets)
    print_answer({"sets": list(sets)}, (line for stored in sets for line in region_texts.stored_set(stored)))


@command.command("check")
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--tolerance",
    default=10.0,
    show_default=True,
    callback=_square_kilometres,
    help="Перекрытия и щели до стольких кв. км не в счёт.",
)
@_reading
@URI
@json_option
def check(file: Path | None, tolerance: float, uri: str | None, **options: Any) -> None:
    """Сравнить FILE с действующим набором, ничего не сохраняя; код возврата 1, если регионы перекрываются."""
    from fly_potato import region_texts
    from shared.regions import examine

    with exit_on_error():
        boundaries = _read(file, options)
        noticed = connected(uri, lambda conn: examine(conn, boundaries, tolerance_km2=tolerance))
    print_answer(noticed, region_texts.examination(noticed))
    if noticed.overlaps:
        raise SystemExit(1)


@command.command("diff")
@click.argument("before", type=_NUMBER)
@click.argument("after", type=_NUMBER)
@URI
@json_option
def diff(before: int, after: int, uri: str | None) -> None:
    """Сравнить наборы BEFORE и AFTER по регионам."""
    from fly_potato import region_texts
    from shared.regions import compare_sets

    with exit_on_error():
        first, second, regions = connected(uri, lambda conn: compare_sets(conn, before, after))
    heading = f"№ {first.id}: {first.name} → № {second.id}: {second.name}"
    answer = {"before": first, "after": second, "regions": list(regions)}
    print_answer(answer, [heading, *region_texts.differences(regions)])


@command.command("export")
@click.argument("set_id", type=_NUMBER)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Файл; по умолчанию стандартный вывод, .gz сжимается.",
)
@URI
def export(set_id: int, output: Path | None, uri: str | None) -> None:
    """Записать набор SET_ID как GeoJSON вместе с лицензией."""
    from fly_potato.region_files import write_export

    with exit_on_error():
        connected(uri, lambda conn: write_export(conn, set_id, output))


@command.command("remove")
@click.argument("set_id", type=_NUMBER)
@URI
@json_option
def remove(set_id: int, uri: str | None) -> None:
    """Удалить набор SET_ID, если он не действует."""
    from shared.regions import remove_set

    with exit_on_error():
        connected(uri, lambda conn: remove_set(conn, set_id))
    print_answer({"removed": set_id}, [f"Набор № {set_id} удалён."])


@command.command("locate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("-o", "--output", type=_OUTPUT, help="Файл; по умолчанию стандартный вывод.")
@click.option("--lat-field", default="lat", show_default=True, help="Колонка с широтой, градусы WGS 84.")
@click.option("--lon-field", default="lon", show_default=True, help="Колонка с долготой, градусы WGS 84.")
@URI
def locate(file: Path, output: Path | None, lat_field: str, lon_field: str, uri: str | None) -> None:
    """Прочитать точки из FILE (CSV с lat и lon; «-» — стандартный ввод) и записать их с got и match.

    Подходят и названия latitude, longitude, широта, долгота. О том, что не прочитано или похоже на перепутанные
    столбцы, говорится в потоке ошибок.

    got — код региона по ISO 3166-2 или пусто; match — inside, near_border, outside или none, по действующему набору и
    правилу самой базы.
    """
    from fly_potato.region_files import locate_file

    with exit_on_error():
        locate_file(file, output, lat_field, lon_field, uri)


def _read(file: Path | None, options: dict[str, Any]) -> "BoundarySet":
    from fly_potato import region_texts
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
    _print_lines(region_texts.remarks(boundaries.remarks))
    return boundaries


async def _load(
    conn: "Connection", boundaries: "BoundarySet", activate: bool
) -> tuple["LoadedSet", "Activation | None"]:
    from shared.regions import store_boundaries

    # One transaction: nobody sees the new set with the flights' old regions.
    async with conn.transaction():
        stored = await store_boundaries(conn, boundaries, activate=False)
        _say_loaded(stored)
        return stored, await _use(conn, stored.id) if activate else None


def _say_loaded(stored: "LoadedSet") -> None:
    from fly_potato import region_texts

    _print_lines(region_texts.repairs(stored.repairs))
    print_line(f"Набор № {stored.id}: {stored.name}, регионов: {stored.regions}{'' if stored.new else ' (уже был)'}")


async def _use(conn: "Connection", set_id: int, *, rehearse: bool = False) -> "Activation":
    from fly_potato import region_texts
    from shared.ingest.activation import put_in_force
    from shared.ingest.boundary_tasks import note_activation

    async with conn.transaction():
        done = await put_in_force(conn, set_id, rehearse=rehearse)
        if done.activated and not rehearse:
            await note_activation(conn, "fly-potato regions", set_id, done)
    if done.activated:
        _print_lines(region_texts.activation(done, rehearsed=rehearse))
    else:
        print_line(f"Набор № {set_id} уже действует.")
    return done


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print_line(line)
