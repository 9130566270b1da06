"""One delivery of one object, from the event to the end.

::

    received ──> fetched ──> lock, claim, load ──> rejects beside it ──> the outcome at every upload of these bytes

Every delivery ends. Bad input ends it at once: it would fail again, so the load is put down as failed with a code. An
outage raises, so that the platform brings the event again, and counts for nothing. Whatever else goes wrong raises too,
until the load's last attempt (``claims.LAST_ATTEMPT``), which puts it down as failed. Every step may be repeated: what
is done is recognised by its bytes.
"""

import asyncio
import errno
import hashlib
import json
import logging
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

from shared.db import Connection, Pool, is_retryable, translated
from shared.errors import FlyPotatoError, InputError, NotFound, OutageError
from shared.ingest import upload_outcomes
from shared.ingest.claims import LAST_ATTEMPT, Claim, Superseded, claim, done, exhausted, fail, fault, lock, release
from shared.ingest.model import Delivery, Outcome
from shared.storage import Storage, source_time, upload_of
from shared.workbooks.protocol import SheetColumns
from shared.workbooks.refusals import UnknownHeaders

log = logging.getLogger(__name__)

TRIES = 3
"""How often one delivery runs its transaction when the database names a passing fault."""
_PAUSE_SECONDS = 1.0
_CONNECTION_SECONDS = 30.0
"""How long to wait for a connection of the pool; a load takes two, its own and one beside it for progress."""
_STEPS = "UPDATE core.loads SET step_seconds = $2, column_map = $3 WHERE id = $1"
_ENDING = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)


async def process_object(
    pool: Pool, storage: Storage, key: str, *, lease: timedelta, work_dir: Path | None = None
) -> Outcome:
    """Load the workbook under ``key``, once.

    ``lease`` is how long the load stays ours without a sign of life: the function's time-out and a margin.

    Raises:
        OutageError: something we depend on is away; the event should come again.
        Exception: a fault of ours; the event should come again, until the load's last attempt has ended it.
    """
    with _disk_faults(), tempfile.TemporaryDirectory(dir=work_dir, prefix="workbook-") as folder:
        async with _connected(pool) as conn:
            upload = await upload_outcomes.received(conn, key, lease)
            if isinstance(upload, upload_outcomes.Ended):
                return _ended(upload)
            columns = await upload_outcomes.columns(conn, upload)
        started = perf_counter()
        workbook = Path(folder) / "workbook"
        try:
            fetched = await asyncio.to_thread(storage.download, key, workbook)
            source_at = await _source_at(storage, key)
        except NotFound as gone:
            return await _gone(pool, upload, gone)
        identity = _identity(fetched.sha256, columns)
        delivery = Delivery(upload, key, identity, source_at, workbook, lease, perf_counter() - started, columns)
        outcome = await _with_tries(pool, delivery)
        started = perf_counter()
        with translated():
            await _deliver(pool, storage, outcome, delivery)
        seconds = {"fetch": delivery.fetch_seconds, **outcome.seconds, "deliver": perf_counter() - started}
    return replace(outcome, seconds=seconds)


def _identity(sha256: bytes, columns: Sequence[SheetColumns]) -> bytes:
    """Tell what a workbook is known by: its bytes, and the columns that its sender names, which bring sheets in."""
    return hashlib.sha256(sha256 + _written(columns).encode()).digest() if columns else sha256


def _written(columns: Sequence[SheetColumns]) -> str:
    return json.dumps([each._asdict() for each in columns], ensure_ascii=False)


def _ended(upload: upload_outcomes.Ended) -> Outcome:
    """Say what an upload that has its outcome came to; nothing is read or written for it again."""
    match upload.outcome:
        case "failed":
            return Outcome("failed", upload.load_id, error=upload.error)
        case "withdrawn":
            return Outcome("withdrawn", upload.load_id)
    return Outcome("duplicate", upload.load_id)


async def _gone(pool: Pool, upload: UUID, error: NotFound) -> Outcome:
    """Show that the object was taken away before it could be read; nothing will bring it back."""
    async with _connected(pool) as conn:
        await upload_outcomes.finish(conn, upload, "failed", None, error)
    return Outcome("failed", error=error)


async def _with_tries(pool: Pool, delivery: Delivery) -> Outcome:
    for tries_left in reversed(range(TRIES)):
        try:
            return await _attempt(pool, delivery)
        except OutageError as error:
            if not tries_left or error.__cause__ is None or not is_retryable(error.__cause__):
                raise
            log.warning("load is tried again", extra={"code": error.code})
            await asyncio.sleep(_PAUSE_SECONDS * (TRIES - tries_left))
    raise AssertionError("unreachable")


