"""What docs/architecture.md and docs/glossary.md name exists, no room is missing, and hops are counted right."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = ("docs/architecture.md", "docs/glossary.md")
REFERENCE = re.compile(
    r"(?=[^:]*[a-z])(?P<path>(?:[\w.-]+/)+|(?:[\w.-]+/)*[\w-][\w.-]*\.(?:py|sql|js|css|json|yaml|tf|conf|md|toml))"
    r"(?::(?P<name>[\w./]+))?"
)
"""A file, or a folder with its slash, with a name inside the file perhaps."""
FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOPS = re.compile(r"\*\*(\d+) hops, (\d+) files\*\*")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def code_of(text: str) -> list[str]:
    """Give what stands in backticks or begins a line of a fenced block: links and prose name nothing."""
    fenced = [line.split()[0] for block in FENCE.findall(text) for line in block.splitlines() if line.strip()]
    return fenced + re.findall(r"`([^`\s]+)`", FENCE.sub("", text))


def references(text: str) -> list[tuple[str, str | None]]:
    matches = (REFERENCE.fullmatch(code) for code in code_of(text))
    return [(match["path"], match["name"]) for match in matches if match]


@cache
def names_in(path: Path) -> frozenset[str]:
    """Give what a module defines, members of its classes as ``Class.member``."""
    return frozenset(_defined(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _defined(body: list[ast.stmt], prefix: str) -> list[str]:
    names: list[str] = []
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.append(prefix + name)
            case ast.ClassDef(name=name, body=members):
                names += [prefix + name, *_defined(members, f"{prefix}{name}.")]
            case ast.Assign(targets=targets):
                names += [prefix + target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(prefix + name)
    return names


def fault(path: str, name: str | None) -> str | None:
    """Say what is wrong with a reference; None if nothing is."""
    place = ROOT / path
    if not (place.is_dir() if path.endswith("/") else place.is_file()):
        return f"there is no {path}"
    if name is None:
        return None
    if path.endswith(".py"):
        exists = name in names_in(place)
    else:
        exists = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", place.read_text(encoding="utf-8")) is not None
    return None if exists else f"{path} has no {name}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_named_exists(document: str) -> None:
    named = references(text_of(document))
    assert len(named) > 50
    rooms = tuple(f"{path.name}/" for path in ROOT.iterdir() if path.is_dir())
    looks_like_one = [code for code in code_of(text_of(document)) if code.startswith(rooms)]
    assert [code for code in looks_like_one if not REFERENCE.fullmatch(code)] == []
    assert [wrong for path, name in named if (wrong := fault(path, name))] == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("shared/flights/assembly.py:merge", None),
        ("shared/flights/assembly.py:merged", "shared/flights/assembly.py has no merged"),
        ("shared/flights/assemble.py:merge", "there is no shared/flights/assemble.py"),
        ("shared/flights/flight_times.py:Plausible.doubt", None),
        ("shared/flights/flight_times.py:Plausible.doubts", "shared/flights/flight_times.py has no Plausible.doubts"),
        ("shared/ingest/sql/load.sql:stage_flights", None),
        ("shared/ingest/sql/load.sql:stage_flight", "shared/ingest/sql/load.sql has no stage_flight"),
        ("shared/runtime/", None),
        ("shared/runner/", "there is no shared/runner/"),
        ("READYOU.md", "there is no READYOU.md"),
    ],
)
def test_a_wrong_name_is_seen(code: str, wrong: str | None) -> None:
    assert [fault(path, name) for path, name in references(f"see `{code}`")] == [wrong]


def test_no_room_is_missing_from_the_tree() -> None:
    tree = {line.split()[0] for line in FENCE.findall(text_of(DOCUMENTS[0]))[0].splitlines()}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    parts = [Path(file).parts for file in tracked.splitlines()]
    rooms = {f"{part[0]}/" for part in parts if len(part) > 1}
    rooms |= {f"shared/{part[1]}/" for part in parts if part[0] == "shared" and len(part) > 2}
    assert tree == rooms


def test_hops_are_counted_right() -> None:
    text = text_of(DOCUMENTS[0])
    walks = list(HOPS.finditer(text))
    assert len(walks) == 5
    for walk in walks:
        steps = references(f"```\n{FENCE.findall(text[walk.end() :])[0]}```")
        stated = int(walk[1]), int(walk[2])
        assert stated == (len(steps), len({path for path, _ in steps})), walk[0]
