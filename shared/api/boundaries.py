"""Sets of boundaries for administrators: what is stored, a new file, what it would change, putting it in force.

The API may read sets and ask; the function ``process`` answers within a minute. It reads the files because only it may
write sets and flights, and because what reads shapefiles and coordinate systems stays out of the functions that a
person waits for.
"""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request

from shared.api import boundary_shapes as shapes
from shared.api.problem_details import TooLarge, UnprocessableInput, UnsupportedFile
from shared.api.upload_shapes import Address, Fault
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.errors import NotFound
from shared.regions.storing import set_missing
from shared.regions.subjects import shipped_catalogue
from shared.settings import BoundarySettings, UploadSettings
from shared.storage import Storage, boundaries_key, new_upload_id

router = APIRouter(prefix="/api/region-sets", tags=["boundaries"])
log = logging.getLogger(__name__)

Analyst = Annotated[Principal, Depends(require(Role.ANALYST))]
Administrator = Annotated[Principal, Depends(require(Role.ADMINISTRATOR))]
Columns = dict[str, Any]
SetId = Annotated[int, Path(ge=1, le=32767)]

_SQL = load_sql("shared.api")
_ENDINGS = (".geojson", ".json", ".geojson.gz", ".json.gz", ".zip", ".gpkg")
_CONTENT_TYPE = "application/octet-stream"
_MIB = 1024 * 1024


@router.get("", operation_id="listRegionSets")
async def stored(request: Request, principal: Analyst) -> shapes.RegionSets:
    """List the stored sets; one of them is in force."""
    rows = await _fetch(request, "region_sets")
    sets = [shapes.RegionSet(**row) for row in rows]
    return shapes.RegionSets(items=sets, may_change=principal.may(Role.ADMINISTRATOR))


@router.get("/tasks", operation_id="listBoundaryTasks")
async def tasks(request: Request, principal: Administrator) -> shapes.BoundaryTasks:
    """List what was asked for, the newest fifty first."""
    return shapes.BoundaryTasks(items=[_task(row) for row in await _fetch(request, "boundary_tasks", None, 50)])


@router.get("/tasks/{task}", operation_id="getBoundaryTask", responses={404: {}})
async def task_of(request: Request, principal: Administrator, task: UUID) -> shapes.BoundaryTask:
    """Tell how far a task is, and what came of it."""
    return await _one(request, task)


@router.post("/files", status_code=201, operation_id="announceBoundaries", responses={413: {}, 415: {}})
async def announce(
    request: Request, principal: Administrator, wanted: shapes.BoundaryFile
) -> shapes.AnnouncedBoundaries:
    """Give the address that takes a file of boundaries, once.

    When it has come it is read, stored beside the others, examined against the set in force and rehearsed; the task
    tells the result. Nothing comes in force by being sent.
    """
    settings: BoundarySettings = request.app.state.boundary_settings
    uploads: UploadSettings = request.app.state.upload_settings
    storage: Storage = request.app.state.storage
    name = _checked(wanted.file_name)
    if wanted.size > settings.max_bytes:
        sentence = (
            f"Файл слишком большой: здесь принимается не больше {settings.max_bytes // _MIB} МиБ. Загрузите его"
            " командой fly-potato regions load."
        )
        raise TooLarge("REGIONS_FILE_TOO_LARGE", sentence)
    now = datetime.now(UTC)
    task, ttl = new_upload_id(now), uploads.url_ttl_seconds
    key = boundaries_key(task)
    address = await asyncio.to_thread(storage.presign_put, key, wanted.size, _CONTENT_TYPE, expires_in=ttl)
    stated = {key: value for key, value in wanted.model_dump(exclude={"file_name", "size"}).items() if value}
    about = (key, name, wanted.size, json.dumps(stated), None)
    await _ask(request, principal, task, shapes.BoundaryTaskKind.FILE, *about)
    where = Address(url=address.url, method="PUT", headers=address.headers, expires_at=now + timedelta(seconds=ttl))
    return shapes.AnnouncedBoundaries(task=await _one(request, task), upload=where)


@router.get("/{set_id}", operation_id="getRegionSet", responses={404: {}})
async def one_set(request: Request, principal: Analyst, set_id: SetId) -> shapes.RegionSetInFull:
    """Tell which subjects a set holds, and which of the catalogue it does not."""
    held = next((row for row in await _fetch(request, "region_sets") if row["id"] == set_id), None)
    if held is None:
        raise set_missing(set_id)
    catalogue = shipped_catalogue()
    subjects, present = [], set()
    for row in await _fetch(request, "region_set_subjects", set_id):
        subject = catalogue.find(row["code"], row["name"])
        present.add(subject.name if subject else None)
        subjects.append(shapes.HeldSubject(**row, catalogued=subject is not None))
    missing = [name for name in catalogue.names() if name not in present]
    return shapes.RegionSetInFull(**held, subjects=subjects, missing=missing)


