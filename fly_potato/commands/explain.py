"""``fly-potato explain``: how telegrams on standard input are read, field by field."""

import json
import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fly_potato.commands.parse import flight_as_json
from shared.explain import ExplainedField, ExplainedTelegram, codes_in, explain, facts, flight_of, kind_of
from shared.flights import Flight
from shared.problems import PROBLEMS, ProblemKind
from shared.telegrams import Note, TelegramError

NOT_RECOGNISED = 1
"""Exit status when no telegram is found."""
_COLOURS = {
    ProblemKind.REPAIR: "yellow",
    ProblemKind.DOUBT: "magenta",
    ProblemKind.LOSS: "red",
    ProblemKind.REJECT: "red",
}


@click.command(name="explain")
@click.option("--json", "as_json", is_flag=True, help="Один объект JSON вместо цветного текста.")
def command(as_json: bool) -> None:
    """Показать поле за полем, как прочитаны телеграммы одного полёта со стандартного ввода."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    try:
        telegrams = explain(text)
    except TelegramError as error:
        problem = PROBLEMS[error.code]
        if as_json:
            _write({"reject": problem.code, "meaning": problem.meaning, "mend": problem.mend})
        else:
            click.echo(f"{problem.code}: {problem.meaning} {problem.mend}", err=True)
        raise SystemExit(NOT_RECOGNISED) from None
    flight = flight_of(text)
    if as_json:
        _write({"telegrams": [_json(telegram) for telegram in telegrams], "flight": flight and flight_as_json(flight)})
        return

    show(telegrams, flight)


def _write(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def _json(telegram: ExplainedTelegram) -> dict[str, object]:
    return {
        "kind": telegram.kind,
        "label": telegram.label,
        "fields": [_field(field) for field in telegram.fields],
        "notes": [note._asdict() for note in telegram.notes],
    }


def _field(field: ExplainedField) -> dict[str, object]:
    return {
        "name": field.name,
        "label": field.label,
        "text": field.text,
        "value": field.value,
        "notes": [note._asdict() for note in field.notes],
    }


def show(telegrams: Sequence[ExplainedTelegram], flight: Flight | None, console: Console | None = None) -> None:
    """Show telegrams, the flight they make, and what every code means."""
    out = console or Console(highlight=False)
    for telegram in telegrams:
        out.print(_telegram(telegram))
        for note in telegram.notes:
            out.print(_note(note))
    if flight is not None:
        out.print(_flight(flight))
    codes = codes_in(telegrams)
    _legend(sorted(codes | set(flight.problems if flight else ())), out)


def _telegram(telegram: ExplainedTelegram) -> Table:
    table = Table(title=Text(f"{telegram.kind} — {telegram.label}", "bold"), title_justify="left")
    table.add_column("поле", style="cyan", no_wrap=True)
    table.add_column("что это")
    table.add_column("записано", overflow="fold", max_width=48)
    table.add_column("прочитано", overflow="fold")
    for field in telegram.fields:
        table.add_row(field.name, field.label, Text(field.text), _value(field))
    return table


def _value(field: ExplainedField) -> Text:
    text = Text(field.value or "", "green")
    for note in field.notes:
        text.append("\n" if text else "")
        text.append_text(_note(note))
    return text


def _note(note: Note) -> Text:
    """Say what was done: the text before and after it, or what is doubted."""
    change = f" {note.was!r} → {note.now!r}" if note.now is not None else f" {note.was!r}"
    return Text(f"{kind_of(note.code)}: {note.code}{change}", _COLOURS[PROBLEMS[note.code].kind])


def _flight(flight: Flight) -> Table:
    table = Table(title=Text("Полёт", "bold"), title_justify="left", show_header=False)
    table.add_column(style="cyan")
    table.add_column(overflow="fold")
    for label, text in facts(flight):
        table.add_row(label, Text(text, "green"))
    return table


def _legend(codes: Sequence[str], out: Console) -> None:
    for code in codes:
        problem = PROBLEMS[code]
        line = Text(code, _COLOURS[problem.kind])
        line.append(f" — {problem.meaning} {problem.mend}", "default")
        out.print(line)
