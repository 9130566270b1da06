"""Every hostile or broken file that the guard must answer, by the code of its answer."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.unit.workbooks.makers import (
    HEADER,
    ROW,
    cell,
    lying,
    parts,
    row,
    sheet_xml,
    streamed,
    table,
    workbook,
    zipped,
)

Maker = Callable[[Path], Path]
MIB = 1024 * 1024


def zip_bomb(path: Path) -> Path:
    """A part of 100 MiB of blanks that announces itself."""
    blank = b" " * MIB

    def chunks() -> Iterator[bytes]:
        yield from (blank for _ in range(100))

    return streamed(path, parts({"Result_1": sheet_xml(table())}), "xl/media/blob.xml", chunks())


def lying_bomb(path: Path) -> Path:
    """A sheet that announces a kilobyte and unpacks to 64 MiB."""
    sheet = sheet_xml(table()).encode()
    return lying(path, parts({"Result_1": sheet}), "xl/worksheets/sheet1.xml", sheet, b" " * (64 * MIB))


def lying_shared_strings(path: Path) -> Path:
    """Shared strings that announce nothing and unpack to 200 MiB."""
    content = parts({"Result_1": sheet_xml(table())})
    return lying(path, content | {"xl/sharedStrings.xml": b""}, "xl/sharedStrings.xml", b"<sst/>", b" " * (64 * MIB))


def stray(reference: str) -> Maker:
    """A table and one value far away."""

    def make(path: Path) -> Path:
        return workbook(path, table() + f'<row r="{reference.lstrip("XFDA")}">{cell(reference, "x")}</row>')

    return make


def stray_without_address(path: Path) -> Path:
    """A cell pushed to column XFD by 16,383 cells that have no address."""
    return workbook(path, table() + '<row r="1048576">' + "<c><v>1</v></c>" * 16_384 + "</row>")


def stray_with_prefix(path: Path) -> Path:
    """The stray cell in a namespace prefix, as some writers use it everywhere."""
    rows = '<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    return workbook(path, table() + rows)


def stray_in_odd_markup(path: Path) -> Path:
    """The stray cell's address stands behind an attribute that holds a closing bracket, in single quotes."""
    return workbook(path, table() + "<row r='1048576'><c s='1' x=\">\" r='XFD1048576'><v>1</v></c></row>")


def long_cell(path: Path) -> Path:
    """One cell of 400 MB of the same letter: told by its packing."""

    def chunks() -> Iterator[bytes]:
        start, end = sheet_xml(table() + row(3, [None, "@"])).encode().split(b"@")
        yield start
        yield from (b"A" * MIB for _ in range(400))
        yield end

    return streamed(path, parts({"Result_1": b""}), "xl/worksheets/sheet1.xml", chunks())


def long_random_cell(path: Path) -> Path:
    """One cell of 2 MB that cannot be packed."""
    text = random.Random(1).randbytes(MIB).hex()  # noqa: S311  bytes that do not pack
    return workbook(path, table((HEADER, ROW, (None, text))))


def many_sheets(path: Path) -> Path:
    """300 sheets."""
    return zipped(path, parts({f"Лист {number}": sheet_xml(table()) for number in range(300)}))


def encrypted(path: Path) -> Path:
    """What Excel writes with a password: an OLE container with an EncryptedPackage."""
    directory = "EncryptedPackage".encode("utf-16-le") + "EncryptionInfo".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory + bytes(4096))
    return path


