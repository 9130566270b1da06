"""The consumer of a trigger's messages: what finishes a message, and what brings it back.

What is raised to the platform is a clean error without a cause: nothing that a caller may see carries a stack trace.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Generic

from shared import logs
from shared.errors import FlyPotatoError, InputError, NotFound, OutageError
from shared.runtime.events import Message, messages
from shared.runtime.loop import Call, Opened, OutOfTime, T, call_of, loop_thread

logger = logging.getLogger(__name__)


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
        call = call_of(context, None)
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
                loop_thread().run(self._work(message, call), call.seconds_left)
            except (InputError, NotFound) as error:
                logger.warning("The message is bad and finished with.", extra={"code": error.code})
            except FlyPotatoError as error:
                logger.exception("The message has to come again.", extra={"code": error.code})
                return error.code
            except OutOfTime:
                logger.exception("The call ran out of time.", extra={"code": "TIME_OUT"})
                return "TIME_OUT"
            except Exception:
                logger.exception("The message failed.", extra={"code": "INTERNAL_ERROR"})
                return "INTERNAL_ERROR"
        return None

    async def _work(self, message: Message, call: Call) -> None:
        await self._consume(await loop_thread().opened(self, self._opened), message, call)
