"""Copies of backups elsewhere: each file once, encrypted for a recipient whose private half is not on the host."""

import tempfile
from datetime import datetime
from pathlib import Path

import pyrage

from shared.errors import ConfigurationError
from shared.storage import Storage

SUFFIX = ".age"


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """Read an age public key.

    Raises:
        ConfigurationError: ``SETTINGS_INVALID``; the text is not repeated, for it may be the private half.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise ConfigurationError("SETTINGS_INVALID", "BACKUP_RECIPIENT: нужен открытый ключ age1….") from None


def encrypt(path: Path, directory: Path, recipient: str, now: datetime) -> Path:
    """Write ``NAME_YYYYMMDD.age`` of a file into a directory, to be sent with the other backups. ``now`` is aware."""
    target = directory / f"{path.name.lstrip('.')}_{now:%Y%m%d}{SUFFIX}"
    pyrage.encrypt_file(str(path), str(target), [recipient_of(recipient)])
    target.chmod(0o600)
    return target


def send(storage: Storage, recipient: str, directory: Path, wal_archive: Path) -> int:
    """Send every file that the bucket does not have, encrypted; tells how many were sent.

    Keys are ``backups/...`` and ``wal-archive/...`` as the files lie on the host, with ``.age`` behind. Nothing is ever
    deleted there: the bucket's own rules do that, so that whoever takes the host over cannot.

    Raises:
        ConfigurationError, StorageUnavailable.
    """
    for_whom = [recipient_of(recipient)]
    sent_keys = {item.key for item in storage.list("backups/")} | {item.key for item in storage.list("wal-archive/")}
    sent = 0
    with tempfile.TemporaryDirectory(dir=directory, prefix=".sending-") as room:
        for key, path in _files(directory, wal_archive):
            if key in sent_keys:
                continue
            source = path
            if path.suffix != SUFFIX:
                source = Path(room) / "file.age"
                pyrage.encrypt_file(str(path), str(source), for_whom)
            storage.upload_large(source, key)
            sent += 1
    return sent


def _files(directory: Path, wal_archive: Path) -> list[tuple[str, Path]]:
    """List what is to be sent, a base before the segments that it needs, with the key of each.

    A dump made anew on the same day, or a record of a trial, goes under a key of its own: its time is part of it.
    """
    files = []
    for path in sorted(directory.rglob("*")):
        whole = not any(part.startswith(".") or part.endswith(".draft") for part in path.relative_to(directory).parts)
        if path.is_file() and whole:
            files.append((_key("backups", path, directory), path))
    files += [(f"wal-archive/{path.name}{SUFFIX}", path) for path in sorted(wal_archive.iterdir()) if path.is_file()]
    return files


def _key(area: str, path: Path, directory: Path) -> str:
    name = path.relative_to(directory).as_posix().removesuffix(SUFFIX)
    return f"{area}/{name}.{int(path.stat().st_mtime)}{SUFFIX}"