def xls(path: Path) -> Path:
    """A workbook of Excel 97 under the name of a new one."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le") + bytes(4096))
    return path


def word(path: Path) -> Path:
    """A text document under the name of a workbook."""
    return zipped(path, {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


def truncated(path: Path) -> Path:
    """A workbook whose end is missing."""
    workbook(path)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def bad_checksum(path: Path) -> Path:
    """A workbook with a bit turned in a sheet."""
    zipped(path, parts({"Result_1": sheet_xml(table())}), level=0)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"SHR-ZZZZZ", b"SHR-ZZZZY"))
    return path


def macro(path: Path) -> Path:
    """A workbook with macros."""
    return zipped(
        path, parts({"Result_1": sheet_xml(table())}, kind="sheet.macroEnabled") | {"xl/vbaProject.bin": b"x"}
    )


def xlsb(path: Path) -> Path:
    """A binary workbook."""
    return zipped(path, {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x00"})


def entities(path: Path) -> Path:
    """A billion laughs."""
    laughs = '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return workbook(path, table(), prologue=f'<?xml version="1.0"?>{laughs}')


def twin_parts(path: Path) -> Path:
    """Two parts whose names differ in case: two readers would see two workbooks."""
    content = parts({"Result_1": sheet_xml(table())})
    return zipped(path, content | {"xl/worksheets/SHEET1.xml": sheet_xml(table()).encode()})


def glued_archives(path: Path) -> Path:
    """An archive glued in front of another."""
    workbook(path)
    path.write_bytes(path.read_bytes() * 2)
    return path


def utf16(path: Path) -> Path:
    """A sheet in UTF-16."""
    return zipped(path, parts({"Result_1": sheet_xml(table()).encode("utf-16")}))


def missing_sheet(path: Path) -> Path:
    """A sheet that is listed and not there."""
    content = parts({"Result_1": sheet_xml(table())})
    del content["xl/worksheets/sheet1.xml"]
    return zipped(path, content)


def bad_address(path: Path) -> Path:
    """A cell beyond the last column of Excel."""
    return workbook(path, table() + '<row r="3"><c r="ZZZZ3"><v>1</v></c></row>')


def formulas(path: Path) -> Path:
    """A formula that nobody has calculated, as libraries write it."""
    return workbook(path, table() + '<row r="3"><c r="B3"><f>A1&amp;B1</f><v></v></c></row>')


def empty_file(path: Path) -> Path:
    """No byte at all."""
    path.write_bytes(b"")
    return path


def html(path: Path) -> Path:
    """A page of a site under the name of a workbook."""
    path.write_text("<html><body><table></table></body></html>")
    return path


HOSTILE: dict[str, tuple[Maker, str]] = {
    "zip_bomb": (zip_bomb, "WORKBOOK_ZIP_BOMB"),
    "lying_bomb": (lying_bomb, "WORKBOOK_BROKEN"),
    "lying_shared_strings": (lying_shared_strings, "WORKBOOK_BROKEN"),
    "stray_xfd": (stray("XFD1048576"), "WORKBOOK_STRAY_CELL"),
    "stray_without_address": (stray_without_address, "WORKBOOK_STRAY_CELL"),
    "stray_with_prefix": (stray_with_prefix, "WORKBOOK_STRAY_CELL"),
    "stray_in_odd_markup": (stray_in_odd_markup, "WORKBOOK_STRAY_CELL"),
    "long_cell": (long_cell, "WORKBOOK_ZIP_BOMB"),
    "long_random_cell": (long_random_cell, "WORKBOOK_CELL_TOO_LONG"),
    "many_sheets": (many_sheets, "WORKBOOK_TOO_MANY_SHEETS"),
    "encrypted": (encrypted, "WORKBOOK_ENCRYPTED"),
    "xls": (xls, "WORKBOOK_XLS"),
    "word": (word, "WORKBOOK_NOT_XLSX"),
    "html": (html, "WORKBOOK_NOT_XLSX"),
    "truncated": (truncated, "WORKBOOK_TRUNCATED"),
    "bad_checksum": (bad_checksum, "WORKBOOK_BROKEN"),
    "macro": (macro, "WORKBOOK_MACRO"),
    "xlsb": (xlsb, "WORKBOOK_XLSB"),
    "entities": (entities, "WORKBOOK_ENTITIES"),
    "twin_parts": (twin_parts, "WORKBOOK_BROKEN"),
    "glued_archives": (glued_archives, "WORKBOOK_BROKEN"),
    "utf16": (utf16, "WORKBOOK_BROKEN"),
    "missing_sheet": (missing_sheet, "WORKBOOK_BROKEN"),
    "bad_address": (bad_address, "WORKBOOK_BROKEN"),
    "formulas": (formulas, "WORKBOOK_FORMULAS"),
    "empty_file": (empty_file, "WORKBOOK_EMPTY_FILE"),
}
"""Refused by the guard, before any reader."""
