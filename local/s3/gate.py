"""The outermost layer: a request that is not signed as S3 demands never reaches the objects."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from local.s3.signatures import Request, S3Refusal, check

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Gate:
    """A WSGI layer that checks every request's signature; preflight requests carry none and pass."""

    def __init__(self, inner: "WSGIApplication", credentials: Mapping[str, str]) -> None:
        self._inner = inner
        self._credentials = credentials

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, or answer with S3's XML error."""
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return self._inner(environ, start_response)
        try:
            self._check(environ)
        except S3Refusal as refused:
            return _refuse(refused, environ, start_response)
        return self._inner(environ, start_response)

    def _check(self, environ: "WSGIEnvironment") -> None:
        if "HTTP_TRANSFER_ENCODING" in environ:
            # Without a length there is nothing a signed length could be compared with.
            raise S3Refusal(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        check(signed_request(environ), self._credentials, datetime.now(UTC))


def signed_request(environ: "WSGIEnvironment") -> Request:
    """Take from a WSGI environment what a signature covers."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    target = urlsplit(environ["RAW_URI"])
    return Request(environ["REQUEST_METHOD"], target.path, target.query, headers)


def _refuse(refused: S3Refusal, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}'
        f"</Message><Resource>{escape(environ['PATH_INFO'])}</Resource><RequestId>{uuid4().hex}</RequestId></Error>"
    ).encode()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    start_response(f"{refused.status} {HTTPStatus(refused.status).phrase}", headers)
    return [body]
