"""PostgreSQL's own programs, run with the address of a database in their environment, never on their command line."""

import os
import subprocess
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit, urlunsplit

from shared.errors import FlyPotatoError


class BackupFailed(FlyPotatoError):
    """A backup was not made, or what was made does not hold."""


def with_database(uri: str, name: str) -> str:
    """Give the address of another database of the same cluster."""
    return urlunsplit(urlsplit(uri)._replace(path=f"/{name}"))


def run(uri: str, *words: str) -> None:
    """Run a program against a database.

    Raises:
        BackupFailed: ``BACKUP_PROGRAM_FAILED``, with the last line that it wrote; nothing of a row is in it, for the
            programs quote names of objects alone.
    """
    parts = urlsplit(uri)
    address = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGAPPNAME": "fly-potato-backup",
    }
    _run(words, os.environ | address)


def _run(words: Sequence[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise BackupFailed("BACKUP_PROGRAM_FAILED", f"Нет программы {words[0]}.") from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["нет сообщения"]
        raise BackupFailed("BACKUP_PROGRAM_FAILED", f"{words[0]}: {last[0]}")
