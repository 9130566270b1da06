"""A new object in the bucket becomes the platform's event, delivered until it is done or given up.

The bucket is listed, for not every S3 server sends events. What waits is kept on disk, so the process may be killed at
any moment and delivers again after its next start; nothing is promised to be delivered once, as in the cloud
(https://yandex.cloud/docs/functions/concepts/trigger/os-trigger).
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from hosting.delivery_queue import DeadLetters, Deliveries, Failure, QueuedEvent, RetryPolicy
from shared.errors import FlyPotatoError
from shared.storage import Storage, StoredObject

LOG = logging.getLogger(__name__)
OUTAGE_SECONDS = 3.0
_PRUNE_EVERY_LOOKS = 1_000
Deliver = Callable[[dict[str, Any], str], Awaitable[Any]]
"""Takes an event and a request id; what it raises makes the delivery come again."""


class DeliveryFailed(Exception):
    """A delivery that has to come again; the text is the kind of error and holds nothing of the data."""


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


class Watcher:
    """Lists a prefix of the bucket and carries every new object to the function, ``lanes`` at a time.

    ``allowed`` may tell a lower number, 0 while nothing is to be delivered: what is new then waits.
    """

    def __init__(
        self,
        storage: Storage,
        prefix: str,
        deliver: Deliver,
        deliveries: Deliveries,
        dead: DeadLetters,
        retries: RetryPolicy,
        *,
        lanes: int,
        allowed: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self._storage = storage
        self._prefix = prefix
        self._deliver = deliver
        self._deliveries = deliveries
        self._dead = dead
        self._retries = retries
        self._lanes = lanes
        self._allowed = allowed
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._looks = 0

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
        for path, event in self._dead.requested():
            # The letter goes once the delivery is on disk: a kill between the two delivers it once more, not never.
            self._deliveries.add(path.name, str(uuid4()), event)
            path.unlink(missing_ok=True)
        try:
            objects = await asyncio.to_thread(lambda: list(self._storage.list(self._prefix)))
        except FlyPotatoError as error:
            LOG.warning("The bucket cannot be listed.", extra={"code": error.code})
            return OUTAGE_SECONDS
        for item in objects:
            if not self._deliveries.has(item.key, _version(item)):
                event = object_created(self._storage.bucket, item.key, datetime.now(UTC))
                self._deliveries.add(item.key, _version(item), event)
        if self._looks % _PRUNE_EVERY_LOOKS == 0:
            self._deliveries.prune((item.key, _version(item)) for item in objects)
        self._looks += 1
        lanes = self._lanes if self._allowed is None else min(self._lanes, await self._allowed())
        for delivery in self._deliveries.due(datetime.now(UTC)):
            self._start(delivery, lanes)
        return seconds

    def _start(self, delivery: QueuedEvent, lanes: int) -> None:
        name = (delivery.name, delivery.version)
        if name not in self._under_way and len(self._under_way) < lanes:
            task = asyncio.create_task(self._try(delivery))
            self._under_way[name] = task
            task.add_done_callback(partial(self._ended, name))

    def _ended(self, name: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._under_way.pop(name, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("The state of a delivery cannot be written.", exc_info=error)

    async def _try(self, delivery: QueuedEvent) -> None:
        event_id = delivery.event["messages"][0]["event_metadata"]["event_id"]
        request_id = str(uuid4())
        try:
            await self._deliver(delivery.event, request_id)
        except Exception as error:
            kind = str(error) if isinstance(error, DeliveryFailed) else type(error).__name__
            failures = (*delivery.failures, Failure(datetime.now(UTC), request_id, kind))
            fields = {"event_id": event_id, "attempts": len(failures), "code": kind, "request_id": request_id}
            LOG.warning("A delivery failed.", extra=fields)
            upcoming = self._retries.next_try(failures)
            if upcoming is not None:
                self._deliveries.put_off(delivery, failures, upcoming)
                return
            self._dead.keep(delivery.event, failures)
        self._deliveries.ended(delivery)


def _version(item: StoredObject) -> str:
    return f"{item.etag} {item.modified_at.isoformat()}"
