"""Objects that outlive the server's process: what a request changed is on disk before the answer leaves.

An object is two files, named by the quoted key: the bytes, and a JSON file with the type and times. The JSON file is
renamed into place last, so half an object is no object.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHANGING = {"PUT", "POST", "DELETE"}
SUFFIX = ".json"


class Mirror:
    """A WSGI layer around moto that keeps one bucket's objects in ``directory``; ``backend`` is moto's own."""

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
