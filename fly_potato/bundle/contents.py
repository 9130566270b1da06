"""Which functions there are and what goes into the bundle of each, read from their sources without running them.

A function is a folder of ``functions/`` with a ``handler.py``. Its third-party packages are those of the extra of the
same name in pyproject.toml, pinned with hashes in ``requirements/<function>.txt``; its own modules and data files are
found by following the imports.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.errors import FlyPotatoError

ROOT = Path(__file__).resolve().parents[2]

# What no import statement names: alembic finds its scripts by their place.
UNIMPORTED = {"migrate": ("migrations",)}

# What is imported only inside functions that this handler never calls: files of boundaries that an administrator sends
# are read by process alone, and only what answers HTTP needs an adapter for it.
NEVER_CALLED = {
    "migrate": frozenset({"mangum", "pyproj", "shapefile"}),
    "process": frozenset({"mangum"}),
    "upload": frozenset({"pyproj", "shapefile"}),
    "stats": frozenset({"shapefile"}),
}
OWN = ("functions", "shared", "migrations")
_PACKAGE = re.compile(rf"^({'|'.join(OWN)})(\.[a-z_]+)+$")


class BundleError(FlyPotatoError):
    """A bundle cannot be made, or may not be deployed; codes start with ``BUNDLE_``."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One function: its name, and packages that belong to it although nobody imports them by name."""

    name: str
    packages: tuple[str, ...] = ()

    @property
    def entry(self) -> str:
        """Name the module that holds the handler."""
        return f"functions.{self.name}.handler"

    @property
    def uncalled(self) -> frozenset[str]:
        """Name the third-party modules that an import names but no call ever reaches."""
        return NEVER_CALLED.get(self.name, frozenset())

    def requirements(self, root: Path = ROOT) -> Path:
        """Say where the pinned packages are listed."""
        return root / "requirements" / f"{self.name}.txt"


def recipes(root: Path = ROOT) -> tuple[Recipe, ...]:
    """List the functions of a source tree by name."""
    handlers = sorted((root / "functions").glob("*/handler.py"))
    return tuple(Recipe(handler.parent.name, UNIMPORTED.get(handler.parent.name, ())) for handler in handlers)


@dataclass(frozen=True, slots=True)
class Needs:
    """Files of the project (relative, posix), and names of the third-party modules that they import."""

    files: frozenset[str]
    outside: frozenset[str]


def needs(entries: Iterable[str], root: Path) -> Needs:
    """Follow the imports of some modules, or of every module of some packages, through the project.

    Imports inside functions count, and packages that a text names for their data; imports under ``if TYPE_CHECKING`` do
    not. Data files of a package come with it.
    """
    queue = [module for entry in entries for module in _members(entry, root)]
    modules: dict[str, Path] = {}
    outside: set[str] = set()
    while queue:
        module = queue.pop()
        if module in modules:
            continue
        if module.split(".")[0] not in OWN:
            outside.add(module)
            continue
        path = _file(module, root)
        if path is None:
            # ``from package import name``: the name may be no module.
            continue
        modules[module] = path
        queue.extend(_imported(module, path))
        if "." in module:
            queue.append(module.rpartition(".")[0])
    files = {path.relative_to(root).as_posix() for path in modules.values()}
    files |= {name for path in modules.values() for name in _data(path.parent, root)}
    return Needs(frozenset(files), frozenset(_top(outside)))


def _members(entry: str, root: Path) -> Iterator[str]:
    path = _file(entry, root)
    if path is None or path.name != "__init__.py":
        yield entry
        return
    for member in sorted(path.parent.rglob("*.py")):
        parts = member.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _file(module: str, root: Path) -> Path | None:
    place = root.joinpath(*module.split("."))
    if (place / "__init__.py").is_file():
        return place / "__init__.py"
    source = place.with_suffix(".py")
    return source if source.is_file() else None


def _imported(module: str, path: Path) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in _walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield base
            if base.split(".")[0] in OWN:
                yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _PACKAGE.match(node.value):
            # importlib.resources takes packages by name.
            yield node.value


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield from _walk(other)
            continue
        yield from _walk(child)


def _data(folder: Path, root: Path) -> Iterator[str]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            if entry.name != "__pycache__" and not (entry / "__init__.py").exists():
                yield from _data(entry, root)
        elif entry.suffix not in (".py", ".pyc", ".typed"):
            yield entry.relative_to(root).as_posix()


def _top(modules: Iterable[str]) -> Iterator[str]:
    for module in modules:
        name = module.split(".")[0]
        if name not in sys.stdlib_module_names:
            yield name
