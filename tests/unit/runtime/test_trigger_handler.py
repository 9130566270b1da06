"""Trigger events through the adapter: what finishes a message and what brings it back."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared import runtime
from shared.errors import ConfigurationError, NotFound, OutageError, StorageUnavailable, WorkbookError
from shared.runtime import Call, TriggerHandler
from shared.runtime.triggers import Message, ObjectMessage
from tests.unit.runtime.test_http_handler import Context

OBJECT = json.loads((Path(__file__).parents[1] / "events" / "object_create.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    runtime.shutdown()


class Consumer:
    """Takes messages, and fails as told."""

    def __init__(self, *faults: BaseException | None) -> None:
        self.faults = list(faults)
        self.seen: list[str] = []
        self.calls: list[Call] = []
        self.opened = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        self.opened += 1
        yield "pool"

    async def consume(self, pool: str, message: Message, call: Call) -> None:
        assert pool == "pool"
        assert isinstance(message, ObjectMessage)
        self.seen.append(message.details.key)
        self.calls.append(call)
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault

    @property
    def handler(self) -> TriggerHandler[str]:
        return TriggerHandler(self.open, self.consume)


def several(*keys: str) -> dict[str, Any]:
    message = OBJECT["messages"][0]
    return {"messages": [{**message, "details": {"bucket_id": "b", "object_id": key}} for key in keys]}


def test_every_message_is_consumed_with_what_was_opened_once() -> None:
    consumer = Consumer()
    handler = consumer.handler
    handler(several("a", "b"), Context())
    handler(several("c"), Context())
    assert consumer.seen == ["a", "b", "c"]
    assert consumer.opened == 1


def test_the_call_knows_when_it_ends() -> None:
    consumer = Consumer()
    before = datetime.now(UTC)
    consumer.handler(several("a"), Context(60_000))
    (call,) = consumer.calls
    assert call.request_id == "context-id"
    assert call.deadline is not None
    assert 59 < (call.deadline - before).total_seconds() < 61


def test_without_a_context_there_is_no_deadline() -> None:
    consumer = Consumer()
    consumer.handler(several("a"), None)
    assert consumer.calls[0].deadline is None


@pytest.mark.parametrize("fault", [WorkbookError("WORKBOOK_EMPTY", "Пусто."), NotFound("OBJECT_NOT_FOUND", "Нет.")])
def test_bad_input_finishes_the_message(fault: Exception) -> None:
    consumer = Consumer(fault)
    assert consumer.handler(several("a", "b"), Context()) is None
    assert consumer.seen == ["a", "b"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (StorageUnavailable("STORAGE_UNAVAILABLE", "Позже."), "STORAGE_UNAVAILABLE"),
        (ConfigurationError("SETTINGS_INVALID", "Нет."), "SETTINGS_INVALID"),
        (RuntimeError("Иванов"), "INTERNAL_ERROR"),
    ],
)
def test_anything_else_brings_the_message_back_after_the_others_were_tried(fault: Exception, code: str) -> None:
    consumer = Consumer(fault)
    with pytest.raises(OutageError) as caught:
        consumer.handler(several("a", "b"), Context())
    assert caught.value.code == code
    assert consumer.seen == ["a", "b"]
    # The platform shows what a function raises to whoever may look.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "Иванов" not in "".join(traceback.format_exception(caught.value))


def test_running_out_of_time_raises_while_there_is_time_to_say_so() -> None:
    cancelled = []

    async def slow(pool: str, message: Message, call: Call) -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    handler = TriggerHandler(Consumer().open, slow)
    with pytest.raises(OutageError) as caught:
        handler(several("a"), Context(1_300))
    assert caught.value.code == "TIME_OUT"
    runtime.shutdown()
    assert cancelled == [True]


def test_a_failed_opening_is_tried_again() -> None:
    attempts = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        attempts.append(1)
        if len(attempts) == 1:
            raise StorageUnavailable("STORAGE_UNAVAILABLE", "Позже.")
        yield "pool"

    consumer = Consumer()
    handler = TriggerHandler(opened, consumer.consume)
    with pytest.raises(OutageError):
        handler(several("a"), Context())
    handler(several("a"), Context())
    assert consumer.seen == ["a"]


def test_what_is_no_event_is_dropped() -> None:
    consumer = Consumer()
    assert consumer.handler({"nonsense": True}, Context()) is None
    assert consumer.seen == []
