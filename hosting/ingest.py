"""``python -m hosting.ingest``: the trigger, the timers and the function ``process`` in one process.

A process of its own, beside those that answer HTTP: it connects as another role of the database, and what a workbook
costs it does not cost them. ``python -m hosting`` starts it and starts it anew when it dies.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from typing import Any

import asyncpg

from functions.process.handler import handler
from hosting.delivery_queue import DeadLetters, Deliveries
from hosting.settings import HostingSettings
from hosting.timers import LastRuns, Timers, deliveries, jobs_of_ingest
from hosting.trigger import DeliveryFailed, Watcher
from shared import logs
from shared.errors import FlyPotatoError
from shared.settings import AppSettings, DatabaseSettings, StorageSettings, load
from shared.storage import Storage
from shared.storage.object_keys import INCOMING
from shared.switches import MOST_LANES, read_maintenance

LOG = logging.getLogger(__name__)
_KEPT_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
_PARENT_SECONDS = 2.0


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


@dataclass(frozen=True, slots=True)
class _Context:
    """What the platform hands to a function beside the event; there is no deadline on hosts."""

    request_id: str


async def _deliver(event: dict[str, Any], request_id: str) -> None:
    try:
        await asyncio.to_thread(handler, event, _Context(request_id))
    except FlyPotatoError as error:
        raise DeliveryFailed(error.code) from None


async def _serve(settings: HostingSettings, storage: Storage) -> None:
    watcher = Watcher(
        storage,
        INCOMING,
        _deliver,
        Deliveries(settings.state_file),
        DeadLetters(settings.dead_letters),
        settings.retries,
        lanes=settings.ingest_lanes,
        allowed=Throttle(load(DatabaseSettings).uri.get_secret_value()).lanes,
    )
    jobs = jobs_of_ingest(boundary_check=settings.boundary_check)
    timers = Timers(deliveries(_deliver), LastRuns(settings.state_file), jobs)
    watching = asyncio.create_task(_together(watcher, timers, settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, watching.cancel)
    orphaned = asyncio.create_task(_parent_ends(os.getppid()))
    await asyncio.wait({watching, orphaned}, return_when=asyncio.FIRST_COMPLETED)
    if watching.done() and not watching.cancelled():
        watching.result()


async def _together(watcher: Watcher, timers: Timers, settings: HostingSettings) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(watcher.run(settings.watch_seconds))
        group.create_task(timers.run())


async def _parent_ends(parent: int) -> None:
    """Return once the process that started this one is gone: the next one will start an ingest of its own."""
    while os.getppid() == parent:
        await asyncio.sleep(_PARENT_SECONDS)


def main() -> int:
    """Read the environment, deliver until told to stop, and give the exit status."""
    try:
        logs.configure(load(AppSettings).effective_log_level)
        settings, storage = load(HostingSettings), Storage(load(StorageSettings))
    except FlyPotatoError as error:
        LOG.critical("The ingest cannot start.", exc_info=error)
        sys.stderr.write(f"{error}\n")
        return 2
    with asyncio.Runner() as runner:
        runner.run(_serve(settings, storage))
        # A load under way stands in a thread that nobody can end. It is in one transaction, which the server rolls back
        # when this process is gone, and its delivery comes again.
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
