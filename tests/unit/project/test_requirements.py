"""The table of what was required: every test that it names exists, no paragraph of the first edition is left out."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs/requirements.ru.md").read_text(encoding="utf-8")
ROWS = [row for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", TEXT, re.MULTILINE) if row[0] != "Пункт"]
PARAGRAPHS = [
    "1.1",
    "1.2",
    "1.3.1",
    "1.3.2",
    "1.4.1",
    "1.4.2",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "2.5",
    "2.6",
    "2.7",
    "2.8",
    "2.9",
    "3.1.1",
    "3.1.2",
    "3.1.3",
    "3.1.4",
    "3.1.5",
    "3.2.1",
    "3.2.2",
    "3.2.3",
    "3.2.4",
    "3.2.5",
    "3.3.1",
    "3.3.2",
    "3.3.3",
    "3.3.4",
    "3.3.5",
    "4.1",
    "5",
    "6.1",
    "6.2.1",
    "6.2.2",
    "6.2.3",
    "7.1",
    "7.2",
    "7.3",
    "8.1",
    "8.2",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2",
]
"""Of the first edition, those that say something themselves."""


@cache
def names_in_module(path: Path) -> frozenset[str]:
    """Name the tests of a module."""
    return frozenset(
        node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
    )


def fault(proof: str) -> str | None:
    """Say what is wrong with the third cell of a row; None if nothing is."""
    if proof.startswith("изменено: "):
        return None if len(proof) > 30 else "no reason"
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", proof)
    if not named or len(named) != proof.count("`") // 2:
        return "neither tests nor a reason"
    for path, name in named:
        module = ROOT / "tests" / path
        if not module.is_file() or name not in names_in_module(module):
            return f"no {path}::{name}"
    return None


def test_every_row_has_tests_that_there_are_or_a_reason() -> None:
    assert len(ROWS) > 120
    assert {what: why for what, _, proof in ROWS if (why := fault(proof))} == {}


def test_no_paragraph_is_passed_over() -> None:
    listed = {row[0].split(" ", 1)[0] for row in ROWS}
    assert set(PARAGRAPHS) - listed == set()


def test_the_paragraphs_are_those_of_the_first_edition() -> None:
    edition = ROOT.parent / "shared/seed/admin-guide.ru.md"
    if not edition.exists():
        pytest.skip("the first edition is not beside the project")
    contents = edition.read_text(encoding="utf-8").split("# 1 Архитектура")[0]
    listed = set(re.findall(r"\b([1-9](?:\.\d)+)\t", contents))
    parents = {number.rpartition(".")[0] for number in listed}
    assert {number for number in listed if number not in parents} <= set(PARAGRAPHS)


@pytest.mark.parametrize("proof", ["изменено: так", "`stack/test_files.py::test_nothing_like_it`", "по чтению", ""])
def test_an_empty_proof_is_seen(proof: str) -> None:
    assert fault(proof) is not None
