"""The page's content security policy where nobody can send it as a header: the gateway gives files out as they are.

nginx sends its own, with frame-ancestors, which a page cannot say of itself.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

FRAMES = ("https://datalens.yandex.cloud", "https://datalens.ru")


def policy(connect: Iterable[str]) -> str:
    """Write the policy of a page that may also talk to these addresses, of which the origins count."""
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
