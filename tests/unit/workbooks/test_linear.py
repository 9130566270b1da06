"""Reading takes time in proportion to the file: what is put in four times over takes some four times as long.

Nothing is compared with a clock on the wall: processor time of one process, the least of several, against itself.
"""

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

import pytest

from shared.errors import WorkbookError
from shared.workbooks.cells import clean
from shared.workbooks.kept_text import redact_field
from shared.workbooks.layouts import LayoutKind, field_of
from shared.workbooks.reader import WorkbookReader
from shared.workbooks.refusals import Limits
from tests.unit.workbooks.hostile import CSV_HEADER, ods, ods_cell, ods_row, one_string, text_table
from tests.unit.workbooks.makers import table, workbook

UNBOUND = Limits(
    ratio=10**9,
    tags=10**9,
    token_bytes=10**9,
    merged=10**9,
    repeated_rows=10**9,
    repeated_cells=10**9,
    cell_characters=10**9,
    line_characters=10**9,
)
"""What is refused early would grow with nothing."""
MARGIN = 2.2
"""Over four times the time for four times the size; what is quadratic takes sixteen times."""


def seconds(work: Callable[[], object]) -> float:
    """Give the least processor time of some runs."""

    def once() -> float:
        started = process_time()
        work()
        return process_time() - started

    gc.collect()
    return min(once() for _ in range(3))


def read_through(path: Path) -> None:
    """Read a file to its end, or to its refusal."""
    try:
        for _ in WorkbookReader(path, UNBOUND).rows():
            pass
    except WorkbookError:
        return


FileMaker = Callable[[Path, int], Path]


def rows_with(body: Callable[[int], str]) -> FileMaker:
    """A workbook with more among its rows."""
    return lambda path, size: workbook(path, table() + body(size))


def text_of(pieces: Callable[[int], str]) -> FileMaker:
    """A workbook with one text."""
    return rows_with(lambda size: f'<row><c t="inlineStr"><is>{pieces(size)}</is></c></row>')


def tail_with(body: Callable[[int], str]) -> FileMaker:
    """A workbook with more behind its rows."""
    return lambda path, size: workbook(path, table(), tail=f"<mergeCells>{body(size)}</mergeCells>")


def document_with(body: Callable[[int], str]) -> FileMaker:
    """An OpenDocument spreadsheet."""
    return lambda path, size: ods(body(size))(path)


def text_with(*pieces: tuple[bytes, int]) -> FileMaker:
    """A CSV: pieces and how often for each of its size."""
    return lambda path, size: text_table((CSV_HEADER, 1), *((piece, size * times // 100) for piece, times in pieces))(
        path
    )


ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(1_000))
WIDE = 'table:number-columns-repeated="100"'
FILES: dict[str, FileMaker] = {
    "empty cells": rows_with(lambda size: f"<row>{'<c/>' * 10_000}</row>" * (size // 10_000)),
    "tags that are not closed": rows_with(lambda size: "<c " * size),
    "one long tag": rows_with(lambda size: "<c " + " " * (8 * size) + "/>"),
    "attributes": rows_with(lambda size: f"<row {ATTRIBUTES}/>" * (size // 500)),
    "one long comment": rows_with(lambda size: "<!--" + "<c " * (4 * size) + "-->"),
    "pieces of one text": text_of(lambda size: "<r><t>x</t></r>" * size),
    "lines of one text": text_of(lambda size: f"<t>{'x&#10;' * (2 * size)}</t>"),
    "merged ranges": tail_with(lambda size: '<mergeCell ref="A2:A9"/>' * size),
    "blanks in a range": tail_with(lambda size: f"<mergeCell {' ref =' * (8 * size)}/>"),
    "shared strings": lambda path, size: one_string("<si><t>x</t></si>" * size, "")(path),
    "repeated columns": document_with(lambda size: ods_row(ods_cell("x", WIDE)) * (size // 20)),
    "blanks of an ODS": document_with(lambda size: ods_row(ods_cell('<text:s text:c="3"/>' * size))),
    "paragraphs of an ODS": document_with(
        lambda size: ods_row(f"<table:table-cell>{'<text:p>x</text:p>' * size}</table:table-cell>")
    ),
    "quotes of a CSV": text_with((b'"a"";', 200), (b"\n", 1)),
    "lines of a CSV's record": text_with((b'"\n";"\n";', 100)),
    "delimiters of a CSV": text_with((b";" * 100 + b"\n", 5)),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    size = 20_000
    paths = [FILES[name](tmp_path / f"{factor}", size * factor) for factor in (1, 2, 4)]
    fixed = seconds(partial(read_through, workbook(tmp_path / "small")))
    least, twice, four_times = (seconds(partial(read_through, path)) for path in paths)
    assert twice <= 2 * MARGIN * max(least, fixed)
    assert four_times <= 4 * MARGIN * max(least, fixed)


TEXTS: dict[str, Callable[[int], str]] = {
    "blanks": lambda n: " " * n + "x",
    "line breaks": lambda n: "\n" * n + "-",
    "escapes": lambda n: "_x000D_" * n,
    "beginnings of escapes": lambda n: "_x" * n,
    "digits": lambda n: "1" * n,
    "brackets": lambda n: "(" * n,
    "dashes": lambda n: "(SHR-" + "-" * n,
    "slashes": lambda n: "(SHR-ZZZZZ-ZZZZ0600-DEP/" + "/" * n,
    "keys": lambda n: "(SHR-ZZZZZ" + " DOF/250301" * (n // 8),
    "headings": lambda n: "(SHR-" * n,
    "lines of keys": lambda n: "-TITLE IDEP" + "\n-SID 1" * (n // 8),
    "combining letters": lambda n: "и\u0306" * n,
    "coordinates": lambda n: "(SHR-ZZZZZ /ZONA " + "5530N03710E/" * (n // 8),
}
READERS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "header": field_of,
    "telegram": lambda text: redact_field("shr", text, LayoutKind.TELEGRAMS),
    "route": lambda text: redact_field("route", text, LayoutKind.TABLE),
    "center": lambda text: redact_field("center", text, LayoutKind.TABLE),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str, reader: str) -> None:
    read, size = READERS[reader], 8_000
    least, four_times = (seconds(partial(read, TEXTS[name](n))) for n in (size, 4 * size))
    assert four_times <= 4 * MARGIN * max(least, 0.002)
