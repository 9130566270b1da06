"""The cloud's dead letters: messages of a queue that speaks Amazon's SQS, and the function they were meant for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fly_potato.letters.letter import Letter, LetterError, letter
from shared.errors import FlyPotatoError

ENDPOINT = "https://message-queue.api.cloud.yandex.net"
REGION = "ru-central1"
_AT_ONCE = 10
_HIDDEN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Key:
    """A static access key of an account that may read the queue and delete from it."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


class Queue:
    """A queue of dead letters; ``call`` delivers an event to the function and raises where that fails."""

    def __init__(
        self,
        address: str,
        key: Key,
        call: Callable[[Mapping[str, Any]], object],
        unreadable: Callable[[str], None],
        endpoint: str = ENDPOINT,
    ) -> None:
        self._address = address
        self._call = call
        self._unreadable = unreadable
        self._client = _connect(endpoint, key)

    def letters(self) -> list[Letter]:
        """List what the queue gives now; it hides each letter from others for half a minute and then shows it again.

        Raises:
            LetterError: ``LETTERS_UNREACHABLE``.
        """
        found: dict[str, Letter] = {}
        while given := self._receive():
            known = len(found)
            for message in given:
                try:
                    one = letter(message["Body"], message["MessageId"], receipt=message["ReceiptHandle"])
                    found[one.id] = one
                except LetterError as error:
                    self._unreadable(error.sentence)
            if len(found) == known:
                break
        return sorted(found.values(), key=lambda one: one.at)

    def send_again(self, letter: Letter) -> str:
        """Call the function with the event; the message leaves the queue when that ended well.

        Raises:
            LetterError: ``LETTER_STILL_DEAD``.
        """
        try:
            self._call(letter.event)
        except FlyPotatoError as error:
            raise LetterError("LETTER_STILL_DEAD", f"{letter.what}: {error.sentence}") from error
        with _reached():
            self._client.delete_message(QueueUrl=self._address, ReceiptHandle=letter.receipt)
        return "доставлено"

    def _receive(self) -> list[Any]:
        with _reached():
            answer = self._client.receive_message(
                QueueUrl=self._address,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=1,
            )
        given: list[Any] = answer.get("Messages", [])
        return given


@contextmanager
def _reached() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        sentence = f"Очередь не отвечает: {type(error).__name__}. Проверьте адрес и ключ."
        raise LetterError("LETTERS_UNREACHABLE", sentence) from error


def _connect(endpoint: str, key: Key) -> Any:
    from boto3.session import Session

    return Session().client(
        "sqs",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret_access_key,
    )
