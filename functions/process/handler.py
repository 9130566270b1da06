"""The function ``process``: an Object Storage trigger's event becomes flights."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from shared import logs
from shared.db import Pool, connect_pool
from shared.errors import OutageError
from shared.ingest import STEPS, process_object, run_job
from shared.runtime import Call, TriggerHandler
from shared.runtime.triggers import Message, ObjectMessage, TimerMessage
from shared.settings import (
    AppSettings,
    DatabaseSettings,
    IngestSettings,
    RetentionSettings,
    StorageSettings,
    UploadSettings,
    load,
)
from shared.storage import Storage
from shared.storage.object_keys import BOUNDARIES, INCOMING

logger = logging.getLogger(__name__)


Workshop = tuple[Pool, Storage, IngestSettings]
"""What every delivery needs."""


@asynccontextmanager
async def _opened() -> AsyncIterator[Workshop]:
    logs.configure(load(AppSettings).effective_log_level)
    database = load(DatabaseSettings)
    # A load holds one connection and tells how far it is on another: with a pool of one it would wait for itself.
    database = database.model_copy(update={"pool_size": max(2, database.pool_size)})
    pool = await connect_pool(database, application="fly-potato-process")
    try:
        yield pool, Storage(load(StorageSettings)), load(IngestSettings)
    finally:
        pool.terminate()


async def _consume(workshop: Workshop, message: Message, call: Call) -> None:
    pool, storage, settings = workshop
    key = message.details.key if isinstance(message, ObjectMessage) and message.created else ""
    if isinstance(message, TimerMessage):
        retention = load(RetentionSettings)
        ttl, window = timedelta(hours=retention.ttl_hours), load(UploadSettings).arrival_window
        payload, files = message.details.payload, not retention.files_expire_themselves
        return await run_job(pool, storage, payload, ttl, window, files=files)
    if not key.startswith(INCOMING) or key.startswith(BOUNDARIES):
        return logger.info("Not a new workbook, ignored.")
    if message.details.bucket_id != storage.bucket:
        return logger.warning("An event of another bucket, ignored.", extra={"bucket": message.details.bucket_id})
    seconds_left = call.seconds_left or settings.timeout_seconds
    lease = timedelta(seconds=seconds_left + settings.lease_margin_seconds)
    outcome = await process_object(pool, storage, key, lease=lease)
    facts = {"outcome": outcome.kind, "load_id": outcome.load_id, "code": outcome.error_code}
    seconds = {f"seconds_{step}": round(outcome.seconds[step], 3) for step in STEPS if step in outcome.seconds}
    logger.info("Delivered.", extra={**facts, **asdict(outcome.counts), **seconds})
    if outcome.kind == "busy":
        # Whoever has the bytes in hand may yet die without a trace, so this delivery comes again.
        raise OutageError("LOAD_BUSY", "Этот файл сейчас загружает другой обработчик.")


_take = TriggerHandler(_opened, _consume)


def handler(event: dict[str, Any], context: object) -> None:
    """Take one event of the trigger; raises where it has to come again."""
    _take(event, context)
