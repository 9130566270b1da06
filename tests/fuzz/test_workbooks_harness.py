"""The workbook layer bears mutated files: a short, repeatable run of what ``scripts/fuzz.py`` does at length."""

import random
from pathlib import Path

import pytest

from tests.fuzz.workbooks_harness import fuzz_one
from tests.unit.workbooks.makers import HEADER, ROW, SHR, sheet_xml, table, workbook

ODS = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="A">'
    "<table:table-row>"
    '<table:table-cell table:number-columns-repeated="2"><text:p>SHR</text:p></table:table-cell></table:table-row>'
    "</table:table></office:document-content>"
)
ROWS = '<row r="3"><c r="B3" t="s"><v>0</v></c><c r="AB3" s="1"><f>A1</f><v>1</v></c><c><v>2</v></c></row>'
CSV = ";".join(HEADER) + "\r\n" + ";".join(f'"{text}"' for text in ROW)
CORPUS = Path(__file__).parent / "corpus" / "workbooks"
SEEDS = {
    "raw": b"\x00PK\x03\x04",
    "sheet": b"\x01" + sheet_xml(table()).encode(),
    "rows": b"\x02" + ROWS.encode(),
    "part": b"\x03\x00" + b'<workbook><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>',
    "ods": b"\x04" + ODS.encode(),
    "csv": b"\x00" + CSV.encode(),
    "telegram": b"\x05" + SHR.encode(),
}


def seeds(folder: Path) -> dict[str, bytes]:
    """Give one small input of every kind; they are the beginning of the corpus."""
    return SEEDS | {"workbook": b"\x00" + workbook(folder / "seed.xlsx").read_bytes()}


def mutated(source: random.Random, data: bytes) -> bytes:
    """Turn, cut, repeat or insert some bytes; the first one, which chooses the kind, stays."""
    changed = bytearray(data)
    for _ in range(source.randrange(1, 6)):
        at = source.randrange(1, len(changed)) if len(changed) > 1 else 0
        match source.randrange(4):
            case 0:
                changed[at:at] = source.choice(
                    (b"<c>", b"\x00", b"<", b'r="XFD9"', b"</c>", b"\xff\xfe", b"&#0;", b"1048576")
                )
            case 1:
                del changed[at : at + source.randrange(1, 9)]
            case 2:
                changed[at:at] = changed[at : at + source.randrange(1, 40)]
            case _:
                changed[at : at + 1] = bytes([source.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("name", [*SEEDS, "workbook"])
def test_mutated_inputs_are_read_or_refused(name: str, tmp_path: Path) -> None:
    source = random.Random(f"fuzz {name}")  # noqa: S311  a repeatable walk
    seed = seeds(tmp_path)[name]
    fuzz_one(seed)
    for _ in range(250):
        fuzz_one(mutated(source, seed))


@pytest.mark.parametrize("kept", sorted(CORPUS.iterdir()), ids=lambda kept: kept.name)
def test_kept_inputs_are_read_or_refused(kept: Path) -> None:
    fuzz_one(kept.read_bytes())
