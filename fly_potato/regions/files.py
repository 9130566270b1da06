"""Files and streams that commands of regions read and write."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fly_potato.regions.connection import connected
from fly_potato.regions.locate import coordinates, locate, read_table, write_table

if TYPE_CHECKING:
    from shared.db import Connection


def locate_file(source: Path, output: Path | None, lat: str, lon: str, uri: str | None) -> None:
    """Give the points of a CSV their regions; a dash as ``source``, and no ``output``, are the standard streams.

    Raises:
        InputError: the file has no such columns, or the database no boundaries.
    """
    if str(source) == "-":
        table = read_table(sys.stdin)
    else:
        with source.open(encoding="utf-8", newline="") as stream:
            table = read_table(stream)
    points = coordinates(table, lat, lon)
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
    elif output.suffix == ".gz":
        with gzip.open(output, "wt", encoding="utf-8", newline="") as stream:
            yield stream
    else:
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
