"""Uploads as the database keeps them, the one state a person sees, and the names that workbooks have.

A workbook's name and the names of its sheets may tell of people or of what an operator does. Who sent an upload and
administrators see its names as they are; everybody else sees labels that say which one is meant and nothing more.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from shared.api.problem_details import UnprocessableInput, UnsupportedFile
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.errors import NotFound
from shared.switches import audit

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
_SQL = load_sql("shared.api")


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


class ResultRow(Protocol):
    """A row of a result, by column."""

    def __getitem__(self, name: str, /) -> Any:
        """Give a column's value."""


class UploadState(StrEnum):
    """Where an upload stands.

    announced: the bytes are awaited; expired: they never came; processing: they have; loaded: its rows are in;
    duplicate: the same bytes were in before; failed: nothing of it is in, see error (LOAD_INTERRUPTED,
    LOAD_ATTEMPTS_EXHAUSTED and INTERNAL_ERROR are no fault of the workbook); withdrawn: taken back.
    """

    ANNOUNCED = "announced"
    EXPIRED = "expired"
    PROCESSING = "processing"
    LOADED = "loaded"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


def state_of(row: ResultRow, now: datetime, arrival_window: timedelta) -> UploadState:
    """Tell the state; an upload that was announced and did not come within its window by ``now`` (aware) is expired."""
    state = UploadState(row["state"])
    if state is UploadState.ANNOUNCED and now > row["announced_at"] + arrival_window:
        return UploadState.EXPIRED
    return state


class UploadRows:
    """What the API reads and writes of uploads, as the role ``fp_api``."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def announce(
        self, upload: UUID, key: str, name: str, size: int, content_type: str, subject: str, columns: str | None = None
    ) -> None:
        """Write down that a workbook is to come; ``columns`` is JSON of what its sender says of its sheets."""
        with translated():
            await self._pool.execute(_SQL["announce"], upload, key, name, size, content_type, subject, columns)

    async def by_id(self, upload: UUID) -> ResultRow:
        """Read one upload with its load. Raises NotFound ``UPLOAD_NOT_FOUND``."""
        with translated():
            row = await self._pool.fetchrow(_SQL["upload"], upload)
        if row is None:
            raise NotFound("UPLOAD_NOT_FOUND", "Такой загрузки нет.")
        return row

    async def newest(
        self, limit: int, before: tuple[datetime, UUID] | None, subject: str | None = None, state: str | None = None
    ) -> Sequence[ResultRow]:
        """Read uploads, the newest first, ``before`` the aware instant and id of one, or from the newest on.

        ``subject`` narrows them to one sender's, ``state`` to those that the database holds in it.
        """
        moment, upload = before or (None, None)
        with translated():
            return await self._pool.fetch(_SQL["uploads"], moment, upload, limit, subject, state)

    async def note_reading(self, upload: UUID, subject: str, what: str) -> None:
        """Put down who fetches texts of an upload's rows: ``read_rejects`` or ``read_workbook``."""
        with translated():
            async with self._pool.acquire() as conn:
                await audit(conn, subject, what, {"upload": str(upload)})

    async def rejects_by_code(self, load_id: int | None) -> Sequence[ResultRow]:
        """Count the rejects of a load, the commonest code first."""
        with translated():
            return await self._pool.fetch(_SQL["rejects_by_code"], load_id)

    async def problems_by_code(self, load_id: int | None) -> Sequence[ResultRow]:
        """Count the flights of a load by the codes they carry, the commonest first."""
        with translated():
            return await self._pool.fetch(_SQL["problems_by_code"], load_id)

    async def reject_sheets(self, load_id: int | None) -> list[str]:
        """List the sheets that have rejects, in the order of ``rejects``."""
        with translated():
            return [row["sheet"] for row in await self._pool.fetch(_SQL["reject_sheets"], load_id)]

    async def rejects(self, load_id: int | None, limit: int, after: tuple[str, int] | None) -> Sequence[ResultRow]:
        """Read rejects in the order of the workbook's rows, sheet by sheet."""
        sheet, number = after or (None, None)
        with translated():
            return await self._pool.fetch(_SQL["rejects"], load_id, sheet, number, limit)
