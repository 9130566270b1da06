"""What a browser is told of an object of the web page: its type, and how long it may be kept.

The same from the bucket, from the emulator and, in its own words, from nginx.
"""

import mimetypes
import re
from pathlib import PurePosixPath

# The system's own table differs from machine to machine.
_TYPES = mimetypes.MimeTypes()
_TYPES.add_type("text/javascript", ".js")
_TYPES.add_type("text/javascript", ".mjs")
_TYPES.add_type("font/woff2", ".woff2")
_TYPES.add_type("image/webp", ".webp")
_TYPES.add_type("application/manifest+json", ".webmanifest")
_TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")

VERSIONED = re.compile(r"assets/[0-9a-f]{12}/.+")
"""Keys whose content never changes: the directory is named by what is in it."""


def content_type(key: str) -> str:
    """Name the type of a file by its name."""
    media_type = _TYPES.guess_type(PurePosixPath(key).name, strict=True)[0] or "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


def cache_control(key: str) -> str:
    """Say how long a browser may keep a file: for ever where the name says the content, else it asks each time."""
    return "public, max-age=31536000, immutable" if VERSIONED.fullmatch(key) else "no-cache"
