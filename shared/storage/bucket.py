"""The S3 client, narrowed to what the product does with a bucket.

All calls block; inside an event loop call them through ``asyncio.to_thread``. One ``Storage`` serves several threads.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shared.errors import NotFound, StorageUnavailable
from shared.settings import StorageSettings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_CHUNK = 1024 * 1024
_GONE = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}


@dataclass(frozen=True, slots=True)
class PresignedUpload:
    """Where and how to send one object: exactly these headers, and a body of exactly the announced size."""

    url: str
    method: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the bucket knows of an object; ``modified_at`` is UTC, ``content_type`` None in listings."""

    key: str
    size: int
    etag: str
    modified_at: datetime
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What was written to disk: its SHA-256 (32 bytes) and its size in bytes."""

    sha256: bytes
    size: int


class Storage:
    """One bucket, reached on the first call and not before."""

    def __init__(self, settings: StorageSettings) -> None:
        self.bucket = settings.bucket
        self._settings = settings
        self._lock = threading.Lock()
        self._clients: dict[str, S3Client] = {}

    def connect(self) -> None:
        """Make the client now, where the time for it must not count for the first call; touches no network."""
        self._client()

    def presign_put(self, key: str, size: int, content_type: str, *, expires_in: int = 900) -> PresignedUpload:
        """Sign an address that takes one object of this key, size and type, once, and no other.

        ``size`` is in bytes, ``expires_in`` in seconds. Size, type and ``If-None-Match: *`` are signed headers: whoever
        sends a body of another size or type, or leaves the condition out, gets a 403 from the bucket, and who sends a
        second body a 412 (https://yandex.cloud/docs/storage/s3/api-ref/object/upload).
        """
        parameters = {
            "Bucket": self.bucket,
            "Key": key,
            "ContentLength": size,
            "ContentType": content_type,
            "IfNoneMatch": "*",
        }
        signer = self._client(self._settings.browser_endpoint_url)
        url = signer.generate_presigned_url("put_object", Params=parameters, ExpiresIn=expires_in, HttpMethod="PUT")
        headers = {"Content-Type": content_type, "Content-Length": str(size), "If-None-Match": "*"}
        return PresignedUpload(url, "PUT", headers)

    def presign_get(self, key: str, filename: str, *, expires_in: int = 300) -> str:
        """Sign an address to fetch an object under a file name, which may be Russian, for ``expires_in`` seconds."""
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
        parameters = {"Bucket": self.bucket, "Key": key, "ResponseContentDisposition": disposition}
        signer = self._client(self._settings.browser_endpoint_url)
        return signer.generate_presigned_url("get_object", Params=parameters, ExpiresIn=expires_in)

    def head(self, key: str) -> StoredObject:
        """Ask what is known of an object.

        Raises:
            NotFound: ``OBJECT_NOT_FOUND``.
            StorageUnavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._translated():
            head = self._client().head_object(Bucket=self.bucket, Key=key)
        modified = head["LastModified"].astimezone(UTC)
        return StoredObject(key, head["ContentLength"], head["ETag"].strip('"'), modified, head.get("ContentType"))

    def download(self, key: str, path: Path) -> Downloaded:
        """Stream an object to a file and hash it on the way; memory stays flat. Raises as ``head`` does."""
        digest, size = hashlib.sha256(), 0
        with self._translated():
            body = self._client().get_object(Bucket=self.bucket, Key=key)["Body"]
            with body, path.open("wb") as out:
                for chunk in body.iter_chunks(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
                    size += len(chunk)
        return Downloaded(digest.digest(), size)

    def upload(self, path: Path, key: str, content_type: str, *, cache_control: str | None = None) -> None:
        """Send a file, replacing what was under the key. Raises StorageUnavailable."""
        more: dict[str, Any] = {} if cache_control is None else {"CacheControl": cache_control}
        with self._translated(), path.open("rb") as body:
            self._client().put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, **more)

    def upload_large(self, path: Path, key: str) -> None:
        """Send a file of any size, in parts where it is long. Raises StorageUnavailable."""
        from boto3.exceptions import S3UploadFailedError

        with self._translated():
            try:
                self._client().upload_file(str(path), self.bucket, key)
            except S3UploadFailedError as error:
                raise _unavailable() from error

    def copy(self, source: str, key: str) -> None:
        """Copy an object inside the bucket, replacing what was under the key. Raises as ``head`` does."""
        with self._translated():
            self._client().copy_object(Bucket=self.bucket, Key=key, CopySource={"Bucket": self.bucket, "Key": source})

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """List every object under a prefix in key order, page by page. Raises StorageUnavailable."""
        with self._translated():
            pages = self._client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            for page in pages:
                for item in page.get("Contents", ()):
                    modified = item["LastModified"].astimezone(UTC)
                    yield StoredObject(item["Key"], item["Size"], item["ETag"].strip('"'), modified)

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error. Raises StorageUnavailable."""
        with self._translated():
            self._client().delete_object(Bucket=self.bucket, Key=key)

    def ping(self) -> None:
        """Return if the bucket answers. Raises StorageUnavailable, also for a bucket that does not exist."""
        try:
            with self._translated():
                self._client().head_bucket(Bucket=self.bucket)
        except NotFound:
            raise _unavailable() from None

    def _client(self, endpoint: str | None = None) -> "S3Client":
        endpoint = endpoint or self._settings.endpoint_url
        with self._lock:
            if endpoint not in self._clients:
                self._clients[endpoint] = _connect(self._settings, endpoint)
            return self._clients[endpoint]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            yield
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code", "")) in _GONE:
                raise NotFound("OBJECT_NOT_FOUND", "Файла нет в хранилище.") from None
            raise _unavailable() from error
        except (BotoCoreError, HTTPClientError) as error:
            raise _unavailable() from error


def _unavailable() -> StorageUnavailable:
    return StorageUnavailable("STORAGE_UNAVAILABLE", "Хранилище файлов сейчас недоступно, попробуйте позже.")


def _connect(settings: StorageSettings, endpoint: str) -> "S3Client":
    # Imported here because boto3 costs 150 ms, which a call that never touches the bucket need not pay.
    from boto3.session import Session
    from botocore.config import Config

    options: dict[str, Any] = {
        "signature_version": "s3v4",
        "s3": {"addressing_style": "path"},
        "retries": {"mode": "standard", "total_max_attempts": 3},
        "connect_timeout": 3,
        "read_timeout": 30,
        # The newer default adds a CRC32 trailer, which S3 servers other than Amazon's refuse.
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    return Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=settings.region,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key.get_secret_value(),
        config=Config(**options),
    )
