"""What a file is, told by its content and never by its name, and the reader for it."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from shared.workbooks.archive import ZIP_MAGIC, Archive
from shared.workbooks.cells import Sheet
from shared.workbooks.csv_table import CsvTable
from shared.workbooks.ods import is_ods, open_ods
from shared.workbooks.refusals import DEFAULT, Limits, refuse
from shared.workbooks.xlsx import WORKBOOK, open_xlsx

_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_OLE_SEARCHED_BYTES: Final = 8 * 1024 * 1024
_XLS_STREAMS: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_CONTENT_TYPES: Final = "[content_types].xml"
_TYPES_BYTES: Final = 1024 * 1024
_TEXT_SAMPLE_BYTES: Final = 64 * 1024


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
