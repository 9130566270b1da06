"""Sets of boundaries for administrators: what is stored, a new file, what it would change, putting it in force.

The API may read sets and ask; the function ``process`` answers within a minute. It reads the files because only it may
write sets and flights, and because what reads shapefiles and coordinate systems stays out of the functions that a
person waits for. What the routes take and give stands first.
"""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from shared.api.problem_details import TooLarge, UnprocessableInput, UnsupportedFile
from shared.api.upload_shapes import Address, Fault
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.errors import NotFound
from shared.regions import Gap, Overlap, RegionChange, RegionDifference, Remark, Repair, Slivers
from shared.regions.storing import set_missing
from shared.regions.subjects import shipped_catalogue
from shared.settings import BoundarySettings, UploadSettings
from shared.storage import Storage, boundaries_key, new_upload_id

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
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


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RegionSet(_Shape):
    """A stored set of boundaries, with when and by whom it was put in force last (an opaque subject, or a command)."""

    id: int
    name: str
    source: str
    licence: str
    attribution: str
    loaded_at: datetime
    regions: int
    active: bool
    activated_at: datetime | None
    activated_by: str | None


class RegionSets(_Shape):
    """All stored sets, the oldest first, and whether the caller may change what is in force."""

    items: list[RegionSet]
    may_change: bool


class HeldSubject(_Shape):
    """A subject that a set holds; ``catalogued`` tells whether the product's own catalogue knows it."""

    number: int
    code: str | None
    name: str
    time_zone: str
    area_km2: float
    official_area_km2: float | None
    catalogued: bool


class RegionSetInFull(RegionSet):
    """A set with the subjects that it holds, and those of the catalogue that it does not."""

    subjects: list[HeldSubject]
    missing: list[str]


class RegionOutline(_Shape):
    """A region's outline for a small map: polygons of rings of [latitude, longitude], simplified to some 5 km."""

    number: int
    code: str | None
    name: str
    polygons: list[list[list[list[float]]]]


class RegionOutlines(_Shape):
    """The outlines of a set, and the line that has to stand under a map of it."""

    attribution: str
    items: list[RegionOutline]


