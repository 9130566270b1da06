"""Reports and charts over HTTP, and the log of reports."""

import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from shared.api import cursors
from shared.api.cache import BODY_BYTES, Content, Render, respond
from shared.api.filters import CountedFilters, Filters, permitted, select
from shared.api.maintenance import demand_feature
from shared.api.problem_details import UnprocessableInput
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.reports import charts, documents, drawing
from shared.reports.charts import THEMES, Chart
from shared.reports.documents import MEDIA_TYPES, Format, ReportKind
from shared.stats import answers, queries
from shared.stats.forecast import forecast
from shared.stats.models import Answer
from shared.stats.selection import Facts, Selection
from shared.storage import Storage, new_upload_id
from shared.storage.object_keys import RESULTS

router = APIRouter(prefix="/api", tags=["reports"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SQL = load_sql("shared.api")
_CHARTS = re.compile(r"[a-z]+\.(?:json|svg|png)")
_STATISTICS: Mapping[Chart, Callable[[Connection, Selection, Facts], Awaitable[Answer]]] = {
    Chart.DAILY: answers.daily,
    Chart.MONTHS: answers.daily,
    Chart.REGIONS: answers.regions,
    Chart.HOURS: answers.hourly,
    Chart.WEEK: answers.hourly,
    Chart.TYPES: answers.types,
    Chart.OPERATORS: answers.types,
    Chart.FORECAST: forecast,
}


@router.get(
    "/reports/{document}",
    operation_id="getReport",
    response_class=Response,
    responses={
        200: {
            "content": {
                **{MEDIA_TYPES[each]: {**_BINARY, "example": ""} for each in Format if each is not Format.JSON},
                "application/json": {
                    "schema": {"type": "object"},
                    "example": {"report": "overview", "title": "Полёты беспилотных воздушных судов", "flights": 9532},
                },
            }
        },
        303: {
            "description": "It is too heavy for the gateway and waits at this address",
            "headers": {"Location": {"description": "Pre-signed", "schema": {"type": "string", "format": "uri"}}},
        },
        304: {},
    },
)
async def document(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    document: Annotated[
        str,
        Path(
            pattern=r"^((overview|region)\.(xlsx|png|jpg|json|pdf)|brief\.(pdf|docx|pptx))$", examples=["overview.xlsx"]
        ),
    ],
) -> Response:
    """Give a report: a workbook with charts, a picture, a document to send on, or JSON.

    The picture is 1920 by 1080 pixels, marked as 300 dots per inch. region.* needs the parameter region, overview.*
    takes none. brief.* is two pages, or slides, of the country or of a region to send on. Every report is written
    down in the log.
    """
    await demand_feature(request, "reports")
    kind, as_format = ReportKind(document.partition(".")[0]), Format(document.partition(".")[2])
    if kind is ReportKind.REGION and filters.region is None:
        raise UnprocessableInput("REGION_NEEDED", "Для отчёта по региону укажите регион.")
    if kind is ReportKind.OVERVIEW and filters.region is not None:
        raise UnprocessableInput("REGION_NOT_TAKEN", "Общий отчёт составляется по всей стране: уберите регион.")
    filters = permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Render:
        report = await documents.gather(
            conn,
            select(filters, facts, await queries.regions(conn), principal.regions),
            facts,
            brief=kind is ReportKind.BRIEF,
            drawn=kind is ReportKind.BRIEF or as_format in {Format.XLSX, Format.PDF},
        )

        def render() -> Content:
            headers = {"Content-Disposition": _disposition(f"{report.stem}.{as_format}")}
            return Content(documents.write(report, as_format), MEDIA_TYPES[as_format], headers)

        return render

    note = _Note(request, principal, filters, kind, as_format)
    try:
        response = await respond(request, principal, produce, clock=filters.clock, limited=False)
        if response.status_code == 304:
            return response
        key = await note.stored(response) if len(response.body) > BODY_BYTES else None
    except Exception:
        await note.write("failed", None, None)
        raise
    await note.write("done", len(response.body), key)
    return response if key is None else RedirectResponse(await note.address(key, response), status_code=303)


@router.get(
    "/charts/{chart}",
    operation_id="getChart",
    response_class=Response,
    responses={
        200: {
            "content": {
                "application/json": {"schema": {"type": "object"}, "example": {"$schema": charts.SCHEMA}},
                "image/svg+xml": {"schema": {"type": "string"}, "example": "<svg/>"},
                "image/png": {**_BINARY, "example": ""},
            }
        },
        304: {},
    },
)
async def chart(
    request: Request,
    principal: Analyst,
    filters: CountedFilters,
    chart: Annotated[
        str,
        Path(
            max_length=20,
            examples=["daily.svg"],
            json_schema_extra={"pattern": rf"^({'|'.join(Chart)})\.(json|svg|png)$"},
        ),
    ],
    theme: Literal["light", "dark"] = "light",
    width: Annotated[int, Query(ge=200, le=1920)] = 860,
    height: Annotated[int, Query(ge=120, le=1080)] = 320,
) -> Response:
    """Give one chart: its Vega-Lite description (json), or drawn from it (svg, png 1920 pixels wide).

    The page and the reports draw from the same description.
    """
    name, _, as_format = chart.partition(".")
    if not _CHARTS.fullmatch(chart) or name not in set(Chart):
        raise UnprocessableInput("CHART_UNKNOWN", "Такой диаграммы нет.")
    drawn, filters = Chart(name), permitted(filters, principal)

    async def produce(conn: Connection, facts: Facts) -> Render:
        selection = select(filters, facts, await queries.regions(conn), principal.regions)
        statistic = await _STATISTICS[drawn](conn, selection, facts)
        description = charts.describe(drawn, statistic.model_dump(mode="json"), width, height, THEMES[theme])
        return lambda: _draw(description, as_format, theme)

    return await respond(request, principal, produce, clock=filters.clock, compress=True)


class ReportLine(BaseModel):
    """A report that was made; the period as it was asked for, null from the first or to the last day of the data."""

    id: UUID
    kind: ReportKind
    format: Format
    period_from: date | None
    period_to: date | None
    region: str | None
    uav_type: str | None
    state: Literal["done", "failed"]
    size_bytes: int | None
    asked_at: datetime


class ReportLog(BaseModel):
    """A page of the log; ``next`` is the cursor of the page after, null on the last."""

    items: list[ReportLine]
    next: str | None


@router.get("/reports", operation_id="listReports")
async def log(
    request: Request,
    principal: Analyst,
    limit: Annotated[int, Query(ge=1, le=200, description="How many items a page holds at most")] = 50,
    cursor: Annotated[str | None, Query(max_length=512, description="The `next` of the page before")] = None,
) -> ReportLog:
    """List the reports that were made, the newest first."""
    moment, report = cursors.moment_and_id(cursor) if cursor else (None, None)
    pool: Pool = request.app.state.pool
    with translated():
        rows = await pool.fetch(_SQL["reports"], moment, report, limit + 1)
    items = [ReportLine(**{**dict(row), "id": UUID(bytes=row["id"].bytes)}) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    following = cursors.pack(last["asked_at"].isoformat(), str(last["id"])) if last else None
    return ReportLog(items=items, next=following)


class _Note:
    """One line of the log of reports, and what belongs to a report that goes to the bucket."""

    def __init__(
        self, request: Request, principal: Principal, filters: Filters, kind: ReportKind, as_format: Format
    ) -> None:
        self._request, self._principal, self._filters = request, principal, filters
        self._kind, self._format = kind, as_format
        self._id = new_upload_id(datetime.now(UTC))

    async def write(self, state: str, size: int | None, key: str | None) -> None:
        """Write it down; a period that was not asked for is null, which stands for all the data."""
        pool: Pool = self._request.app.state.pool
        asked_for = (self._filters.first, self._filters.last, self._filters.region, self._filters.uav_type)
        subject = self._principal.subject
        with translated():
            await pool.execute(
                _SQL["report"], self._id, self._kind, self._format, *asked_for, state, size, key, subject
            )

    async def stored(self, response: Response) -> str:
        """Put the report into the bucket and give its key."""
        key = f"{RESULTS}reports/{self._id}.{self._format}"
        with tempfile.TemporaryDirectory() as directory:
            path = FilePath(directory) / "report"
            path.write_bytes(response.body)
            await asyncio.to_thread(self._storage.upload, path, key, MEDIA_TYPES[self._format])
        return key

    async def address(self, key: str, response: Response) -> str:
        """Sign an address that gives it under its own name."""
        name = f"{self._kind}.{self._format}"
        return await asyncio.to_thread(self._storage.presign_get, key, name)

    @property
    def _storage(self) -> Storage:
        storage: Storage = self._request.app.state.storage
        return storage


def _draw(description: dict[str, Any], as_format: str, theme: str) -> Content:
    if as_format == "json":
        text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
        return Content(text.encode(), "application/json")
    if as_format == "png":
        ground = "#ffffff" if theme == "light" else "#0f1720"
        picture = drawing.svg({**description, "background": ground})
        return Content(drawing.png(picture, 1920), "image/png")
    return Content(drawing.svg(description).encode(), "image/svg+xml")


def _disposition(name: str) -> str:
    plain = f"report.{name.rpartition('.')[2]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
