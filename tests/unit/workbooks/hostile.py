"""Every kind of hostile or broken file, by structure, and what it must come to: a code, or None where it reads."""

import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.unit.workbooks.makers import (
    HEADER,
    MAIN,
    ROW,
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


def stray(cell_xml: str, number: int = 1_048_576) -> Maker:
    """A table and one more cell in a row far below."""

    def make(path: Path) -> Path:
        return workbook(path, table() + f'<row r="{number}">{cell_xml}</row>')

    return make


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
    """A sheet in UTF-16 that says it is UTF-8."""
    return zipped(path, parts({"Result_1": sheet_xml(table()).encode("utf-16")}))


def missing_sheet(path: Path) -> Path:
    """A sheet that is listed and not there."""
    content = parts({"Result_1": sheet_xml(table())})
    del content["xl/worksheets/sheet1.xml"]
    return zipped(path, content)


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


def rows_of(xml: str, times: int = 1) -> Maker:
    """A table with more of something between its rows."""

    def make(path: Path) -> Path:
        sheet = sheet_xml(table() + "@").encode()
        before, after = sheet.split(b"@")
        piece = xml.encode()

        def chunks() -> Iterator[bytes]:
            yield before
            for done in range(0, times, 10_000):
                yield piece * min(10_000, times - done)
            yield after

        return streamed(path, parts({"Result_1": b""}), "xl/worksheets/sheet1.xml", chunks())

    return make


def cells_flood(path: Path) -> Path:
    """Two million cells with nothing in them, in one row."""
    return rows_of("<c/>" * 100, 20_000)(path)


def open_tags(path: Path) -> Path:
    """Tags that are opened and never end: a search for the end from each of them takes for ever."""
    return rows_of("<c ", 200_000)(path)


def unclosed_elements(path: Path) -> Path:
    """Elements within elements, a hundred thousand deep."""
    return rows_of("<a>", 100_000)(path)


def many_names(path: Path) -> Path:
    """A hundred thousand elements, each of another name."""
    return workbook(path, table() + "".join(f"<n{number}/>" for number in range(100_000)))


def strings(flood: str, times: int) -> Maker:
    """Shared strings without number that no cell asks for."""

    def make(path: Path) -> Path:
        def chunks() -> Iterator[bytes]:
            yield f'<sst xmlns="{MAIN}" xmlns:x="{MAIN}">'.encode()
            for _ in range(times // 10_000):
                yield flood.encode() * 10_000
            yield b"</sst>"

        content = parts({"Result_1": sheet_xml(table())}) | {"xl/sharedStrings.xml": b""}
        return streamed(path, content, "xl/sharedStrings.xml", chunks())

    return make


def merges_flood(path: Path) -> Path:
    """Three hundred thousand merged ranges."""
    ranges = "".join(f'<mergeCell ref="A{number}:A{number + 1}"/>' for number in range(1, 600_000, 2))
    return workbook(path, table(), tail=f"<mergeCells>{ranges}</mergeCells>")


def one_string(xml: str, cell_xml: str) -> Maker:
    """Shared strings and a cell that names one."""

    def make(path: Path) -> Path:
        content = parts({"Result_1": sheet_xml(table() + f'<row r="3">{cell_xml}</row>')})
        return zipped(path, content | {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{xml}</sst>'.encode()})

    return make


def styled(cell_xml: str, styles: str) -> Maker:
    """A table with a cell of some style."""

    def make(path: Path) -> Path:
        content = parts({"Result_1": sheet_xml(table() + f'<row r="3">{cell_xml}</row>')})
        return zipped(path, content | {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'.encode()})

    return make


DATES = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'


def long_sheet_name(path: Path) -> Path:
    """A sheet whose name is longer than a database's index takes."""
    return workbook(path, name="Л" * 9_000)


def rich_text_too_long(path: Path) -> Path:
    """A cell of many runs, each short, together longer than a cell can be."""
    runs = "<r><t>0000000000</t></r>" * 4_000
    return workbook(path, table() + f'<row r="3"><c r="B3" t="inlineStr"><is>{runs}</is></c></row>')


def late_doctype(path: Path) -> Path:
    """Entities declared behind a comment longer than any piece that is looked at."""
    prologue = '<?xml version="1.0"?><!--' + "x" * 400_000 + '--><!DOCTYPE w [<!ENTITY a "lol">]>'
    return workbook(path, table(), prologue=prologue)


# Archives that two programs read differently.


def ends_of_two_archives(path: Path) -> Path:
    """The end record of 64 bits names a directory without the part that the other one names."""
    content = parts({"Result_1": sheet_xml(table())}) | {"xl/sharedStrings.xml": b"<sst><si><t>x</t></si></sst>"}
    zipped(path, content)
    raw = path.read_bytes()
    end = raw.rfind(b"PK\x05\x06")
    count, size, offset = struct.unpack_from("<HII", raw, end + 10)
    first = 46 + sum(struct.unpack_from("<HHH", raw, offset + 28))
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count - 1, count - 1, size - first, offset + first
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    path.write_bytes(raw[:end] + record + locator + raw[end:])
    return path


def name_in_extra_field(path: Path) -> Path:
    """A part whose extra field gives it another name, which some programs obey."""
    hidden = b"xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts({"Result_1": sheet_xml(table())}).items():
            shown = "xl/media/a.png" if name == hidden.decode() else name
            entry = zipfile.ZipInfo(shown)
            if shown != name:
                field = struct.pack("<BI", 1, zlib.crc32(shown.encode())) + hidden
                entry.extra = struct.pack("<HH", 0x7075, len(field)) + field
            archive.writestr(entry, data)
        archive.writestr(hidden.decode(), sheet_xml(table()))
    return path


def patched(patch: Callable[[bytearray, int, int], None]) -> Maker:
    """A workbook in which a directory entry, and what it says of its part, was changed."""

    def make(path: Path) -> Path:
        workbook(path)
        raw = bytearray(path.read_bytes())
        entry = raw.rfind(b"PK\x01\x02")
        patch(raw, entry, struct.unpack_from("<I", raw, entry + 42)[0])
        path.write_bytes(raw)
        return path

    return make


def other_name(raw: bytearray, entry: int, header: int) -> None:
    """The part's own header gives it another name."""
    raw[header + 30] ^= 0x20


def overlapping(raw: bytearray, entry: int, header: int) -> None:
    """The last part is said to begin where the first does."""
    struct.pack_into("<I", raw, entry + 42, 0)


def other_size(raw: bytearray, entry: int, header: int) -> None:
    """The part's own header gives it another size."""
    struct.pack_into("<I", raw, header + 22, 7)


# OpenDocument and text tables.


def ods(body: str, *, prologue: str = "", name: str = "Самара") -> Maker:
    """An OpenDocument spreadsheet of one table."""

    def make(path: Path) -> Path:
        spaces = "".join(
            f' xmlns:{space}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
            for space in ("office", "table", "text")
        )
        content = (
            f'<?xml version="1.0"?>{prologue}<office:document-content{spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="{name}">{ODS_HEADER}{body}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>"
        )
        return zipped(
            path, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()}
        )

    return make


def ods_cell(text: str, attributes: str = "") -> str:
    """A cell of an OpenDocument spreadsheet."""
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def ods_row(cells: str, attributes: str = "") -> str:
    """A row of an OpenDocument spreadsheet."""
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


ODS_HEADER = ods_row("".join(ods_cell(title) for title in HEADER))
_REPEATED = 'table:number-rows-repeated="9999"'
_WIDE = 'table:number-columns-repeated="16000"'


def text_table(*pieces: tuple[bytes, int]) -> Maker:
    """A text table of repeated pieces."""

    def make(path: Path) -> Path:
        with path.open("wb") as file:
            for piece, times in pieces:
                for done in range(0, times, 1_000_000):
                    file.write(piece * min(1_000_000, times - done))
        return path

    return make


CSV_HEADER = (";".join(HEADER) + "\n").encode()

HOSTILE: dict[str, tuple[Maker, str | None]] = {
    "zip_bomb": (zip_bomb, "WORKBOOK_ZIP_BOMB"),
    "lying_bomb": (lying_bomb, "WORKBOOK_BROKEN"),
    "lying_shared_strings": (lying_shared_strings, "WORKBOOK_BROKEN"),
    "stray_value": (stray('<c r="XFD1048576"><v>1</v></c>'), None),
    "stray_empty_text": (stray('<c r="XFD1048576" t="str"><v></v></c>'), None),
    "stray_closed_text": (stray('<c r="XFD1048576" t="str"><v/></c>'), None),
    "stray_empty_inline": (stray('<c r="XFD1048576" t="inlineStr"><is></is></c>'), None),
    "stray_formula_without_text": (stray('<c r="XFD1048576" t="str"><f>A1</f><v></v></c>'), None),
    "stray_without_address": (stray("<c><v>1</v></c>" * 16_384), None),
    "stray_beyond_the_last_column": (stray("<c><v>1</v></c>" * 16_385), "WORKBOOK_TOO_WIDE"),
    "stray_with_long_prefix": (
        stray(f'<{"p" * 60}:c r="XFD1048576"><{"p" * 60}:v>1</{"p" * 60}:v></{"p" * 60}:c>'),
        None,
    ),
    "stray_in_odd_markup": (stray("<c s='1' x=\">\" r='XFD1048576'><v>1</v></c>"), None),
    "twice_addressed": (stray('<c r="A9" r="XFD1048576"><v>1</v></c>'), "WORKBOOK_BROKEN"),
    "cell_of_another_row": (stray('<c r="XFD7"><v>1</v></c>'), "WORKBOOK_BROKEN"),
    "row_beyond_excel": (stray('<c r="M9999999"><v>1</v></c>', 9_999_999), "WORKBOOK_BROKEN"),
    "row_last_plain": (stray('<c r="M1048576"><v>1</v></c>'), None),
    "rows_out_of_order": (rows_of('<row r="9"/><row r="8"/>'), "WORKBOOK_BROKEN"),
    "two_cells_of_one_address": (stray('<c r="B9"><v>1</v></c><c r="B9"><v>2</v></c>', 9), "WORKBOOK_BROKEN"),
    "cell_within_a_cell": (stray('<c r="B9"><c r="C9"><v>1</v></c></c>', 9), "WORKBOOK_BROKEN"),
    "cell_outside_of_rows": (rows_of('<c r="B9"><v>1</v></c>'), "WORKBOOK_BROKEN"),
    "bad_address": (stray('<c r="ZZZZ3"><v>1</v></c>', 3), "WORKBOOK_BROKEN"),
    "cells_flood": (cells_flood, "WORKBOOK_ZIP_BOMB"),
    "rows_flood": (rows_of("<row/>", 1_000_000), "WORKBOOK_ZIP_BOMB"),
    "open_tags": (open_tags, "WORKBOOK_BROKEN"),
    "unclosed_elements": (unclosed_elements, "WORKBOOK_BROKEN"),
    "many_names": (many_names, "WORKBOOK_BROKEN"),
    "long_comment": (rows_of("<!--" + "x" * 900_000 + "-->"), "WORKBOOK_BROKEN"),
    "strings_flood": (strings("<si/>", 5_000_000), "WORKBOOK_ZIP_BOMB"),
    "strings_prefixed": (strings("<x:si/>", 5_000_000), "WORKBOOK_ZIP_BOMB"),
    "merges_flood": (merges_flood, "WORKBOOK_TOO_MANY_MERGED"),
    "long_cell": (long_cell, "WORKBOOK_ZIP_BOMB"),
    "long_random_cell": (long_random_cell, "WORKBOOK_CELL_TOO_LONG"),
    "rich_text_too_long": (rich_text_too_long, "WORKBOOK_CELL_TOO_LONG"),
    "long_shared_string": (
        one_string(f"<si><t>{'x' * 40_000}</t></si>", '<c r="B3" t="s"><v>0</v></c>'),
        "WORKBOOK_CELL_TOO_LONG",
    ),
    "string_not_there": (one_string("<si><t>x</t></si>", '<c r="B3" t="s"><v>1</v></c>'), "WORKBOOK_BROKEN"),
    "string_before_the_first": (one_string("<si><t>x</t></si>", '<c r="B3" t="s"><v>-1</v></c>'), "WORKBOOK_BROKEN"),
    "string_number_too_long": (one_string("", f'<c r="B3" t="s"><v>{"9" * 9_000}</v></c>'), "WORKBOOK_BROKEN"),
    "date_last_second": (styled('<c r="B3" s="1"><v>2958465.999999</v></c>', DATES), None),
    "date_beyond": (styled('<c r="B3" s="1"><v>1e300</v></c><c r="C3" s="1"><v>-1e300</v></c>', DATES), None),
    "duration_beyond": (
        styled('<c r="B3" s="1"><v>1e300</v></c>', DATES.replace('"22"', '"46"')),
        None,
    ),
    "no_number": (
        styled('<c r="B3" s="1"><v>nan</v></c><c r="C3"><v>1e999</v></c><c r="D3"><v>x</v></c>', DATES),
        None,
    ),
    "style_not_there": (styled('<c r="B3" s="77"><v>1</v></c><c r="C3" s="-1"><v>1</v></c>', DATES), None),
    "bad_styles": (styled('<c r="B3" s="1"><v>1</v></c>', '<cellXfs><xf numFmtId="x"/><xf/></cellXfs>'), None),
    "styles_flood": (styled("", f"<cellXfs>{'<xf/>' * 90_000}</cellXfs>"), "WORKBOOK_BROKEN"),
    "long_sheet_name": (long_sheet_name, "WORKBOOK_BROKEN"),
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
    "late_doctype": (late_doctype, "WORKBOOK_ENTITIES"),
    "twin_parts": (twin_parts, "WORKBOOK_AMBIGUOUS"),
    "glued_archives": (glued_archives, "WORKBOOK_AMBIGUOUS"),
    "ends_of_two_archives": (ends_of_two_archives, "WORKBOOK_AMBIGUOUS"),
    "name_in_extra_field": (name_in_extra_field, "WORKBOOK_AMBIGUOUS"),
    "other_name": (patched(other_name), "WORKBOOK_AMBIGUOUS"),
    "other_size": (patched(other_size), "WORKBOOK_AMBIGUOUS"),
    "overlapping": (patched(overlapping), "WORKBOOK_AMBIGUOUS"),
    "utf16": (utf16, "WORKBOOK_BROKEN"),
    "missing_sheet": (missing_sheet, "WORKBOOK_BROKEN"),
    "formulas": (formulas, "WORKBOOK_FORMULAS"),
    "empty_file": (empty_file, "WORKBOOK_EMPTY_FILE"),
    "ods_rows_repeated": (ods(ods_row(ods_cell("x"), _REPEATED) * 200), "WORKBOOK_TOO_MANY_ROWS"),
    "ods_row_repeated": (ods(ods_row(ods_cell("x"), _REPEATED)), None),
    "ods_cells_repeated": (ods(ods_row(ods_cell("x", _WIDE)) * 2_000), "WORKBOOK_TOO_WIDE"),
    "ods_wide": (ods(ods_row(ods_cell("x", _WIDE), _REPEATED)), None),
    "ods_beyond_the_last_column": (ods(ods_row(ods_cell("x", _WIDE) * 2)), "WORKBOOK_TOO_WIDE"),
    "ods_spaces": (ods(ods_row(ods_cell('<text:s text:c="1000"/>' * 6_000))), "WORKBOOK_CELL_TOO_LONG"),
    "ods_late_doctype": (
        ods("", prologue="<!--" + "x" * 300_000 + '--><!DOCTYPE d [<!ENTITY a "lol">]>'),
        "WORKBOOK_ENTITIES",
    ),
    "ods_time_overflow": (
        ods(ods_row(f'<table:table-cell office:value-type="time" office:time-value="PT{"9" * 30}H"/>' + ods_cell("x"))),
        None,
    ),
    "ods_long_name": (ods("", name="Л" * 9_000), "WORKBOOK_BROKEN"),
    "ods_cell_within_a_cell": (
        ods(ods_row(f"<table:table-cell>{ods_cell('x')}</table:table-cell>")),
        "WORKBOOK_BROKEN",
    ),
    "csv_one_line_of_delimiters": (text_table((CSV_HEADER, 1), (b";", 50_000_000)), "WORKBOOK_TOO_WIDE"),
    "csv_too_many_fields": (text_table((CSV_HEADER, 1), (b";", 100_000), (b"\n", 1)), "WORKBOOK_TOO_WIDE"),
    "csv_one_record_of_many_lines": (
        text_table((CSV_HEADER, 1), (b'"\n', 1), (b'";"\n', 3_000_000)),
        "WORKBOOK_TOO_WIDE",
    ),
    "csv_without_header": (text_table((b"a\n", 5_000_000)), "WORKBOOK_NO_KNOWN_HEADER"),
    "csv_blank_lines": (text_table((CSV_HEADER, 1), (b"\n", 5_000_000)), "WORKBOOK_TOO_MANY_ROWS"),
    "csv_long_cell": (text_table((CSV_HEADER, 1), (b"x", 40_000), (b"\n", 1)), "WORKBOOK_CELL_TOO_LONG"),
    "csv_open_quote": (text_table((CSV_HEADER, 1), (b'"', 1), (b"x\n", 3_000_000)), "WORKBOOK_CELL_TOO_LONG"),
    "csv_nul": (text_table((CSV_HEADER, 1), (b"x;" * 40_000 + b"\0", 1)), "WORKBOOK_TOO_WIDE"),
}
"""Each ends within bounds of time and memory, and as this says."""
