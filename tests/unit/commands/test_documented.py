"""Every command that a document gives exists, with the options that it is given."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from fly_potato.main import COMMANDS, main

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
MENTION = re.compile(r"fly-potato (?!\w+:)((?:[a-z][a-z-]*(?:\|[a-z-]+)*)(?: [^`'\"\n;|)»]*)?)")


def said(text: str) -> Iterator[list[str]]:
    """Give the words of each command that stands in a code or in a line of one; ``add|promote`` is two of them."""
    codes = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for code in [
        *codes,
        *re.findall(r"`([^`\n]+)`", re.sub(r"^```\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)),
    ]:
        for mention in MENTION.findall(re.sub(r"\\\n\s*", "", code)):
            words = re.sub(r"[\[\]]", "", mention.split("#")[0]).split()
            one, *others = words[0].split("|"), words[1:]
            second = others[0][0].split("|") if others[0] else []
            if len(second) > 1:
                yield from ([one[0], each, *others[0][1:]] for each in second)
            else:
                yield from ([each, *others[0]] for each in one)


def fault(words: list[str]) -> str | None:
    """Say what a command of some words lacks or has too much of; None if nothing."""
    found: click.Command = main
    left = list(words)
    while isinstance(found, click.Group) and left and re.fullmatch(r"[a-z][a-z-]*", left[0]):
        under = found.get_command(click.Context(main), left.pop(0))
        if under is None:
            return f"no such command: {' '.join(words)}"
        found = under
    options = {option: parameter for parameter in found.params for option in parameter.opts}
    takes_words = isinstance(found, click.Group) or any(isinstance(each, click.Argument) for each in found.params)
    while left:
        word = left.pop(0)
        if word in ("--help", "-h", "--version", "…"):
            continue
        if word.startswith("-") and word != "-":
            option = options.get(word.partition("=")[0])
            if option is None:
                return f"no {word}: {' '.join(words)}"
            if isinstance(option, click.Option) and not option.is_flag and "=" not in word and left:
                left.pop(0)
        elif not takes_words and word[:1] not in "<>&":
            return f"{word} is too much: {' '.join(words)}"
        elif word[:1] in "<>&":
            break
    return None


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_their_options_exist(path: Path) -> None:
    assert [why for words in said(path.read_text(encoding="utf-8")) if (why := fault(words))] == []


def test_what_there_is_not_is_seen() -> None:
    text = "`fly-potato maintenance lanes 1`, `fly-potato nothing`, `fly-potato reread 7`\n"
    text += "```\n$PROD fly-potato reread --loud\n```\n"
    assert [fault(words) is None for words in said(text)] == [False, True, False, False]
    assert {words[0] for path in DOCUMENTS for words in said(path.read_text(encoding="utf-8"))} > {"backup", "audit"}
    assert COMMANDS
