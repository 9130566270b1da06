"""Names in workbooks: which files may be announced, and what a caller sees of names.

A file is judged by its name and announced type; whoever reads it judges the bytes. Files and sheets are named by
people, and at times after people: "Иванов +7... .xlsx". Whoever sent a workbook and administrators see its names as
they are; everybody else sees labels that say which one is meant and nothing more.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from shared.api.problem_details import UnprocessableInput, UnsupportedFile
from shared.auth.principals import Principal, Role

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
_QUOTED = re.compile(r"«.*»", re.DOTALL)
"""From the first quotation mark to the last: a name may hold such marks itself."""


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


def sees_names(principal: Principal, upload: Mapping[str, Any] | Any) -> bool:
    """Tell whether the caller sent this upload (a row with ``announced_by``) or is an administrator."""
    return principal.may(Role.ADMINISTRATOR) or upload["announced_by"] == principal.subject


def file_label(upload_id: object, file_name: str) -> str:
    """Name a file by the end of its upload's id; only a known extension of its own name stays."""
    extension = next((each for each in _STORED_AS if file_name.lower().endswith(each)), "")
    return f"Книга {str(upload_id)[-6:]}{extension}"


def sheet_label(position: int) -> str:
    """Name a sheet by its place, from 0, among the sheets of which something is told."""
    return f"Лист № {position + 1}"


def without_names(sentence: str) -> str:
    """Take what a workbook's sentence quotes out of it: names of sheets, headers and parts."""
    return _QUOTED.sub("«…»", sentence)


def sheet_labels(rejecting: Sequence[str], unread: Sequence[str]) -> dict[str, str]:
    """Label every sheet of a load: those with rejected rows in the order of their names, then those not read at all."""
    return {name: sheet_label(place) for place, name in enumerate(dict.fromkeys([*rejecting, *unread]))}
