"""What a file is, told by its content and never by its name, and the reader for it.

Text tables are read here: UTF-8, UTF-16 or Windows-1251, the delimiter told from the header.
"""

import codecs
import csv
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, Self, TextIO

from shared.workbooks.archive import ZIP_MAGIC, Archive
from shared.workbooks.cells import Cells, Sheet
from shared.workbooks.ods import is_ods, open_ods
from shared.workbooks.refusals import DEFAULT, Limits, refuse
from shared.workbooks.xlsx import WORKBOOK, open_xlsx
from shared.workbooks.xlsx_sheet import LAST_COLUMN, LAST_ROW

_CSV_NAME: Final = "CSV"
_DELIMITER_SAMPLE: Final = 64 * 1024
_DELIMITERS: Final = ";,\t|"
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_OLE_SEARCHED_BYTES: Final = 8 * 1024 * 1024
_XLS_STREAMS: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_CONTENT_TYPES: Final = "[content_types].xml"
_TYPES_BYTES: Final = 1024 * 1024
_TEXT_SAMPLE_BYTES: Final = 64 * 1024


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
        return Sheet(_CSV_NAME, False, self._rows())

    def _rows(self) -> Iterator[tuple[int, Cells]]:
        # The module's limit is of the process; every reader of this product sets the same.
        csv.field_size_limit(self._limits.cell_characters)
        with self._path.open(encoding=_encoding(self._path), errors="replace", newline="") as file:
            sample = file.read(_DELIMITER_SAMPLE)
            file.seek(0)
            reader = csv.reader(self._lines(file), delimiter=_delimiter(sample))
            try:
                for number, record in enumerate(reader, start=1):
                    self._since_record = 0
                    if len(record) > LAST_COLUMN:
                        raise refuse("WORKBOOK_TOO_WIDE", sheet=_CSV_NAME)
                    if number > LAST_ROW:
                        raise refuse("WORKBOOK_TOO_MANY_ROWS", limit=LAST_ROW)
                    cells: Cells = {column: text for column, text in enumerate(record) if text and not text.isspace()}
                    if cells:
                        yield number, cells
            except csv.Error as error:
                raise refuse("WORKBOOK_CELL_TOO_LONG", sheet=_CSV_NAME) from error

    def _lines(self, file: TextIO) -> Iterator[str]:
        longest = self._limits.line_characters
        while line := file.readline(longest):
            self._since_record += len(line)
            if self._since_record >= longest:
                raise refuse("WORKBOOK_TOO_WIDE", sheet=_CSV_NAME)
            self.bytes_read += len(line)
            yield line


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            while chunk := file.read(_DELIMITER_SAMPLE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def _delimiter(sample: str) -> str:
    # The header tells it: telegrams are full of commas and blanks, headers are not.
    header = next((line for line in sample.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)


class FileKind(StrEnum):
    """The kinds of files that are read."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"


class Source:
    """An open file; ``sheets`` goes through it once, ``share_read`` tells how far it is."""

    def __init__(self, path: Path, limits: Limits = DEFAULT) -> None:
        """Open a file.

        Raises:
            WorkbookError: it is none that is read, or its archive is not sound.
        """
        self._limits = limits
        self._file: Archive | CsvTable
        with path.open("rb") as file:
            start = file.read(len(_OLE_MAGIC))
        if not start.startswith(ZIP_MAGIC):
            _check_text(path, start)
            self.kind = FileKind.CSV
            self._file = CsvTable(path, limits)
            return
        self._file = Archive(path, limits)
        try:
            self.kind = _kind_of_archive(self._file)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Give the source itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        self._file.close()

    @property
    def share_read(self) -> float:
        """Tell how much of the file has been gone through, from 0 to 1."""
        return min(1.0, self._file.bytes_read / max(1, self._file.bytes_to_read))

    def sheets(self) -> Iterator[Sheet]:
        """Yield every sheet that may hold data; its rows must be gone through before the next is asked for.

        Raises:
            WorkbookError: the file, or a sheet of it, cannot be read.
        """
        if isinstance(self._file, CsvTable):
            yield self._file.sheet()
        else:
            yield from (open_ods if self.kind is FileKind.ODS else open_xlsx)(self._file, self._limits)


def _kind_of_archive(archive: Archive) -> FileKind:
    if is_ods(archive):
        return FileKind.ODS
    if "xl/workbook.bin" in archive.parts:
        raise refuse("WORKBOOK_XLSB")
    if WORKBOOK not in archive.parts or _CONTENT_TYPES not in archive.parts:
        raise refuse("WORKBOOK_NOT_XLSX")
    types = archive.read(_CONTENT_TYPES, _TYPES_BYTES).lower()
    if b"macroenabled" in types or any(name.endswith("vbaproject.bin") for name in archive.parts):
        raise refuse("WORKBOOK_MACRO")
    return FileKind.XLSX


def _check_text(path: Path, start: bytes) -> None:
    """Refuse what is no archive and no text either."""
    if not start:
        raise refuse("WORKBOOK_EMPTY_FILE")
    if start.startswith(_OLE_MAGIC):
        raise _refuse_ole(path)
    if start.startswith(b"PK"):
        raise refuse("WORKBOOK_TRUNCATED")
    with path.open("rb") as file:
        sample = file.read(_TEXT_SAMPLE_BYTES)
    is_wide = sample.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (b"\0" in sample and not is_wide) or sample.lstrip()[:1] in (b"<", b"{", b"%"):
        raise refuse("WORKBOOK_NOT_XLSX")


def _refuse_ole(path: Path) -> Exception:
    with path.open("rb") as file:
        content = file.read(_OLE_SEARCHED_BYTES)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _OLE_SEARCHED_BYTES))
        content += file.read()
    if _ENCRYPTED_STREAM in content:
        return refuse("WORKBOOK_ENCRYPTED")
    return refuse("WORKBOOK_XLS" if any(stream in content for stream in _XLS_STREAMS) else "WORKBOOK_NOT_XLSX")
