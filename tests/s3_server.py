"""A real S3 server for a test, in this process and on a free port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer

from local.s3.moto_server import S3Options, make
from shared.settings import StorageSettings

BUCKET, KEY, SECRET = "fly-potato", "local-key", "local-secret"


def options(directory: Path) -> S3Options:
    """Give the options of a server on a free port that keeps its objects in a directory."""
    return S3Options("127.0.0.1", 0, BUCKET, "ru-central1", KEY, SECRET, directory)


@contextmanager
def running_s3(directory: Path) -> Iterator[BaseWSGIServer]:
    """Serve until the block ends, and forget all objects then."""
    server = make(options(directory))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        forget()


def forget() -> None:
    """Empty moto's memory, as the end of its process would."""
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].reset()


def settings(server: BaseWSGIServer, *, secret: str = SECRET) -> StorageSettings:
    """Give the product's own settings for a server."""
    return StorageSettings.model_validate(
        {
            "bucket": BUCKET,
            "endpoint_url": f"http://localhost:{server.port}",
            "access_key_id": KEY,
            "secret_access_key": secret,
        }
    )
