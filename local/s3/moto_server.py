"""The server's process: moto's S3 on loopback, one private bucket, signatures checked, objects kept."""

import logging
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from flask import Flask
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server import werkzeug_app
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer, make_server

from local.s3.mirror import Mirror
from local.s3.signatures import SignedRequestsOnly

LOG = logging.getLogger("local.s3")


@dataclass(frozen=True, slots=True)
class S3Options:
    """What the server needs to know; ``origins`` may talk to the bucket from a browser."""

    host: str
    port: int
    bucket: str
    region: str
    access_key: str
    secret_key: str
    directory: Path
    origins: tuple[str, ...] = ("http://localhost:8073", "http://127.0.0.1:8073")


class QuietRequests(MotoRequestHandler):
    """Log a request without its query: pre-signed addresses are keys while they live."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write method, path and status of what changed or failed; the watcher's listings are not worth a line."""
        if self.command in ("GET", "HEAD") and str(code).startswith("2"):
            return
        LOG.info("%s %s %s", self.command, self.path.partition("?")[0], code)


def make(options: S3Options) -> BaseWSGIServer:
    """Build the server, with its bucket made and its kept objects restored, ready to serve."""
    # Otherwise moto lets every origin in, whatever the bucket's own rules say.
    werkzeug_app.DISABLE_GLOBAL_CORS = True  # type: ignore[attr-defined]
    moto = create_backend_app("s3")
    _make_bucket(moto, options)
    mirror = Mirror(moto, s3_backends[DEFAULT_ACCOUNT_ID]["aws"], options.bucket, options.directory / options.bucket)
    restored = mirror.restore()
    application = SignedRequestsOnly(mirror, {options.access_key: options.secret_key})
    server = make_server(options.host, options.port, application, threaded=True, request_handler=QuietRequests)
    LOG.info("bucket %s on port %d, %d objects restored", options.bucket, server.port, restored)
    return server


def _make_bucket(moto: Flask, options: S3Options) -> None:
    client = moto.test_client()
    base = f"http://localhost/{options.bucket}"
    place = f"<LocationConstraint>{options.region}</LocationConstraint>"
    created = client.put(base, data=f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>")
    if created.status_code >= 300:
        raise RuntimeError(f"the bucket could not be made: {created.status_code}")
    origins = "".join(f"<AllowedOrigin>{escape(origin)}</AllowedOrigin>" for origin in options.origins)
    methods = "".join(f"<AllowedMethod>{method}</AllowedMethod>" for method in ("PUT", "GET", "HEAD"))
    headers = "<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>"
    headers += "<ExposeHeader>Content-Disposition</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds>"
    rule = origins + methods + headers
    ruled = client.put(f"{base}?cors", data=f"<CORSConfiguration><CORSRule>{rule}</CORSRule></CORSConfiguration>")
    if ruled.status_code >= 300:
        raise RuntimeError(f"the bucket's CORS rules were refused: {ruled.status_code}")
