"""One name, one thing: no two public classes and no two modules of the product share a name."""

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("shared", "functions", "fly_potato", "hosting", "local", "datalens", "testing", "migrations")
COMMANDS = "fly_potato/commands/"
"""A command's module has the command's name, for it is found by that (``fly_potato/main.py``)."""
MAY_STAND_AGAIN = {
    "__init__": "Python's name of a package",
    "__main__": "Python's name of what `python -m` runs",
    "handler": "the platform calls handler.handler of each function",
    "errors": "Python's usual name of a package's exceptions, which stand in its classes' names",
    "model": "the values of a room, imported by what they are called and seldom by the module's name",
    "settings": "the usual name of what is read from the environment, a program each",
}


def sources() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.splitlines() if path.split("/")[0] in ROOMS and (ROOT / path).is_file()]


def public_classes(text: str) -> list[str]:
    return [
        node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def standing_twice(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Give the names that stand in several files, with the files."""
    files: dict[str, list[str]] = defaultdict(list)
    for name, path in pairs:
        files[name].append(path)
    return {name: paths for name, paths in files.items() if len(paths) > 1}


def test_no_two_public_classes_share_a_name() -> None:
    pairs = [(name, path) for path in sources() for name in public_classes((ROOT / path).read_text(encoding="utf-8"))]
    assert len(pairs) > 200
    assert standing_twice(pairs) == {}


def test_no_two_modules_share_a_name() -> None:
    paths = [path for path in sources() if not path.startswith(COMMANDS)]
    modules = [(Path(path).stem, path) for path in paths if Path(path).stem not in MAY_STAND_AGAIN]
    assert len(modules) > 150
    assert standing_twice(modules) == {}


@pytest.mark.parametrize("name", MAY_STAND_AGAIN)
def test_an_exception_is_needed(name: str) -> None:
    assert sum(Path(path).stem == name for path in sources()) > 1


def test_a_second_class_of_a_name_is_seen() -> None:
    first, second = public_classes("class Row: ...\nclass _Row: ..."), public_classes("class Row:\n    class Cell: ...")
    assert standing_twice([*((name, "a.py") for name in first), *((name, "b.py") for name in second)]) == {
        "Row": ["a.py", "b.py"]
    }
