"""What things are called in the bucket.

``incoming/<upload id>.xlsx`` is a workbook as sent, ``results/<upload id>/rejects.xlsx`` what could not be read of it.
An upload's id is a UUID version 7 (RFC 9562): it sorts by time, and its millisecond is the source time of the facts.

And what a browser is told of an object of the web page, its type and how long it may be kept: the same from the bucket,
from the emulator and, in its own words, from nginx.
"""

import mimetypes
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

INCOMING = "incoming/"
BOUNDARIES = "incoming/boundaries/"
"""Files of boundaries that an administrator has sent; no event is made of them, a timer's job looks."""
RESULTS = "results/"

_INCOMING_KEY = re.compile(r"incoming/([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.xlsx")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The system's own table differs from machine to machine.
_TYPES = mimetypes.MimeTypes()
_TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
VERSIONED = re.compile(r"assets/[0-9a-f]{12}/.+")
"""Keys whose content never changes: the directory is named by what is in it."""


def new_upload_id(now: datetime) -> UUID:
    """Make a UUID version 7 for an aware instant."""
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
    tail = secrets.randbits(74)
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low)


def source_time(upload: UUID) -> datetime:
    """Give the UTC millisecond that an upload's id was made in; ValueError for an id of another version."""
    if upload.version != 7:
        raise ValueError("only UUID version 7 carries a time")
    return _EPOCH + timedelta(milliseconds=upload.int >> 80)


def incoming_key(upload: UUID) -> str:
    """Name the workbook of an upload."""
    return f"{INCOMING}{upload}.xlsx"


def boundaries_key(task: UUID) -> str:
    """Name the file of boundaries that a task is about."""
    return f"{BOUNDARIES}{task}"


def rejects_key(upload: UUID) -> str:
    """Name the workbook of what could not be read of an upload."""
    return f"{RESULTS}{upload}/rejects.xlsx"


def upload_of(key: str) -> UUID | None:
    """Read the upload's id out of an incoming key, or answer None for any other key."""
    match = _INCOMING_KEY.fullmatch(key)
    return UUID(match[1]) if match else None


_TYPES.add_type("text/javascript", ".js")
_TYPES.add_type("text/javascript", ".mjs")
_TYPES.add_type("font/woff2", ".woff2")
_TYPES.add_type("image/webp", ".webp")
_TYPES.add_type("application/manifest+json", ".webmanifest")


def content_type(key: str) -> str:
    """Name the type of a file by its name."""
    media_type = _TYPES.guess_type(PurePosixPath(key).name, strict=True)[0] or "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


def cache_control(key: str) -> str:
    """Say how long a browser may keep a file: for ever where the name says the content, else it asks each time."""
    return "public, max-age=31536000, immutable" if VERSIONED.fullmatch(key) else "no-cache"
