"""The Object Storage trigger: a new object in the bucket becomes the platform's event, delivered until it is done.

The bucket is listed, for no S3 server on a desk sends events that are the platform's. An object counts as done only
when its delivery has ended; the emulator may be killed at any moment and delivers again after its next start, as the
platform does not promise to deliver once either. https://yandex.cloud/docs/functions/concepts/trigger/os-trigger
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.emulator.dead_letters import DeadLetters, Failure
from local.emulator.pools import CallFailed
from shared.errors import FlyPotatoError
from shared.storage import Storage, StoredObject

LOG = logging.getLogger("local.emulator.triggers")
OUTAGE_SECONDS = 3.0
Deliver = Callable[[dict[str, Any], str], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed delivery is tried again, and how many seconds apart."""

    attempts: int
    seconds: float


def object_created(bucket: str, key: str, now: datetime) -> dict[str, Any]:
    """Build the event exactly as the platform writes it, nine decimals in its time included; ``now`` is aware."""
    created_at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
    metadata = {
        "event_id": str(uuid4()),
        "event_type": "yandex.cloud.events.storage.ObjectCreate",
        "created_at": created_at,
        "tracing_context": {"trace_id": secrets.token_hex(8), "span_id": "", "parent_span_id": ""},
        "cloud_id": "b1glocal000000000000",
        "folder_id": "b1glocal000000000001",
    }
    return {"messages": [{"event_metadata": metadata, "details": {"bucket_id": bucket, "object_id": key}}]}


class Ledger:
    """Which objects are done, by ETag and time, in a file that is replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def knows(self, item: StoredObject) -> bool:
        """Tell whether this very object has been dealt with."""
        return self._done.get(item.key) == _mark(item)

    def done(self, item: StoredObject) -> None:
        """Put down that an object has been dealt with."""
        self._done[item.key] = _mark(item)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(self._done, indent=0))
        draft.replace(self._path)


class Watcher:
    """Lists a prefix and carries every new object to the function."""

    def __init__(
        self, storage: Storage, prefix: str, deliver: Deliver, ledger: Ledger, dead: DeadLetters, retry: Retry
    ) -> None:
        self._storage = storage
        self._prefix = prefix
        self._deliver = deliver
        self._ledger = ledger
        self._dead = dead
        self._retry = retry
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def run(self, seconds: float) -> None:
        """Look every ``seconds`` until cancelled; deliveries under way are cancelled with it."""
        try:
            while True:
                await asyncio.sleep(await self._look(seconds))
        finally:
            for task in self._under_way.values():
                task.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _look(self, seconds: float) -> float:
        try:
            listed = await asyncio.to_thread(lambda: list(self._storage.list(self._prefix)))
        except FlyPotatoError as error:
            LOG.warning("the bucket cannot be listed: %s", error.code)
            return OUTAGE_SECONDS
        for item in listed:
            if not self._ledger.knows(item):
                self._start((item.key, _mark(item)), partial(self._carry, item))
        for path, event in self._dead.asked():
            self._start((path.name, ""), partial(self._carry_again, path, event))
        return seconds

    def _start(self, name: tuple[str, str], carry: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self._under_way:
            task = asyncio.create_task(carry())
            self._under_way[name] = task
            task.add_done_callback(partial(self._ended, name))

    def _ended(self, name: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._under_way.pop(name, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("delivery of %s broke off and begins anew", name[0], exc_info=error)

    async def _carry(self, item: StoredObject) -> None:
        await self._tried(object_created(self._storage.bucket, item.key, datetime.now(UTC)))
        self._ledger.done(item)

    async def _carry_again(self, path: Path, event: dict[str, Any]) -> None:
        await self._tried(event)
        path.unlink(missing_ok=True)

    async def _tried(self, event: dict[str, Any]) -> None:
        """Deliver an event, as often as the trigger would; keep it as a dead letter in the end."""
        name = event["messages"][0]["event_metadata"]["event_id"]
        failures: list[Failure] = []
        for attempt in range(self._retry.attempts + 1):
            if attempt:
                await asyncio.sleep(self._retry.seconds)
            request_id = str(uuid4())
            try:
                await self._deliver(event, request_id)
            except CallFailed as failed:
                failures.append(Failure(datetime.now(UTC), request_id, str(failed)))
                LOG.warning("delivery of %s failed, try %d: %s, request %s", name, attempt + 1, failed, request_id)
            else:
                return
        self._dead.keep(event, failures)


def _mark(item: StoredObject) -> str:
    return f"{item.etag} {item.modified_at.isoformat()}"