async def _attempt(pool: Pool, delivery: Delivery) -> Outcome:
    """Load a workbook unless it is in or somebody alive has it in hand: all or nothing."""
    own_claim: Claim | None = None
    try:
        async with _connected(pool) as conn, conn.transaction():
            load_id = await done(conn, delivery.sha256)
            if load_id is not None:
                await upload_outcomes.link(conn, delivery.upload, load_id)
                return Outcome("duplicate", load_id)
            if not await lock(conn, delivery.sha256):
                return Outcome("busy")
            claimed = await _claim(pool, delivery)
            if isinstance(claimed, int):
                return Outcome("duplicate", claimed)
            own_claim = claimed
            return await _load(pool, conn, own_claim, replace(delivery, source_at=own_claim.source_at))
    except Superseded:
        return Outcome("busy")
    except _ENDING:
        raise
    except BaseException as error:
        if own_claim is None:
            raise
        return await _cut_off(pool, own_claim, error)


async def _claim(pool: Pool, delivery: Delivery) -> Claim | int:
    # Outside the load's transaction, so that others see at once who has it, and since when.
    async with _connected(pool) as side:
        claimed = await claim(side, delivery.sha256, delivery.key, delivery.source_at, delivery.lease)
        await upload_outcomes.link(side, delivery.upload, claimed if isinstance(claimed, int) else claimed.load_id)
    return claimed


async def _load(pool: Pool, conn: Connection, claim: Claim, delivery: Delivery) -> Outcome:
    if claim.attempt > LAST_ATTEMPT:
        raise exhausted()
    # Imported here because parser and reader cost 60 ms, which the same bytes again need not pay.
    from shared.ingest.load import load

    outcome = await load(pool, conn, claim, delivery)
    seconds = {"fetch": delivery.fetch_seconds, **outcome.seconds}
    columns = _written(delivery.columns) if delivery.columns else None
    await conn.execute(_STEPS, claim.load_id, json.dumps(seconds), columns)
    return outcome


async def _cut_off(pool: Pool, claim: Claim, error: BaseException) -> Outcome:
    """End a load whose transaction is rolled back, or raise so that it is tried again."""
    if isinstance(error, OutageError) or _disk_is_full(error):
        with suppress(FlyPotatoError):
            async with _connected(pool) as conn:
                await release(conn, claim)
        raise error
    why: FlyPotatoError
    if isinstance(error, InputError):
        why = error
    elif claim.last:
        log.error("The load ended by a fault of ours.", exc_info=error, extra={"load_id": claim.load_id})
        why = fault()
    elif isinstance(error, Exception):
        raise error
    else:
        # A panic of a native library would end the worker.
        raise RuntimeError("a native library gave up") from error
    async with _connected(pool) as conn:
        is_ours = await fail(conn, claim, why)
    headings = why.headings if isinstance(why, UnknownHeaders) else ()
    return Outcome("failed", claim.load_id, error=why, headings=headings) if is_ours else Outcome("busy")


async def _deliver(pool: Pool, storage: Storage, outcome: Outcome, delivery: Delivery) -> None:
    """Show the outcome to every upload of these bytes, after the rejects are where it points to."""
    if outcome.kind == "busy" or outcome.load_id is None:
        return
    async with _connected(pool) as conn:
        others = await upload_outcomes.waiting(conn, outcome.load_id, delivery.upload)
        if outcome.kind != "failed":
            await _deliver_rejects(conn, storage, outcome, [delivery.upload, *others], delivery)
        own: str = outcome.kind
        if own == "duplicate" and await _loaded_by(conn, outcome.load_id, delivery.key):
            own = "loaded"
        other = "failed" if outcome.kind == "failed" else "duplicate"
        for upload, kind in [(delivery.upload, own), *((waiting, other) for waiting in others)]:
            await upload_outcomes.finish(conn, upload, kind, outcome.load_id, outcome.error, outcome.headings)


async def _deliver_rejects(
    conn: Connection, storage: Storage, outcome: Outcome, recipients: list[UUID], delivery: Delivery
) -> None:
    """Put the rejects beside each upload; the flights are in, so a fault of ours here must not hide that."""
    load_id = outcome.load_id
    if load_id is None:
        return
    try:
        if outcome.kind == "duplicate" and await upload_outcomes.copy_rejects(conn, storage, load_id, recipients):
            return
        is_read = outcome.kind == "loaded"
        await upload_outcomes.deliver_rejects(conn, storage, load_id, recipients, delivery, is_read=is_read)
    except Exception as error:
        if isinstance(error, OutageError) or is_retryable(error):
            raise
        log.exception("The rejects could not be written.", extra={"code": "REJECTS_NOT_WRITTEN", "load_id": load_id})


async def _loaded_by(conn: Connection, load_id: int, key: str) -> bool:
    statement = "SELECT object_key = $2 FROM core.loads WHERE id = $1"
    return bool(await conn.fetchval(statement, load_id, key))


async def _source_at(storage: Storage, key: str) -> datetime:
    upload = upload_of(key)
    if upload is not None:
        return source_time(upload)
    return (await asyncio.to_thread(storage.head, key)).modified_at


@asynccontextmanager
async def _connected(pool: Pool) -> AsyncIterator[Connection]:
    with translated():
        async with pool.acquire(timeout=_CONNECTION_SECONDS) as conn:
            yield conn


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if _disk_is_full(error):
            sentence = "На диске обработчика кончилось место. Загрузка повторится сама."
            raise OutageError("TEMPORARY_DISK_FULL", sentence) from error
        raise


def _disk_is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
