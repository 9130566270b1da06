"""One fuzzed workbook: whatever the bytes, it is read, or refused with a code, and nothing else happens.

The first byte chooses what the rest is: a whole file, a sheet's XML, its rows, another part, an OpenDocument, a cell.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from shared.errors import WorkbookError
from shared.telegrams.redaction import redact
from shared.workbooks.reader import WorkbookReader
from shared.workbooks.refusals import REFUSALS, Limits
from tests.unit.workbooks.makers import parts, sheet_xml, table, zipped

_PHONE = re.compile("[0-9]{11}")
LIMITS = Limits(rows=2_000_000)
_FOLDER = tempfile.TemporaryDirectory(prefix="fuzz-workbooks-")
_PATH = Path(_FOLDER.name) / "workbook"


def fuzz_one(data: bytes) -> None:
    """Feed one input; an AssertionError or any exception but WorkbookError is a find."""
    if not data:
        return
    kind, rest = data[0] % len(_MAKERS), data[1:]
    if kind == len(_MAKERS) - 1:
        shown = redact(rest.decode("utf-8", "replace"))
        # Eleven digits in a row are a phone; nothing that is needed has more than ten.
        assert not _PHONE.search(shown)
        return
    _MAKERS[kind](rest)
    try:
        last: dict[str, int] = {}
        for row in WorkbookReader(_PATH, LIMITS).rows():
            assert row.number > last.get(row.sheet, 0)
            last[row.sheet] = row.number
    except WorkbookError as error:
        if error.code not in REFUSALS:
            raise AssertionError(error.code) from error


def _raw(data: bytes) -> None:
    _PATH.write_bytes(data)


def _sheet(data: bytes) -> None:
    zipped(_PATH, parts({"Result_1": data}), level=1)


def _rows(data: bytes) -> None:
    rows = data.decode("utf-8", "replace")
    zipped(_PATH, parts({"Result_1": sheet_xml(table() + rows)}), level=1)


def _part(data: bytes) -> None:
    names = (
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "[Content_Types].xml",
    )
    name = names[data[0] % len(names)] if data else names[0]
    zipped(_PATH, parts({"Result_1": sheet_xml(table())}) | {name: data[1:]}, level=1)


def _ods(data: bytes) -> None:
    with zipfile.ZipFile(_PATH, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", data)


_MAKERS: tuple[Callable[[bytes], None], ...] = (_raw, _sheet, _rows, _part, _ods, _raw)
