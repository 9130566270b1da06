"""SQL lives in files beside the code that runs it; this reads a package's ``sql`` folder."""

from collections.abc import Mapping
from importlib.resources import files


def load_sql(package: str) -> Mapping[str, str]:
    """Read every ``sql/<name>.sql`` of a package, by name."""
    folder = files(package) / "sql"
    return {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf8")
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
