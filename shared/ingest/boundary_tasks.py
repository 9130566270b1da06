"""What administrators ask for about boundaries, done by a timer's job: read a file, rehearse a set, put it in force.

The API writes a row into ``core.boundary_tasks`` and may do nothing else; here it is answered, in the transaction that
does the work. A file is read, stored beside the sets that are there, examined and rehearsed, and all of it is the
answer: nothing comes in force by being sent.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from uuid import UUID

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.errors import FlyPotatoError, InputError, NotFound, OutageError, RegionsError
from shared.ingest.activation import Activation, put_in_force
from shared.regions import BoundarySet, Provenance, read_boundaries, store_boundaries
from shared.regions.checking import examine_stored
from shared.storage import Storage, new_upload_id

log = logging.getLogger(__name__)

MAX_UNPACKED_BYTES = 200 << 20
"""What a file may hold unpacked where a function reads it: some six times as much memory is needed for it."""
LAST_ATTEMPT = 3
_SQL = load_sql("shared.ingest")
_ANSWER = """
UPDATE core.boundary_tasks
SET state = $2, result = $3::jsonb, set_id = coalesce($4, set_id), error_code = $5, error_sentence = $6,
    finished_at = now()
WHERE id = $1
"""
_TAKE_BACK = """
UPDATE core.boundary_tasks SET result = jsonb_build_object('attempts', (result ->> 'attempts')::integer - 1)
WHERE id = $1 AND state = 'requested'
"""

Result = Mapping[str, Any]


class TaskRow(Protocol):
    """A row of ``core.boundary_tasks``, by column."""

    def __getitem__(self, name: str, /) -> Any:
        """Give a column's value."""


async def answer_boundary_tasks(pool: Pool, storage: Storage, arrival_window: timedelta) -> int:
    """Do what is asked for, the oldest first; gives how many tasks have been answered.

    ``arrival_window`` is how long after its announcement a file may still arrive.

    Raises:
        OutageError: the database or the bucket is away; the task waits.
    """
    answered = 0
    with translated():
        tasks = await pool.fetch("SELECT id, object_key, asked_at FROM core.boundary_tasks WHERE state = 'requested'")
        for task in sorted(tasks, key=lambda row: row["asked_at"]):
            if task["object_key"] is None or await _is_here(pool, storage, task, arrival_window):
                answered += await _answer(pool, storage, task["id"])
    return answered


async def _is_here(pool: Pool, storage: Storage, task: TaskRow, arrival_window: timedelta) -> bool:
    try:
        await asyncio.to_thread(storage.head, task["object_key"])
    except NotFound:
        if await pool.fetchval("SELECT now() > $1::timestamptz + $2", task["asked_at"], arrival_window):
            sentence = "Файл так и не пришёл. Отправьте его ещё раз."
            await pool.execute(_ANSWER, task["id"], "refused", None, None, "REGIONS_FILE_ABSENT", sentence)
        return False
    return True


async def _answer(pool: Pool, storage: Storage, task_id: UUID) -> bool:
    """Answer one task, unless somebody else has it in hands."""
    attempt = await pool.fetchval(_SQL["begin_boundary_task"], task_id)
    if attempt is None:
        return False
    try:
        async with pool.acquire() as conn, conn.transaction():
            task = await conn.fetchrow(_SQL["take_boundary_task"], task_id)
            if task is None:
                return False
            try:
                if attempt > LAST_ATTEMPT:
                    raise _exhausted()
                async with conn.transaction():
                    result, set_id = await _work(conn, storage, task)
            except (InputError, NotFound) as refused:
                await conn.execute(_ANSWER, task_id, "refused", None, None, refused.code, refused.sentence)
                log.warning("A task of boundaries was refused.", extra={"job": task["kind"], "code": refused.code})
            else:
                await conn.execute(_ANSWER, task_id, "done", json.dumps(result), set_id, None, None)
                log.info("A task of boundaries was done.", extra={"job": task["kind"]})
    except OutageError:
        # An outage says nothing of the task. If the database is what is away, the attempt counts after all.
        with suppress(OutageError), translated():
            await pool.execute(_TAKE_BACK, task_id)
        raise
    return True


def _exhausted() -> FlyPotatoError:
    sentence = (
        f"Задание {LAST_ATTEMPT} раза подряд оборвалось без результата. Возможно, файл слишком велик для облачной"
        " функции: загрузите его командой fly-potato regions load."
    )
    return RegionsError("REGIONS_TASK_EXHAUSTED", sentence)


async def _work(conn: Connection, storage: Storage, task: TaskRow) -> tuple[Result, int]:
    if task["kind"] == "file":
        boundaries = await _read(storage, task)
        return await offer(conn, boundaries)
    done = await put_in_force(conn, task["set_id"], rehearse=task["kind"] == "rehearsal")
    return {"change": change_of(done)}, task["set_id"]


async def _read(storage: Storage, task: TaskRow) -> BoundarySet:
    with TemporaryDirectory(prefix="boundaries-") as folder:
        # The file's own name stands in what is said of it; it may be longer than a file system takes.
        path = Path(folder) / task["file_name"][-60:]
        await asyncio.to_thread(storage.download, task["object_key"], path)
        return await asyncio.to_thread(read, path, json.loads(task["stated"] or "{}"))


def read(path: Path, stated: Mapping[str, str | None]) -> BoundarySet:
    """Read a file with what its sender says of it: name, source, licence, attribution, default_time_zone.

    Raises:
        RegionsError: it cannot be used.
    """
    about = Provenance(*(stated.get(key) for key in ("name", "source", "licence", "attribution")))
    return read_boundaries(
        path, provenance=about, default_time_zone=stated.get("default_time_zone"), max_bytes=MAX_UNPACKED_BYTES
    )


async def offer(conn: Connection, boundaries: BoundarySet) -> tuple[Result, int]:
    """Store a set beside the others, examine and rehearse it; gives the report and the set's number."""
    stored = await store_boundaries(conn, boundaries, activate=False)
    examination = await examine_stored(conn, stored)
    differences = [asdict(each) for each in examination.differences if not each.same]
    remarks = [asdict(each) for each in boundaries.remarks]
    report = {**asdict(examination), "new": stored.new, "remarks": remarks, "differences": differences}
    return {"report": report, "change": change_of(await put_in_force(conn, stored.id, rehearse=True))}, stored.id


def change_of(done: Activation) -> Result:
    """Tell a change with the regions whose flights or names are others."""
    changed = [each for each in done.regions if (each.before, each.name_before) != (each.after, each.name_after)]
    return {"activated": done.activated, "flights": done.changed, "regions": [asdict(each) for each in changed]}


async def note_activation(conn: Connection, by: str, set_id: int, done: Activation) -> None:
    """Write down that a command has put a set in force, where an administrator's request would stand."""
    task_id, result = new_upload_id(datetime.now(UTC)), json.dumps({"change": change_of(done)})
    await conn.execute(_SQL["note_boundary_task"], task_id, "activation", by, set_id, result, None, None)
