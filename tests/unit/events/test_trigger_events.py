"""Trigger events as the platform writes them, and what is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.trigger import object_created
from shared.errors import InputError
from shared.runtime.triggers import ObjectMessage, TimerMessage, messages

HERE = Path(__file__).parent
SHARED = Path(__file__).resolve().parents[4] / "shared" / "facts" / "events"


def sample(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def test_object_create() -> None:
    (message,) = messages(sample("object_create"))
    assert isinstance(message, ObjectMessage)
    assert message.created
    assert message.details.bucket_id == "workbooks"
    assert message.details.key == "incoming/01990000-0000-7000-8000-000000000001.xlsx"
    assert message.event_metadata.created_at == datetime(2026, 9, 1, 8, 0, 0, 149276, UTC)


@pytest.mark.parametrize("kind", ["ObjectUpdate", "ObjectDelete"])
def test_other_changes_of_an_object_are_not_creations(kind: str) -> None:
    event = sample("object_create")
    event["messages"][0]["event_metadata"]["event_type"] = f"yandex.cloud.events.storage.{kind}"
    (message,) = messages(event)
    assert isinstance(message, ObjectMessage)
    assert not message.created


def test_timer() -> None:
    event = sample("timer")
    (message,) = messages(event)
    assert isinstance(message, TimerMessage)
    assert message.details.payload == '{"job": "sweep"}'
    del event["messages"][0]["details"]["payload"]
    (message,) = messages(event)
    assert isinstance(message, TimerMessage)
    assert message.details.payload is None


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("incoming/a.xlsx", "incoming/a.xlsx"),
        ("incoming/Отчёт 1.xlsx", "incoming/Отчёт 1.xlsx"),
        ("incoming/%D0%9E%D1%82%D1%87%D1%91%D1%82%201.xlsx", "incoming/Отчёт 1.xlsx"),
        ("incoming/100%.xlsx", "incoming/100%.xlsx"),
        ("incoming/%FF.xlsx", "incoming/%FF.xlsx"),
        ("incoming/100% ё.xlsx", "incoming/100% ё.xlsx"),
    ],
)
def test_keys_raw_and_encoded(written: str, key: str) -> None:
    event = sample("object_create")
    event["messages"][0]["details"]["object_id"] = written
    (message,) = messages(event)
    assert isinstance(message, ObjectMessage)
    assert message.details.key == key


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"messages": []},
        {"messages": "x"},
        {"messages": [None]},
        {"messages": [{"event_metadata": {"event_type": 1}}]},
        {"messages": [{"event_metadata": {"event_type": "yandex.cloud.events.unknown"}}]},
        {"messages": [{"event_metadata": {"event_type": "yandex.cloud.events.storage.ObjectCreate"}}]},
    ],
)
def test_what_is_no_event_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        messages(event)
    assert caught.value.code == "EVENT_MALFORMED"


def test_a_time_without_a_zone_is_refused() -> None:
    event = sample("object_create")
    event["messages"][0]["event_metadata"]["created_at"] = "2026-09-01T08:00:00"
    with pytest.raises(InputError):
        messages(event)


@given(
    key=st.text(st.characters(codec="ascii", exclude_characters="%\0"), min_size=1, max_size=80),
    moment=st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 999),
)
def test_what_is_built_is_read_back(key: str, moment: datetime) -> None:
    event = json.loads(json.dumps(object_created("b", key, moment)))
    (message,) = messages(event)
    assert isinstance(message, ObjectMessage)
    assert message.created
    assert (message.details.bucket_id, message.details.key) == ("b", key)
    assert message.event_metadata.created_at == moment


@pytest.mark.skipif(not SHARED.is_dir(), reason="no captured events beside the project")
@pytest.mark.parametrize("name", ["os_create", "timer"])
def test_captured_events_are_read(name: str) -> None:
    assert messages(json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8")))
