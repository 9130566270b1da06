"""What commands of regions read and write: the database that is named or the local stack's, points of a CSV with the
region of each by the database's own rule, a set of boundaries as GeoJSON.
"""

import asyncio
import csv
import gzip
import json
import re
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeVar

import click

from shared.errors import ConfigurationError, DatabaseUnavailable, InputError

if TYPE_CHECKING:
    from shared.db import Connection


T = TypeVar("T")
Work = Callable[["Connection"], Coroutine[Any, Any, T]]

URI = click.option(
    "--uri",
    envvar="POSTGRES_URI",
    help="Адрес базы, роль fp_ingest; по умолчанию POSTGRES_URI, а без неё локальный стенд.",
)

Coordinates = tuple[float | None, float | None]
"""Latitude and longitude in degrees of WGS 84; None where a row says none."""
ADDED = ("got", "match")
_DELIMITERS = ",;\t"
_ARCHIVE = b"PK\x03\x04"
_LARGEST_CELL = 2**31 - 1
_USUAL_NAMES = {"lat": ("lat", "latitude", "широта"), "lon": ("lon", "lng", "long", "longitude", "долгота")}
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_HEMISPHERE = r"[nsewсювз]|[сю]\.?ш\.?|[вз]\.?д\.?"
_ANGLE = re.compile(
    rf"(?P<before>{_HEMISPHERE})?(?P<minus>-)?(?P<degrees>[0-9]{{1,3}}(\.[0-9]+)?)°"
    rf"((?P<minutes>[0-9]{{1,2}}(\.[0-9]+)?)[′'’]((?P<seconds>[0-9]{{1,2}}(\.[0-9]+)?)(″|\"|”|''|′′))?)?(?P<after>{_HEMISPHERE})?",
    re.IGNORECASE,
)
"""Degrees with their signs, blanks left out: 55°45′20″N, 37,6°в.д."""
_SIXTY = 60


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
    from fly_potato.stack.settings import stack_paths

    paths = stack_paths()
    try:
        password = json.loads((paths.state / "secrets.json").read_text())["fp_ingest"]
    except (OSError, ValueError, KeyError):
        sentence = (
            "База не названа, а местного стека здесь нет. Запустите его (make up) или укажите --uri или POSTGRES_URI."
        )
        raise ConfigurationError("POSTGRES_URI_MISSING", sentence) from None
    return databases.uri(paths, "fp_ingest", password)


