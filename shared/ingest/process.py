"""One delivery of one object, from the event to the outcome.

Bad input finishes the delivery: it would fail again, so the load is put down as failed with a code. An outage raises,
so that the platform brings the event again. Every step may be repeated: what is done is recognised by its bytes.
"""

import asyncio
import errno
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

from shared.db import Connection, Pool, is_retryable, translated
from shared.errors import NotFound, OutageError
from shared.ingest import uploads
from shared.ingest.attempts import Delivery, attempt
from shared.ingest.outcome import Outcome
from shared.ingest.results import copy_rejects, deliver_rejects
from shared.storage import Storage, source_time, upload_of

log = logging.getLogger(__name__)

TRIES = 3
"""How often one delivery runs its transaction when the database names a passing fault."""
_PAUSE_SECONDS = 1.0


async def process_object(
    pool: Pool, storage: Storage, key: str, *, lease: timedelta, work_dir: Path | None = None
) -> Outcome:
    """Load the workbook under ``key``, once.

    ``lease`` is how long the load stays ours without a sign of life: the function's time-out and a margin.

    Raises:
        OutageError: something we depend on is away; the event should come again.
    """
    with _disk_faults(), tempfile.TemporaryDirectory(dir=work_dir, prefix="workbook-") as folder:
        with translated():
            async with pool.acquire() as conn:
                upload = await uploads.received(conn, key)
        started = perf_counter()
        workbook = Path(folder) / "workbook"
        try:
            fetched = await asyncio.to_thread(storage.download, key, workbook)
            source_at = await _source_at(storage, key)
        except NotFound as gone:
            return await _gone(pool, upload, gone)
        fetch_seconds = perf_counter() - started
        delivery = Delivery(upload, key, fetched.sha256, source_at, workbook, lease)
        outcome = await _with_tries(pool, delivery)
        outcome.seconds["fetch"] = fetch_seconds
        with translated():
            await _deliver(pool, storage, outcome, delivery)
    return outcome


async def _gone(pool: Pool, upload: UUID, error: NotFound) -> Outcome:
    """Show that the object was taken away before it could be read; nothing will bring it back."""
    with translated():
        async with pool.acquire() as conn:
            await uploads.finish(conn, upload, "failed", None, error)
    return Outcome("failed", error=error)


async def _with_tries(pool: Pool, delivery: Delivery) -> Outcome:
    for left in reversed(range(TRIES)):
        try:
            with translated():
                return await attempt(pool, delivery)
        except OutageError as error:
            if not left or error.__cause__ is None or not is_retryable(error.__cause__):
                raise
            log.warning("load is tried again", extra={"code": error.code})
            await asyncio.sleep(_PAUSE_SECONDS * (TRIES - left))
    raise AssertionError("unreachable")


async def _deliver(pool: Pool, storage: Storage, outcome: Outcome, delivery: Delivery) -> None:
    """Show the outcome to every upload of these bytes, after the rejects are where it points to."""
    if outcome.kind == "busy" or outcome.load_id is None:
        return
    async with pool.acquire() as conn:
        others = await uploads.waiting(conn, outcome.load_id, delivery.upload)
        recipients = [delivery.upload, *others]
        again = outcome.kind == "duplicate" and await copy_rejects(conn, storage, outcome.load_id, recipients)
        if outcome.kind != "failed" and not again:
            await deliver_rejects(conn, storage, outcome.load_id, recipients, delivery.workbook)
        own: str = outcome.kind
        if own == "duplicate" and await _loaded_by(conn, outcome.load_id, delivery.key):
            own = "loaded"
        other = "failed" if outcome.kind == "failed" else "duplicate"
        for who, what in [(delivery.upload, own), *((one, other) for one in others)]:
            await uploads.finish(conn, who, what, outcome.load_id, outcome.error)


async def _loaded_by(conn: Connection, load_id: int, key: str) -> bool:
    found = "SELECT object_key = $2 FROM core.loads WHERE id = $1"
    return bool(await conn.fetchval(found, load_id, key))


async def _source_at(storage: Storage, key: str) -> datetime:
    upload = upload_of(key)
    if upload is not None:
        return source_time(upload)
    return (await asyncio.to_thread(storage.head, key)).modified_at


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sentence = "На диске обработчика кончилось место. Загрузка повторится сама."
            raise OutageError("TEMPORARY_DISK_FULL", sentence) from error
        raise
