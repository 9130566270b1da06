"""The workbook of corrections: the rejected rows in their own layout, with what is wrong and what to do beside each.

Sheets, headers and columns stand as in the source file, so that the corrected workbook can be sent again as it is. What
nobody needs to correct a row, people above all, is withheld (see ``kept_text``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from shared.workbooks.cells import Cells, moment, text
from shared.workbooks.kept_text import redact_field
from shared.workbooks.layouts import MOMENTS, LayoutKind
from shared.workbooks.protocol import SheetColumns
from shared.workbooks.reader import GUIDE_SHEET, RejectPosition, TableRegion, find_header
from shared.workbooks.sources import Source

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Explain = Callable[[str], tuple[str, str]]
"""From a code to what is wrong and what to do, both Russian."""

ADDED_HEADERS: Final = ("Код", "Что не так", "Как исправить", "Лист и строка в исходном файле")
_ADDED_WIDTHS: Final = (24, 48, 60, 32)
_WIDTHS: Final = {"center": 22, "shr": 64, "dep": 36, "arr": 36}
_OTHER_WIDTH: Final = 18
_LONGEST_CELL: Final = 32_767
_WIDEST: Final = 16_384 - len(ADDED_HEADERS)
_LONGEST_SHEET_NAME: Final = 31
_GUIDE: Final = (
    "Здесь строки, которые не удалось прочитать, на тех же листах и в тех же столбцах, что в исходном файле.",
    "1. Справа от каждой строки написано, что не так и как исправить; там же лист и номер строки исходного файла.",
    "2. Имена, телефоны и примечания сюда не переносятся: вместо них стоит «…». Они не нужны, дописывать их не надо.",
    "3. Если в ячейке «см. исходный файл», скопируйте её из исходного файла и исправьте.",
    "4. Исправьте строки, которые можно исправить; остальные удалите. Заголовки и порядок столбцов не меняйте.",
    "5. Сохраните книгу и загрузите её так же, как исходную: исправленные рейсы добавятся к уже загруженным.",
    "Столбцы справа и этот лист при загрузке не читаются.",
)


def write_rejects(
    source: Path,
    rejects: Iterable[RejectPosition],
    out: Path,
    *,
    explain: Explain | None = None,
    columns: Iterable[SheetColumns] = (),
) -> None:
    """Write the corrections of a source file that was read before, with the same ``columns``.

    ``explain`` gives a code's sentences; by default they come from ``shared.problems``. Raises:
        WorkbookError: the source cannot be read.
    """
    codes: dict[str, dict[int, str]] = defaultdict(dict)
    for reject in rejects:
        codes[reject.sheet][reject.number] = reject.code
    by_sheet = {each.sheet: each for each in columns}
    with Corrections(out, explain) as corrections, Source(source) as opened:
        for sheet in opened.sheets():
            region = find_header(sheet, by_sheet.get(sheet.name)) if sheet.name in codes else None
            if isinstance(region, TableRegion):
                of_sheet = codes[sheet.name]
                for number, cells in region.rows:
                    if number in of_sheet:
                        corrections.add(region, number, cells, of_sheet[number])


def _explain(code: str) -> tuple[str, str]:
    from shared.problems import PROBLEMS

    problem = PROBLEMS[code]
    return problem.meaning, problem.mend


class Corrections:
    """The workbook of corrections while rejected rows come, a sheet's rows in their order and one after the other.

    There is no file before the first of them. Leaving it writes the file.
    """

    def __init__(self, out: Path, explain: Explain | None = None) -> None:
        """Begin; ``explain`` as for ``write_rejects``."""
        self._out = out
        self._explain = explain or _explain
        self._book: _Book | None = None

    def __enter__(self) -> Self:
        """Give the workbook itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Write the file, if there is anything to write."""
        self.close()

    def add(self, region: TableRegion, number: int, cells: Cells, code: str) -> None:
        """Write a rejected row of a sheet, the one with this number in Excel, and what is wrong with it."""
        if self._book is None:
            self._book = _Book(self._out)
        self._book.row(region, number, cells, (code, *self._explain(code)))

    def close(self) -> None:
        """Write the file, if there is anything to write."""
        if self._book is not None:
            self._book.close()


class _Book:
    """The file: each sheet's rejected rows under its own header, in the header's own row."""

    def __init__(self, out: Path) -> None:
        import xlsxwriter  # here because only a load with rejects needs it

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Workbook = xlsxwriter.Workbook(str(out), options)
        book = self._book
        self._region: TableRegion | None = None
        self._sheet: Worksheet
        self._fields: dict[int, str] = {}
        self._width = self._at = 0
        # Text format: in a cell of it Excel takes a correction such as -TITLE IDEP for text, not for a formula.
        self._cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self._note = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF4CE"})
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
        self._header = book.add_format(head | {"bg_color": "#D9E2F3"})
        self._note_header = book.add_format(head | {"bg_color": "#FFE08A"})
        self._names: set[str] = set()

    def row(self, region: TableRegion, number: int, cells: Cells, notes: tuple[str, str, str]) -> None:
        if region is not self._region:
            self._begin(region)
        self._at += 1
        for column, shown in _shown(cells, self._fields, region.layout.kind):
            if column < self._width:
                self._sheet.write_string(self._at, column, shown[:_LONGEST_CELL], self._cell)
        for column, note in enumerate((*notes, f"{region.sheet.name}, строка {number}"), start=self._width):
            self._sheet.write_string(self._at, column, note, self._note)

    def close(self) -> None:
        self._guide()
        self._book.close()

    def _begin(self, region: TableRegion) -> None:
        layout = region.layout
        self._region, self._fields = region, {column: field for field, column in layout.columns}
        self._sheet = sheet = self._book.add_worksheet(self._free_name(region.sheet.name))
        self._width = width = min(max(layout.header) + 1, _WIDEST)
        self._at = at = max(region.header_row - 1, 0)
        self._widths(sheet, self._fields, width)
        for column in range(width):
            sheet.write_string(at, column, layout.header.get(column, ""), self._header)
        for column, title in enumerate(ADDED_HEADERS, start=width):
            sheet.write_string(at, column, title, self._note_header)
        sheet.freeze_panes(at + 1, 0)

    def _guide(self) -> None:
        """Write the sheet of instructions; readers pass it over by its name."""
        sheet = self._book.add_worksheet(GUIDE_SHEET)
        sheet.set_column(0, 0, 110)
        for row, line in enumerate(_GUIDE):
            sheet.write_string(row, 0, line, self._cell)

    def _widths(self, sheet: "Worksheet", fields: dict[int, str], width: int) -> None:
        sheet.set_column(0, width - 1, _OTHER_WIDTH)
        for column, field in fields.items():
            sheet.set_column(column, column, _WIDTHS.get(field, _OTHER_WIDTH))
        for column, added in enumerate(_ADDED_WIDTHS, start=width):
            sheet.set_column(column, column, added)

    def _free_name(self, name: str) -> str:
        shown = "".join("_" if letter in "[]:*?/\\'" else letter for letter in name)[:_LONGEST_SHEET_NAME] or "Лист"
        number = 1
        while shown.casefold() in self._names:
            number += 1
            shown = f"{shown[:27]} {number}"
        self._names.add(shown.casefold())
        return shown


def _shown(cells: Cells, fields: dict[int, str], kind: LayoutKind) -> Iterator[tuple[int, str]]:
    for column, cell in sorted(cells.items()):
        field = fields.get(column)
        written = moment(cell, timed=field != "date") if field in MOMENTS else text(cell)
        if written is not None:
            yield column, redact_field(field, written, kind)
