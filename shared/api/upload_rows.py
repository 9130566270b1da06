"""Uploads as the database keeps them, and the one state a person sees."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.errors import NotFound
from shared.switches import audit

_SQL = load_sql("shared.api")


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
