"""Base backups and the archive of WAL that belongs to them.

A moment can be restored where there is a base older than it and every segment from that base's first on. So what is
deleted is decided from the bases: the newest base that is old enough stays, with everything after it, and segments go
that no base which stays can ask for.
"""

import re
import tarfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fly_potato.backups.dumps import run

_SEGMENT = re.compile(r"[0-9A-F]{24}")
_LABEL = re.compile(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")


@dataclass(frozen=True, slots=True)
class BaseBackup:
    """A directory of pg_basebackup: when it was finished (seconds since 1970), and the first segment that it needs."""

    path: Path
    finished: float
    first_segment: str


def base(uri: str, directory: Path, now: datetime) -> Path:
    """Make a base backup; one of the same day is replaced once the new one is whole. Raises BackupFailed."""
    target = directory / f"base_{now:%Y%m%d}"
    draft = directory / f"base_{now:%Y%m%d}.draft"
    _remove(draft)
    run(uri, "pg_basebackup", "-D", str(draft), "-Ft", "-z", "-X", "none", "-c", "fast", "--no-password")
    _remove(target)
    draft.rename(target)
    return target


def bases(directory: Path) -> list[BaseBackup]:
    """List whole base backups, oldest first."""
    backups = []
    for path in directory.glob("base_*"):
        archive = path / "base.tar.gz"
        if path.suffix != ".draft" and archive.exists() and (segment := first_segment(archive)):
            backups.append(BaseBackup(path, archive.stat().st_mtime, segment))
    return sorted(backups, key=lambda each: each.finished)


def first_segment(archive: Path) -> str | None:
    """Read the name of the first WAL segment out of a base backup's label; None where it cannot be read."""
    try:
        with tarfile.open(archive, "r|gz") as members:
            for member in members:
                if member.name.removeprefix("./") == "backup_label" and (file := members.extractfile(member)):
                    match = _LABEL.search(file.read().decode())
                    return match[1] if match else None
    except (tarfile.TarError, OSError, EOFError):
        return None
    return None


def expired(directory: Path, wal_archive: Path, now: datetime, keep: timedelta) -> tuple[list[Path], list[Path]]:
    """List the bases and the files of the archive that no moment within ``keep`` before ``now`` needs.

    Without a base old enough nothing goes; where a base cannot be read nothing of the archive goes.
    """
    all_of_them = bases(directory)
    cutoff = (now - keep).timestamp()
    old_enough = [number for number, each in enumerate(all_of_them) if each.finished <= cutoff]
    if not old_enough:
        return [], []
    kept = all_of_them[old_enough[-1] :]
    old_bases = [each.path for each in all_of_them[: old_enough[-1]]]
    unreadable = {path for path in directory.glob("base_*") if path.suffix != ".draft"} - {b.path for b in all_of_them}
    if unreadable:
        return old_bases, []
    # The timeline is left out of the comparison, as pg_archivecleanup does: after a restore segments count on.
    first = min(each.first_segment[8:] for each in kept)
    files = [path for path in wal_archive.iterdir() if _SEGMENT.match(path.name) and path.name[8:24] < first]
    return old_bases, sorted(files)


def remove(path: Path) -> None:
    """Delete a base backup, or a file."""
    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        for each in path.iterdir():
            each.unlink()
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
