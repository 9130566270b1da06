"""What commands write to a terminal or a program, and how they end when something is missing."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shared.errors import FlyPotatoError

if TYPE_CHECKING:
    from rich.console import Console

_JSON = "as_json"


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` to a command; whether it is given, `tell` and `refusing` ask themselves."""
    return click.option(
        "--json", _JSON, is_flag=True, expose_value=False, callback=_remember, help="Один объект JSON вместо текста."
    )(function)


def _remember(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_JSON] = value


def wants_json() -> bool:
    """Tell whether a program reads the answer."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_JSON) or context.params.get(_JSON))


def tell(answer: object, lines: Iterable[str] = ()) -> None:
    """Write the answer: as one object of JSON where that is asked for, else these lines."""
    if wants_json():
        click.echo(json.dumps(answer, ensure_ascii=False, default=_plain))
        return
    for line in lines:
        click.echo(line)


def say(line: str) -> None:
    """Write a line for people alone, for instance how far the work has come."""
    if not wants_json():
        click.echo(line)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):  # and moments, which are dates too
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def console() -> "Console":
    """Give a console that is plain and wide where nobody watches."""
    from rich.console import Console

    probe = Console(highlight=False)
    return probe if probe.is_terminal else Console(highlight=False, width=120, no_color=True)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn an error of the product into its sentence (JSON for a program) on standard error and exit status 1."""
    try:
        yield
    except FlyPotatoError as error:
        line = f"{error.code}: {error.sentence}"
        if wants_json():
            line = json.dumps({"error": {"code": error.code, "sentence": error.sentence}}, ensure_ascii=False)
        click.echo(line, err=True)
        raise SystemExit(1) from None
