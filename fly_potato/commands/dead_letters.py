"""``fly-potato dead-letters``: events that could not be delivered after all tries, and how they are delivered again.

On a developer's machine and on hosts they are files of the trigger, in the cloud messages of a queue.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import click

from fly_potato.terminal import console, exit_on_error, json_option, print_answer, wants_json
from hosting.delivery_queue import DeadLetters
from shared.errors import FlyPotatoError
from shared.runtime.triggers import ObjectMessage, TimerMessage, messages

ENDPOINT = "https://message-queue.api.cloud.yandex.net"
REGION = "ru-central1"
_AT_ONCE = 10
_HIDDEN_SECONDS = 30


class DeadLetterError(FlyPotatoError):
    """A dead letter that cannot be read or sent again."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that nobody could deliver; ``tries`` and ``fault`` are of its last deliveries, where they are kept."""

    id: str
    at: datetime
    what: str
    event: Mapping[str, Any] = field(repr=False)
    tries: int | None = None
    fault: str = ""
    receipt: str = field(default="", repr=False)


class DeadLetterBox(Protocol):
    """Where dead letters are kept: a directory or a queue."""

    def dead_letters(self) -> list[DeadLetter]:
        """List them, the oldest first."""

    def send_again(self, dead_letter: DeadLetter) -> str:
        """Have one delivered again; say what became of it. Raises DeadLetterError where it stays dead."""


def read_dead_letter(body: str, name: str, **more: Any) -> DeadLetter:
    """Read an event as a queue or a file keeps it: whole, or its one message alone.

    Raises:
        DeadLetterError: ``LETTER_UNREADABLE``.
    """
    try:
        content = json.loads(body)
        event = content if "messages" in content else {"messages": [content]}
        (message,) = messages(event)
    except (ValueError, TypeError, FlyPotatoError):
        sentence = f"Письмо {name} не похоже на событие триггера: его разбирает человек, повторить его нельзя."
        raise DeadLetterError("LETTER_UNREADABLE", sentence) from None
    metadata = message.event_metadata
    return DeadLetter(metadata.event_id, metadata.created_at, _what(message), event, **more)


def _what(message: object) -> str:
    match message:
        case ObjectMessage():
            return message.details.key
        case TimerMessage():
            return f"задание {message.details.payload or message.details.trigger_id}"
    return type(message).__name__


class DeadLetterFolder:
    """A directory of dead letters beside a running emulator."""

    def __init__(self, directory: Path, unreadable: Callable[[str], None]) -> None:
        self._dead = DeadLetters(directory)
        self._unreadable = unreadable

    def dead_letters(self) -> list[DeadLetter]:
        """List the dead letters, the oldest first; one that cannot be read is named and left alone."""
        dead_letters = []
        for path in self._dead.kept():
            try:
                stored = json.loads(path.read_text())
                failures = stored["failures"]
                fault = failures[-1]["error_type"] if failures else ""
                event = json.dumps(stored["event"])
                dead_letters.append(
                    read_dead_letter(event, path.name, tries=len(failures), fault=fault, receipt=str(path))
                )
            except (ValueError, KeyError, TypeError):
                self._unreadable(f"{path.name}: не письмо")
            except DeadLetterError as error:
                self._unreadable(error.sentence)
        return dead_letters

    def send_again(self, dead_letter: DeadLetter) -> str:
        """Lay a letter where the emulator takes it up."""
        self._dead.request_delivery(Path(dead_letter.receipt))
        return "передано эмулятору"


