"""One try at a delivery: lock, claim, load; all or nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from shared.db import Connection, Pool
from shared.errors import WorkbookError
from shared.ingest import uploads
from shared.ingest.claims import Claim, Superseded, claim, done, fail, lock
from shared.ingest.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Delivery:
    """A workbook on disk, and what is known of it before it is opened."""

    upload: UUID
    key: str
    sha256: bytes
    source_at: datetime
    """How old its facts are, UTC."""
    workbook: Path
    lease: timedelta


async def attempt(pool: Pool, delivery: Delivery) -> Outcome:
    """Load a workbook unless it is in or somebody alive has it in hand."""
    mine: Claim | None = None
    try:
        async with pool.acquire() as conn, conn.transaction():
            known = await done(conn, delivery.sha256)
            if known is not None:
                await uploads.link(conn, delivery.upload, known)
                return Outcome("duplicate", known)
            if not await lock(conn, delivery.sha256):
                return Outcome("busy")
            async with pool.acquire() as side:
                claimed = await _claim(side, delivery)
            if isinstance(claimed, int):
                return Outcome("duplicate", claimed)
            mine = claimed
            # Imported here because parser and reader cost 60 ms, which the same bytes again need not pay.
            from shared.ingest.loading import load

            return await load(pool, conn, mine, delivery)
    except Superseded:
        return Outcome("busy")
    except WorkbookError as error:
        if mine is None:
            raise
        async with pool.acquire() as conn:
            ours = await fail(conn, mine, error)
        return Outcome("failed", mine.load_id, error=error) if ours else Outcome("busy")


async def _claim(side: Connection, delivery: Delivery) -> Claim | int:
    # Outside the load's transaction, so that others see at once who has it, and since when.
    claimed = await claim(side, delivery.sha256, delivery.key, delivery.source_at, delivery.lease)
    await uploads.link(side, delivery.upload, claimed if isinstance(claimed, int) else claimed.load_id)
    return claimed
