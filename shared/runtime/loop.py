"""One thread with one event loop for the life of a process, and what is kept open on it.

The platform calls a plain ``handler(event, context)``. An ``async def`` one would get a new event loop each call, so
a pool opened in call 1 would fail in call 2, and entering the application's lifespan each call costs ten times the call
itself. So a process has one thread with one event loop; on the first call an application is built and its lifespan
entered there, and both are kept for the life of the process. An instance may be started and never called: importing
this package, or a handler's module, does nothing.
"""

import asyncio
import re
import threading
import uuid
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

T = TypeVar("T")
Opened = Callable[[], AbstractAsyncContextManager[T]]
_MARGIN_SECONDS = 1.0
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class OutOfTime(Exception):
    """A call that the loop did not finish within its seconds."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function: its id, and the aware UTC instant at which the platform ends it, if it says so."""

    request_id: str
    deadline: datetime | None

    @property
    def seconds_left(self) -> float | None:
        """Give the seconds until the deadline, less a margin for the answer; None without a deadline."""
        if self.deadline is None:
            return None
        return max(0.1, (self.deadline - datetime.now(UTC)).total_seconds() - _MARGIN_SECONDS)


def call_of(context: object, request_id: str | None) -> Call:
    """Read a call from the platform's context object; ``request_id`` is the one that an event carries."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    deadline = datetime.now(UTC) + timedelta(milliseconds=remaining()) if callable(remaining) else None
    return Call(settled_id(request_id or getattr(context, "request_id", None)), deadline)


def settled_id(request_id: object) -> str:
    """Give the id itself where it may stand in logs and headers, else a new one."""
    text = str(request_id or "")
    return text if _REQUEST_ID.fullmatch(text) else str(uuid.uuid4())


class LoopThread:
    """A daemon thread that owns one event loop, and what was opened on it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._stacks: dict[object, AsyncExitStack] = {}
        self._values: dict[object, Any] = {}
        self._lock = asyncio.Lock()
        self._thread = threading.Thread(target=self._serve, name="event-loop", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def run(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Run a coroutine to its end, or cancel it and raise OutOfTime after so many seconds."""
        # The caller's context variables go along, so log fields bound outside hold inside.
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            if future.done():
                # The work itself ended with it; its time was not over.
                return future.result()
            future.cancel()
            raise OutOfTime from None

    async def opened(self, owner: object, manager: Opened[T]) -> T:
        """Give what an owner keeps open, opening it on the first call; a failed opening is tried again by the next."""
        async with self._lock:
            if owner not in self._stacks:
                async with AsyncExitStack() as stack:
                    self._values[owner] = await stack.enter_async_context(manager())
                    # A stack without a reference would be collected, and the pool closed under the next call.
                    self._stacks[owner] = stack.pop_all()
            return cast("T", self._values[owner])

    async def close(self) -> None:
        """Leave everything that was opened, the newest first."""
        while self._stacks:
            owner, stack = self._stacks.popitem()
            del self._values[owner]
            await stack.aclose()

    def stop(self) -> None:
        """Close everything and end the thread."""
        try:
            self.run(self.close(), 10)
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(5)
            self.loop.close()


_guard = threading.Lock()
_threads: list[LoopThread] = []


def loop_thread() -> LoopThread:
    """Give the process' one loop thread, made on the first call."""
    with _guard:
        if not _threads:
            _threads.append(LoopThread())
        return _threads[0]


def shutdown() -> None:
    """Leave every lifespan and end the loop; the next call starts anew. For a worker told to end, and for tests."""
    with _guard:
        ended = _threads[:]
        _threads.clear()
    for thread in ended:
        thread.stop()
