"""The product's HTTP client: sends a workbook as a person's browser would and follows it to its end.

How far it is shows as a bar on a terminal, as plain lines elsewhere; then what became of it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

import click
import httpx
import jwt
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from fly_potato.terminal import console
from shared.errors import OutageError, RequestError

FINAL = frozenset({"loaded", "duplicate", "failed", "expired"})
CHUNK = 256 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Json = dict[str, Any]
Seen = Callable[[Json], None]
STEPS = {
    "announced": "ждёт файла",
    "received": "получен",
    "reading": "чтение строк",
    "writing": "запись в базу",
    "finished": "обработано",
}
COUNTS = {
    "rows_in": "строк",
    "rows_empty": "пустых",
    "rows_repeated": "повторов в файле",
    "rows_rejected": "не прочитано",
    "flights_new": "новых полётов",
    "flights_updated": "обновлённых полётов",
    "flights_unchanged": "прежних полётов",
    "flights_outside": "вне регионов",
}


class Client:
    """Talks to one gateway; ``token`` is a bearer token where the gateway asks for one.

    With a ``transport`` requests of the API go another way than over the network to ``url``.
    """

    def __init__(self, url: str, token: str | None = None, *, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=60, transport=transport)

    def __enter__(self) -> Self:
        """Give the client itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close its connections."""
        self._http.close()

    def announce(self, workbook: Path) -> Json:
        """Ask for an address for a workbook; raises RequestError with the gateway's own code and sentence."""
        announcement = {"file_name": workbook.name, "size": workbook.stat().st_size, "content_type": XLSX}
        return self._json("POST", "/api/uploads", json=announcement)

    def send(self, announced: Json, workbook: Path, sent: Callable[[int], None] | None = None) -> None:
        """Send the bytes where the announcement says; ``sent`` hears how many bytes each piece had."""
        address = announced["upload"]
        try:
            answer = httpx.request(
                address["method"],
                address["url"],
                headers=address["headers"],
                content=_pieces(workbook, sent),
                timeout=600,
            )
        except httpx.HTTPError as error:
            raise OutageError("BUCKET_UNREACHABLE", f"Хранилище не отвечает: {type(error).__name__}.") from error
        if answer.status_code >= 300:
            raise RequestError("UPLOAD_REFUSED", f"Хранилище не приняло файл: {answer.status_code} {_s3_code(answer)}.")

    def upload(self, upload: str) -> Json:
        """Ask how far an upload is."""
        return self._json("GET", f"/api/uploads/{upload}")

    def follow(self, upload: str, on_state: Seen, *, seconds: float = 900, every: float = 0.3) -> Json:
        """Ask again and again until the upload has come to an end; ``seen`` hears every answer.

        A gateway that is away meanwhile is waited for. Raises OutageError UPLOAD_TOO_SLOW after ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                state = self.upload(upload)
            except OutageError:
                time.sleep(1)
                continue
            on_state(state)
            if state["state"] in FINAL:
                return state
            time.sleep(every)
        raise OutageError("UPLOAD_TOO_SLOW", f"За {seconds:.0f} с загрузка {upload} не закончилась.")

    def embed_claims(self, dashboard: str) -> Json:
        """Ask for an embed token and check it with the published key; gives its claims and header.

        Raises RequestError EMBED_TOKEN_INVALID when the key does not fit.
        """
        issued = self._json("GET", "/api/embed-token", params={"dashboard": dashboard})
        keys = jwt.PyJWKSet.from_dict(self._json("GET", "/api/embed-keys"))
        try:
            key = keys[issued["kid"]]
            claims: Json = jwt.decode(issued["token"], key, algorithms=["PS256"])
        except (KeyError, jwt.PyJWTError) as error:
            raise RequestError("EMBED_TOKEN_INVALID", "Токен для дашборда не сходится с открытым ключом.") from error
        return claims | {"kid": issued["kid"]}

    def health(self) -> Json:
        """Ask the gateway whether it is alive."""
        return self._json("GET", "/health")

    def _json(self, method: str, path: str, **more: Any) -> Json:
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise OutageError(
                "GATEWAY_UNREACHABLE", f"Шлюз {self._http.base_url} не отвечает: {type(error).__name__}."
            ) from error
        if answer.status_code in (429, 502, 503, 504):
            raise OutageError("GATEWAY_FAILED", f"{method} {path}: ответ {answer.status_code}.")
        try:
            body: Json = answer.json()
        except ValueError:
            body = {}
        if answer.status_code >= 400:
            sentence = body.get("detail") or f"{method} {path}: ответ {answer.status_code}."
            raise RequestError(body.get("code", "REQUEST_REFUSED"), sentence)
        return body


def _pieces(workbook: Path, sent: Callable[[int], None] | None) -> Iterator[bytes]:
    with workbook.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
            if sent is not None:
                sent(len(piece))


def _s3_code(answer: httpx.Response) -> str:
    _, _, rest = answer.text.partition("<Code>")
    return rest.partition("</Code>")[0]


class UploadProgress(Protocol):
    """Shows how far one workbook is."""

    def sent(self, size: int) -> None:
        """Count bytes that were sent."""

    def seen(self, state: Json) -> None:
        """Show what the product says of the workbook."""


def load(client: Client, workbook: Path, dead_letters: Path | None = None, *, quiet: bool = False) -> Json:
    """Announce, send and follow a workbook to its end, and give the upload's last state.

    ``dead_letters`` is the local stack's directory of them; ``quiet`` shows nothing meanwhile. Raises OutageError
    DELIVERY_DEAD when the event has landed there, for nothing more will happen then.
    """
    announced = client.announce(workbook)
    with _watching(workbook, quiet=quiet) as watcher:

        def seen(state: Json) -> None:
            watcher.seen(state)
            if dead_letters is not None and _dead(dead_letters, announced["id"]):
                raise OutageError(
                    "DELIVERY_DEAD", f"Событие о файле не удалось обработать, оно отложено в {dead_letters}."
                )

        client.send(announced, workbook, watcher.sent)
        return client.follow(announced["id"], seen)


def summary(state: Json) -> str:
    """Say in one line how an upload ended."""
    counts = state.get("counts") or {}
    numbers = ", ".join(f"{title} {counts[name]}" for name, title in COUNTS.items() if counts.get(name))
    if state["state"] == "loaded":
        unread = ", ".join(f"«{name}»" for name in state.get("unread_sheets") or ())
        return f"загружен: {numbers}" + (f"; листы с неизвестной шапкой не прочитаны: {unread}" if unread else "")
    if state["state"] == "duplicate":
        return f"уже известен, ничего не изменилось; при первой загрузке: {numbers}"
    error = state.get("error") or {}
    return f"не загружен: {error.get('code', state['state'])} {error.get('sentence', '')}".rstrip()


def rejects(state: Json) -> Table | None:
    """Tabulate the rejected rows by code, if there are any."""
    if not state.get("rejects"):
        return None
    table = Table("код", "строк", "почему", title="Непрочитанные строки")
    for reject in sorted(state["rejects"], key=lambda by_code: -by_code["rows"]):
        table.add_row(reject["code"], str(reject["rows"]), reject["explanation"])
    return table


def _dead(dead_letters: Path, upload: str) -> bool:
    return any(upload in path.read_text() for path in dead_letters.glob("*.json"))


@contextmanager
def _watching(workbook: Path, *, quiet: bool) -> Iterator[UploadProgress]:
    screen = console()
    if quiet:
        yield _Nothing()
        return
    if not screen.is_terminal:
        yield _Lines(workbook)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        yield _Bar(workbook, progress)


class _Bar:
    def __init__(self, workbook: Path, progress: Progress) -> None:
        self._name = workbook.name
        self._progress = progress
        self._task = progress.add_task(f"{self._name}: отправка", total=workbook.stat().st_size)

    def sent(self, size: int) -> None:
        self._progress.advance(self._task, size)

    def seen(self, state: Json) -> None:
        read, total = state["progress"]["rows_read"], state["progress"]["rows_total"]
        step = STEPS.get(state["step"], state["step"])
        self._progress.update(self._task, description=f"{self._name}: {step}", completed=read, total=total or None)


class _Nothing:
    def sent(self, size: int) -> None:
        pass

    def seen(self, state: Json) -> None:
        pass


class _Lines:
    def __init__(self, workbook: Path) -> None:
        self._name = workbook.name
        self._told = ""

    def sent(self, size: int) -> None:
        self._tell("отправка")

    def seen(self, state: Json) -> None:
        self._tell(STEPS.get(state["step"], str(state["step"])))

    def _tell(self, step: str) -> None:
        if step != self._told:
            self._told = step
            click.echo(f"  {self._name}: {step}")
