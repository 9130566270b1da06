"""The guard: what must be known of a workbook before a reader that trusts it may open it.

A reader that builds a dense grid is brought down by a file of two kilobytes, and not by an exception. So the guard
unpacks every part once, in pieces, counting, and looks where the cells lie; only what it lets through is opened.
"""

import collections
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from shared.workbooks.archive import ZIP_MAGIC, Archive
from shared.workbooks.limits import DEFAULT, MIB, Limits
from shared.workbooks.parts import STRINGS, WORKBOOK, SheetPart, sheet_parts
from shared.workbooks.refusals import refuse
from shared.workbooks.sheet_scan import Extent, scan, walk, whole_tags

_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_OLE_LOOKED_AT: Final = 8 * 1024 * 1024
_XLS_STREAMS: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_ODS_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT_TYPES: Final = "[content_types].xml"
_TYPES_SIZE: Final = 1024 * 1024


class Kind(StrEnum):
    """Which reader a file is for."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class GuardedSheet:
    """A sheet that may be read; ``sparse`` where the dense reader would ask for too much memory."""

    name: str
    hidden: bool
    last_row: int
    """Number of its last row as the sheet itself tells it, for progress."""
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard found out; ``sheets`` is known of xlsx only."""

    kind: Kind
    sheets: tuple[GuardedSheet, ...] = ()


def inspect(path: Path, limits: Limits = DEFAULT) -> Guarded:
    """Let a workbook through, or say why not.

    Takes memory that does not grow with the file. Raises:
        WorkbookError: the file may not be read; the code says why.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise refuse("WORKBOOK_EMPTY_FILE")
    if start.startswith(_OLE_MAGIC):
        raise _refuse_ole(path)
    if start.startswith(ZIP_MAGIC):
        return _inspect_zip(path, limits)
    if start.startswith(b"PK"):
        raise refuse("WORKBOOK_TRUNCATED")
    _check_text(path)
    return Guarded(Kind.CSV)


def _refuse_ole(path: Path) -> Exception:
    with path.open("rb") as file:
        content = file.read(_OLE_LOOKED_AT)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _OLE_LOOKED_AT))
        content += file.read()
    if _ENCRYPTED_STREAM in content:
        return refuse("WORKBOOK_ENCRYPTED")
    return refuse("WORKBOOK_XLS" if any(stream in content for stream in _XLS_STREAMS) else "WORKBOOK_NOT_XLSX")


def _check_text(path: Path) -> None:
    with path.open("rb") as file:
        sample = file.read(64 * 1024)
    if b"\0" in sample or sample.lstrip()[:1] in (b"<", b"{", b"%"):
        raise refuse("WORKBOOK_NOT_XLSX")


def _inspect_zip(path: Path, limits: Limits) -> Guarded:
    with Archive(path, limits) as archive:
        archive.check_sizes()
        if _is_ods(archive):
            # Its cells are counted while they are read; here only the packing is checked.
            collections.deque(whole_tags(archive.chunks("content.xml"), limits, "content.xml"), maxlen=0)
            return Guarded(Kind.ODS)
        _check_type(archive)
        listed = sheet_parts(archive)
        if len(listed) > limits.sheets:
            raise refuse("WORKBOOK_TOO_MANY_SHEETS", sheets=len(listed), limit=limits.sheets)
        _check_other_parts(archive, listed, limits)
        return Guarded(Kind.XLSX, tuple(_inspect_sheet(archive, sheet, limits) for sheet in listed))


def _is_ods(archive: Archive) -> bool:
    if "mimetype" not in archive.parts or "content.xml" not in archive.parts:
        return False
    return archive.read("mimetype", 1024).strip() == _ODS_TYPE


def _check_type(archive: Archive) -> None:
    if "xl/workbook.bin" in archive.parts:
        raise refuse("WORKBOOK_XLSB")
    if WORKBOOK not in archive.parts or _CONTENT_TYPES not in archive.parts:
        raise refuse("WORKBOOK_NOT_XLSX")
    types = archive.read(_CONTENT_TYPES, _TYPES_SIZE).lower()
    if b"macroenabled" in types or any(name.endswith("vbaproject.bin") for name in archive.parts):
        raise refuse("WORKBOOK_MACRO")


def _check_other_parts(archive: Archive, listed: list[SheetPart], limits: Limits) -> None:
    sheets = {sheet.part for sheet in listed}
    for name in archive.parts:
        if name in sheets:
            continue
        if not name.endswith((".xml", ".rels")):
            collections.deque(archive.chunks(name), maxlen=0)
            continue
        strings = 0
        for window in whole_tags(archive.chunks(name), limits, name):
            if name == STRINGS:
                strings += window.count(b"<si")
                if strings > limits.shared_strings:
                    raise refuse("WORKBOOK_TOO_BIG", limit_mib=limits.unpacked_bytes // MIB)


def _inspect_sheet(archive: Archive, sheet: SheetPart, limits: Limits) -> GuardedSheet:
    extent = scan(archive.chunks(sheet.part), limits, sheet.part)
    if extent is not None:
        return GuardedSheet(sheet.name, sheet.hidden, extent.rows)
    extent = walk(archive.chunks(sheet.part), limits, sheet.part)
    if extent.formula_without_value:
        raise refuse("WORKBOOK_FORMULAS", sheet=sheet.name, cell=extent.formula_without_value)
    return GuardedSheet(sheet.name, sheet.hidden, extent.rows, sparse=_is_sparse(extent, sheet.name, limits))


def _is_sparse(extent: Extent, sheet: str, limits: Limits) -> bool:
    if extent.rows * extent.columns <= limits.dense_cells:
        return False
    if extent.cells * 4 > extent.rows * extent.columns:
        raise refuse("WORKBOOK_TOO_WIDE", sheet=sheet, rows=extent.rows, columns=extent.columns)
    if extent.rows > limits.sparse_rows:
        raise refuse("WORKBOOK_STRAY_CELL", sheet=sheet, cell=extent.far_cell)
    return True
