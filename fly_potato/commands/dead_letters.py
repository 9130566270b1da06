"""``fly-potato dead-letters``: what could not be delivered, and have it delivered again."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fly_potato.dead_letters import DeadLetter, DeadLetterBox


@click.command()
@click.option("--again", multiple=True, metavar="ID|all", help="Deliver these letters again, or all of them.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the emulator keeps them; the usual place.")
@click.option("--queue", metavar="URL", help="The queue in the cloud: terraform output dead_letters.")
@click.option("--function", metavar="ID", help="The function process in the cloud: terraform output functions.")
def command(again: Sequence[str], folder: Path | None, queue: str | None, function: str | None) -> None:
    """Show dead letters: events whose delivery failed to the end. Nothing of a workbook's text is in them.

    For the cloud's queue YMQ_ACCESS_KEY_ID and YMQ_SECRET_ACCESS_KEY are read from the environment, and YC_TOKEN (or
    the command yc) to call the function with --again.
    """
    from fly_potato.screen import refusing

    with refusing():
        box = _queue(queue, function) if queue else _folder(folder)
        letters = box.letters()
        _show(letters)
        chosen = [one for one in letters if "all" in again or one.id in again]
        unknown = set(again) - {"all"} - {one.id for one in letters}
        if unknown:
            raise click.BadParameter(f"нет письма {', '.join(sorted(unknown))}", param_hint="--again")
        if not _send(box, chosen):
            raise SystemExit(1)


def _folder(directory: Path | None) -> "DeadLetterBox":
    from fly_potato.dead_letters import DeadLetterFolder
    from fly_potato.stack import stack_paths

    told = os.environ.get("HOSTING_DEAD_LETTERS")
    return DeadLetterFolder(directory or (Path(told) if told else stack_paths().letters), _warn)


def _queue(address: str, function: str | None) -> "DeadLetterBox":
    from fly_potato.dead_letters import DeadLetterError, DeadLetterQueue, QueueKey
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


def _show(letters: "Sequence[DeadLetter]") -> None:
    from rich.table import Table

    from fly_potato.screen import console

    if not letters:
        click.echo("недоставленных писем нет")
        return
    table = Table("номер", "когда, UTC", "о чём", "попыток", "ошибка", title="Недоставленные события")
    for one in letters:
        tries = "" if one.tries is None else str(one.tries)
        table.add_row(one.id, f"{one.at:%Y-%m-%d %H:%M:%S}", one.what, tries, one.fault)
    console().print(table)


def _send(box: "DeadLetterBox", letters: "Sequence[DeadLetter]") -> bool:
    from fly_potato.dead_letters import DeadLetterError

    fine = True
    for one in letters:
        try:
            click.echo(f"{one.id}: {box.send_again(one)}")
        except DeadLetterError as error:
            fine = False
            _warn(f"{one.id}: {error.code}: {error.sentence}")
    return fine


def _warn(line: str) -> None:
    click.echo(line, err=True)
