"""What commands of regions read and write: the database that is named or the local stack's, points of a CSV with the
region of each by the database's own rule, a set of boundaries as GeoJSON.
"""

import asyncio
import csv
import gzip
import json
import re
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
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
_SEPARATOR_LINE = re.compile(r"\A\"?sep=.\"?\r?\n")
"""What Excel takes a hint from, and writes no more."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


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

    The text is UTF-8, or Windows-1251 or UTF-16 as a Russian Excel writes it; a line ``sep=;`` before the header is
    left out.

    Raises:
        InputError: it is empty, no text, no CSV, lacks a column, or has a row longer than its header.
    """
    text = _SEPARATOR_LINE.sub("", _decoded(content))
    header, delimiter, at = _header(text, lat, lon)
    csv.field_size_limit(1 << 24)
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
        sentence = f"Файл не читается как CSV: около строки {reader.line_num} не закрыты кавычки."
        raise InputError("CSV_BROKEN", sentence) from None
    return Table(header, [row for row in rows if row][1:], delimiter, *at)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "cp1251"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise InputError("CSV_ENCODING", "Файл записан не в UTF-8, UTF-16 или Windows-1251, либо повреждён.")


def _header(text: str, lat: str, lon: str) -> tuple[list[str], str, tuple[int, int]]:
    """Give the header, what divides it, and where the coordinates are, by the first delimiter that shows both."""
    missing = lat
    for delimiter in _DELIMITERS:
        try:
            header = next(filter(None, csv.reader(StringIO(text, newline=""), delimiter=delimiter)), None)
        except csv.Error:
            continue
        if header is None:
            raise InputError("CSV_EMPTY", f"В файле нет заголовка: нужны столбцы {lat} и {lon}.")
        names = [name.strip().casefold() for name in header]
        if lat.casefold() in names and lon.casefold() in names:
            return header, delimiter, (names.index(lat.casefold()), names.index(lon.casefold()))
        missing = lon if lat.casefold() in names else missing
    raise InputError("CSV_COLUMN_MISSING", f"В файле нет столбца «{missing}».")


def coordinates(table: Table) -> list[Coordinates]:
    """Give the coordinates of each row; a decimal comma is understood, what is no number is None."""
    return [(_number(row, table.lat), _number(row, table.lon)) for row in table.rows]


def _number(row: Sequence[str], column: int) -> float | None:
    text = row[column].strip().replace("\u2212", "-") if column < len(row) else ""
    if _NUMBER.fullmatch(text) is None:
        return None
    number = float(text.replace(",", "."))
    return number if isfinite(number) else None


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
    results = connected(uri, lambda conn: locate(conn, points))
    with _writing(output) as stream:
        write_table(stream, table, results)


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
