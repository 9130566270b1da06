"""The web page in its bucket; the gateway gives it to browsers, type by type."""

import mimetypes
from pathlib import Path

from shared.storage import Storage

# The system's own table differs from machine to machine.
_TYPES = mimetypes.MimeTypes()
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


def content_type(path: Path) -> str:
    """Name the type of a file of the page."""
    found = _TYPES.guess_type(path.name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith(_TEXT) else found


def put(bucket: Storage, folder: Path) -> int:
    """Put every file of the page into the bucket, the entry page last, and take away what is no longer part of it."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    files = {key: path for key, path in files.items() if not any(part.startswith(".") for part in key.split("/"))}
    for key in sorted(files, key=lambda each: (each.endswith(".html"), each)):
        bucket.upload(files[key], key, content_type(files[key]))
    for found in list(bucket.list("")):
        if found.key not in files:
            bucket.delete(found.key)
    return len(files)
