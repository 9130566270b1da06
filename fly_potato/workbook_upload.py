"""Send a workbook and show how far it is, a bar on a terminal, plain lines elsewhere; then what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from fly_potato.client import Client, Json
from fly_potato.terminal import console
from shared.errors import OutageError

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
