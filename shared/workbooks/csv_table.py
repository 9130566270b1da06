"""Text tables: UTF-8, UTF-16 or Windows-1251, the delimiter told from the header."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from shared.workbooks.cells import Cells, Sheet
from shared.workbooks.refusals import Limits, refuse
from shared.workbooks.xlsx_sheet import LAST_COLUMN, LAST_ROW

_NAME: Final = "CSV"
_SAMPLE: Final = 64 * 1024
_DELIMITERS: Final = ";,\t|"


class CsvTable:
    """A text table on disk; ``bytes_read`` tells how far it has been gone through."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._since_record = 0
        self.bytes_to_read = path.stat().st_size
        self.bytes_read = 0
        """Characters, in truth: near enough for progress."""

    def close(self) -> None:
        """Do nothing: the file is open only while its rows are gone through."""

    def sheet(self) -> Sheet:
        """Give the one sheet; the file's name on disk is not the person's, so it has a name of its own."""
        return Sheet(_NAME, False, self._rows())

    def _rows(self) -> Iterator[tuple[int, Cells]]:
        # The module's limit is of the process; every reader of this product sets the same.
        csv.field_size_limit(self._limits.cell_characters)
        with self._path.open(encoding=_encoding(self._path), errors="replace", newline="") as file:
            sample = file.read(_SAMPLE)
            file.seek(0)
            reader = csv.reader(self._lines(file), delimiter=_delimiter(sample))
            try:
                for number, record in enumerate(reader, start=1):
                    self._since_record = 0
                    if len(record) > LAST_COLUMN:
                        raise refuse("WORKBOOK_TOO_WIDE", sheet=_NAME)
                    if number > LAST_ROW:
                        raise refuse("WORKBOOK_TOO_MANY_ROWS", limit=LAST_ROW)
                    cells: Cells = {column: text for column, text in enumerate(record) if text and not text.isspace()}
                    if cells:
                        yield number, cells
            except csv.Error as error:
                raise refuse("WORKBOOK_CELL_TOO_LONG", sheet=_NAME) from error

    def _lines(self, file: TextIO) -> Iterator[str]:
        longest = self._limits.line_characters
        while line := file.readline(longest):
            self._since_record += len(line)
            if self._since_record >= longest:
                raise refuse("WORKBOOK_TOO_WIDE", sheet=_NAME)
            self.bytes_read += len(line)
            yield line


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            while chunk := file.read(_SAMPLE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def _delimiter(sample: str) -> str:
    # The header tells it: telegrams are full of commas and blanks, headers are not.
    header = next((line for line in sample.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)
