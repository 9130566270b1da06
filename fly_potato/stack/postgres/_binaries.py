"""Where the programs of a PostgreSQL with PostGIS lie on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("initdb", "pg_ctl", "pg_config", "postgres", "psql")
MINIMUM_MAJOR = 14
PACKAGED = (
    (Path("/usr/lib/postgresql"), "*/bin"),
    (Path("/usr"), "pgsql-*/bin"),
    (Path("/opt/homebrew/opt"), "postgresql@*/bin"),
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """The directory of one PostgreSQL's programs and its major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        """Name the full path of one program."""
        return str(self.directory / name)


def find_postgres() -> Binaries | None:
    """Find the newest PostgreSQL with PostGIS, or None; ``FLY_POTATO_PG_BIN`` names a directory to look in instead."""
    candidates = [binaries for directory in _candidates() if (binaries := _with_postgis(directory)) is not None]
    return max(candidates, key=lambda binaries: binaries.major, default=None)


def _candidates() -> Iterator[Path]:
    configured = os.environ.get("FLY_POTATO_PG_BIN")
    if configured:
        yield Path(configured)
        return
    for root, pattern in PACKAGED:
        yield from root.glob(pattern)
    # A program on PATH may be a wrapper or a link into the directory that holds them all.
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _with_postgis(directory: Path) -> Binaries | None:
    if not all(os.access(directory / name, os.X_OK) for name in NEEDED):
        return None
    major = re.search(r"\d+", _ask(directory, "--version"))
    control = Path(_ask(directory, "--sharedir")) / "extension" / "postgis.control"
    if major is None or int(major.group()) < MINIMUM_MAJOR or not control.is_file():
        return None
    return Binaries(directory, int(major.group()))


def _ask(directory: Path, option: str) -> str:
    answer = subprocess.run(  # noqa: S603
        [str(directory / "pg_config"), option], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