@dataclass(frozen=True, slots=True)
class QueueKey:
    """A static access key of an account that may read the queue and delete from it."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


class DeadLetterQueue:
    """A queue of dead letters; ``call`` delivers an event to the function and raises where that fails."""

    def __init__(
        self,
        address: str,
        key: QueueKey,
        call: Callable[[Mapping[str, Any]], object],
        unreadable: Callable[[str], None],
        endpoint: str = ENDPOINT,
    ) -> None:
        self._address = address
        self._call = call
        self._unreadable = unreadable
        self._client = _connect(endpoint, key)

    def dead_letters(self) -> list[DeadLetter]:
        """List what the queue gives now; it hides each letter from others for half a minute and then shows it again.

        Raises:
            DeadLetterError: ``LETTERS_UNREACHABLE``.
        """
        dead_letters: dict[str, DeadLetter] = {}
        while batch := self._receive():
            before = len(dead_letters)
            for message in batch:
                try:
                    dead_letter = read_dead_letter(
                        message["Body"], message["MessageId"], receipt=message["ReceiptHandle"]
                    )
                    dead_letters[dead_letter.id] = dead_letter
                except DeadLetterError as error:
                    self._unreadable(error.sentence)
            if len(dead_letters) == before:
                break
        return sorted(dead_letters.values(), key=lambda dead_letter: dead_letter.at)

    def send_again(self, dead_letter: DeadLetter) -> str:
        """Call the function with the event; the message leaves the queue when that ended well.

        Raises:
            DeadLetterError: ``LETTER_STILL_DEAD``.
        """
        try:
            self._call(dead_letter.event)
        except FlyPotatoError as error:
            raise DeadLetterError("LETTER_STILL_DEAD", f"{dead_letter.what}: {error.sentence}") from error
        with _reached():
            self._client.delete_message(QueueUrl=self._address, ReceiptHandle=dead_letter.receipt)
        return "доставлено"

    def _receive(self) -> list[Any]:
        with _reached():
            answer = self._client.receive_message(
                QueueUrl=self._address,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=1,
            )
        batch: list[Any] = answer.get("Messages", [])
        return batch


@contextmanager
def _reached() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        sentence = f"Очередь не отвечает: {type(error).__name__}. Проверьте адрес и ключ."
        raise DeadLetterError("LETTERS_UNREACHABLE", sentence) from error


def _connect(endpoint: str, key: QueueKey) -> Any:
    from boto3.session import Session

    return Session().client(
        "sqs",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret_access_key,
    )


@click.command()
@click.option("--again", multiple=True, metavar="ID|all", help="Доставить эти письма снова; all — все.")
@click.option("--folder", type=click.Path(path_type=Path), help="Где их держит эмулятор; без него обычное место.")
@click.option("--queue", metavar="URL", help="Очередь в облаке: terraform output dead_letters.")
@click.option("--function", metavar="ID", help="Функция process в облаке: terraform output functions.")
@json_option
def command(again: Sequence[str], folder: Path | None, queue: str | None, function: str | None) -> None:
    """Показать события, которые так и не доставлены. Текста книг в них нет.

    Для очереди облака нужны YMQ_ACCESS_KEY_ID и YMQ_SECRET_ACCESS_KEY, а для --again — YC_TOKEN или команда yc, чтобы
    вызвать функцию.
    """
    with exit_on_error():
        box = _queue(queue, function) if queue else _folder(folder)
        dead_letters = box.dead_letters()
        _show(dead_letters)
        chosen = [dead_letter for dead_letter in dead_letters if "all" in again or dead_letter.id in again]
        unknown = set(again) - {"all"} - {dead_letter.id for dead_letter in dead_letters}
        if unknown:
            raise click.BadParameter(f"нет письма {', '.join(sorted(unknown))}", param_hint="--again")
        outcomes = _send(box, chosen)
    answer = {"letters": [_public(letter) for letter in dead_letters], "delivered_again": outcomes}
    print_answer(answer, [f"{letter}: {outcome}" for letter, outcome in outcomes.items() if outcome is not None])
    if None in outcomes.values():
        raise SystemExit(1)


def _public(letter: DeadLetter) -> dict[str, object]:
    """Give what may be shown of a letter: neither its event nor what the box knows it by."""
    return {"id": letter.id, "at": letter.at, "what": letter.what, "tries": letter.tries, "fault": letter.fault}


def _folder(directory: Path | None) -> DeadLetterBox:
    from fly_potato.stack import stack_paths

    configured = os.environ.get("HOSTING_DEAD_LETTERS")
    return DeadLetterFolder(directory or (Path(configured) if configured else stack_paths().dead_letters), _warn)


def _queue(address: str, function: str | None) -> DeadLetterBox:
    from fly_potato.deploy.cloud import CloudClient, iam_token

    try:
        key = QueueKey(os.environ["YMQ_ACCESS_KEY_ID"], os.environ["YMQ_SECRET_ACCESS_KEY"])
    except KeyError as missing:
        raise DeadLetterError("LETTERS_KEY_MISSING", f"Задайте переменную {missing.args[0]}.") from None

    def call(event: Mapping[str, Any]) -> object:
        if function is None:
            raise DeadLetterError("LETTERS_FUNCTION_MISSING", "Назовите функцию: --function.")
        return CloudClient(iam_token()).call(function, event)

    return DeadLetterQueue(address, key, call, _warn)


def _show(dead_letters: Sequence[DeadLetter]) -> None:
    from rich.table import Table

    if wants_json():
        return
    if not dead_letters:
        click.echo("недоставленных писем нет")
        return
    table = Table("номер", "когда, UTC", "о чём", "попыток", "ошибка", title="Недоставленные события")
    for dead_letter in dead_letters:
        tries = "" if dead_letter.tries is None else str(dead_letter.tries)
        table.add_row(dead_letter.id, f"{dead_letter.at:%Y-%m-%d %H:%M:%S}", dead_letter.what, tries, dead_letter.fault)
    console().print(table)


def _send(box: DeadLetterBox, dead_letters: Sequence[DeadLetter]) -> dict[str, str | None]:
    """Give what became of each letter, None for one that stays dead."""
    outcomes: dict[str, str | None] = {}
    for dead_letter in dead_letters:
        try:
            outcomes[dead_letter.id] = box.send_again(dead_letter)
        except DeadLetterError as error:
            outcomes[dead_letter.id] = None
            _warn(f"{dead_letter.id}: {error.code}: {error.sentence}")
    return outcomes


def _warn(line: str) -> None:
    click.echo(line, err=True)
