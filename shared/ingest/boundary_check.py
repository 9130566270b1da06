"""Once a month: does the configured address hold other boundaries than those in force?

A file that says something else is stored and examined like one that an administrator has sent, and waits for him: no
address puts anything in force. A check that fails is written down with its code and tried again the next day; that no
check has come to an end for too long is a metric with an alert.
"""

import asyncio
import json
import logging
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.errors import RegionsError
from shared.ingest.boundary_tasks import offer, read
from shared.regions import BoundarySet, remove_set
from shared.settings import BoundarySettings
from shared.storage import new_upload_id
from shared.switches import read_maintenance

log = logging.getLogger(__name__)

BY = "check-boundaries"
_DUE = """
SELECT NOT EXISTS (
    SELECT FROM core.boundary_tasks
    WHERE kind = 'address' AND state = 'done' AND finished_at > now() - interval '30 days'
)
"""
_SQL = load_sql("shared.ingest")
_CHUNK = 1 << 20
_SECONDS = 60.0


async def check_boundaries(pool: Pool, settings: BoundarySettings) -> str | None:
    """Fetch and compare, unless that was done within 30 days or is switched off.

    Gives ``same``, ``other``, a code of an error, or None where nothing was looked at.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    if settings.check_url is None:
        return None
    address, task_id = str(settings.check_url), new_upload_id(datetime.now(UTC))
    with translated():
        async with pool.acquire() as conn:
            if not (await read_maintenance(conn)).allows("boundary_check") or not await conn.fetchval(_DUE):
                return None
        try:
            boundaries = await asyncio.to_thread(_fetch, address, settings.max_bytes)
            async with pool.acquire() as conn, conn.transaction():
                result, set_id = await _compare(conn, boundaries)
                facts = json.dumps(result)
                await conn.execute(_SQL["note_boundary_task"], task_id, "address", BY, set_id, facts, None, None)
        except RegionsError as refused:
            why = (refused.code, refused.sentence)
            await pool.execute(_SQL["note_boundary_task"], task_id, "address", BY, None, None, *why)
            log.error("Boundaries could not be checked.", extra={"code": refused.code})
            return refused.code
    if set_id is None:
        log.info("The address holds the boundaries that are in force.")
        return "same"
    log.warning("The address holds other boundaries than those in force.", extra={"code": "BOUNDARIES_DIFFER"})
    return "other"


async def _compare(conn: Connection, boundaries: BoundarySet) -> tuple[dict[str, Any], int | None]:
    result, set_id = await offer(conn, boundaries)
    if result["report"]["differences"] or not result["report"]["compared_with"]:
        return {**result, "same": False}, set_id
    if result["report"]["new"]:
        # Another name of the file, or another order: nothing that anybody has to look at.
        await remove_set(conn, set_id)
    return {"same": True}, None


def _fetch(address: str, max_bytes: int) -> BoundarySet:
    name = Path(urlsplit(address).path).name[-60:] or "boundaries"
    try:
        # The administrator has named the address, and the settings allow http and https alone.
        request = urllib.request.Request(address, headers={"User-Agent": "Fly-Potato"})  # noqa: S310
        with TemporaryDirectory(prefix="boundaries-") as folder:
            path = Path(folder) / name
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer, path.open("wb") as out:  # noqa: S310
                size = 0
                while chunk := answer.read(_CHUNK):
                    size += len(chunk)
                    if size > max_bytes:
                        sentence = f"Файл по адресу проверки больше {max_bytes >> 20} МиБ."
                        raise RegionsError("REGIONS_FILE_TOO_LARGE", sentence)
                    out.write(chunk)
            return read(path, {})
    except urllib.error.HTTPError as error:
        sentence = f"Адрес проверки границ ответил кодом {error.code}."
        raise RegionsError("REGIONS_ADDRESS_UNREACHABLE", sentence) from None
    except (OSError, ValueError):
        sentence = "Адрес проверки границ недоступен. Проверьте REGIONS_CHECK_URL и выход в сеть."
        raise RegionsError("REGIONS_ADDRESS_UNREACHABLE", sentence) from None
