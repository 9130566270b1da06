"""Taking a wrong workbook back: what it would do, and the request for it.

The API may neither read rows nor write flights. It counts by ``core.withdrawal_preview``, which tells two numbers, and
leaves a request that the function ``process`` answers within a minute.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.errors import Conflict, NotFound

router = APIRouter(prefix="/api/loads", tags=["uploads"])

Administrator = Annotated[Principal, Depends(require(Role.ADMINISTRATOR))]
LoadId = Annotated[int, Path(ge=1, lt=2**63)]

_SQL = load_sql("shared.api")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WithdrawalState(StrEnum):
    """Where a withdrawal stands: none asked for, waiting for its turn, done, refused (see error)."""

    NONE = "none"
    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"


class WithdrawalRequest(_Shape):
    """Why a load is to be taken back; no names of people in it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None


class WithdrawalPreview(_Shape):
    """Flights that would vanish, and those that would be built anew from the rows of other workbooks."""

    flights_gone: int
    flights_rebuilt: int


class WithdrawalResult(_Shape):
    """Flights that have vanished, and those that have changed."""

    flights_gone: int
    flights_changed: int


class WithdrawalRefusal(_Shape):
    """Why a load could not be taken back."""

    code: str
    sentence: str


class Withdrawal(_Shape):
    """A load's withdrawal; ``preview`` is there while the load can be taken back."""

    load_id: int
    file_name: str | None
    state: WithdrawalState
    preview: WithdrawalPreview | None
    reason: str | None
    requested_at: datetime | None
    finished_at: datetime | None
    result: WithdrawalResult | None
    error: WithdrawalRefusal | None


@router.get("/{load}/withdrawal", operation_id="showWithdrawal", responses={404: {}})
async def show(request: Request, principal: Administrator, load: LoadId) -> Withdrawal:
    """Tell what taking a load back would do, or how far it is."""
    return await _withdrawal(request.app.state.pool, load)


@router.post("/{load}/withdrawal", status_code=202, operation_id="withdrawLoad", responses={404: {}, 409: {}})
async def withdraw(request: Request, principal: Administrator, load: LoadId, body: WithdrawalRequest) -> Withdrawal:
    """Ask for a load to be taken back.

    It is done within a minute, in one transaction: its flights are built from the rows that remain. Asking again while
    it waits changes nothing.
    """
    pool: Pool = request.app.state.pool
    withdrawal = await _withdrawal(pool, load)
    if withdrawal.preview is None:
        raise Conflict("LOAD_NOT_IN", "Отозвать можно только загруженную книгу, а эта не загружена или уже отозвана.")
    with translated():
        await pool.execute(_SQL["request_withdrawal"], load, principal.subject, body.reason or None)
    return await _withdrawal(pool, load)


async def _withdrawal(pool: Pool, load: int) -> Withdrawal:
    with translated():
        row = await pool.fetchrow(_SQL["withdrawal"], load)
    if row is None:
        raise NotFound("LOAD_NOT_FOUND", f"Загрузки с номером {load} нет.")
    state = WithdrawalState(row["request_state"] or WithdrawalState.NONE)
    if row["state"] == "withdrawn":
        state = WithdrawalState.DONE
    elif state is WithdrawalState.DONE:
        # The same bytes were sent again since.
        state = WithdrawalState.NONE
    preview, result, error = None, None, None
    if row["state"] == "done":
        preview = WithdrawalPreview(flights_gone=row["preview_gone"], flights_rebuilt=row["preview_rebuilt"])
    if state is WithdrawalState.DONE and row["flights_gone"] is not None:
        result = WithdrawalResult(flights_gone=row["flights_gone"], flights_changed=row["flights_changed"])
    if state is WithdrawalState.REFUSED:
        error = WithdrawalRefusal(code=row["error_code"], sentence=row["error_sentence"])
    is_requested = state is not WithdrawalState.NONE
    return Withdrawal(
        load_id=row["id"],
        file_name=row["file_name"],
        state=state,
        preview=preview,
        reason=row["reason"] if is_requested else None,
        requested_at=row["requested_at"] if is_requested else None,
        finished_at=(row["finished_at"] or row["withdrawn_at"]) if is_requested else None,
        result=result,
        error=error,
    )
