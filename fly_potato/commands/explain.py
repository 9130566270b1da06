"""``fly-potato explain``: how telegrams on standard input are read, field by field."""

import json
import sys

import click

from fly_potato.commands.parse import flight_as_json
from shared.explain import ExplainedField, ExplainedTelegram, explain, flight_of
from shared.problems import PROBLEMS
from shared.telegrams import TelegramError

NOT_RECOGNISED = 1
"""Exit status when no telegram is found."""


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
    from fly_potato.explained_telegrams import show

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
