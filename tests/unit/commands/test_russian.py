"""The command speaks Russian: every help text, and what click says itself, whatever language the machine has."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fly_potato.main import COMMANDS, main
from fly_potato.terminal import WORDS

ENGLISH_ALONE = {"_winconsole", "_termui_impl"}
"""Of Windows and of editors, which no command starts."""
NEVER_SHOWN = re.compile(
    "Could not determine name|No options defined|Arguments take exactly|defined twice|cannot use the same"
    "|Invalid start character|Unknown color|Unknown standard stream"
)
"""What tells a programmer of a wrong declaration."""


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Walk over a command and those under it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, f"{path} {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_text_of_help_is_russian(name: str) -> None:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    for path, command in commands(found, name):
        texts = [command.help, *(each.help for each in command.params if isinstance(each, click.Option))]
        assert all(text and re.search("[а-яё]", text) for text in texts), (path, texts)
        shown = CliRunner().invoke(main, [*path.split(), "--help"], env={"LANGUAGE": "de"}).output
        # Names of arguments, settings, files and products stay; sentences and headings are Russian.
        assert shown.startswith("Как вызвать: "), path
        words = re.findall(r"(?<![-\w./«])[a-z]+ [a-z]+ [a-z]+(?![-\w./])", shown.partition("\n")[2])
        assert not words, (path, words)


def test_click_says_nothing_that_has_no_russian_words() -> None:
    shown = set()
    for path in Path(str(click.__file__)).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "ngettext"):
                texts = {each.value for each in call.args if isinstance(each, ast.Constant)}
                shown |= texts if path.stem not in ENGLISH_ALONE else set()
    assert {text for text in shown if not NEVER_SHOWN.search(str(text))} <= set(WORDS)
    for text, russian in WORDS.items():
        # A field that click does not fill in would raise where it is shown.
        assert set(re.findall(r"\{(\w+)", russian)) <= set(re.findall(r"\{(\w+)", text)), text


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["nothing"], "Ошибка: Нет команды 'nothing'."),
        (["sample"], "Ошибка: Не хватает аргумента 'OUT'."),
        (["sample", "x.xlsx", "--rows", "many"], "Ошибка: Не подходит '--rows': 'many' — не число."),
        (["sample", "x.xlsx", "--rows", "0"], "Ошибка: Не подходит '--rows': 0 вне пределов 1<=x<=1048575."),
        (["sample", "x.xlsx", "--layout", "1999"], "Ошибка: Не подходит '--layout': '1999' — ни одно из "),
        (["sample", "x.xlsx", "--row"], "Ошибка: Нет параметра '--row'. Может быть, '--rows'?"),
        (["check", "no.xlsx"], "Ошибка: Не подходит 'WORKBOOK': 'no.xlsx': нет такого."),
        (["sample", "x", "y"], "Ошибка: Лишний аргумент: y"),
    ],
)
def test_errors_of_the_command_line_are_russian(words: list[str], error: str) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert error in done.output
    assert "Справка: main" in done.output


FILES_OF_THEIR_OWN = {"parse", "regions export", "regions locate", "completion"}
"""Commands whose answer is lines of JSON, GeoJSON, CSV or a script anyway."""


def test_every_command_answers_programs_too() -> None:
    without = set()
    for name in COMMANDS:
        found = main.get_command(click.Context(main), name)
        assert found is not None
        for path, command in commands(found, name):
            options = {word for parameter in command.params for word in parameter.opts}
            if not isinstance(command, click.Group) and "--json" not in options:
                without.add(path)
    assert without == FILES_OF_THEIR_OWN


def test_an_answer_and_an_error_are_one_object_of_json(tmp_path: Path) -> None:
    out = tmp_path / "sample.xlsx"
    done = CliRunner().invoke(main, ["sample", "--json", "--rows", "20", str(out)])
    answer = json.loads(done.stdout)
    assert (answer["file"], answer["rows"], answer["truth"]) == (str(out), 20, str(out.with_suffix(".truth.json")))
    missing = tmp_path / "nothing.env"
    done = CliRunner().invoke(main, ["keys", "list", "--json", "--settings", str(missing)])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert json.loads(done.stderr)["error"]["code"] == "KEYS_SETTINGS_UNREADABLE"
