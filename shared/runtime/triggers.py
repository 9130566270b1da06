"""The events that triggers send, as the platform writes them, and what becomes of each of their messages.

A trigger's event is one object with a list of messages (https://yandex.cloud/docs/functions/concepts/trigger). Only
what the product reads is modelled; other members are ignored, for the platform adds some from time to time.

What is raised to the platform is a clean error without a cause: nothing that a caller may see carries a stack trace.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Generic
from urllib.parse import unquote

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shared import logs
from shared.errors import FlyPotatoError, InputError, NotFound, OutageError
from shared.runtime.loop import Call, Opened, OutOfTime, T, call_of, loop_thread

OBJECT_CREATE = "yandex.cloud.events.storage.ObjectCreate"
STORAGE_PREFIX = "yandex.cloud.events.storage."
TIMER = "yandex.cloud.events.serverless.triggers.TimerMessage"
logger = logging.getLogger(__name__)


def _aware(value: object) -> object:
    # Nine decimals come from the platform; fromisoformat cuts them to microseconds, pydantic would refuse.
    return datetime.fromisoformat(value) if isinstance(value, str) else value


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Metadata(_Event):
    """Which event it is and when it was made (aware)."""

    event_id: str = Field(max_length=256)
    event_type: str = Field(max_length=256)
    created_at: Annotated[AwareDatetime, BeforeValidator(_aware)]


class ObjectDetails(_Event):
    """Which object of which bucket; ``bucket_id`` is the bucket's name."""

    bucket_id: str = Field(min_length=1, max_length=256)
    object_id: str = Field(min_length=1, max_length=4096)

    @property
    def key(self) -> str:
        """Give the object's key as plain text.

        Whether the platform writes a non-ASCII key raw or percent-encoded is documented nowhere. A text that is
        all ASCII with valid escapes is taken for encoded; the product's own keys have no percent sign.
        """
        if not self.object_id.isascii() or "%" not in self.object_id:
            return self.object_id
        try:
            return unquote(self.object_id, errors="strict")
        except UnicodeDecodeError:
            return self.object_id


class ObjectMessage(_Event):
    """One change of an object."""

    event_metadata: Metadata
    details: ObjectDetails

    @property
    def created(self) -> bool:
        """Tell whether the object is new; an ACL edit or a deletion is not."""
        return self.event_metadata.event_type == OBJECT_CREATE


class TimerDetails(_Event):
    """Which timer fired; its payload is free text."""

    trigger_id: str
    payload: str | None = None


class TimerMessage(_Event):
    """One tick of a timer."""

    event_metadata: Metadata
    details: TimerDetails


Message = ObjectMessage | TimerMessage


def messages(event: dict[str, Any]) -> tuple[Message, ...]:
    """Read the messages of a trigger's event, in its order.

    Raises:
        InputError: ``EVENT_MALFORMED`` for anything that is no event of a known trigger.
    """
    listed = event.get("messages")
    if not isinstance(listed, list) or not listed:
        raise _malformed()
    return tuple(_message(item) for item in listed)


def _message(item: object) -> Message:
    metadata = item.get("event_metadata") if isinstance(item, dict) else None
    kind = metadata.get("event_type") if isinstance(metadata, dict) else None
    if not isinstance(kind, str):
        raise _malformed()
    shape: type[ObjectMessage] | type[TimerMessage]
    if kind.startswith(STORAGE_PREFIX):
        shape = ObjectMessage
    elif kind == TIMER:
        shape = TimerMessage
    else:
        raise _malformed()
    try:
        return shape.model_validate(item)
    except ValidationError:
        raise _malformed() from None


def _malformed() -> InputError:
    return InputError("EVENT_MALFORMED", "Событие не похоже ни на одно из известных событий триггеров.")


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