class Table(NamedTuple):
    """A CSV as it was read: header, rows, what its columns are divided by, and which of them are the coordinates."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str
    lat: int
    lon: int


def read_table(content: bytes, lat: str, lon: str) -> Table:
    """Read a CSV with a header that names the two columns; commas, semicolons or tabs may divide it.

    ``lat`` and ``lon`` stand for all usual names of the two. The text is UTF-8, or Windows-1251 or UTF-16 as a Russian
    Excel writes it; a line ``sep=;`` before the header is left out.

    Raises:
        InputError: it is empty, no text, no CSV, lacks a column, or has a row longer than its header.
    """
    csv.field_size_limit(_LARGEST_CELL)
    text = _decoded(content)
    header, delimiter, at = _header(text, lat, lon)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for row in reader:
            if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
                sentence = (
                    f"В строке {reader.line_num} ячеек больше, чем столбцов в заголовке. Числа с десятичной запятой"
                    " возьмите в кавычки или разделите столбцы точкой с запятой."
                )
                raise InputError("CSV_ROW_TOO_LONG", sentence)
            rows.append(row)
    except csv.Error:
        raise _broken(reader.line_num) from None
    return Table(header, [row for row in rows if row][1:], delimiter, *at)


def _broken(line: int) -> InputError:
    sentence = f"Файл не читается как CSV: около строки {line} кавычки не закрыты или стоят посреди значения."
    return InputError("CSV_BROKEN", sentence)


def _decoded(content: bytes) -> str:
    from shared.regions.subjects import text_of_table

    if content.startswith(_ARCHIVE):
        raise InputError("CSV_ENCODING", "Это не CSV, а книга Excel или архив. Сохраните лист как CSV UTF-8.")
    try:
        return text_of_table(content)
    except UnicodeDecodeError:
        raise _no_text() from None


def _no_text() -> InputError:
    return InputError("CSV_ENCODING", "Файл записан не в UTF-8, UTF-16 или Windows-1251, либо повреждён.")


def _header(text: str, lat: str, lon: str) -> tuple[list[str], str, tuple[int, int]]:
    """Give the header, what divides it, and where the coordinates are, by the first delimiter that shows both."""
    headers = {mark: header for mark in _DELIMITERS if (header := _first_row(text, mark)) is not None}
    if not headers:
        raise _broken(1)
    found = {mark: (_column(header, lat), _column(header, lon)) for mark, header in headers.items()}
    for mark, (first, second) in found.items():
        if first is not None and second is not None:
            return headers[mark], mark, (first, second)
    if not any(headers.values()):
        raise InputError("CSV_EMPTY", f"В файле нет заголовка: нужны столбцы {lat} и {lon}.")
    if "\0" in text:
        raise _no_text()
    # What divides most is what divides the file.
    mark = max(headers, key=lambda each: len(headers[each]))
    missing, option = (lat, "--lat-field") if found[mark][0] is None else (lon, "--lon-field")
    said = ", ".join(name.strip()[:40] for name in headers[mark][:10])
    sentence = f"В файле нет столбца «{missing}», в первой строке: {said}. Как столбец называется, скажите {option}."
    raise InputError("CSV_COLUMN_MISSING", sentence)


def _first_row(text: str, delimiter: str) -> list[str] | None:
    """Give the first row that is not blank; empty where there is none, None where quotes do not fit the delimiter."""
    with suppress(csv.Error):
        return next(filter(None, csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)), [])
    return None


def _column(header: Sequence[str], field: str) -> int | None:
    names = [name.strip().casefold() for name in header]
    wanted = _USUAL_NAMES.get(field.casefold(), (field.casefold(),))
    return next((names.index(name) for name in wanted if name in names), None)


def coordinates(table: Table) -> list[Coordinates]:
    """Give the coordinates of each row, None for what is none.

    A decimal comma is understood, and degrees with minutes and seconds that have their signs.
    """
    return [(_degrees(row, table.lat, "nsсю"), _degrees(row, table.lon, "ewвз")) for row in table.rows]


def _degrees(row: Sequence[str], column: int, hemispheres: str) -> float | None:
    """Give the number of a cell; ``hemispheres`` are the letters that may stand at it, every other of them negative."""
    text = row[column].strip().replace("\u2212", "-") if column < len(row) else ""
    if _NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return number if isfinite(number) else None
    angle = _ANGLE.fullmatch("".join(text.replace(",", ".").split()))
    if angle is None:
        return None
    degrees, minutes, seconds = (float(angle[part] or 0) for part in ("degrees", "minutes", "seconds"))
    letters = [each[0].lower() for each in (angle["before"], angle["after"]) if each]
    if minutes >= _SIXTY or seconds >= _SIXTY or len(letters) > 1 or any(each not in hemispheres for each in letters):
        return None
    negative = bool(angle["minus"]) or any(hemispheres.index(each) % 2 for each in letters)
    return (degrees + minutes / _SIXTY + seconds / _SIXTY**2) * (-1 if negative else 1)


async def locate(conn: "Connection", points: Sequence[Coordinates]) -> list[tuple[str, str]]:
    """Give code (ISO 3166-2, else the region's number, else nothing) and match of each point by the active set.

    Raises:
        InputError: no set of boundaries is in force.
    """
    from shared.db import translated
    from shared.regions import active_set, attribute

    if await active_set(conn) is None:
        sentence = "В базе нет действующего набора границ. Загрузите его: fly-potato regions load."
        raise InputError("REGIONS_NO_ACTIVE_SET", sentence)
    with translated():
        async with conn.transaction():
            await conn.execute(
                "CREATE TEMP TABLE located (n integer, lat float8, lon float8, region_id smallint, region_match text,"
                " time_zone text) ON COMMIT DROP"
            )
            records = [(n, *point) for n, point in enumerate(points)]
            await conn.copy_records_to_table("located", records=records, columns=("n", "lat", "lon"))
            await conn.execute("ANALYZE located")
            await attribute(conn, table="located")
            rows = await conn.fetch(
                "SELECT coalesce(r.iso, l.region_id::text, '') AS code, l.region_match FROM located AS l"
                " LEFT JOIN core.boundary_sets AS s ON s.active"
                " LEFT JOIN core.regions AS r ON r.set_id = s.id AND r.id = l.region_id ORDER BY l.n"
            )
    return [(row["code"], row["region_match"]) for row in rows]


def write_table(stream: TextIO, table: Table, results: Sequence[tuple[str, str]]) -> None:
    """Write the table with the columns ``got`` and ``match`` at its end; columns of these names are replaced."""
    writer = csv.writer(stream, delimiter=table.delimiter, lineterminator="\n")
    keep = [n for n, name in enumerate(table.header) if name.strip().casefold() not in ADDED]
    writer.writerow([*(table.header[n] for n in keep), *ADDED])
    writer.writerows(_rows(table, keep, results))


def _rows(table: Table, keep: Sequence[int], results: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    for row, result in zip(table.rows, results, strict=True):
        yield [*(row[n] if n < len(row) else "" for n in keep), *result]


def locate_file(source: Path, output: Path | None, lat: str, lon: str, uri: str | None) -> None:
    """Give the points of a CSV their regions; a dash as ``source``, and no ``output``, are the standard streams.

    Raises:
        InputError: the file is none that ``read_table`` reads, the database has no boundaries, or the output cannot be
            written.
    """
    content = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
    table = read_table(content, lat, lon)
    points = coordinates(table)
    results, notes = connected(uri, lambda conn: _located(conn, table, points))
    with _writing(output) as stream:
        write_table(stream, table, results)
    for note in notes:
        click.echo(note, err=True)


async def _located(
    conn: "Connection", table: Table, points: Sequence[Coordinates]
) -> tuple[list[tuple[str, str]], list[str]]:
    results = await locate(conn, points)
    notes = []
    unread = [row for row, point in zip(table.rows, points, strict=True) if None in point]
    if unread:
        cells = " и ".join(f"«{unread[0][n][:40] if n < len(unread[0]) else ''}»" for n in (table.lat, table.lon))
        notes.append(f"Строк без координат или с непонятными: {len(unread)}, первая из них: {cells}.")
    outside = [point for point, (code, _) in zip(points, results, strict=True) if not code and None not in point]
    if 2 * len(outside) > len(points) - len(unread):
        turned = await locate(conn, [(lon, lat) for lat, lon in outside])
        within = sum(bool(code) for code, _ in turned)
        if 2 * within > len(outside):
            lat, lon = table.header[table.lat].strip(), table.header[table.lon].strip()
            notes.append(
                f"Вне регионов точек: {len(outside)}, а если поменять широту и долготу местами, в регионах из них будет"
                f" {within}. Если столбцы перепутаны: --lat-field {lon} --lon-field {lat}."
            )
    return results, notes


async def write_export(conn: "Connection", set_id: int, output: Path | None) -> None:
    """Write a stored set as GeoJSON, packed where the file's name ends in .gz."""
    from shared.regions import export_set

    parts = export_set(conn, set_id)
    # The first part is asked for before a file is opened: a set that is not there leaves no empty file.
    first = await anext(parts)
    with _writing(output) as stream:
        stream.write(first)
        async for part in parts:
            stream.write(part)


@contextmanager
def _writing(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        packed = output.suffix == ".gz"
        with (
            gzip.open(output, "wt", encoding="utf-8", newline="")
            if packed
            else output.open("w", encoding="utf-8", newline="") as stream
        ):
            yield stream
    except OSError:
        raise InputError("OUTPUT_UNWRITABLE", f"Файл «{output}» не записывается.") from None
