"""The fields that a line may carry are those that are logged, no more and no fewer."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from shared.ingest import STEPS, LoadCounts
from shared.logs import ALLOWED_FIELDS

ROOT = Path(__file__).resolve().parents[3]
# What the handler of `process` writes of a load, of names that stand elsewhere.
OF_A_LOAD = {field.name for field in fields(LoadCounts)} | {f"seconds_{step}" for step in STEPS}


def _functions() -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for room in ("shared", "functions", "hosting"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield node


def _keys(value: ast.expr, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Give the constant keys of a dictionary, or of what is put into the variable that stands for one."""
    if isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value
            elif key is None:
                yield from _keys(part, function)
    if isinstance(value, ast.Name):
        for node in (each for each in ast.walk(function) if isinstance(each, ast.Assign)):
            if any(isinstance(target, ast.Name) and target.id == value.id for target in node.targets):
                yield from _keys(node.value, function)


def logged() -> set[str]:
    """Collect the names of all fields in the code."""
    names = set(OF_A_LOAD)
    for function in _functions():
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            for keyword in call.keywords:
                if keyword.arg == "extra":
                    names |= set(_keys(keyword.value, function))
                elif called == "bound" and keyword.arg is not None:
                    names.add(keyword.arg)
    return names


def test_every_field_that_is_logged_is_allowed_and_the_other_way_round() -> None:
    assert logged() == ALLOWED_FIELDS
