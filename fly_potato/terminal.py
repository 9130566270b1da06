"""What commands write to a terminal or a program, how they end when something is missing, and click's words in Russian.

click asks gettext for its words, which looks for a language in the environment; the command speaks Russian in every
one. A test holds that every text that click can show is here.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click import core, decorators, exceptions, formatting, parser, shell_completion, termui, types, utils

if TYPE_CHECKING:
    from rich.console import Console


_JSON = "as_json"
WORDS: Mapping[str, str] = {
    "Aborted!": "Прервано.",
    "deprecated": "устарело",
    "Missing command.": "Не названа команда.",
    "Options": "Параметры",
    "Positional arguments": "Аргументы",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": "{name!r} устарела.{extra_message}",
    "Got unexpected extra argument ({args})": "Лишний аргумент: {args}",
    "Got unexpected extra arguments ({args})": "Лишние аргументы: {args}",
    "Commands": "Команды",
    "Value must be an iterable.": "Нужно несколько значений.",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": "{name!r} устарело.{extra_message}",
    "env var: {var}": "переменная: {var}",
    "default: {default}": "по умолчанию: {default}",
    "required": "обязательно",
    "(dynamic)": "(вычисляется)",
    "Takes {nargs} values but 1 was given.": "Нужно значений: {nargs}, дано 1.",
    "Takes {nargs} values but {len} were given.": "Нужно значений: {nargs}, дано {len}.",
    "Do you want to continue?": "Продолжать?",
    "Confirm the action without prompting.": "Не спрашивать.",
    "%(prog)s, version %(version)s": "%(prog)s, версия %(version)s",
    "Show the version and exit.": "Показать версию.",
    "Show this message and exit.": "Показать эту справку.",
    "Did you mean {possibility}?": "Может быть, {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(Может быть, одно из: {possibilities}?)",
    "Missing argument": "Не хватает аргумента",
    "unknown error": "неизвестная ошибка",
    "Invalid value for {param_hint}: {message}": "Не подходит {param_hint}: {message}",
    "Missing option": "Не хватает параметра",
    "Could not open file {filename!r}: {message}": "Файл {filename!r} не открывается: {message}",
    "Error: {message}": "Ошибка: {message}",
    "Try '{command} {option}' for help.": "Справка: {command} {option}",
    "Missing parameter": "Не хватает значения",
    "Missing parameter: {param_name}": "Не хватает значения: {param_name}",
    "No such option {name!r}.": "Нет параметра {name!r}.",
    "No such command {name!r}.": "Нет команды {name!r}.",
    "Invalid value: {message}": "Не подходит: {message}",
    "Missing {param_type}": "Не хватает: {param_type}",
    "Usage:": "Как вызвать:",
    "Option {name!r} does not take a value.": "Параметр {name!r} пишут без значения.",
    "Option {name!r} requires an argument.": "Параметру {name!r} нужно значение.",
    "Option {name!r} requires {nargs} arguments.": "Параметру {name!r} нужно значений: {nargs}.",
    "Argument {name!r} takes {nargs} values.": "Аргументу {name!r} нужно значений: {nargs}.",
    "Couldn't detect Bash version, shell completion is not supported.": "Версия bash не узнана, дополнения не будет.",
    "Shell completion is not supported for Bash versions older than 4.4.": "Для дополнения нужен bash 4.4 или новее.",
    "Press any key to continue...": "Нажмите любую клавишу…",
    "Repeat for confirmation": "Повторите",
    "Error: The two entered values do not match.": "Ошибка: введено разное.",
    "Error: invalid input": "Ошибка: не понято",
    "file": "файл",
    "directory": "каталог",
    "path": "путь",
    "Choose from:\n\t{choices}": "Одно из:\n\t{choices}",
    "{value!r} is not {choice}.": "{value!r} — не {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} — ни одно из {choices}.",
    "Choice({choices})": "Одно из: {choices}",
    "{value!r} does not match the format {format}.": "{value!r} написано не так: {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} написано не так: {formats}.",
    "{value} is not in the range {range}.": "{value} вне пределов {range}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} — ни да, ни нет. Можно: {states}",
    "{len_type} values are required, but {len_value} was given.": "Нужно значений: {len_type}, дано {len_value}.",
    "{len_type} values are required, but {len_value} were given.": "Нужно значений: {len_type}, дано {len_value}.",
    "{value!r} is not a valid {number_type}.": "{value!r} — не число.",
    "{value!r} is not a valid UUID.": "{value!r} — не UUID.",
    "{name} {filename!r} is a file.": "{filename!r} — файл, нужен каталог.",
    "{name} {filename!r} is a directory.": "{filename!r} — каталог, нужен файл.",
    "{name} {filename!r} is not readable.": "{filename!r} не читается.",
    "{name} {filename!r} is not writable.": "В {filename!r} нельзя писать.",
    "{name} {filename!r} is not executable.": "{filename!r} нельзя выполнить.",
    "{name} {filename!r} does not exist.": "{filename!r}: нет такого.",
}
_MODULES = (core, decorators, exceptions, formatting, parser, shell_completion, termui, types, utils)
_VALUES = {
    "integer": "ЧИСЛО", "integer range": "ЧИСЛО", "float": "ЧИСЛО", "float range": "ЧИСЛО", "text": "ТЕКСТ",
    "file": "ФАЙЛ", "filename": "ФАЙЛ", "directory": "КАТАЛОГ", "path": "ПУТЬ",
}  # fmt: skip


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` to a command; whether it is given, `print_answer` and `exit_on_error` ask themselves."""
    return click.option(
        "--json", _JSON, is_flag=True, expose_value=False, callback=_remember, help="Один объект JSON вместо текста."
    )(function)


def _remember(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_JSON] = value


def wants_json() -> bool:
    """Tell whether a program reads the answer."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_JSON) or context.params.get(_JSON))


def print_answer(answer: object, lines: Iterable[str] = ()) -> None:
    """Write the answer: as one object of JSON where that is asked for, else these lines."""
    if wants_json():
        click.echo(json.dumps(answer, ensure_ascii=False, default=_plain))
        return
    for line in lines:
        click.echo(line)


def print_line(line: str) -> None:
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
def exit_on_error() -> Iterator[None]:
    """Turn an error of the product, and what a database or the file system refuses, into a sentence and exit status 1.

    The sentence (JSON for a program) goes to standard error.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        # Imported here because it brings the driver, which most commands do without.
        from fly_potato.command_errors import refusal

        refused = refusal(error)
        if refused is None:
            raise
        line = f"{refused.code}: {refused.sentence}"
        if wants_json():
            line = json.dumps({"error": {"code": refused.code, "sentence": refused.sentence}}, ensure_ascii=False)
        click.echo(line, err=True)
        raise SystemExit(1) from None


def speak() -> None:
    """Have click take its words from here."""
    for module in _MODULES:
        for name, words in (("_", _word), ("ngettext", _counted)):
            if hasattr(module, name):
                setattr(module, name, words)


def adapt(command: click.Command) -> click.Command:
    """Name what stands in a command's usage line, and the values of its options, in Russian."""
    command.options_metavar = "[ПАРАМЕТРЫ]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "КОМАНДА [АРГУМЕНТЫ]…"
        for each in command.commands.values():
            adapt(each)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.is_flag and parameter.metavar is None:
            parameter.metavar = _VALUES.get(parameter.type.name)
    return command


def _word(text: str) -> str:
    return WORDS.get(text, text)


def _counted(one: str, several: str, number: int) -> str:
    return _word(one if number == 1 else several)
