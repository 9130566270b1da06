"""Which files may be announced, judged by name and announced type; the workbook's own guard judges the bytes."""

import unicodedata

from shared.api.problems import UnprocessableInput, UnsupportedFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The type that every workbook is stored under."""

_TYPES = frozenset({"", "application/octet-stream", XLSX})
_ADVICE = {
    ".xls": "Это книга старого вида. Откройте её в Excel и сохраните как .xlsx.",
    ".xlsb": "Это двоичная книга. Откройте её в Excel и сохраните как .xlsx.",
    ".xlsm": "Это книга с макросами. Сохраните её как обычную книгу Excel (.xlsx).",
}


def checked(file_name: str, content_type: str) -> tuple[str, str]:
    """Give the name to show and the type to sign.

    A browser that does not know the type announces none or ``application/octet-stream``.

    Raises:
        UnprocessableInput: ``FILE_NAME_INVALID``.
        UnsupportedFile: ``UPLOAD_EXTENSION_UNSUPPORTED`` or ``UPLOAD_TYPE_UNSUPPORTED``.
    """
    name = unicodedata.normalize("NFC", file_name).strip()
    strange = any(unicodedata.category(sign).startswith("C") or sign in '/\\"<>|:*?' for sign in name)
    if strange or name.startswith("."):
        raise UnprocessableInput("FILE_NAME_INVALID", "В имени файла есть недопустимые символы. Переименуйте файл.")
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if extension != ".xlsx":
        advice = _ADVICE.get(extension, "Принимаются книги Excel с расширением .xlsx.")
        raise UnsupportedFile("UPLOAD_EXTENSION_UNSUPPORTED", advice)
    if content_type.partition(";")[0].strip().lower() not in _TYPES:
        raise UnsupportedFile("UPLOAD_TYPE_UNSUPPORTED", "Тип файла не похож на книгу Excel (.xlsx).")
    return name, XLSX
