"""Sending workbooks: addresses, states, rejects.

A workbook goes to the bucket by a pre-signed address, never through the gateway, which takes 2.5 MB at most.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse

from shared import logs
from shared.api import boundaries, cursors, loads, maintenance, telegram_texts, upload_shapes
from shared.api.application import create_app
from shared.api.problem_details import TooLarge, UnprocessableInput
from shared.api.upload_rows import (
    ResultRow,
    UploadRows,
    UploadState,
    checked,
    file_label,
    sees_names,
    sheet_labels,
    state_of,
    without_names,
)
from shared.api.upload_shapes import FAILED, explain
from shared.auth.access import Authenticator, require
from shared.auth.principals import Principal, Role
from shared.db import connect_pool
from shared.errors import LoadInterrupted, NotFound, OutageError
from shared.settings import (
    AppSettings,
    AuthSettings,
    BoundarySettings,
    DatabaseSettings,
    StorageSettings,
    UploadSettings,
    load,
)
from shared.storage import Storage, incoming_key, new_upload_id, rejects_key, source_time

router = APIRouter(prefix="/api/uploads", tags=["uploads"])
ROUTERS = (router, loads.router, boundaries.router, maintenance.router, telegram_texts.router)
"""The routers of the function, which its application serves and the gateway's description is made of."""

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Operator = Annotated[Principal, Depends(require(Role.OPERATOR))]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=512)]
KeptState = Annotated[
    Literal["announced", "processing", "loaded", "duplicate", "failed", "withdrawn"],
    Query(description="Only those in this state; announced: those that never came too"),
]

_MIB = 1024 * 1024
_HEADS_AT_ONCE = 8
SOURCE_SECONDS = 900
_QUEUE = timedelta(hours=1)
"""How long a workbook that came may wait for its turn before it counts as cut off, as ``shared.ingest.jobs`` has it."""
_ENDED = frozenset({UploadState.LOADED, UploadState.DUPLICATE, UploadState.FAILED})


@router.post(
    "",
    status_code=201,
    operation_id="announceUpload",
    responses={
        201: {"headers": {"Location": {"description": "Where the upload's state is", "schema": {"type": "string"}}}},
        400: {},
        413: {},
        415: {},
    },
)
async def announce(
    request: Request, response: Response, principal: Operator, announcement: upload_shapes.Announcement
) -> upload_shapes.Announced:
    """Register a workbook and give the address that takes it, and nothing else."""
    settings: UploadSettings = request.app.state.upload_settings
    name, content_type = checked(announcement.file_name, announcement.content_type)
    if announcement.size > settings.max_bytes:
        sentence = f"Файл слишком большой: принимается не больше {settings.max_bytes // _MIB} МиБ. Разделите книгу."
        raise TooLarge("UPLOAD_TOO_LARGE", sentence)
    columns = await asyncio.to_thread(_columns, announcement.columns) if announcement.columns else None
    upload = new_upload_id(datetime.now(UTC))
    announced_at = source_time(upload)
    key, ttl = incoming_key(upload), settings.url_ttl_seconds
    address = await asyncio.to_thread(
        _storage(request).presign_put, key, announcement.size, content_type, expires_in=ttl
    )
    await _rows(request).announce(upload, key, name, announcement.size, content_type, principal.subject, columns)
    response.headers["Location"] = f"/api/uploads/{upload}"
    return upload_shapes.Announced(
        id=upload,
        file_name=name,
        size=announcement.size,
        state=UploadState.ANNOUNCED,
        announced_at=announced_at,
        upload=upload_shapes.Address(
            url=address.url, method="PUT", headers=address.headers, expires_at=announced_at + timedelta(seconds=ttl)
        ),
    )


@router.get("", operation_id="listUploads")
async def newest(
    request: Request,
    principal: Analyst,
    limit: Limit = 50,
    cursor: Cursor = None,
    mine: Annotated[bool, Query(description="Only those that the caller sent")] = False,
    state: KeptState | None = None,
) -> upload_shapes.UploadPage:
    """List uploads, the newest first."""
    before = cursors.moment_and_id(cursor) if cursor is not None else None
    rows = await _rows(request).newest(limit + 1, before, principal.subject if mine else None, state)
    page, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
    following = cursors.pack(last["announced_at"].isoformat(), str(last["id"])) if last else None
    arrived = await _arrived(request, page)
    items = [_upload(request, principal, row, arrived) for row in page]
    return upload_shapes.UploadPage(items=items, next=following, **_rights(principal))


