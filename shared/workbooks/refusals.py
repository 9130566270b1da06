"""Every reason for which a workbook is refused: a stable code and the sentence a person reads.

``{…}`` is filled from what the guard saw: names of sheets and headers, counts, limits. Never the text of a cell.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.errors import WorkbookError

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
        "WORKBOOK_ZIP_BOMB": (
            "Файл сжат неправдоподобно сильно (часть «{part}»), распаковывать его опасно. "
            "Сохраните книгу заново в Excel."
        ),
        "WORKBOOK_TOO_BIG": "Книга слишком велика: без сжатия больше {limit_mib} МиБ. Разделите её на несколько.",
        "WORKBOOK_TOO_MANY_SHEETS": "В книге {sheets} листов, читается не больше {limit}. Удалите лишние.",
        "WORKBOOK_TOO_MANY_ROWS": "В книге больше {limit} строк, считая пустые. Удалите лишние или разделите книгу.",
        "WORKBOOK_CELL_TOO_LONG": (
            "В части «{part}» есть ячейка длиннее, чем допускает Excel (32 767 знаков). Сократите её."
        ),
        "WORKBOOK_STRAY_CELL": (
            "На листе «{sheet}» есть значение далеко за таблицей (ячейка {cell}). Удалите лишние строки и столбцы."
        ),
        "WORKBOOK_TOO_WIDE": (
            "На листе «{sheet}» {rows} строк по {columns} столбцов: столько за раз не прочитать. Разделите его."
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
    }
)


def refuse(code: str, **facts: object) -> WorkbookError:
    """Make the error of a refused workbook from its code and the facts of its sentence."""
    return WorkbookError(code, REFUSALS[code].format(**facts))
