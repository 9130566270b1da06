"""Files and streams that commands of regions read and write."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fly_potato.regions.connection import connected
from fly_potato.regions.locate import coordinates, locate, read_table, write_table
from shared.errors import InputError

if TYPE_CHECKING:
    from shared.db import Connection


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
