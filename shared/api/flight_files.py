"""The whole list of flights as a file, however long: through the gateway where it fits, else through the bucket."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from shared.api.cache import BODY_BYTES
from shared.api.filters import RequestFilters, permitted, select
from shared.api.flights import RequestNarrowing, State, Undated, states_of
from shared.api.problem_details import UnprocessableInput
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.reports import documents, flight_lists
from shared.stats import flight_pages, queries
from shared.stats.selection import Selection
from shared.storage import Storage, new_upload_id
from shared.storage.object_keys import RESULTS

router = APIRouter(prefix="/api", tags=["maps"])

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Suffix = Literal["csv", "xlsx"]
MOST = {"csv": 300_000, "xlsx": 50_000}
"""How many flights a file holds at most: what is written within the time that a function has."""
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get(
    "/exports/{document}",
    operation_id="fetchFlights",
    response_class=Response,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": "День;Состояние\r\n"},
                _MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}, "example": ""},
            }
        },
        303: {
            "description": "It is too heavy for the gateway and waits at this address",
            "headers": {"Location": {"description": "Pre-signed", "schema": {"type": "string", "format": "uri"}}},
        },
    },
)
async def flights_file(
    request: Request,
    principal: Analyst,
    filters: RequestFilters,
    narrowing: RequestNarrowing,
    document: Annotated[str, Path(pattern=r"^flights\.(csv|xlsx)$", examples=["flights.csv"])],
    state: State = None,
    undated: Undated = None,
) -> Response:
    """Give every flight of the list as CSV for a Russian Excel, or as a workbook.

    Semicolons, decimal commas, a byte order mark, Russian titles, Moscow time. No personal data, whoever asks.
    """
    suffix: Suffix = "csv" if document.endswith(".csv") else "xlsx"
    filters = permitted(filters, principal)
    pool: Pool = request.app.state.pool
    with translated(), tempfile.TemporaryDirectory() as directory:
        path = FilePath(directory) / f"flights.{suffix}"
        async with pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            facts = await queries.facts(conn, filters.clock)
            selection = select(filters, facts, await queries.regions(conn), principal.regions)
            found = flight_pages.pages(conn, selection, states_of(state), narrowing, undated=undated is not None)
            pages = _limited(found, suffix)
            if suffix == "csv":
                await flight_lists.write_csv(pages, path)
            else:
                subtitle = documents.subtitle(selection, facts)
                await flight_lists.write_xlsx(pages, path, "Список полётов", subtitle)
        return await _sent(request, path, suffix, _name(selection, suffix))


async def _limited(
    pages: AsyncIterator[list[flight_pages.FlightRow]], suffix: Suffix
) -> AsyncIterator[list[flight_pages.FlightRow]]:
    count = 0
    async for page in pages:
        count += len(page)
        if count > MOST[suffix]:
            more = "" if suffix == "csv" else ", или возьмите CSV"
            sentence = f"В файле было бы больше {MOST[suffix]:_} полётов: сузьте период или регион{more}."
            raise UnprocessableInput("FLIGHTS_TOO_MANY", sentence.replace("_", " "))
        yield page


async def _sent(request: Request, path: FilePath, suffix: Suffix, name: str) -> Response:
    if path.stat().st_size <= BODY_BYTES:
        disposition = f"attachment; filename=\"flights.{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        return Response(path.read_bytes(), media_type=_MEDIA_TYPES[suffix], headers=headers)
    storage: Storage = request.app.state.storage
    key = f"{RESULTS}lists/{new_upload_id(datetime.now(UTC))}.{suffix}"
    await asyncio.to_thread(storage.upload, path, key, _MEDIA_TYPES[suffix])
    return RedirectResponse(await asyncio.to_thread(storage.presign_get, key, name), status_code=303)


def _name(selection: Selection, suffix: Suffix) -> str:
    place = "" if selection.region is None else f" {selection.region.name}"
    period = selection.period
    days = f" {period.first} - {period.last}" if period.days else ""
    return f"Список полётов{place}{days}.{suffix}"