@router.get("/{upload}", operation_id="getUpload", responses={404: {}})
async def one(request: Request, principal: Analyst, upload: UUID) -> upload_shapes.UploadInFull:
    """Tell how far an upload is, and in the end what became of its rows."""
    row = await _rows(request).by_id(upload)
    ended = row["state"] in _ENDED
    counted = await _rows(request).rejects_by_code(row["load_id"]) if ended else ()
    rejects = []
    for each in counted:
        explanation = explain(each["code"])
        rejects.append(
            upload_shapes.RejectedCode(
                code=each["code"], rows=each["rows"], explanation=explanation.explanation, mend=explanation.mend
            )
        )
    problems = []
    for each in await _rows(request).problems_by_code(row["load_id"]) if ended else ():
        explanation = explain(each["code"])
        problems.append(
            upload_shapes.FlightProblem(
                code=each["code"],
                kind=explanation.kind,
                flights=each["flights"],
                explanation=explanation.explanation,
                mend=explanation.mend,
            )
        )
    shown = _upload(request, principal, row, await _arrived(request, [row])).model_dump()
    unread = row["unread_sheets"]
    headings = json.loads(row["found_headings"] or "[]")
    if not sees_names(principal, row):
        headings = []
        labels = sheet_labels(await _rows(request).reject_sheets(row["load_id"]), unread)
        unread = [labels[name] for name in unread]
    found = [_heading(*each) for each in headings]
    return upload_shapes.UploadInFull(**shown, rejects=rejects, problems=problems, unread_sheets=unread, headings=found)


@router.get("/{upload}/rejects", operation_id="listRejects", responses={404: {}})
async def rejects(
    request: Request, principal: Analyst, upload: UUID, limit: Limit = 100, cursor: Cursor = None
) -> upload_shapes.RejectPage:
    """List the rows that were not read, without their text."""
    position = _position(cursor) if cursor is not None else None
    uploaded = await _rows(request).by_id(upload)
    sheets = await _rows(request).reject_sheets(uploaded["load_id"])
    labels = {name: name for name in sheets} if sees_names(principal, uploaded) else sheet_labels(sheets, ())
    if position is not None and position[0] >= len(sheets):
        raise cursors.invalid()
    after = (sheets[position[0]], position[1]) if position is not None else None
    rows = await _rows(request).rejects(uploaded["load_id"], limit + 1, after)
    items = []
    for row in rows[:limit]:
        explanation = explain(row["code"])
        items.append(
            upload_shapes.RejectedRow(
                sheet=labels[row["sheet"]],
                row=row["row_number"],
                code=row["code"],
                explanation=explanation.explanation,
                mend=explanation.mend,
            )
        )
    last = rows[limit - 1] if len(rows) > limit else None
    # A cursor names the sheet by its place: it may travel in addresses that are logged.
    following = cursors.pack(sheets.index(last["sheet"]), last["row_number"]) if last else None
    return upload_shapes.RejectPage(items=items, next=following)


@router.get(
    "/{upload}/rejects.xlsx",
    status_code=303,
    operation_id="fetchRejects",
    response_class=Response,
    responses={
        303: {
            "description": "The workbook's address, good for five minutes",
            "headers": {"Location": {"description": "Pre-signed", "schema": {"type": "string"}}},
        },
        404: {},
    },
)
async def rejects_workbook(request: Request, principal: Operator, upload: UUID) -> Response:
    """Send on to the workbook of rejected rows; it holds telegrams' texts, hence the role."""
    await _rows(request).by_id(upload)
    key = rejects_key(upload)
    try:
        await asyncio.to_thread(_storage(request).head, key)
    except NotFound:
        raise NotFound("REJECTS_NOT_FOUND", "У этой загрузки нет файла с непрочитанными строками.") from None
    await _rows(request).note_reading(upload, principal.subject, "read_rejects")
    # The name stands in the address, which proxies and browsers write down.
    url = await asyncio.to_thread(
        _storage(request).presign_get, key, f"Отчёт о непрочитанных строках {str(upload)[-6:]}.xlsx"
    )
    return RedirectResponse(url, status_code=303)


@router.get(
    "/{upload}/source",
    status_code=303,
    operation_id="fetchSource",
    response_class=Response,
    responses={
        303: {
            "description": "The address of the workbook as it was sent, good for fifteen minutes",
            "headers": {"Location": {"description": "Pre-signed", "schema": {"type": "string"}}},
        },
        404: {},
    },
)
async def source(request: Request, principal: Operator, upload: UUID) -> Response:
    """Send on to the workbook as it was sent, with the texts of rejected rows; it names people, hence the role."""
    row = await _rows(request).by_id(upload)
    try:
        await asyncio.to_thread(_storage(request).head, row["object_key"])
    except NotFound:
        raise NotFound(
            "SOURCE_NOT_FOUND", "Исходной книги в хранилище уже нет: она хранится ограниченное время."
        ) from None
    await _rows(request).note_reading(upload, principal.subject, "read_workbook")
    # As with the rejects: a name in an address gets written down, so it is none that a person gave.
    name = f"Исходная {file_label(upload, row['file_name'])}"
    url = await asyncio.to_thread(_storage(request).presign_get, row["object_key"], name, expires_in=SOURCE_SECONDS)
    return RedirectResponse(url, status_code=303)


