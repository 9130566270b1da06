"""How many workbooks may be loaded at a time just now, as administrators have set it."""

import logging
import time

import asyncpg

from shared.switches import MOST_LANES, read_maintenance

LOG = logging.getLogger(__name__)
_KEPT_SECONDS = 2.0
_CONNECT_SECONDS = 5.0


class Throttle:
    """Asks the database every few seconds; while it is away the last answer holds."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._lanes = MOST_LANES
        self._asked = float("-inf")

    async def lanes(self) -> int:
        """Give the number; 0 while ingest is paused."""
        if time.monotonic() - self._asked < _KEPT_SECONDS:
            return self._lanes
        self._asked = time.monotonic()
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._uri, statement_cache_size=0, timeout=_CONNECT_SECONDS)
            state = await read_maintenance(self._connection)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            LOG.warning("The switches cannot be read.", extra={"code": type(error).__name__})
            return self._lanes
        self._lanes = 0 if state.paused else state.lanes or MOST_LANES
        return self._lanes
