"""What the small parts of an xlsx say: which sheets there are, in which order, in which part each lies."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from shared.workbooks.archive import Archive
from shared.workbooks.refusals import refuse

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedstrings.xml"
_SMALL_PART = 4 * 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it; ``part`` is its casefolded name in the archive."""

    name: str
    part: str
    hidden: bool


def sheet_parts(archive: Archive) -> list[SheetPart]:
    """List the workbook's sheets in their order.

    Raises:
        WorkbookError: the list is missing, damaged, or names a part that is not there.
    """
    if WORKBOOK not in archive.parts or RELATIONS not in archive.parts:
        raise refuse("WORKBOOK_NOT_XLSX")
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for tag, attributes in _elements(archive, RELATIONS)
        if tag == "Relationship"
    }
    found = []
    for tag, attributes in _elements(archive, WORKBOOK):
        if tag != "sheet":
            continue
        relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
        part = _resolve(targets.get(relation, ""))
        if part not in archive.parts:
            raise refuse("WORKBOOK_BROKEN", what="в книге назван лист, которого в ней нет")
        found.append(SheetPart(attributes.get("name", ""), part, attributes.get("state", "visible") != "visible"))
    if len({sheet.name for sheet in found}) != len(found) or len({sheet.part for sheet in found}) != len(found):
        raise refuse("WORKBOOK_BROKEN", what="один лист назван дважды")
    return found


def check_prologue(start: bytes) -> None:
    """Refuse XML that is not UTF-8 or declares entities; ``start`` is the first piece of a part."""
    text = start.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text and not text.startswith(b"<"):
        raise refuse("WORKBOOK_BROKEN", what="внутри не XML в кодировке UTF-8")
    # After the root element a DOCTYPE is no longer well-formed, and readers do not obey it.
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise refuse("WORKBOOK_ENTITIES")


def _resolve(target: str) -> str:
    path = target.replace("\\", "/")
    absolute = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join("xl", path))
    return absolute.casefold()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _elements(archive: Archive, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    content = archive.read(part, _SMALL_PART)
    check_prologue(content)
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((_local(tag), attributes))
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise refuse("WORKBOOK_BROKEN", what=f"часть «{part}» не читается") from error
    return iter(found)