class BoundaryFile(_Shape):
    """A file of boundaries that an administrator wants to send, and what to say of it where the file does not."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    size: Annotated[StrictInt, Field(ge=0, le=2**53)]
    name: Text | None = None
    source: Text | None = None
    licence: Text | None = None
    attribution: Text | None = None
    default_time_zone: Text | None = None


class BoundaryTaskKind(StrEnum):
    """What is asked for: reading a file, what a set would change, putting it in force; address: the monthly check."""

    FILE = "file"
    ADDRESS = "address"
    REHEARSAL = "rehearsal"
    ACTIVATION = "activation"


class BoundaryTaskState(StrEnum):
    """Where a task stands: waiting for its turn, done, refused (see error)."""

    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"


class BoundaryReport(_Shape):
    """What was noticed of a file: against the set in force (``compared_with``), areas in km².

    ``differences`` go from the set in force to the file's and leave out regions that are the same.
    """

    regions: int
    new: bool
    compared_with: str | None
    remarks: list[Remark]
    repairs: list[Repair]
    overlaps: list[Overlap]
    gaps: list[Gap]
    overlap_slivers: Slivers
    gap_slivers: Slivers
    differences: list[RegionDifference]


class SetChange(_Shape):
    """What putting a set in force changes, or has changed: flights with another region, and the regions concerned.

    Number 0 stands for no region. ``activated`` is false where the set was in force already.
    """

    activated: bool
    flights: int
    regions: list[RegionChange]


class BoundaryTask(_Shape):
    """Something that was asked for about boundaries, and what came of it.

    ``same`` of a check: the address holds what is in force.
    """

    id: UUID
    kind: BoundaryTaskKind
    state: BoundaryTaskState
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    file_name: str | None
    size: int | None
    set_id: int | None
    same: bool | None
    report: BoundaryReport | None
    change: SetChange | None
    error: Fault | None


class BoundaryTasks(_Shape):
    """The newest tasks, the newest first."""

    items: list[BoundaryTask]


class AnnouncedBoundaries(_Shape):
    """A task whose file is awaited at the address."""

    task: BoundaryTask
    upload: Address


@router.get("", operation_id="listRegionSets")
async def stored(request: Request, principal: Analyst) -> RegionSets:
    """List the stored sets; one of them is in force."""
    rows = await _fetch(request, "region_sets")
    sets = [RegionSet(**row) for row in rows]
    return RegionSets(items=sets, may_change=principal.may(Role.ADMINISTRATOR))


@router.get("/tasks", operation_id="listBoundaryTasks")
async def tasks(request: Request, principal: Administrator) -> BoundaryTasks:
    """List what was asked for, the newest fifty first."""
    return BoundaryTasks(items=[_task(row) for row in await _fetch(request, "boundary_tasks", None, 50)])


@router.get("/tasks/{task}", operation_id="getBoundaryTask", responses={404: {}})
async def task_of(request: Request, principal: Administrator, task: UUID) -> BoundaryTask:
    """Tell how far a task is, and what came of it."""
    return await _one(request, task)


@router.post("/files", status_code=201, operation_id="announceBoundaries", responses={413: {}, 415: {}})
async def announce(request: Request, principal: Administrator, file: BoundaryFile) -> AnnouncedBoundaries:
    """Give the address that takes a file of boundaries, once.

    When it has come it is read, stored beside the others, examined against the set in force and rehearsed; the task
    tells the result. Nothing comes in force by being sent.
    """
    settings: BoundarySettings = request.app.state.boundary_settings
    uploads: UploadSettings = request.app.state.upload_settings
    storage: Storage = request.app.state.storage
    name = _checked(file.file_name)
    if not file.size:
        raise UnprocessableInput("REGIONS_FILE_EMPTY", "Файл пуст: в нём ноль байт. Выгрузите его ещё раз.")
    if file.size > settings.max_bytes:
        sentence = (
            f"Файл слишком большой: здесь принимается не больше {settings.max_bytes // _MIB} МиБ. Загрузите его"
            " командой fly-potato regions load."
        )
        raise TooLarge("REGIONS_FILE_TOO_LARGE", sentence)
    now = datetime.now(UTC)
    task, ttl = new_upload_id(now), uploads.url_ttl_seconds
    key = boundaries_key(task)
    address = await asyncio.to_thread(storage.presign_put, key, file.size, _CONTENT_TYPE, expires_in=ttl)
    stated = {key: value for key, value in file.model_dump(exclude={"file_name", "size"}).items() if value}
    about = (key, name, file.size, json.dumps(stated), None)
    await _ask(request, principal, task, BoundaryTaskKind.FILE, *about)
    where = Address(url=address.url, method="PUT", headers=address.headers, expires_at=now + timedelta(seconds=ttl))
    return AnnouncedBoundaries(task=await _one(request, task), upload=where)


@router.get("/{set_id}", operation_id="getRegionSet", responses={404: {}})
async def one_set(request: Request, principal: Analyst, set_id: SetId) -> RegionSetInFull:
    """Tell which subjects a set holds, and which of the catalogue it does not."""
    held = next((row for row in await _fetch(request, "region_sets") if row["id"] == set_id), None)
    if held is None:
        raise set_missing(set_id)
    catalogue = shipped_catalogue()
    subjects, present = [], set()
    for row in await _fetch(request, "region_set_subjects", set_id):
        subject = catalogue.find(row["code"], row["name"])
        present.add(subject.name if subject else None)
        subjects.append(HeldSubject(**row, catalogued=subject is not None))
    missing = [name for name in catalogue.names() if name not in present]
    return RegionSetInFull(**held, subjects=subjects, missing=missing)


@router.get("/{set_id}/outlines", operation_id="getRegionSetOutlines", responses={404: {}})
async def outlines(request: Request, principal: Analyst, set_id: SetId) -> RegionOutlines:
    """Give the outlines of a set for a small map, before it is put in force."""
    rows = await _fetch(request, "region_set_outlines", set_id)
    if not rows:
        raise set_missing(set_id)
    items = [
        RegionOutline(number=row["number"], code=row["code"], name=row["name"], polygons=json.loads(row["polygons"]))
        for row in rows
    ]
    return RegionOutlines(attribution=rows[0]["attribution"], items=items)


@router.post("/{set_id}/rehearsal", status_code=202, operation_id="rehearseRegionSet", responses={404: {}})
async def rehearse(request: Request, principal: Administrator, set_id: SetId) -> BoundaryTask:
    """Ask what putting a set in force would change, region by region; changes nothing."""
    return await _ask_of_set(request, principal, set_id, BoundaryTaskKind.REHEARSAL)


@router.post("/{set_id}/activation", status_code=202, operation_id="activateRegionSet", responses={404: {}})
async def activate(request: Request, principal: Administrator, set_id: SetId) -> BoundaryTask:
    """Ask for a set to be put in force, or for an older one to come back.

    It is done within a minute or two, in one transaction: flights get the regions of the new set and their days are
    counted anew. Asking again while it waits changes nothing.
    """
    return await _ask_of_set(request, principal, set_id, BoundaryTaskKind.ACTIVATION)


def _checked(file_name: str) -> str:
    name = file_name.strip()
    if not name.isprintable() or any(sign in '/\\"<>|:*?' for sign in name) or name.startswith("."):
        raise UnprocessableInput("FILE_NAME_INVALID", "В имени файла есть недопустимые символы. Переименуйте файл.")
    if not name.lower().endswith(_ENDINGS):
        sentence = "Принимаются .geojson, .geojson.gz, .zip с шейп-файлом и .gpkg."
        raise UnsupportedFile("REGIONS_FILE_TYPE", sentence)
    return name


async def _ask_of_set(request: Request, principal: Principal, set_id: int, kind: BoundaryTaskKind) -> BoundaryTask:
    if set_id not in {row["id"] for row in await _fetch(request, "region_sets")}:
        raise set_missing(set_id)
    task = new_upload_id(datetime.now(UTC))
    await _ask(request, principal, task, kind, None, None, None, None, set_id)
    [row] = await _fetch(request, "open_boundary_task", task, kind, set_id)
    return _task(row)


async def _ask(
    request: Request, principal: Principal, task: UUID, kind: BoundaryTaskKind, *about: str | int | None
) -> None:
    pool: Pool = request.app.state.pool
    with translated():
        await pool.execute(_SQL["ask_boundary_task"], task, kind, principal.subject, *about)
    log.info("An administrator asks for a change of boundaries.", extra={"job": kind})


async def _one(request: Request, task: UUID) -> BoundaryTask:
    rows = await _fetch(request, "boundary_tasks", task, 1)
    if not rows:
        raise NotFound("BOUNDARY_TASK_NOT_FOUND", "Такого задания нет.")
    return _task(rows[0])


async def _fetch(request: Request, statement: str, *values: object) -> list[Columns]:
    pool: Pool = request.app.state.pool
    with translated():
        return [dict(row) for row in await pool.fetch(_SQL[statement], *values)]


def _task(row: Columns) -> BoundaryTask:
    result = json.loads(row["result"] or "{}")
    report, change = result.get("report"), result.get("change")
    code = row["error_code"]
    return BoundaryTask(
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
        report=BoundaryReport(**report) if report else None,
        change=SetChange(**change) if change else None,
        error=Fault(code=code, sentence=row["error_sentence"]) if code else None,
    )
