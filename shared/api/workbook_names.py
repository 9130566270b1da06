"""Which files may be announced, judged by name and announced type; the workbook's own guard judges the bytes."""

import unicodedata

from shared.api.problems import UnprocessableInput, UnsupportedFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"

_STORED_AS = {".xlsx": XLSX, ".ods": ODS, ".csv": CSV}
_UNKNOWN = frozenset({"", "application/octet-stream"})
# What browsers and systems call a CSV file; Windows with Excel says it is Excel's.
_ANNOUNCED_AS = {
    ".xlsx": _UNKNOWN | {XLSX},
    ".ods": _UNKNOWN | {ODS},
    ".csv": _UNKNOWN | {CSV, "application/csv", "application/vnd.ms-excel", "text/plain"},
}
_ADVICE = {
    ".xls": "Это книга старого вида. Откройте её в Excel и сохраните как .xlsx.",
    ".xlsb": "Это двоичная книга. Откройте её в Excel и сохраните как .xlsx.",
    ".xlsm": "Это книга с макросами. Сохраните её как обычную книгу Excel (.xlsx).",
}


def checked(file_name: str, content_type: str) -> tuple[str, str]:
    """Give the name to show and the type to sign.

    The object's key ends in ``.xlsx`` whatever the file is, for the trigger listens to one ending; its reader looks at
    the bytes. A browser that does not know the type announces none or ``application/octet-stream``.

    Raises:
        UnprocessableInput: ``FILE_NAME_INVALID``.
        UnsupportedFile: ``UPLOAD_EXTENSION_UNSUPPORTED`` or ``UPLOAD_TYPE_UNSUPPORTED``.
    """
    name = unicodedata.normalize("NFC", file_name).strip()
    strange = any(unicodedata.category(sign).startswith("C") or sign in '/\\"<>|:*?' for sign in name)
    if strange or name.startswith("."):
        raise UnprocessableInput("FILE_NAME_INVALID", "В имени файла есть недопустимые символы. Переименуйте файл.")
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if extension not in _STORED_AS:
        advice = _ADVICE.get(extension, "Принимаются книги Excel (.xlsx), а также .ods и .csv.")
        raise UnsupportedFile("UPLOAD_EXTENSION_UNSUPPORTED", advice)
    if content_type.partition(";")[0].strip().lower() not in _ANNOUNCED_AS[extension]:
        raise UnsupportedFile("UPLOAD_TYPE_UNSUPPORTED", "Тип файла не сходится с его расширением.")
    return name, _STORED_AS[extension]
