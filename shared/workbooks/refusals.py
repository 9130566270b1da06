"""How big a workbook may be, and every reason for which one is refused: a stable code and the sentence a person reads.

``{…}`` in a sentence is filled from names of sheets and parts, addresses, counts and limits. Never from the text of a
cell, never from the name of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.errors import WorkbookError
from shared.workbooks.protocol import SheetHeadings

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one workbook, all of them in sum over its sheets; the defaults let two full sheets of Excel through."""

    parts: int = 2_000
    """Entries of the zip archive."""
    directory_bytes: int = 1 * MIB
    """Size of the archive's directory, which is parsed whole."""
    unpacked_bytes: int = 1_280 * MIB
    """All parts together, as announced and as they unpack."""
    ratio: int = 100
    """Unpacked to packed size of a part, and of all parts together (Excel's own files stay under 40)."""
    ratio_from_bytes: int = 4 * MIB
    """What is smaller than this, unpacked, may have any ratio."""
    tags: int = 400_000
    """Tags of XML that any file may have."""
    tags_per_packed_byte: int = 3
    """Further tags, by the packed size of their parts: the smallest cells of Excel take half a byte a tag."""
    token_bytes: int = 512 * 1024
    """One tag, comment or text of XML: 32,767 characters, each at worst a numeric entity of eight bytes."""
    cell_characters: int = 32_767
    """What a cell of Excel can hold."""
    sheets: int = 100
    sheet_name: int = 255
    """Characters of a sheet's name; Excel itself allows 31."""
    merged: int = 100_000
    """Ranges of cells merged over several rows."""
    rows: int = 2_200_000
    """Rows of all sheets, blank ones between filled ones too."""
    repeated_rows: int = 10_000
    """Filled rows that an OpenDocument file has by ``number-rows-repeated`` alone."""
    repeated_cells: int = 100_000
    """Filled cells that an OpenDocument file has by ``number-columns-repeated`` alone."""
    line_characters: int = 4 * MIB
    """One record of a CSV, however many lines it has."""


DEFAULT: Final = Limits()

REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "WORKBOOK_EMPTY_FILE": "Файл пуст (0 байт). Загрузите книгу ещё раз.",
        "WORKBOOK_NOT_XLSX": "Это не книга Excel. Нужен файл .xlsx (подойдут и .ods, .csv).",
        "WORKBOOK_TRUNCATED": "Файл обрывается: он скачан или загружен не до конца. Загрузите его ещё раз.",
        "WORKBOOK_BROKEN": "Файл повреждён: {what}. Откройте его в Excel, сохраните заново и загрузите ещё раз.",
        "WORKBOOK_ENCRYPTED": "Книга закрыта паролем. Снимите пароль в Excel (Файл → Сведения) и загрузите снова.",
        "WORKBOOK_MACRO": "В книге есть макросы. Сохраните её как обычную книгу Excel (.xlsx) и загрузите снова.",
        "WORKBOOK_XLS": "Это книга старого вида (.xls). Откройте её в Excel, сохраните как .xlsx и загрузите снова.",
        "WORKBOOK_XLSB": "Это двоичная книга (.xlsb). Откройте её в Excel, сохраните как .xlsx и загрузите снова.",
        "WORKBOOK_ENTITIES": "В книге объявлены сущности XML: Excel таких не пишет. Сохраните её заново в Excel.",
        "WORKBOOK_AMBIGUOUS": (
            "Архив книги можно прочитать по-разному: {what}. Откройте её в Excel, сохраните заново и загрузите ещё раз."
        ),
        "WORKBOOK_ZIP_BOMB": (
            "Файл сжат неправдоподобно сильно, распаковывать его опасно. Сохраните книгу заново в Excel."
        ),
        "WORKBOOK_TOO_BIG": "Книга слишком велика: без сжатия больше {limit_mib} МиБ. Разделите её на несколько.",
        "WORKBOOK_TOO_MANY_SHEETS": "В книге {sheets} листов, читается не больше {limit}. Удалите лишние.",
        "WORKBOOK_TOO_MANY_ROWS": "В книге больше {limit} строк, считая пустые. Удалите лишние или разделите книгу.",
        "WORKBOOK_TOO_MANY_MERGED": (
            "В книге больше {limit} объединённых ячеек. Отмените объединение и загрузите книгу снова."
        ),
        "WORKBOOK_TOO_WIDE": (
            "На листе «{sheet}» есть строка шире листа Excel (16 384 столбца) или длиннее, чем читается за раз. "
            "Удалите лишние столбцы."
        ),
        "WORKBOOK_CELL_TOO_LONG": (
            "На листе «{sheet}» есть ячейка длиннее, чем допускает Excel (32 767 знаков). Сократите её."
        ),
        "WORKBOOK_FORMULAS": (
            "На листе «{sheet}» есть формулы без посчитанных значений (ячейка {cell}). "
            "Откройте книгу в Excel, дайте ей пересчитаться и сохраните."
        ),
        "WORKBOOK_DUPLICATE_HEADERS": (
            "На листе «{sheet}» у двух столбцов один смысл (заголовок «{header}»): непонятно, какой из них читать. "
            "Оставьте один."
        ),
        "WORKBOOK_NO_KNOWN_HEADER": (
            "Ни на одном листе нет известных заголовков (SHR, DEP, ARR, Дата, Рейс, Место вылета и т. п.). "
            "Проверьте, что строка заголовков не удалена."
        ),
        "WORKBOOK_EMPTY": "В книге нет ни одной строки данных.",
        "WORKBOOK_TOO_LARGE": (
            "Книге не хватило памяти, отведённой на чтение. Разделите её на несколько или сохраните заново в Excel."
        ),
        "WORKBOOK_TOO_SLOW": (
            "Книга не прочиталась за отведённое время. Разделите её на несколько или сохраните заново в Excel."
        ),
        "WORKBOOK_UNREADABLE": (
            "Книга не читается: чтение оборвалось. Откройте её в Excel, сохраните заново и загрузите ещё раз."
        ),
    }
)


class UnknownHeaders(WorkbookError):
    """``WORKBOOK_NO_KNOWN_HEADER``; ``headings`` say what stands there instead, for the sender to name the columns."""

    def __init__(self, headings: tuple[SheetHeadings, ...]) -> None:
        super().__init__("WORKBOOK_NO_KNOWN_HEADER", REFUSALS["WORKBOOK_NO_KNOWN_HEADER"])
        self.headings = headings


def refuse(code: str, **facts: object) -> WorkbookError:
    """Make the error of a refused workbook from its code and the facts of its sentence."""
    return WorkbookError(code, REFUSALS[code].format(**facts))
