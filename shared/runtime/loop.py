"""The one adapter between the platform's calls and the product.

The platform calls a plain ``handler(event, context)``. An ``async def`` one would get a new event loop each call, so
a pool opened in call 1 would fail in call 2, and entering the application's lifespan each call costs ten times the call
itself. So a process has one thread with one event loop; on the first call an application is built and its lifespan
entered there, and both are kept for the life of the process. An instance may be started and never called: importing
this module, or a handler's, does nothing.

Nothing that a caller may see carries a stack trace: HTTP answers are RFC 9457 problems, and what a trigger raises is a
clean error without a cause.
"""

import asyncio
import json
import logging
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from shared import logs
from shared.errors import FlyPotatoError, InputError, NotFound, OutageError
from shared.runtime.events import Message, messages
from shared.runtime.http import REQUEST_ID, HttpEvent

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger(__name__)

T = TypeVar("T")
Opened = Callable[[], AbstractAsyncContextManager[T]]
_MARGIN_SECONDS = 1.0


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


class _LoopThread:
    """A daemon thread that owns one event loop, and what was opened on it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stacks: dict[object, AsyncExitStack] = {}
        self._values: dict[object, Any] = {}
        self._lock = asyncio.Lock()
        self._thread = threading.Thread(target=self._serve, name="event-loop", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def run(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Run a coroutine to its end, or cancel it and raise TimeoutError after so many seconds."""
        # The caller's context variables go along, so log fields bound outside hold inside.
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    async def kept(self, owner: object, opened: Opened[T]) -> T:
        """Give what an owner keeps open, opening it on the first call; a failed opening is tried again by the next."""
        async with self._lock:
            if owner not in self._stacks:
                async with AsyncExitStack() as stack:
                    self._values[owner] = await stack.enter_async_context(opened())
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
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()


_guard = threading.Lock()
_threads: list[_LoopThread] = []


def _loop_thread() -> _LoopThread:
    with _guard:
        if not _threads:
            _threads.append(_LoopThread())
        return _threads[0]


def shutdown() -> None:
    """Leave every lifespan and end the loop; the next call starts anew. For a worker told to end, and for tests."""
    with _guard:
        ended = _threads[:]
        _threads.clear()
    for thread in ended:
        thread.stop()


class HttpHandler:
    """A function that answers HTTP events with a FastAPI application, which ``build`` makes on the first call."""

    def __init__(self, build: "Callable[[], FastAPI]") -> None:
        self._build = build

    def __call__(self, event: dict[str, Any], context: object = None) -> dict[str, Any]:
        """Answer one event; whatever goes wrong, the answer is a problem and never a stack trace."""
        request = HttpEvent(event, context, None)
        call = _call(context, request.request_id)
        with logs.bound(request_id=call.request_id):
            try:
                return _loop_thread().run(self._answer(request, event, call), call.seconds_left)
            except InputError as error:
                return _problem(400, error.code, error.sentence, call)
            except FlyPotatoError as error:
                logger.exception("The function cannot start.", extra={"code": error.code})
                return _problem(503, error.code, error.sentence, call)
            except TimeoutError:
                logger.exception("The call ran out of time.", extra={"code": "TIME_OUT"})
                return _problem(504, "TIME_OUT", "Сервис не успел ответить, попробуйте ещё раз.", call)
            except Exception:
                logger.exception("The function failed.", extra={"code": "INTERNAL_ERROR"})
                return _problem(500, "INTERNAL_ERROR", "Внутренняя ошибка сервиса.", call)

    async def _answer(self, request: HttpEvent, event: dict[str, Any], call: Call) -> dict[str, Any]:
        if not request.infer(event, None, None):
            raise InputError("EVENT_MALFORMED", "Событие не похоже на HTTP-запрос.")
        scope, body = request.scope, request.body
        scope[REQUEST_ID] = call.request_id
        app, state = await _loop_thread().kept(self, self._entered)
        from mangum.protocols import HTTPCycle

        cycle = HTTPCycle({**scope, "state": dict(state)}, body)
        await cycle.run(app)
        return request({"status": cycle.status, "headers": cycle.headers, "body": cycle.body})

    @asynccontextmanager
    async def _entered(self) -> "AsyncIterator[tuple[FastAPI, dict[str, Any]]]":
        app = self._build()
        async with app.router.lifespan_context(app) as state:
            yield app, dict(state or {})


class TriggerHandler(Generic[T]):
    """A function that consumes the messages of a trigger, one after the other.

    ``opened`` gives what every call needs (a pool, a bucket) and is entered once.
    """

    def __init__(self, opened: Opened[T], consume: Callable[[T, Message, Call], Awaitable[None]]) -> None:
        self._opened = opened
        self._consume = consume

    def __call__(self, event: dict[str, Any], context: object = None) -> None:
        """Consume an event.

        Bad input is logged and finished with, for it would fail again. Anything else that goes wrong raises once all
        messages were tried, so that the platform tries again and then dead-letters.
        """
        call = _call(context, None)
        with logs.bound(request_id=call.request_id):
            try:
                inbox = messages(event)
            except InputError as error:
                logger.exception("The event cannot be read and is dropped.", extra={"code": error.code})
                return
            failures = [code for message in inbox if (code := self._attempt(message, call)) is not None]
        if failures:
            raise OutageError(failures[0], "Сообщение не обработано, нужна повторная доставка.")

    def _attempt(self, message: Message, call: Call) -> str | None:
        metadata = message.event_metadata
        with logs.bound(event_id=metadata.event_id, event_type=metadata.event_type):
            try:
                _loop_thread().run(self._work(message, call), call.seconds_left)
            except (InputError, NotFound) as error:
                logger.warning("The message is bad and finished with.", extra={"code": error.code})
            except FlyPotatoError as error:
                logger.exception("The message has to come again.", extra={"code": error.code})
                return error.code
            except TimeoutError:
                logger.exception("The call ran out of time.", extra={"code": "TIME_OUT"})
                return "TIME_OUT"
            except Exception:
                logger.exception("The message failed.", extra={"code": "INTERNAL_ERROR"})
                return "INTERNAL_ERROR"
        return None

    async def _work(self, message: Message, call: Call) -> None:
        await self._consume(await _loop_thread().kept(self, self._opened), message, call)


def _call(context: object, request_id: str | None) -> Call:
    told = request_id or getattr(context, "request_id", None)
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    deadline = datetime.now(UTC) + timedelta(milliseconds=remaining()) if callable(remaining) else None
    return Call(str(told) if told else str(uuid.uuid4()), deadline)


def _problem(status: int, code: str, sentence: str, call: Call) -> dict[str, Any]:
    body = {
        "type": "about:blank",
        "title": code,
        "status": status,
        "detail": sentence,
        "code": code,
        "request_id": call.request_id,
    }
    headers = {"Content-Type": ["application/problem+json"], "X-Request-Id": [call.request_id]}
    answer = {"statusCode": status, "multiValueHeaders": headers, "body": json.dumps(body, ensure_ascii=False)}
    return {**answer, "isBase64Encoded": False}
