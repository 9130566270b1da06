"""Workbooks made part by part, for tests: what no library would write, and what any library would."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = ("Центр ЕС ОрВД", "SHR", "DEP", "ARR")
SHR = (
    "(SHR-ZZZZZ\n-ZZZZ0600\n-M0005/M0030 /ZONA MR012345/\n-ZZZZ0200\n-DEP/5530N03710E DEST/5530N03710E DOF/250301 "
    "OPR/ВЫДУМКИН ИВАН +70000000000 REG/0A12345 TYP/BLA RMK/СЪЕМКА SID/7779000001)"
)
DEP = "-TITLE IDEP\n-SID 7779000001\n-ADD 250301\n-ATD 0610\n-ADEP ZZZZ\n-ADEPZ 5530N03710E\n-PAP 0"
ARR = "-TITLE IARR\n-SID 7779000001\n-ADA 250301\n-ATA 0745\n-ADARR ZZZZ\n-ADARRZ 5530N03710E\n-PAP 0"
ROW = ("Московский", SHR, DEP, ARR)

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}.main+xml"/>{sheets}</Types>'
)
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def cell(reference: str, text: str) -> str:
    """Write a text cell."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row(number: int, texts: Sequence[str | None]) -> str:
    """Write a row of text cells from column A on."""
    cells = "".join(cell(f"{chr(65 + column)}{number}", text) for column, text in enumerate(texts) if text)
    return f'<row r="{number}">{cells}</row>'


def table(rows: Iterable[Sequence[str | None]] = (HEADER, ROW)) -> str:
    """Write the rows of a sheet from row 1 on."""
    return "".join(row(number, texts) for number, texts in enumerate(rows, start=1))


def sheet_xml(rows: str, *, prologue: str = '<?xml version="1.0" encoding="UTF-8"?>', tail: str = "") -> str:
    """Write a whole sheet part."""
    return f'{prologue}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'


def parts(
    sheets: Mapping[str, str | bytes], *, kind: str = "sheet", states: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Write the parts of a workbook from its sheets' XML."""
    states = states or {}
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{index}" r:id="rId{index}"'
        + (f' state="{states[name]}"' if name in states else "")
        + "/>"
        for index, name in enumerate(names, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{index}" Type="{RELATION}/worksheet" Target="worksheets/sheet{index}.xml"/>'
        for index in range(1, len(names) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{index}.xml" ContentType="{SHEET_TYPE}"/>'
        for index in range(1, len(names) + 1)
    )
    made = {
        "[Content_Types].xml": CONTENT_TYPES.format(kind=kind, sheets=types),
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relations}</Relationships>",
    }
    content = {name: text.encode() for name, text in made.items()}
    for index, xml in enumerate(sheets.values(), start=1):
        content[f"xl/worksheets/sheet{index}.xml"] = xml if isinstance(xml, bytes) else xml.encode()
    return content


def zipped(path: Path, content: Mapping[str, bytes], *, level: int = 6) -> Path:
    """Pack parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def workbook(path: Path, rows: str | None = None, *, name: str = "Result_1", **options: str) -> Path:
    """Pack a workbook of one sheet."""
    return zipped(path, parts({name: sheet_xml(rows if rows is not None else table(), **options)}))


def streamed(path: Path, content: Mapping[str, bytes], name: str, chunks: Iterator[bytes]) -> Path:
    """Pack parts, one of them written in chunks, so that large parts take no memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in content.items():
            if other != name:
                archive.writestr(other, data)
        with archive.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
    return path


def lying(path: Path, content: Mapping[str, bytes], name: str, shown: bytes, hidden: bytes) -> Path:
    """Pack parts, one of which announces size and checksum of ``shown`` but unpacks to ``shown`` and ``hidden``."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(shown + hidden) + packer.flush()
    zipped(path, {**content, name: shown})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        entry = archive.getinfo(name)
    at = entry.header_offset + 30 + struct.unpack_from("<H", raw, entry.header_offset + 26)[0]
    grown = len(packed) - entry.compress_size
    raw[at : at + entry.compress_size] = packed
    struct.pack_into("<I", raw, entry.header_offset + 18, len(packed))
    _shift_directory(raw, entries, entry, grown, len(packed))
    path.write_bytes(raw)
    return path


def _shift_directory(
    raw: bytearray, entries: list[zipfile.ZipInfo], grown_entry: zipfile.ZipInfo, grown: int, packed: int
) -> None:
    end = raw.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", raw, end + 16)[0] + grown
    struct.pack_into("<I", raw, end + 16, start)
    at = start
    for entry in entries:
        if entry.filename == grown_entry.filename:
            struct.pack_into("<I", raw, at + 20, packed)
        if entry.header_offset > grown_entry.header_offset:
            struct.pack_into("<I", raw, at + 42, entry.header_offset + grown)
        at += 46 + sum(struct.unpack_from("<HHH", raw, at + 28))
