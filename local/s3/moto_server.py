"""The server's process: moto's S3 on loopback, one private bucket, signatures checked, objects kept.

Objects outlive the process: what a request changed is on disk before the answer leaves.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from flask import Flask
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server import werkzeug_app
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer, make_server

from local.s3.signatures import SignedRequestsOnly

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


CHANGING = {"PUT", "POST", "DELETE"}
SUFFIX = ".json"
LOG = logging.getLogger("local.s3")


class Mirror:
    """A WSGI layer around moto that keeps one bucket's objects in ``directory``; ``backend`` is moto's own.

    An object is two files, named by the quoted key: the bytes, and a JSON file with the type and times. The JSON file
    is renamed into place last, so half an object is no object.
    """

    def __init__(self, inner: "WSGIApplication", backend: Any, bucket: str, directory: Path) -> None:
        self._inner = inner
        self._backend = backend
        self._bucket = bucket
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let moto answer, then write the object's new state before the answer leaves."""
        if environ["REQUEST_METHOD"] not in CHANGING:
            return self._inner(environ, start_response)
        body = list(self._inner(environ, start_response))
        bucket, _, key = environ["PATH_INFO"].encode("latin-1").decode().lstrip("/").partition("/")
        if bucket == self._bucket and key:
            self.save(key)
        elif bucket == self._bucket:
            self._drop_deleted()
        return body

    def save(self, key: str) -> None:
        """Write one object as moto now has it, or remove it where moto has none."""
        stored = self._backend.get_object(self._bucket, key)
        if stored is None:
            self._path(key).with_name(self._path(key).name + SUFFIX).unlink(missing_ok=True)
            self._path(key).unlink(missing_ok=True)
            return
        facts = {
            "etag": stored.etag.strip('"'),
            "modified_at": stored.last_modified.isoformat(),
            "metadata": dict(stored.metadata),
        }
        _replace(self._path(key), stored.value)
        _replace(self._path(key + SUFFIX), json.dumps(facts, ensure_ascii=False).encode())

    def restore(self) -> int:
        """Give moto every object that was kept and count them."""
        facts_files = sorted(self._directory.glob(f"*{SUFFIX}"))
        for facts_file in facts_files:
            data = facts_file.with_name(facts_file.name.removesuffix(SUFFIX))
            facts = json.loads(facts_file.read_text())
            stored = self._backend.put_object(
                self._bucket, unquote(data.name), data.read_bytes(), etag=facts["etag"], disable_notification=True
            )
            stored.set_metadata(facts["metadata"], replace=False)
            stored.last_modified = datetime.fromisoformat(facts["modified_at"])
        return len(facts_files)

    def _drop_deleted(self) -> None:
        for facts_file in self._directory.glob(f"*{SUFFIX}"):
            key = unquote(facts_file.name.removesuffix(SUFFIX))
            if self._backend.get_object(self._bucket, key) is None:
                self.save(key)

    def _path(self, key: str) -> Path:
        return self._directory / quote(key, safe="")


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.write_bytes(content)
    draft.replace(path)


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