def _columns(named: Sequence[upload_shapes.NamedColumns]) -> str:
    """Write what a sender says of sheets as JSON. Raises UnprocessableInput ``COLUMNS_INVALID``."""
    from shared.workbooks.layouts import stated_layout

    for each in named:
        if stated_layout(each.columns, {}) is None:
            sentence = (
                f"По столбцам листа «{each.sheet}» не прочитать полёт: нужен SHR, либо DEP и ARR, либо время и место; "
                "каждый столбец — один раз."
            )
            raise UnprocessableInput("COLUMNS_INVALID", sentence)
    return json.dumps([each.model_dump() for each in named], ensure_ascii=False)


def _heading(sheet: str, row: int, columns: Sequence[Sequence[Any]]) -> upload_shapes.UnknownHeading:
    found = [upload_shapes.UnknownColumn(column=column, title=title, guess=guess) for column, title, guess in columns]
    return upload_shapes.UnknownHeading(sheet=sheet, row=row, columns=found)


def _rights(principal: Principal) -> dict[str, bool]:
    return {"may_send": principal.may(Role.OPERATOR), "may_withdraw": principal.may(Role.ADMINISTRATOR)}


def _rows(request: Request) -> UploadRows:
    return UploadRows(request.app.state.pool)


def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


def _position(cursor: str) -> tuple[int, int]:
    sheet, number = map(int, cursors.unpack(cursor, int, int))
    if sheet < 0 or not 0 <= number < 2**31:
        raise cursors.invalid()
    return sheet, number


async def _arrived(request: Request, rows: Sequence[ResultRow]) -> frozenset[UUID]:
    """Ask the bucket which of the uploads that look expired did come: an event lost on its way hides no workbook.

    While the bucket is away they count as come, for nothing says that they did not.
    """
    settings: UploadSettings = request.app.state.upload_settings
    storage, now = _storage(request), datetime.now(UTC)
    turn = asyncio.Semaphore(_HEADS_AT_ONCE)

    async def came(key: str) -> bool:
        async with turn:
            try:
                await asyncio.to_thread(storage.head, key)
            except NotFound:
                return False
            except OutageError:
                pass
            return True

    doubtful = [
        row
        for row in rows
        if row["absent_at"] is None and state_of(row, now, settings.arrival_window) is UploadState.EXPIRED
    ]
    answers = await asyncio.gather(*(came(row["object_key"]) for row in doubtful))
    return frozenset(
        UUID(bytes=row["id"].bytes) for row, has_arrived in zip(doubtful, answers, strict=True) if has_arrived
    )


def _upload(request: Request, principal: Principal, row: ResultRow, arrived: frozenset[UUID]) -> upload_shapes.Upload:
    settings: UploadSettings = request.app.state.upload_settings
    upload = UUID(bytes=row["id"].bytes)
    state, code, sentence = row["state"], row["error_code"], row["error_sentence"]
    if upload in arrived:
        waits = datetime.now(UTC) < row["announced_at"] + settings.arrival_window + _QUEUE
        state, code = (UploadState.PROCESSING, None) if waits else (UploadState.FAILED, LoadInterrupted().code)
    else:
        state = state_of(row, datetime.now(UTC), settings.arrival_window)
    if sentence is None:
        sentence = LoadInterrupted().sentence if code == LoadInterrupted().code else FAILED
    open_to_caller = sees_names(principal, row)
    if not open_to_caller:
        sentence = without_names(sentence)
    counted = row["load_state"] == "done" and state in {UploadState.LOADED, UploadState.DUPLICATE}
    counts = {name: row[name] for name in upload_shapes.Counts.model_fields} if counted else None
    return upload_shapes.Upload(
        id=upload,
        load_id=row["load_id"],
        file_name=row["file_name"] if open_to_caller else file_label(upload, row["file_name"]),
        size=row["size_bytes"],
        state=state,
        step=row["step"],
        progress=upload_shapes.Progress(rows_read=row["rows_read"], rows_total=row["rows_total"]),
        mine=row["announced_by"] == principal.subject,
        announced_at=row["announced_at"],
        updated_at=row["updated_at"],
        finished_at=row["finished_at"],
        counts=upload_shapes.Counts(**counts) if counts else None,
        error=upload_shapes.Fault(code=code, sentence=sentence) if code else None,
    )


def application() -> FastAPI:
    """Build the application of the function ``upload``."""
    logs.configure(load(AppSettings).effective_log_level)
    database = load(DatabaseSettings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await connect_pool(database, application="fly-potato-upload")
        try:
            yield
        finally:
            app.state.pool.terminate()

    app = create_app(
        ROUTERS,
        authenticator=Authenticator(load(AuthSettings)),
        lifespan=lifespan,
    )
    app.state.upload_settings = load(UploadSettings)
    app.state.boundary_settings = load(BoundarySettings)
    app.state.storage = Storage(load(StorageSettings))
    return app
