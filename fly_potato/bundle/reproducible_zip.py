"""A zip whose bytes depend on names and contents alone."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

# The earliest moment that a zip can write down.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16


def members(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of a folder, named relative to it, in one order everywhere."""
    files = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    yield from sorted(files)


def pack(folder: Path, out: Path) -> None:
    """Write a folder into a zip; no time, owner or order of the disk gets in."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w") as archive:
        for name, path in members(folder):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, also when packed elsewhere
            entry.external_attr = _FILE_MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=6)


def digest(archive: Path) -> str:
    """Give the SHA-256 of a zip in hex."""
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def unpack(archive: Path, folder: Path) -> None:
    """Unpack one of our own zips, as the platform does."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


def unpacked_size(archive: Path) -> int:
    """Count the bytes that a zip unpacks to."""
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())
