"""Which functions there are, and what goes into the bundle of each.

A function is a folder of ``functions/`` with a ``handler.py``. Its third-party packages are those of the extra of the
same name in pyproject.toml, pinned with hashes in ``requirements/<function>.txt``.
"""

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