@router.get("/{set_id}/outlines", operation_id="getRegionSetOutlines", responses={404: {}})
async def outlines(request: Request, principal: Analyst, set_id: SetId) -> shapes.RegionOutlines:
    """Give the outlines of a set for a small map, before it is put in force."""
    rows = await _fetch(request, "region_set_outlines", set_id)
    if not rows:
        raise set_missing(set_id)
    items = [
        shapes.RegionOutline(
            number=row["number"], code=row["code"], name=row["name"], polygons=json.loads(row["polygons"])
        )
        for row in rows
    ]
    return shapes.RegionOutlines(attribution=rows[0]["attribution"], items=items)


@router.post("/{set_id}/rehearsal", status_code=202, operation_id="rehearseRegionSet", responses={404: {}})
async def rehearse(request: Request, principal: Administrator, set_id: SetId) -> shapes.BoundaryTask:
    """Ask what putting a set in force would change, region by region; changes nothing."""
    return await _ask_of_set(request, principal, set_id, shapes.BoundaryTaskKind.REHEARSAL)


@router.post("/{set_id}/activation", status_code=202, operation_id="activateRegionSet", responses={404: {}})
async def activate(request: Request, principal: Administrator, set_id: SetId) -> shapes.BoundaryTask:
    """Ask for a set to be put in force, or for an older one to come back.

    It is done within a minute or two, in one transaction: flights get the regions of the new set and their days are
    counted anew. Asking again while it waits changes nothing.
    """
    return await _ask_of_set(request, principal, set_id, shapes.BoundaryTaskKind.ACTIVATION)


def _checked(file_name: str) -> str:
    name = file_name.strip()
    if not name.isprintable() or any(sign in '/\\"<>|:*?' for sign in name) or name.startswith("."):
        raise UnprocessableInput("FILE_NAME_INVALID", "В имени файла есть недопустимые символы. Переименуйте файл.")
    if not name.lower().endswith(_ENDINGS):
        sentence = "Принимаются .geojson, .geojson.gz, .zip с шейп-файлом и .gpkg."
        raise UnsupportedFile("REGIONS_FILE_TYPE", sentence)
    return name


async def _ask_of_set(
    request: Request, principal: Principal, set_id: int, kind: shapes.BoundaryTaskKind
) -> shapes.BoundaryTask:
    if set_id not in {row["id"] for row in await _fetch(request, "region_sets")}:
        raise set_missing(set_id)
    task = new_upload_id(datetime.now(UTC))
    await _ask(request, principal, task, kind, None, None, None, None, set_id)
    [row] = await _fetch(request, "open_boundary_task", task, kind, set_id)
    return _task(row)


async def _ask(
    request: Request, principal: Principal, task: UUID, kind: shapes.BoundaryTaskKind, *about: str | int | None
) -> None:
    pool: Pool = request.app.state.pool
    with translated():
        await pool.execute(_SQL["ask_boundary_task"], task, kind, principal.subject, *about)
    log.info("An administrator asks for a change of boundaries.", extra={"job": kind})


async def _one(request: Request, task: UUID) -> shapes.BoundaryTask:
    rows = await _fetch(request, "boundary_tasks", task, 1)
    if not rows:
        raise NotFound("BOUNDARY_TASK_NOT_FOUND", "Такого задания нет.")
    return _task(rows[0])


async def _fetch(request: Request, statement: str, *values: object) -> list[Columns]:
    pool: Pool = request.app.state.pool
    with translated():
        return [dict(row) for row in await pool.fetch(_SQL[statement], *values)]


def _task(row: Columns) -> shapes.BoundaryTask:
    result = json.loads(row["result"] or "{}")
    report, change = result.get("report"), result.get("change")
    code = row["error_code"]
    return shapes.BoundaryTask(
        id=UUID(bytes=row["id"].bytes),
        kind=row["kind"],
        state=row["state"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        finished_at=row["finished_at"],
        file_name=row["file_name"],
        size=row["size_bytes"],
        set_id=row["set_id"],
        same=result.get("same"),
        report=shapes.BoundaryReport(**report) if report else None,
        change=shapes.SetChange(**change) if change else None,
        error=Fault(code=code, sentence=row["error_sentence"]) if code else None,
    )
