"""Workbooks of Excel: which sheets there are and what stands around their cells, styles and shared strings.

Nothing is kept but the shared strings and one row at a time; the cells are read in ``xlsx_sheet``.
"""

import posixpath
import re
from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

from shared.workbooks.archive import Archive
from shared.workbooks.cells import Sheet
from shared.workbooks.markup import StartElement, XmlPart, local_name
from shared.workbooks.refusals import DEFAULT, MIB, Limits, refuse
from shared.workbooks.xlsx_sheet import Formats, SheetParser, survey_sheet

WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedstrings.xml"
_STYLES: Final = "xl/styles.xml"
_SMALL_PART: Final = 4 * MIB
_MOST_STYLES: Final = 70_000

_DATES_BUILT_IN: Final = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
_DURATIONS_BUILT_IN: Final = frozenset({45, 46, 47})
_NOT_PLACEHOLDERS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]')
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\[[^\]]*\]")


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it; ``part`` is its casefolded name in the archive."""

    name: str
    part: str
    hidden: bool


def open_xlsx(archive: Archive, limits: Limits = DEFAULT) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in their order.

    The rows of a sheet must be gone through before the next sheet is asked for. Raises:
        WorkbookError: the workbook, or the sheet that was asked for, cannot be read.
    """
    sheets, since_1904 = _listed(archive, limits)
    merged = [survey_sheet(archive, sheet.part, limits) for sheet in sheets]
    if sum(map(len, merged)) > limits.merged:
        raise refuse("WORKBOOK_TOO_MANY_MERGED", limit=limits.merged)
    archive.bytes_to_read = sum(archive.parts[sheet.part].file_size for sheet in sheets)
    formats = Formats(_formats(archive), since_1904)
    strings = _shared_strings(archive)
    for sheet, ranges in zip(sheets, merged, strict=True):
        rows = SheetParser(sheet.name, strings, formats, limits).rows(archive.chunks(sheet.part))
        yield Sheet(sheet.name, sheet.hidden, rows, ranges)


def _listed(archive: Archive, limits: Limits) -> tuple[list[SheetPart], bool]:
    """List the worksheets, and tell whether days are counted from 1904."""
    targets: dict[str, tuple[str, str]] = {}
    listed: list[dict[str, str]] = []
    since_1904 = False

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == "Relationship":
            targets[attributes.get("Id", "")] = (attributes.get("Type", ""), attributes.get("Target", ""))

    def element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        name = local_name(tag)
        if name == "sheet":
            listed.append({local_name(key): value for key, value in attributes.items()})
        elif name == "workbookPr":
            since_1904 = attributes.get("date1904") in ("1", "true")

    _parse_small(archive, _RELATIONS, relation)
    _parse_small(archive, WORKBOOK, element)
    if len(listed) > limits.sheets:
        raise refuse("WORKBOOK_TOO_MANY_SHEETS", sheets=len(listed), limit=limits.sheets)
    sheets = []
    for attributes in listed:
        kind, target = targets.get(attributes.get("id", ""), ("", ""))
        name, part = attributes.get("name", ""), _resolve(target)
        if len(name) > limits.sheet_name:
            raise refuse("WORKBOOK_BROKEN", what=f"имя листа длиннее {limits.sheet_name} знаков")
        if part not in archive.parts:
            raise refuse("WORKBOOK_BROKEN", what="в книге назван лист, которого в ней нет")
        if not kind.endswith(("/chartsheet", "/dialogsheet", "/xlMacrosheet")):
            sheets.append(SheetPart(name, part, attributes.get("state", "visible") != "visible"))
    if len({sheet.name for sheet in sheets}) != len(sheets) or len({sheet.part for sheet in sheets}) != len(sheets):
        raise refuse("WORKBOOK_BROKEN", what="один лист назван дважды")
    return sheets, since_1904


def _parse_small(archive: Archive, part: str, start: StartElement) -> None:
    if part not in archive.parts:
        raise refuse("WORKBOOK_BROKEN", what="в книге нет списка листов")
    if archive.parts[part].file_size > _SMALL_PART:
        raise refuse("WORKBOOK_BROKEN", what="список листов неправдоподобно велик")
    markup = XmlPart()
    markup.parser.StartElementHandler = start
    for _ in markup.parse(archive.survey(part)):
        pass


def _resolve(target: str) -> str:
    path = target.replace("\\", "/")
    absolute = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join("xl", path))
    return absolute.casefold()


def _formats(archive: Archive) -> dict[str, str]:
    """Tell which styles of cells make a number a moment or a duration."""
    if _STYLES not in archive.parts:
        return {}
    codes: dict[str, str] = {}
    numbers: list[str] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = local_name(tag)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:256]
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            numbers.append(attributes.get("numFmtId", "0"))
        if len(codes) > _MOST_STYLES or len(numbers) > _MOST_STYLES:
            raise refuse("WORKBOOK_BROKEN", what="стилей больше, чем бывает в Excel")

    def end(tag: str) -> None:
        nonlocal inside
        if local_name(tag) == "cellXfs":
            inside = False

    markup = XmlPart()
    markup.parser.StartElementHandler, markup.parser.EndElementHandler = start, end
    for _ in markup.parse(archive.survey(_STYLES)):
        pass
    kinds = {number: _kind_of(number, codes.get(number)) for number in set(numbers)}
    return {str(style): kind for style, number in enumerate(numbers) if (kind := kinds[number])}


def _kind_of(number: str, code: str | None) -> str:
    """Tell what a number format shows: ``d`` a moment, ``h`` a duration, nothing otherwise."""
    if code is None:
        built_in = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        return "d" if built_in in _DATES_BUILT_IN else "h" if built_in in _DURATIONS_BUILT_IN else ""
    shown = _NOT_PLACEHOLDERS.sub("", code.partition(";")[0])
    if _ELAPSED.search(shown):
        return "h"
    shown = _IN_BRACKETS.sub("", shown)
    return "d" if shown.lower() != "general" and any(letter in "dmyhsDMYHS" for letter in shown) else ""


class SharedStrings:
    """The texts that cells name by number, packed: a string of Python each would take twice the room."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("Q", [0])

    def __getitem__(self, number: int) -> str:
        """Give the text with this number, from 0."""
        if number < 0:
            raise IndexError(number)
        return self._packed[self._ends[number] : self._ends[number + 1]].decode()

    def append(self, text: str) -> None:
        """Put the next text behind the others."""
        self._packed += text.encode()
        self._ends.append(len(self._packed))


def _shared_strings(archive: Archive) -> SharedStrings:
    strings = SharedStrings()
    if _STRINGS not in archive.parts:
        return strings
    markup = XmlPart()
    parser = markup.parser
    pieces: list[str] = []
    in_phonetics = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal in_phonetics
        name = local_name(tag)
        if name == "t":
            parser.CharacterDataHandler = None if in_phonetics else pieces.append
        elif name == "rPh":
            in_phonetics = True
        elif name != "si":
            markup.enter()

    def end(tag: str) -> None:
        nonlocal in_phonetics
        name = local_name(tag)
        if name == "t":
            parser.CharacterDataHandler = None
        elif name == "si":
            strings.append("".join(pieces))
            pieces.clear()
        elif name == "rPh":
            in_phonetics = False
        else:
            markup.leave()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    for _ in markup.parse(archive.survey(_STRINGS)):
        if sum(map(len, pieces)) > DEFAULT.token_bytes:
            raise refuse("WORKBOOK_CELL_TOO_LONG", sheet="общие строки")
    return strings
