"""Points of a CSV with the region of each, by the database's own rule."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, TextIO

from shared.errors import InputError

if TYPE_CHECKING:
    from shared.db import Connection

Coordinates = tuple[float | None, float | None]
"""Latitude and longitude in degrees of WGS 84; None where a row says none."""

ADDED = ("got", "match")
_DELIMITERS = ",;\t"


class Table(NamedTuple):
    """A CSV as it was read: header, rows, and what its columns are divided by."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str


def read_table(stream: TextIO) -> Table:
    """Read a CSV with a header; columns may be divided by commas, semicolons or tabs.

    Raises:
        InputError: it is empty, or no text.
    """
    try:
        text = stream.read().removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise InputError("CSV_ENCODING", "Файл записан не в UTF-8.") from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda mark: (first.count(mark), -_DELIMITERS.index(mark)))
    csv.field_size_limit(1 << 24)
    try:
        rows = [row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        raise InputError("CSV_BROKEN", "Файл не читается как CSV.") from None
    if not rows:
        raise InputError("CSV_EMPTY", "В файле нет заголовка: нужны столбцы lat и lon.")
    return Table(rows[0], rows[1:], delimiter)


def coordinates(table: Table, lat: str, lon: str) -> list[Coordinates]:
    """Give the coordinates of each row; a decimal comma is understood.

    Raises:
        InputError: there is no such column.
    """
    names = [name.strip().casefold() for name in table.header]
    for wanted in (lat, lon):
        if wanted.casefold() not in names:
            raise InputError("CSV_COLUMN_MISSING", f"В файле нет столбца «{wanted}».")
    at = names.index(lat.casefold()), names.index(lon.casefold())
    return [(_number(row, at[0]), _number(row, at[1])) for row in table.rows]


def _number(row: Sequence[str], column: int) -> float | None:
    try:
        number = float(row[column].strip().replace(",", "."))
    except (IndexError, ValueError):
        return None
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
