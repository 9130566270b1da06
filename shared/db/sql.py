"""SQL lives in files beside the code that runs it; this reads a package's ``sql`` folder."""

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def load_sql(package: str) -> Mapping[str, str]:
    """Read the statements of a package's ``sql/*.sql`` by name.

    Each begins under a line ``-- name: <name>`` and reaches to the next; what stands above the first is of the whole
    file. A file without such lines is one statement, named as the file.

    Raises:
        ValueError: two statements of one name.
    """
    statements: dict[str, str] = {}
    for entry in (files(package) / "sql").iterdir():
        if not entry.name.endswith(".sql"):
            continue
        first, *named = _NAME.split(entry.read_text(encoding="utf8"))
        pairs = zip(named[::2], named[1::2], strict=True) if named else [(entry.name.removesuffix(".sql"), first)]
        for name, text in pairs:
            if name in statements:
                raise ValueError(f"{package} has two statements of the name {name}")
            statements[name] = text.strip()
    return statements
