"""Dead letters in a folder and in a queue: seen, delivered again, kept where that fails."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from fly_potato.commands.dead_letters import DeadLetterError, DeadLetterQueue, QueueKey, command
from hosting.delivery_queue import DeadLetters, Failure
from hosting.trigger import object_created
from shared.errors import DatabaseUnavailable

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
FAILURE = Failure(AT, "request", "DatabaseUnavailable")


def event(key: str) -> dict[str, Any]:
    return object_created("fly-potato", key, AT)


def test_a_folder_shows_its_letters_and_hands_them_to_the_emulator(tmp_path: Path) -> None:
    dead = DeadLetters(tmp_path)
    one, other = (dead.keep(event(f"incoming/{name}.xlsx"), [FAILURE] * 6) for name in "ab")
    (tmp_path / "broken.json").write_text("[]")
    shown = CliRunner().invoke(command, ["--folder", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    assert "incoming/a.xlsx" in shown.output
    assert "2026-05-04 03:02:01" in shown.output
    assert "DatabaseUnavailable" in shown.output
    assert "broken.json: не письмо" in shown.output
    result = CliRunner().invoke(command, ["--folder", str(tmp_path), "--again", one.stem])
    assert result.exit_code == 0, result.output
    assert [path.name for path, _ in dead.requested()] == [f"{one.stem}.again"]
    assert {path.name for path in dead.kept()} == {other.name, "broken.json"}


def test_a_letter_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--folder", str(tmp_path / "none"), "--again", "x"])
    assert result.exit_code == 2
    assert "нет письма x" in result.output


def test_nothing_dead_is_said_plainly(tmp_path: Path) -> None:
    assert "недоставленных писем нет" in CliRunner().invoke(command, ["--folder", str(tmp_path)]).output


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        server.start()
        try:
            yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        finally:
            server.stop()


class Cloud:
    """A queue with letters in it, and the function they are for."""

    def __init__(self, service: str, name: str) -> None:
        session = Session(aws_access_key_id="key", aws_secret_access_key="secret", region_name="ru-central1")
        self.sqs = session.client("sqs", endpoint_url=service)
        self.address = self.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
        self.called: list[Mapping[str, Any]] = []
        self.warned: list[str] = []
        self.away = False
        self.box = DeadLetterQueue(self.address, QueueKey("key", "secret"), self.call, self.warned.append, service)

    def call(self, event: Mapping[str, Any]) -> None:
        self.called.append(event)
        if self.away:
            raise DatabaseUnavailable("DATABASE_UNAVAILABLE", "База данных сейчас недоступна.")

    def put(self, body: object) -> None:
        self.sqs.send_message(QueueUrl=self.address, MessageBody=json.dumps(body))

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.address, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)


def test_a_letter_leaves_the_queue_when_it_is_delivered(service: str) -> None:
    cloud = Cloud(service, "delivered")
    whole, bare = event("incoming/a.xlsx"), event("incoming/b.xlsx")
    cloud.put(whole)
    cloud.put(bare["messages"][0])
    letters = cloud.box.dead_letters()
    assert sorted(one.what for one in letters) == ["incoming/a.xlsx", "incoming/b.xlsx"]
    assert [cloud.box.send_again(one) for one in letters] == ["доставлено"] * 2
    assert sorted(cloud.called, key=str) == sorted([whole, bare], key=str)
    assert cloud.left() == 0


def test_a_letter_stays_where_the_function_fails_again(service: str) -> None:
    cloud = Cloud(service, "away")
    cloud.put(event("incoming/a.xlsx"))
    cloud.away = True
    (one,) = cloud.box.dead_letters()
    with pytest.raises(DeadLetterError) as refused:
        cloud.box.send_again(one)
    assert refused.value.code == "LETTER_STILL_DEAD"
    assert "База данных" in refused.value.sentence
    assert cloud.left() == 1


def test_what_is_no_event_is_named_and_left_in_the_queue(service: str) -> None:
    cloud = Cloud(service, "strange")
    cloud.put({"hello": "world"})
    assert cloud.box.dead_letters() == []
    assert len(cloud.warned) == 1
    assert cloud.left() == 1


def test_more_letters_than_one_answer_holds(service: str) -> None:
    cloud = Cloud(service, "many")
    for number in range(23):
        cloud.put(event(f"incoming/{number:02}.xlsx"))
    assert len(cloud.box.dead_letters()) == 23


def test_a_queue_that_is_away_is_an_error_with_a_sentence(service: str) -> None:
    box = DeadLetterQueue(f"{service}/123456789012/none", QueueKey("key", "secret"), print, print, service)
    with pytest.raises(DeadLetterError) as refused:
        box.dead_letters()
    assert refused.value.code == "LETTERS_UNREACHABLE"


def test_the_queue_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YMQ_ACCESS_KEY_ID", raising=False)
    result = CliRunner().invoke(command, ["--queue", "https://example.invalid/q"])
    assert (result.exit_code, "YMQ_ACCESS_KEY_ID" in result.output) == (1, True)
