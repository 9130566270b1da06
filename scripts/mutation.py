#!/usr/bin/env python3
"""Measure how many small faults in ``shared/telegrams`` and ``shared/flights`` the tests notice.

``nice scripts/mutation.py --sample 400`` makes 400 of all possible one-place changes (a comparison turned, a number
off by one, ``and`` for ``or``, a condition negated, a text changed, a return emptied), runs the tests against each in
a process of its own and prints the share that failed, with the changes that no test noticed. ``--all`` takes every
change, ``--minutes`` ends the sample when they are over, ``--floor`` sets the share below which the exit status is 1.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent.parent
PACKAGES = ("telegrams", "flights")
SKIPPED = ("__init__.py", "codes.py", "problems.py")
"""Names and texts that a test compares with themselves."""
QUICK = ("tests/golden", "tests/unit/telegrams", "tests/unit/flights", "tests/unit/commands/test_explain.py")
SLOW = ("tests/property",)
PATIENCE = 120
"""Processor seconds after which a mutant's tests are taken to hang."""
_SHOWN = 100
"""Characters of a change that are printed."""
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, what it became and the module's text with it."""

    module: str
    line: int
    what: str
    text: str
    source: str


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Give what a node may be changed into."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        turned = copy.copy(node)
        turned.ops = [_COMPARISONS[type(node.ops[0])](), *node.ops[1:]]
        yield "comparison", turned
    elif isinstance(node, ast.BoolOp):
        swapped = copy.copy(node)
        swapped.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or", swapped
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        other = copy.copy(node)
        other.op = _OPERATORS[type(node.op)]()
        yield "operator", other
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "bool", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield "number", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield "text", ast.Constant(node.value + "#")
    elif isinstance(node, ast.IfExp | ast.If | ast.While):
        negated = copy.copy(node)
        negated.test = ast.UnaryOp(ast.Not(), node.test)
        yield "condition", negated
    elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield "return", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Continue):
        yield "continue", ast.Break()


def places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Give every node that is run, and where its parent holds it: no docstrings, annotations and decorators."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for i, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr | ast.AnnAssign | ast.Raise):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            yield node, name, i, child
            yield from places(child)


def mutants(path: Path) -> Iterator[Mutant]:
    """Make every mutant of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = ".".join(path.relative_to(HERE).with_suffix("").parts)
    for parent, name, i, child in list(places(tree)):
        for what, changed in changes(child):
            ast.copy_location(changed, child)
            ast.fix_missing_locations(changed)
            _put(parent, name, i, changed)
            yield Mutant(module, getattr(child, "lineno", 0), what, _shown(parent), ast.unparse(tree))
            _put(parent, name, i, child)


def _shown(node: ast.AST) -> str:
    """Give the beginning of a piece of the tree on one line."""
    return " ".join(ast.unparse(node).split())[:_SHOWN]


def _put(parent: ast.AST, name: str, i: int | None, child: ast.AST) -> None:
    if i is None:
        setattr(parent, name, child)
    else:
        getattr(parent, name)[i] = child


class Loader(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Loads the mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer for the mutant's module alone."""
        return importlib.util.spec_from_loader(name, self) if name == self.mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant's text as the module."""
        exec(compile(self.mutant.source, self.mutant.module, "exec"), module.__dict__)  # noqa: S102


def noticed(mutant: Mutant, tests: tuple[str, ...]) -> bool:
    """Run tests against a mutant in a process of its own; one that hangs is noticed too."""
    child = os.fork()
    if child == 0:
        _run(mutant, tests)
    _, status = os.waitpid(child, 0)
    return status != 0


def _run(mutant: Mutant, tests: tuple[str, ...]) -> None:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    sys.meta_path.insert(0, Loader(mutant))
    status = 1
    try:
        options = [
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-x",
            "-q",
            "--noconftest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--no-header",
            "--ignore=tests/unit/telegrams/test_growth.py",  # of time, not of values
        ]
        status = int(pytest.main([*options, *tests]))
    finally:
        os._exit(status)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="take no more changes after so many")
    parser.add_argument("--floor", type=float, default=0.85)
    parser.add_argument("--quick", action="store_true", help="leave out the properties: a lower bound, sooner")
    parser.add_argument("--package", choices=PACKAGES, action="append")
    options = parser.parse_args()
    paths = [path for name in options.package or PACKAGES for path in sorted((HERE / "shared" / name).rglob("*.py"))]
    every = [mutant for path in paths if path.name not in SKIPPED for mutant in mutants(path)]
    chosen = every if options.all else random.Random(options.seed).sample(every, min(options.sample, len(every)))  # noqa: S311
    os.chdir(HERE)
    sys.path.insert(0, str(HERE))
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for name in ("pytest", "hypothesis", "click.testing", "rich.table"):
        importlib.import_module(name)
    whole = (HERE / "shared" / "flights" / "identity.py").read_text(encoding="utf-8")
    slow = () if options.quick else SLOW
    if noticed(Mutant("shared.flights.identity", 0, "nothing", "", whole), (*QUICK, *slow)):
        parser.error("the tests fail without any change")
    made: Counter[str] = Counter()
    alive: Counter[str] = Counter()
    end = time.monotonic() + 60 * options.minutes
    for mutant in chosen:
        if time.monotonic() > end:
            break
        package = mutant.module.split(".")[1]
        made[package] += 1
        if not noticed(mutant, QUICK) and not (slow and noticed(mutant, slow)):
            alive[package] += 1
            print(f"{mutant.module}:{mutant.line}: {mutant.what} goes unnoticed: {mutant.text}", flush=True)
    for package in sorted(made):
        print(f"{package}: {made[package] - alive[package]} of {made[package]} noticed")
    score = 1 - alive.total() / made.total()
    print(f"{made.total()} of {len(every)} changes, {made.total() - alive.total()} noticed: {score:.1%}")
    return int(score < options.floor)


if __name__ == "__main__":
    sys.exit(main())
