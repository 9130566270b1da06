"""What a browser is told of the page: type and life of each file, and the content security policy.

The same from the bucket, from nginx and from the emulator.
"""

import mimetypes
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

# The system's own table differs from machine to machine.
_TYPES = mimetypes.MimeTypes()
_TYPES.add_type("text/javascript", ".js")
_TYPES.add_type("text/javascript", ".mjs")
_TYPES.add_type("font/woff2", ".woff2")
_TYPES.add_type("image/webp", ".webp")
_TYPES.add_type("application/manifest+json", ".webmanifest")
_TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")

FRAMES = ("https://datalens.yandex.cloud", "https://datalens.ru")

VERSIONED = re.compile(r"assets/[0-9a-f]{12}/.+")
"""Keys whose content never changes: the directory is named by what is in it."""


def content_type(key: str) -> str:
    """Name the type of a file by its name."""
    found = _TYPES.guess_type(PurePosixPath(key).name, strict=True)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith(_TEXT) else found


def cache_control(key: str) -> str:
    """Say how long a browser may keep a file: for ever where the name says the content, else it asks each time."""
    return "public, max-age=31536000, immutable" if VERSIONED.fullmatch(key) else "no-cache"


def policy(connect: Iterable[str]) -> str:
    """Write the policy of a page that may also talk to these addresses, of which the origins count.

    It stands in the page itself, for the gateway gives files out as they are; nginx sends its own as a header, with
    ``frame-ancestors``, which a page cannot say of itself.
    """
    origins = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, connect)})
    directives = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "connect-src": " ".join(["'self'", *origins]),
        "frame-src": " ".join(FRAMES),
        "form-action": "'self'",
        "base-uri": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
