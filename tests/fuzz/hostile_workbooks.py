"""Workbooks made at random by their structure: records of the archive, XML of sheets, strings and styles, ODS, CSV.

A seed gives one file, the same always. Nothing in it is the work of a person; everything is what a reader has to decide
about: where a cell is, what its type promises, how often a row repeats, what a header of the archive says.
"""

import random
import struct
from collections.abc import Callable
from pathlib import Path

from tests.unit.workbooks.hostile import DATES, ods, ods_cell, ods_row
from tests.unit.workbooks.makers import HEADER, MAIN, ROW, parts, sheet_xml, table, zipped

_ADDRESSES = (
    "A1",
    "B3",
    "XFD3",
    "XFE3",
    "M1048576",
    "M1048577",
    "ZZZZ9",
    "b3",
    "B0",
    "B03",
    "3B",
    "",
    "$B$3",
    "B3 ",
    "Б3",
)
_NUMBERS = (
    "0",
    "1",
    "-1",
    "45292.5",
    "2958465.9999999",
    "1e300",
    "-1e300",
    "nan",
    "inf",
    "1_0",
    "0x1",
    "9" * 400,
    " 5 ",
)
_TYPES = ("", "s", "str", "inlineStr", "b", "e", "d", "n", "x")
_TEXTS = (
    "",
    " ",
    "x",
    "_x0000_",
    "_xD800_",
    "&#1;",
    "&amp;",
    "&lol;",
    "x" * 33_000,
    "]]>",
    "SHR",
    "2024-01-01",
    "25:61",
)
_TAGS = ("row", "c", "v", "f", "is", "t", "r", "rPh", "sheetData", "x:c", "x:row", "a", "mergeCell", "si")
_COUNTS = ("0", "1", "2", "9999", "16384", "1048576", "999999999", "-1", "x", "")


def make(path: Path, seed: int) -> Path:
    """Write the file of a seed."""
    source = random.Random(f"workbook {seed}")  # noqa: S311  a repeatable walk
    return source.choice(_KINDS)(source, path)


def _xlsx(source: random.Random, path: Path) -> Path:
    rows = "".join(
        _element(source, 0) if source.random() < 0.3 else _row(source) for _ in range(source.randrange(1, 9))
    )
    sheet = sheet_xml(table() + rows, tail=_merged(source))
    content = parts({source.choice(("Result_1", "", "Л" * 300, "Как исправить", "a&b")): sheet})
    strings = "".join(f"<si><t>{_text(source)}</t></si>" for _ in range(source.randrange(3)))
    content["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'.encode()
    content["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{_styles(source)}</styleSheet>'.encode()
    zipped(path, content, level=source.choice((0, 1, 9)))
    if source.random() < 0.4:
        _spoil_records(source, path)
    return path


def _row(source: random.Random) -> str:
    number = source.choice((None, "3", "9", "3", "1048576", "1048577", "0", "-3", "x", ""))
    address = "" if number is None else f' r="{number}"'
    return f"<row{address}>{''.join(_cell(source) for _ in range(source.randrange(5)))}</row>"


def _cell(source: random.Random) -> str:
    attributes = ""
    if source.random() < 0.7:
        attributes += f' r="{source.choice(_ADDRESSES)}"'
    if source.random() < 0.7:
        attributes += f' t="{source.choice(_TYPES)}"'
    if source.random() < 0.5:
        attributes += f' s="{source.choice(("0", "1", "2", "77", "-1", "x"))}"'
    value = source.choice((*_NUMBERS, *_TEXTS))
    content = source.choice(
        ("", "<v/>", f"<v>{value}</v>", f"<is><t>{value}</t></is>", f"<f>A1</f><v>{value}</v>", "<f>A1</f>", "<is/>")
    )
    return f"<c{attributes}>{content}</c>"


def _element(source: random.Random, depth: int) -> str:
    tag = source.choice(_TAGS)
    inside = "".join(_element(source, depth + 1) for _ in range(source.randrange(3))) if depth < 4 else _text(source)
    return f"<{tag}/>" if source.random() < 0.2 else f"<{tag}>{inside}</{tag}>"


def _text(source: random.Random) -> str:
    return source.choice(_TEXTS)


def _merged(source: random.Random) -> str:
    ranges = (
        source.choice(("A2:A9", "A9:A2", "A0:A0", "ZZZ1:ZZZ9", "A1:A9999999", "x")) for _ in range(source.randrange(4))
    )
    return f"<mergeCells>{''.join(f'<mergeCell ref={chr(34)}{one}{chr(34)}/>' for one in ranges)}</mergeCells>"


def _styles(source: random.Random) -> str:
    formats = ""
    for _ in range(source.randrange(3)):
        number, code = source.choice(("164", "14", "x")), source.choice(("h:mm", "[h]", "0", "[", "yy;@"))
        formats += f'<numFmt numFmtId="{number}" formatCode="{code}"/>'
    kinds = (DATES, "", "<cellXfs><xf/></cellXfs>", DATES.replace("22", "164"))
    return f"<numFmts>{formats}</numFmts>{source.choice(kinds)}"


def _spoil_records(source: random.Random, path: Path) -> None:
    """Write other numbers into the records of the archive."""
    raw = bytearray(path.read_bytes())
    record = source.choice((b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"))
    places = [at for at in range(len(raw) - 46) if raw[at : at + 4] == record]
    if record == b"PK\x05\x06":
        places = [raw.rfind(record)]
    at = source.choice(places) + source.randrange(4, 20 if record == b"PK\x05\x06" else 30)
    if source.random() < 0.5:
        raw[at] = source.randrange(256)
    else:
        struct.pack_into("<H", raw, min(at, len(raw) - 2), source.choice((0, 1, 0xFFFF, 0x7075)))
    path.write_bytes(raw)


def _ods(source: random.Random, path: Path) -> Path:
    def cell() -> str:
        kind = source.choice(("", "float", "date", "time", "boolean", "x"))
        value = source.choice((*_NUMBERS, "2024-02-30", "PT5H", "PT" + "9" * 40 + "H", "true"))
        repeats = f'table:number-columns-repeated="{source.choice(_COUNTS)}"' if source.random() < 0.4 else ""
        typed = (
            f'office:value-type="{kind}" office:{kind or "x"}-value="{value}" office:value="{value}"' if kind else ""
        )
        spaces = f'<text:s text:c="{source.choice(_COUNTS)}"/>' if source.random() < 0.2 else ""
        return ods_cell(source.choice(("", "x", "SHR", "&amp;")) + spaces, f"{typed} {repeats}")

    def row() -> str:
        repeats = f'table:number-rows-repeated="{source.choice(_COUNTS)}"' if source.random() < 0.4 else ""
        return ods_row("".join(cell() for _ in range(source.randrange(6))), repeats)

    return ods("".join(row() for _ in range(source.randrange(8))))(path)


def _csv(source: random.Random, path: Path) -> Path:
    delimiter = source.choice(";,\t|")
    header = delimiter.join(HEADER)
    pieces = (delimiter, "\n", "\r", "\r\n", '"', '""', "\0", "x", "я", " ", ROW[1], "9" * 40_000, delimiter * 20_000)
    body = "".join(source.choice(pieces) for _ in range(source.randrange(40)))
    encoding = source.choice(("utf-8", "utf-8-sig", "cp1251", "utf-16"))
    path.write_bytes(f"{header}\n{body}".encode(encoding))
    return path


_KINDS: tuple[Callable[[random.Random, Path], Path], ...] = (_xlsx, _xlsx, _xlsx, _ods, _csv)
